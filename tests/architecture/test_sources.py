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
MOST_LINES, MOST_LINES_OF_A_FUNCTION = 300, 45
MOST_BY_POSITION = 4
"""Fields of a named tuple that may be given by position."""
PICTURES = ("solara", "altair", "mesa.visualization", "ipyvue", "ipyvuetify", "reacton", "matplotlib")
FINE_OF_NUMPY_RANDOM = {"bit_generator", "Generator", "PCG64", "SeedSequence", "default_rng"}


@cache
def parse(source):
    """Syntax tree of a source."""
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


def nodes(*kinds):
    """Every node of these kinds in all sources, as (its place, "file:line", and the node)."""
    for source in SOURCES:
        for node in ast.walk(parse(source)):
            if isinstance(node, kinds):
                yield f"{source}:{getattr(node, 'lineno', 1)}", node


def module_of(source):
    """Name under which a source is imported."""
    return source.removesuffix(".py").removesuffix("/__init__").replace("/", ".")


def test_there_are_sources_of_every_layer():
    assert {source.split("/")[0].removesuffix(".py") for source in SOURCES} == set(LAYERS)


def test_imports_follow_the_arrows():
    against = []
    for source in SOURCES:
        layer = source.split("/")[0].removesuffix(".py")
        for name, node in imports(parse(source)):
            top = name.split(".")[0]
            if (top in LAYERS or top == "tests") and top not in LAYERS[layer]:
                against.append(f"{source}:{node.lineno} imports {name}")
    assert not against


def import_graph(nodes_of):
    """Module -> those of our modules that it imports in the nodes that ``nodes_of`` finds in its tree."""
    modules = {module_of(source): source for source in SOURCES}
    graph = {}
    for module, source in modules.items():
        counted = {id(node) for node in nodes_of(parse(source))}
        names = {name for name, node in imports(parse(source)) if id(node) in counted}
        graph[module] = {n if n in modules else n.rpartition(".")[0] for n in names} & set(modules)
    return graph


def circles(graph):
    """Groups of modules that import each other, be it by way of others.

    >>> circles({"a": {"b"}, "b": {"c"}, "c": {"b"}, "d": {"d"}})
    [['b', 'c'], ['d']]
    """
    reached = {}
    for module in graph:
        waiting, found = list(graph[module]), set()
        while waiting:
            following = waiting.pop()
            if following not in found:
                found.add(following)
                waiting.extend(graph[following])
        reached[module] = found
    groups = {tuple(sorted(o for o in reached[m] if m in reached[o])) for m in graph if m in reached[m]}
    return sorted(map(list, groups))


def test_no_module_imports_itself_by_way_of_others():
    graph = import_graph(outside_functions)
    assert sum(map(len, graph.values())) > len(graph)
    assert not circles(graph)


def test_no_import_inside_a_function_hides_a_circle():
    assert not circles(import_graph(ast.walk))


def test_a_circle_is_seen():
    graph = {"a": {"b"}, "b": {"c"}, "c": {"b"}, "d": {"d"}, "e": {"a"}}
    assert circles(graph) == [["b", "c"], ["d"]]


def test_imports_are_absolute():
    assert not [place for place, node in nodes(ast.ImportFrom) if node.level]


def test_only_the_views_draw_pictures_when_imported():
    heavy = []
    for source in SOURCES:
        if source.startswith("model/views/") or source == "app.py":
            continue
        early = {id(node) for node in outside_functions(parse(source))}
        for name, node in imports(parse(source)):
            if id(node) in early and f"{name}.".startswith(
                tuple(f"{picture}." for picture in (*PICTURES, "model.views"))
            ):
                heavy.append(f"{source}:{node.lineno} imports {name} when it is imported")
    assert not heavy


def test_no_module_imports_a_private_name_of_another():
    found = [
        f"{source}:{node.lineno} imports {name}"
        for source in SOURCES
        for name, node in imports(parse(source))
        if name.split(".")[0] in LAYERS and re.match(r"_[A-Za-z]", name.rpartition(".")[2])
    ]
    assert not found


def test_sweeps_do_not_import_pictures():
    """Modules that a worker of a sweep imports, in a fresh process."""
    script = (
        "import sys, model.systems, model.scenarios, model.systems.bidding.equilibrium\n"
        f"print([name for name in sys.modules if name.startswith({PICTURES})])"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, timeout=PATIENCE, check=True
    )
    assert done.stdout.strip() == "[]"


