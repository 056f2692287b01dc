"""How Sphinx makes the pages of the site; `helpers.workbook.site` lays out what it reads."""

import re
from importlib import metadata

MATHJAX = "sphinx-mathjax-offline"

project = html_title = "Deep learning workbook"
extensions = ["myst_nb", "sphinx.ext.autodoc", "sphinx.ext.mathjax", "sphinx.ext.napoleon"]
# A link that leads nowhere is named by helpers.workbook.site_links; a listing of broken Python is meant to be one.
suppress_warnings = ["misc.highlighting_failure", "myst.xref_missing"]

nb_execution_mode = "off"
myst_enable_extensions = ["dollarmath"]
# One file, formulas drawn as SVG; without its menu, which could fetch what the file lacks.
mathjax_path = "tex-svg.js"
mathjax4_config = {"options": {"enableMenu": False}}

default_role = "code"
autodoc_member_order = "bysource"
# Shapes stand where numpydoc has types: as plain text, since words such as "height" are no references.
napoleon_use_param = napoleon_use_rtype = False
napoleon_custom_sections = [("Attributes", "params_style")]

html_theme = "furo"
html_show_sourcelink = html_copy_source = html_show_copyright = False
html_static_path = [str(metadata.distribution(MATHJAX).locate_file(f"{MATHJAX}/static/mathjax/tex-svg.js"))]
# A page opened as a file may not read the other pages, which a summary of a page found is taken from.
html_js_files = [(None, {"body": 'DOCUMENTATION_OPTIONS.SHOW_SEARCH_SUMMARY = location.protocol !== "file:";'})]


def escape_bars(app: object, kind: str, name: str, value: object, options: object, lines: list[str]) -> None:
    """Keep |x| in a docstring from being read as a substitution; code in backticks needs no escape."""
    lines[:] = [re.sub(r"(`[^`]*`)|\|", lambda found: found[1] or r"\|", line) for line in lines]


def leave_out_aliases(app: object, kind: str, name: str, value: object, skip: bool, options: object) -> bool | None:
    """Leave out the fields of a named tuple, about which Python says only their number; its docstring says more."""
    return True if str(value.__doc__).startswith("Alias for field number") else None


def setup(app: object) -> None:
    """What Sphinx calls first."""
    app.connect("autodoc-skip-member", leave_out_aliases)
    app.connect("autodoc-process-docstring", escape_bars)
