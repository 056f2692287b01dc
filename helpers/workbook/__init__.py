"""The tools behind the `workbook` command. No notebook imports them."""

import sys

# nbformat imports jsonschema, which compiles the grammar of international URIs for a second if it finds this package:
# more than half of what a command takes to start. Notebooks have no such URIs to check, so it is not to be found.
sys.modules.setdefault("rfc3987_syntax", None)
