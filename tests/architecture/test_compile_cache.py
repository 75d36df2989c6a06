"""Every rule of ours can be kept on disk, and an edit of a file without rules compiles none of them."""

import ast
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from learning.compile_cache import NO_RULES, RULE_FOLDERS
from tests.waiting import PATIENCE

ROOT = Path(__file__).parents[2]
DECORATORS = {"jit", "rule", "kernel"}

READ = """
import importlib, json, sys
from learning.fingerprint import UnknownContentError, fingerprint
from learning.jit import Kernel

def read(function):
    try:
        return fingerprint(function.function if isinstance(function, Kernel) else function)
    except UnknownContentError as error:
        return f"unknown: {error}"

named = json.load(sys.stdin)
read_all = {m: {n: read(getattr(importlib.import_module(m), n)) for n in names} for m, names in named.items()}
print(json.dumps({f"{m}.{name}": found for m, names in read_all.items() for name, found in names.items()}))
"""
"""Prints the fingerprint of every rule named on standard input."""


def sources(root):
    return sorted(file for folder in RULE_FOLDERS for file in (root / folder).rglob("*.py"))


def imported(tree):
    """Decorators of rules that a file imports, by the names it gives them."""
    found = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and node.module == "learning.jit":
            found |= {each.asname or each.name: each.name for each in node.names if each.name in DECORATORS}
    return found


def rules_in(tree):
    """Rules of a module: name -> decorators of a function, or the call in ``name = rule(function)``."""
    known, found = imported(tree), {}
    for node in tree.body:
        if isinstance(node, ast.FunctionDef):
            found[node.name] = [each for each in node.decorator_list if decorator(each) in known]
        elif isinstance(node, ast.Assign) and decorator(node.value) in known:
            found[node.targets[0].id] = [node.value]
    return {name: nodes for name, nodes in found.items() if nodes}


def decorator(node):
    """Name of what decorates or is called."""
    return getattr(node.func if isinstance(node, ast.Call) else node, "id", None)


def parse(file):
    return ast.parse(file.read_text(encoding="utf-8"))


def module_of(file, root=ROOT):
    return ".".join(file.relative_to(root).with_suffix("").parts)


def rules():
    """Names of all rules by module."""
    found = {module_of(file): list(rules_in(parse(file))) for file in sources(ROOT)}
    return {module: names for module, names in found.items() if names}


def fingerprints(root):
    """Fingerprint of every rule, read in another process from the sources in ``root``."""
    environment = os.environ | {"PYTHONPATH": str(root), "PYTHONDONTWRITEBYTECODE": "1"}
    done = subprocess.run(
        [sys.executable, "-c", READ],
        cwd=root,
        env=environment,
        input=json.dumps(rules()),
        capture_output=True,
        text=True,
        timeout=PATIENCE,
    )
    assert not done.returncode, done.stderr
    return json.loads(done.stdout)


@pytest.fixture(scope="module")
def here():
    return fingerprints(ROOT)


def offences(file):
    """Uses of the decorators that the other tests would not see."""
    tree = parse(file)
    names = imported(tree)
    seen = {id(part) for nodes in rules_in(tree).values() for node in nodes for part in ast.walk(node)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Name) and node.id in names and id(node) not in seen:
            yield node.lineno, f"{node.id} of what is not a function of the module"
        if isinstance(node, ast.Import) and any(each.name == "learning.jit" for each in node.names):
            yield node.lineno, "import the decorators by name"
    if names and NO_RULES in file.parts:
        yield 1, "views hold no rules"


def test_rules_are_functions_of_modules_and_no_view_holds_one():
    """A rule made inside a function would be looked at in none of these tests."""
    found = [(file.relative_to(ROOT).as_posix(), *each) for file in sources(ROOT) for each in offences(file)]
    assert not found


def test_every_rule_reads_only_values_that_have_a_digest(here):
    assert len(here) == sum(map(len, rules().values())) > 0
    assert not {name: found for name, found in here.items() if found.startswith("unknown")}


@pytest.fixture(scope="module")
def copy(tmp_path_factory):
    root = tmp_path_factory.mktemp("sources")
    for folder in RULE_FOLDERS:
        shutil.copytree(ROOT / folder, root / folder, ignore=shutil.ignore_patterns("__pycache__"))
    return root


METRIC = '''

@metric("share")
def one_more(government, firms):
    """A metric more."""
    return 1.0
'''


def test_edits_of_files_without_rules_change_no_rule_and_of_a_file_with_rules_only_those_that_read_it(
    here, copy
):
    edited = [file for file in sources(copy) if not rules_in(parse(file))]
    assert {"model.metrics", "model.base", "learning.jit"} < {module_of(file, copy) for file in edited}
    for file in edited:
        more = METRIC if file == copy / "model" / "metrics.py" else ""
        file.write_text(f"# A comment.\n{file.read_text(encoding='utf-8')}{more}", encoding="utf-8")
    assert fingerprints(copy) == here

    file = copy / "learning" / "q_learning.py"
    file.write_text(
        file.read_text(encoding="utf-8").replace("\n\n\n@", "\n# A comment.\n\n\n@"), encoding="utf-8"
    )
    found = fingerprints(copy)
    changed = {name for name in here if found[name] != here[name]}
    assert changed == {name for name in here if name.startswith("learning.q_learning.")}
