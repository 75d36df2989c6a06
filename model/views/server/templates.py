"""Templates of the page's parts, read once per process: the framework reads each file again for every part it makes."""

import os
import sys
from functools import cache
from pathlib import Path

import ipyvue.Template
import ipyvue.VueTemplateWidget  # noqa: F401 - found in sys.modules: the package has classes of these names

WALK = "new URL(this.location, window.location.origin + solara.rootPath)"
"""How the framework's page makes the address of the next one: it leaves out the root path, so a reload is not found."""
WALK_BELOW_ROOT = "new URL(solara.rootPath + this.location, window.location.origin)"


def read_templates_once():
    """Replace the framework's reader of templates, which also watches their files for changes."""
    sys.modules["ipyvue.VueTemplateWidget"].get_template = template_of


def template_of(path):
    """The template in a file, one object for all parts of a session that have it."""
    module = sys.modules["ipyvue.Template"]
    known, path = module.template_registry, os.path.normpath(path)
    if path not in known:
        known[path] = module.Template(template=_text_of(path))
    return known[path]


@cache
def _text_of(path):
    return Path(path).read_text(encoding="utf-8").replace(WALK, WALK_BELOW_ROOT)
