"""Parts written by a user: Python files that register learners, auction formats, policies, metrics and charts."""

import importlib.util
import os
import sys
import traceback
from pathlib import Path

from batch_runs.usage import UsageError

VARIABLE = "CARBON_PLUGINS"
"""Environment variable with the paths of the dashboard's plug-ins, because its server is started by Solara."""


def environment_of(paths):
    """Return the environment variables that hand plug-ins to the dashboard; nothing without plug-ins."""
    return {VARIABLE: os.pathsep.join(paths)} if paths else {}


def plugins_from_environment():
    """Return the paths that `environment_of` handed over."""
    return tuple(filter(None, os.environ.get(VARIABLE, "").split(os.pathsep)))


def load_plugins(paths):
    """Import each file once per process and return the full paths; UsageError with the file and line of an error."""
    return tuple(_load(Path(path)) for path in paths)


def _load(path):
    if path.suffix != ".py" or not path.is_file():
        raise UsageError(f"plugin {path}: no such Python file")
    full = path.resolve()
    if str(full) not in loaded_plugins():
        _import(full)
    return str(full)


def loaded_plugins():
    """Return the full paths of the plug-ins that this process has imported."""
    return {
        path for m in list(sys.modules.values()) if (path := getattr(m, "__dict__", {}).get("CARBON_PLUGIN"))
    }


def _import(path):
    name = f"carbon_plugin_{path.stem}"
    while name in sys.modules:
        name += "_"
    spec = importlib.util.spec_from_file_location(name, path)
    module = importlib.util.module_from_spec(spec)
    module.CARBON_PLUGIN = str(path)
    sys.modules[name] = module
    try:
        spec.loader.exec_module(module)
    except (Exception, SystemExit) as error:
        del sys.modules[name]
        raise UsageError(
            f"plugin {path.name}{_line_in(path, error)}: {type(error).__name__}: {error}"
        ) from error


def _line_in(path, error):
    if isinstance(error, SyntaxError):
        return f", line {error.lineno}"
    lines = [f.lineno for f in traceback.extract_tb(error.__traceback__) if f.filename == str(path)]
    return f", line {lines[-1]}" if lines else ""
