"""The house rules, read from the sources: who may import whom, no hidden chance, no file or function too
long.
"""

import ast
import os
import re
import subprocess
import sys
from functools import cache
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from tests.waiting import PATIENCE

ROOT = Path(__file__).parents[2]
LAYERS = {
    "learning": {"learning"},
    "agents": {"learning", "agents"},
    "model": {"learning", "agents", "model"},
    "batch_runs": {"learning", "agents", "model", "batch_runs"},
    "app": {"learning", "agents", "model", "batch_runs"},
}
"""Folder -> which of our folders it may import."""

SOURCES = sorted(
    file.relative_to(ROOT).as_posix()
    for folder in LAYERS
    for file in ([ROOT / "app.py"] if folder == "app" else (ROOT / folder).rglob("*.py"))
    if file.exists()
)
MOST_LINES, MOST_LINES_OF_A_FUNCTION = 320, 60
PICTURES = ("solara", "altair", "mesa.visualization", "ipyvue", "ipyvuetify", "reacton", "matplotlib")
FINE_OF_NUMPY_RANDOM = {"Generator", "PCG64", "SeedSequence", "default_rng"}

of_every_source = pytest.mark.parametrize("source", SOURCES)


@cache
def parse(source):
    return ast.parse((ROOT / source).read_text(encoding="utf-8"), source)


def imports(tree):
    """Names of the modules imported anywhere in the tree, with the node."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from ((alias.name, node) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            module = node.module or ""
            yield from ((f"{module}.{alias.name}", node) for alias in node.names)


def outside_functions(tree):
    """Nodes that run when the module is imported."""
    waiting = [tree]
    while waiting:
        node = waiting.pop()
        yield node
        if not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda):
            waiting.extend(ast.iter_child_nodes(node))


def dotted(node):
    """``np.random.rand`` of an attribute node; empty if it does not start with a name."""
    parts = []
    while isinstance(node, ast.Attribute):
        parts.append(node.attr)
        node = node.value
    return ".".join([node.id, *reversed(parts)]) if isinstance(node, ast.Name) else ""


@of_every_source
def test_imports_follow_the_arrows(source):
    layer = source.split("/")[0].removesuffix(".py")
    for name, node in imports(parse(source)):
        top = name.split(".")[0]
        if top in LAYERS or top == "tests":
            assert top in LAYERS[layer], f"{source}:{node.lineno} imports {name}"


@of_every_source
def test_imports_are_absolute(source):
    for node in ast.walk(parse(source)):
        if isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{source}:{node.lineno}"


@of_every_source
def test_only_the_views_draw_pictures_when_imported(source):
    if source.startswith("model/views/") or source == "app.py":
        return
    tree = parse(source)
    early = {id(node) for node in outside_functions(tree)}
    for name, node in imports(tree):
        if id(node) in early:
            heavy = [p for p in (*PICTURES, "model.views") if name == p or name.startswith(p + ".")]
            assert not heavy, f"{source}:{node.lineno} imports {name} when it is imported"


def test_no_module_imports_a_private_name_of_another():
    found = [
        f"{source}:{node.lineno} imports {name}"
        for source in SOURCES
        for name, node in imports(parse(source))
        if name.split(".")[0] in LAYERS and re.match(r"_[A-Za-z]", name.rpartition(".")[2])
    ]
    assert not found


def test_sweeps_do_not_import_pictures():
    """What a worker of a sweep imports: seen in a fresh process."""
    script = (
        "import sys, model.systems, model.scenarios, model.systems.bidding.equilibrium\n"
        f"print([name for name in sys.modules if name.startswith({PICTURES})])"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, timeout=PATIENCE, check=True
    )
    assert done.stdout.strip() == "[]"


@of_every_source
def test_chance_comes_from_streams_and_seeds_only(source):
    tree = parse(source)
    for name, node in imports(tree):
        assert name.split(".")[0] != "random", f"{source}:{node.lineno}"
        assert not name.startswith("numpy.random."), f"{source}:{node.lineno}"
    for node in ast.walk(tree):
        path = dotted(node) if isinstance(node, ast.Attribute) else ""
        if re.match(r"(np|numpy)\.random\.", path):
            assert path.split(".")[2] in FINE_OF_NUMPY_RANDOM, f"{source}:{node.lineno} uses {path}"
        assert not re.match(r"(self|model|self\.model)\.random$", path), f"{source}:{node.lineno} uses {path}"
        if isinstance(node, ast.Call) and dotted(node.func).endswith("random.default_rng"):
            assert node.args or node.keywords, f"{source}:{node.lineno}: default_rng() without a seed"


@of_every_source
def test_only_jit_compiles_and_without_changing_results(source):
    tree = parse(source)
    for name, node in imports(tree):
        if name.split(".")[0] == "numba" and source != "learning/jit.py":
            assert name == "numba.types", f"{source}:{node.lineno} imports {name}"
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            for keyword in node.keywords:
                assert keyword.arg not in ("fastmath", "parallel"), f"{source}:{node.lineno}"
        assert not (isinstance(node, ast.Name) and node.id == "prange"), f"{source}:{node.lineno}"


@of_every_source
def test_no_file_is_too_long(source):
    lines = (ROOT / source).read_text(encoding="utf-8").count("\n")
    assert lines <= MOST_LINES


@of_every_source
def test_no_function_is_too_long(source):
    for node in ast.walk(parse(source)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            lines = node.end_lineno - node.lineno + 1
            assert lines <= MOST_LINES_OF_A_FUNCTION, f"{source}:{node.lineno} {node.name} has {lines} lines"


def public(tree, inside=""):
    """Public functions and classes of a module, methods included, as (name, node)."""
    for node in tree.body:
        if isinstance(
            node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef
        ) and not node.name.startswith("_"):
            yield inside + node.name, node
            if isinstance(node, ast.ClassDef):
                yield from public(node, f"{node.name}.")


@of_every_source
def test_everything_public_is_documented(source):
    tree = parse(source)
    assert ast.get_docstring(tree), f"{source} has no docstring"
    missing = [name for name, node in public(tree) if not ast.get_docstring(node)]
    assert not missing


@of_every_source
def test_nothing_is_called_manager_or_the_like(source):
    for node in ast.walk(parse(source)):
        if isinstance(node, ast.ClassDef):
            assert not re.search(r"(Agent|Manager|Helper|Utils?)$", node.name), (
                f"{source}:{node.lineno} {node.name}"
            )


@of_every_source
def test_nothing_is_left_to_do(source):
    text = (ROOT / source).read_text(encoding="utf-8")
    assert not re.search(r"\b(TODO|FIXME|XXX|HACK)\b|NotImplementedError", text)


def tracked():
    """Texts of all files under version control, by path."""
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True)
    if listed.returncode:
        pytest.skip("not a git checkout")
    for name in filter(None, listed.stdout.split("\0")):
        file = ROOT / name
        if file.is_file():
            yield name, file.read_text(encoding="utf-8", errors="ignore")


def package_hosts():
    """Hosts this machine installs packages from, and the usual ones."""
    named = [os.environ.get(name, "") for name in os.environ if re.search("INDEX|REGISTRY", name)]
    hosts = {urlsplit(url).hostname for text in named for url in text.split()} - {None}
    return hosts | {"py" + "pi.org", "files.python" + "hosted.org", "registry.npm" + "js.org"}


def test_no_file_names_this_machine_or_a_package_host():
    places = {str(ROOT), *(str(Path.home()) + end for end in "/\"'\n")} - {"/"}
    found = [
        (name, text) for name, content in tracked() for text in (*places, *package_hosts()) if text in content
    ]
    assert not found