def test_chance_comes_from_streams_and_seeds_only():
    hidden = []
    for source in SOURCES:
        for name, node in imports(parse(source)):
            if name.split(".")[0] == "random" or name.startswith("numpy.random."):
                hidden.append(f"{source}:{node.lineno} imports {name}")
    for place, node in nodes(ast.Attribute):
        path = dotted(node)
        if re.match(r"(np|numpy)\.random\.", path) and path.split(".")[2] not in FINE_OF_NUMPY_RANDOM:
            hidden.append(f"{place} uses {path}")
        if re.match(r"(self|model|self\.model)\.random$", path):
            hidden.append(f"{place} uses {path}")
    for place, node in nodes(ast.Call):
        if dotted(node.func).endswith("random.default_rng") and not (node.args or node.keywords):
            hidden.append(f"{place}: default_rng() without a seed")
    assert not hidden


def test_only_the_modules_that_compile_import_numba():
    """Others may take the names of types for their signatures."""
    compilers = tuple(
        f"learning/{name}.py" for name in ("jit", "passing", "lanes", "direct", "lowering", "callees")
    )
    others = []
    for source in SOURCES:
        for name, node in imports(parse(source)):
            if name.split(".")[0] == "numba" and name != "numba.types" and source not in compilers:
                others.append(f"{source}:{node.lineno} imports {name}")
    assert not others


def test_compiling_does_not_change_results():
    options = [place for place, node in nodes(ast.keyword) if node.arg in ("fastmath", "parallel")]
    names = [place for place, node in nodes(ast.Name) if node.id == "prange"]
    assert not options + names


def test_no_file_is_too_long():
    lines = {source: (ROOT / source).read_text(encoding="utf-8").count("\n") for source in SOURCES}
    assert not {source: count for source, count in lines.items() if count > MOST_LINES}


def test_no_function_is_too_long():
    lines = {
        f"{place} {node.name}": node.end_lineno - node.lineno + 1
        for place, node in nodes(ast.FunctionDef, ast.AsyncFunctionDef)
    }
    assert not {function: count for function, count in lines.items() if count > MOST_LINES_OF_A_FUNCTION}


def test_settings_are_read_by_name():
    """A rule reads ``settings[AT.alpha]``: with a number, a knob declared in between would change the rule."""
    by_number = []
    for place, node in nodes(ast.Subscript):
        name = getattr(node.value, "id", getattr(node.value, "attr", ""))
        parts = (node.slice.lower, node.slice.upper) if isinstance(node.slice, ast.Slice) else (node.slice,)
        if name in ("settings", "numbers") and any(type(getattr(part, "value", "")) is int for part in parts):
            by_number.append(f"{place} {ast.unparse(node)}")
    assert not by_number


def named_tuples():
    """Full names of the named tuples that are declared as classes."""
    for source in SOURCES:
        for node in ast.walk(parse(source)):
            if isinstance(node, ast.ClassDef) and "NamedTuple" in [getattr(b, "id", "") for b in node.bases]:
                yield f"{module_of(source)}.{node.name}"


def test_named_tuples_with_many_fields_are_built_by_name():
    """Otherwise a field declared in between would shift the others, which are often of one type."""
    tuples, by_position = set(named_tuples()), []
    assert tuples
    for source in SOURCES:
        module, tree = module_of(source), parse(source)
        known = {name for name, _ in imports(tree)} | {t for t in tuples if t.rpartition(".")[0] == module}
        short = {name.rpartition(".")[2] for name in known & tuples}
        for node in ast.walk(tree):
            built = getattr(node.func, "id", "") if isinstance(node, ast.Call) else ""
            if built in short and len(node.args) > MOST_BY_POSITION:
                by_position.append(f"{source}:{node.lineno} {built}")
    assert not by_position


def public(tree, inside=""):
    """Public functions and classes of a module, methods included, as (name, node)."""
    for node in tree.body:
        if isinstance(
            node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef
        ) and not node.name.startswith("_"):
            yield inside + node.name, node
            if isinstance(node, ast.ClassDef):
                yield from public(node, f"{node.name}.")


def test_everything_public_is_documented():
    missing = [source for source in SOURCES if not ast.get_docstring(parse(source))]
    for source in SOURCES:
        for name, node in public(parse(source)):
            if not ast.get_docstring(node):
                missing.append(f"{source}:{node.lineno} {name}")
    assert not missing


def test_nothing_is_called_manager_or_the_like():
    vague = re.compile(r"(Agent|Manager|Helper|Utils?)$")
    assert not [f"{place} {node.name}" for place, node in nodes(ast.ClassDef) if vague.search(node.name)]


def test_nothing_is_left_to_do():
    left = re.compile(r"\b(TODO|FIXME|XXX|HACK)\b|NotImplementedError")
    assert not [source for source in SOURCES if left.search((ROOT / source).read_text(encoding="utf-8"))]


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


def test_pages_read_models_in_a_context_that_compiles_nothing():
    """A page that is drawn with the bare lock compiles what it calls, for minutes: `RunController.reading`."""
    pages = [source for source in SOURCES if source.startswith("model/views/") and "/live/" not in source]
    assert [source for source in pages if "run.lock" in (ROOT / source).read_text(encoding="utf-8")] == []
