"""Sphinx configuration."""

import sksym

project = "sksym"
author = "The sksym developers"
copyright = "2026, The sksym developers"
version = release = sksym.__version__

extensions = [
    "numpydoc",
    "matplotlib.sphinxext.plot_directive",
    "sphinx.ext.autodoc",
    "sphinx.ext.autosummary",
    "sphinx.ext.mathjax",
]
exclude_patterns = ["_build"]
plot_formats = [("png", 120)]
plot_html_show_formats = plot_html_show_source_link = False
templates_path = ["_templates"]
html_theme = "pydata_sphinx_theme"
html_title = "sksym"
html_theme_options = {"show_prev_next": False, "secondary_sidebar_items": ["page-toc"]}
html_show_sourcelink = False
html_static_path = ["_static"]
html_css_files = ["sksym.css"]
html_sidebars = {"user_guide": [], "remedies": [], "table1": []}  # nothing below them to navigate

autosummary_generate = True
default_role = "py:obj"
numpydoc_class_members_toctree = False
numpydoc_show_class_members = False
nitpicky = False
