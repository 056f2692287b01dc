"""Small reusable modules behind the notebooks; `python3 -m helpers` sets the workbook up and runs it."""
