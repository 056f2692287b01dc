"""How the workbook comes to a fit Python and its packages: standard library only, readable by old Pythons as well."""
