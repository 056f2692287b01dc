"""The tools behind the `workbook` command. No notebook imports them."""
