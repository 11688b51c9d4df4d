"""Sphinx configuration."""

import sys
import tomllib
from pathlib import Path

from sphinx_gallery.sorting import ExplicitOrder

import sksym

sys.path.insert(0, str(Path(__file__).parent))
from catalogue import write_tables
from launch import binder
from references import write_inventories

project = "sksym"
author = "The sksym developers"
copyright = "2026, The sksym developers"
version = release = sksym.__version__

extensions = [
    "numpydoc",
    "sphinx.ext.autodoc",
    "sphinx.ext.autosummary",
    "sphinx.ext.intersphinx",
    "sphinx.ext.viewcode",
    "sphinx_copybutton",
    "sphinx_gallery.gen_gallery",
    "formulas",
    "references",
    "tables",
    "thumbnails",
]
html_math_renderer = "mathml"
# What is copied runs as it is: neither prompts nor what was printed.
copybutton_prompt_text = r">>> |\.\.\. |\$ "
copybutton_prompt_is_regexp = True
copybutton_selector = "div.highlight-default pre, div.highlight-sh pre, div.highlight-Python pre"

exclude_patterns = ["_build"]
templates_path = ["_templates"]
html_theme = "pydata_sphinx_theme"
html_title = "sksym"
html_context = {"default_mode": "auto"}  # light or dark, as the reader's system is
html_theme_options = {"show_prev_next": False, "secondary_sidebar_items": ["page-toc"]}
html_show_sourcelink = False
html_static_path = ["_static"]
html_favicon = "_static/favicon.svg"
html_css_files = ["sksym.css"]
# Pages without a section to navigate, or with tables that need the whole width.
html_sidebars = {
    name: []
    for name in (
        *("index", "install", "quickstart", "table1", "glossary", "layout", "development", "faq"),
        "guide/remedies",
        "auto_examples/index",
    )
}

autosummary_generate = True
autodoc_typehints = "none"  # the numpydoc sections say the types
default_role = "py:obj"
numpydoc_class_members_toctree = False
numpydoc_show_class_members = False
# Every name in backticks must resolve, or the build fails.
nitpicky = True

write_tables(Path(__file__).parent / "_build" / "catalogue")
intersphinx_mapping = write_inventories(Path(__file__).parent / "_build" / "inventories")

with (Path(__file__).parents[1] / "pyproject.toml").open("rb") as file:
    REPOSITORY = tomllib.load(file)["project"]["urls"]["Repository"]

# The gallery: folders of examples, and their pages.
SECTIONS = {
    "first_steps": [
        "square_root",
        "phase_retrieval",
        "compare",
        "seam",
        "own_symmetry",
        "grid_search",
        "cross_validation",
    ],
    "phase_retrieval": ["digits", "convolution", "faces", "scattering_medium", "fair_scoring"],
    "statistics": ["label_switching", "bootstrap_loadings", "separation"],
    "angles_and_poses": ["angles", "textures", "orientations"],
    "discovery": ["discover_phase_retrieval", "discover_arm"],
}
sphinx_gallery_conf = {
    "examples_dirs": "../examples",
    "gallery_dirs": "auto_examples",
    "subsection_order": ExplicitOrder(f"../examples/{section}" for section in SECTIONS),
    "within_subsection_order": ExplicitOrder(
        f"plot_{name}.py" for names in SECTIONS.values() for name in names
    ),
    "abort_on_example_error": True,
    # Which examples use a class is said on its page.
    "backreferences_dir": "generated/examples",
    "doc_module": "sksym",
    "download_all_examples": False,
    "write_computation_times": False,  # a page with scripts of other servers
    "plot_gallery": True,
    "remove_config_comments": True,
    "show_memory": False,
    **binder(REPOSITORY, release, Path(__file__).parent / "_build" / "binder"),
}
