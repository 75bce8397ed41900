"""How Sphinx builds the site: `make docs`."""

from importlib.metadata import version as installed

project = "lstmc"
author = "The lstmc developers"
copyright = "The lstmc developers, Apache License 2.0"  # noqa: A001 - Sphinx's name
version = release = installed("lstmc")

extensions = ["myst_parser"]
myst_heading_anchors = 3
#: Options begin with two hyphens, also in headings.
smartquotes = False

html_theme = "furo"
html_title = f"lstmc {version}"
html_static_path = ["static"]
html_css_files = ["site.css"]
html_copy_source = False
html_theme_options = {"navigation_with_keys": True}
pygments_style = "tango"
pygments_dark_style = "github-dark"
