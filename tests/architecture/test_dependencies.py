"""A user installs what our folders import, and no more."""

import ast
import re
import sys
import tomllib
from importlib import metadata
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
OURS = ("agents", "batch_runs", "learning", "model", "app", "tests")
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
USERS = PROJECT["project"]["dependencies"]
EXTRAS = [each for extra in PROJECT["project"]["optional-dependencies"].values() for each in extra]
FOR_A_LIMIT = {"ipyvue", "ipyvuetify"}
"""Packages that Solara imports, named because only some of their versions serve."""
READ_AS_FILES = {"solara-assets"}
PARTS = {"dask": "distributed", "llvmlite": "numba", "reacton": "solara", "solara-ui": "solara"}
"""Packages that belong to one that we name."""


def distributions(requirements):
    return {re.match(r"[A-Za-z0-9._-]+", text)[0].lower() for text in requirements}


def imported(*folders):
    """Distributions of the modules, other than Python's and ours, that files import anywhere."""
    files = [file for folder in folders for file in (ROOT / folder).rglob("*.py")]
    trees = [ast.parse(file.read_text(encoding="utf-8")) for file in files]
    nodes = [node for tree in trees for node in ast.walk(tree)]
    names = [alias.name for node in nodes if isinstance(node, ast.Import) for alias in node.names]
    names += [node.module for node in nodes if isinstance(node, ast.ImportFrom)]
    tops = {name.partition(".")[0] for name in names} - sys.stdlib_module_names - set(OURS)
    homes = metadata.packages_distributions()
    found = {homes[top][0].lower() for top in tops if top in homes}
    return {PARTS.get(name, name) for name in found}


def test_uv_run_installs_what_users_need_only():
    assert PROJECT["tool"]["uv"]["default-groups"] == []


def test_users_get_every_package_that_our_folders_import():
    used = imported("agents", "batch_runs", "learning", "model")
    assert {"mesa", "solara"} < used
    assert used <= distributions(USERS + EXTRAS)


def test_users_get_no_package_that_nothing_imports():
    used = imported("agents", "batch_runs", "learning", "model")
    assert distributions(USERS) - used <= FOR_A_LIMIT | READ_AS_FILES
