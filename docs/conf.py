"""How the documentation is built: `make docs`. Sphinx reads the Markdown here, docstrings, and tutorials (which it executes)."""

import logging
import os
import sys
from importlib.metadata import version as installed
from pathlib import Path
from typing import Any

from jupyter_client.manager import KernelManager

ROOT = str(Path(__file__).resolve().parents[1])
sys.path.insert(0, ROOT)  # this checkout, not another one that is installed; for kernels likewise
os.environ["PYTHONPATH"] = os.pathsep.join([ROOT, *filter(None, [os.environ.get("PYTHONPATH")])])
os.environ["PYTHONWARNINGS"] = "ignore:IProgress not found"  # of tqdm, in notebooks without widgets

project = "Borgerflow"
author = "The Borgerflow founders"
release = version = installed("borgerflow")

extensions = ["myst_nb", "sphinx.ext.autodoc", "sphinx.ext.napoleon"]
exclude_patterns = ["_build", "templates", "conf.py", "pages.py", "**/.ipynb_checkpoints"]

# Markdown
myst_enable_extensions = ["colon_fence"]
myst_heading_anchors = 4

# tutorials: percent scripts, executed at every build; a cell that fails fails the build
nb_custom_formats = {".py": ["jupytext.reads", {"fmt": "py:percent"}]}
nb_execution_mode = "force"
nb_execution_timeout = 600
nb_execution_raise_on_error = True
nb_execution_in_temp = True
nb_merge_streams = True
logging.getLogger("traitlets").setLevel(logging.WARNING)
KernelManager.transport_encryption.default_value = "auto"  # what is said to kernels is for nobody else on the machine

# the API, from docstrings
autodoc_typehints = "description"
autodoc_member_order = "bysource"
autodoc_class_signature = "separated"

# no page asks another machine for anything
html_theme = "furo"
html_title = f"Borgerflow {release}"
html_show_sphinx = False
html_copy_source = False
nb_mime_priority_overrides = [("html", "image/png", 5)]


def setup(app: Any) -> None:
    """Keep the first line of a property's docstring whole: what stands before a colon there is no type."""
    app.connect("autodoc-process-docstring", lambda app, what, name, thing, options, lines: lines.insert(0, "") if what == "property" else None, priority=400)
