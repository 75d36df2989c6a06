"""Subcommands of ``carbon``, one module each: ``SUMMARY``, ``add_arguments(parser)`` and ``run(options)``.

Every module in this folder is a subcommand; the file of one that is a word of Python ends in _. Models are imported
inside functions, so that help appears at once.
"""

import importlib
import pkgutil


def commands():
    """Import the modules of this folder, by name."""
    names = sorted(module.name for module in pkgutil.iter_modules(__path__))
    return {name.rstrip("_"): importlib.import_module(f"{__name__}.{name}") for name in names}
