"""How Sphinx makes the site: the written pages, and those that are generated from docstrings, parsers and fixtures."""

import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent))

from allowlint._version import __version__  # noqa: E402
from docs._pages import write_all  # noqa: E402 - the folder has to be known first

write_all(HERE / "generated")

project = "allowlint"
author = "the authors of allowlint"
release = version = __version__
extensions = ["myst_parser"]
myst_enable_extensions = ["colon_fence", "deflist"]
myst_heading_anchors = 3
exclude_patterns = ["_build", "examples", "generated/parts"]
html_theme = "furo"
html_title = f"allowlint {__version__}"
html_copy_source = False
html_show_sphinx = False
html_show_copyright = False
html_static_path = ["_static"]
html_css_files = ["site.css"]
# Nothing is loaded from anywhere else: the site is read in networks that have no way out.
html_theme_options = {"source_repository": "", "footer_icons": []}
highlight_language = "none"
suppress_warnings = ["myst.header"]
