"""model/EQUATIONS.md: every equation leads to a function and a test that exist, and every one cited is
listed.
"""

import ast
import importlib
import re
from operator import attrgetter
from pathlib import Path

ROOT = Path(__file__).parents[2]
INDEX = ROOT / "model" / "EQUATIONS.md"
ONE = r"\d+\.\d+"
MANY = rf"{ONE}(?:(?:\s*[-–]\s*|,\s*|\s+and\s+){ONE})*"


def expand(text):
    """Numbers of the equations in ``text``: "2.3-2.5, 2.7" means 2.3, 2.4, 2.5 and 2.7."""
    found = set()
    for first, last in re.findall(rf"({ONE})(?:\s*[-–]\s*({ONE}))?", text):
        section, start = first.split(".")
        end = (last or first).split(".")[1]
        found |= {f"{section}.{k}" for k in range(int(start), int(end) + 1)}
    return found


def rows():
    """Cells of the table's rows that name a function."""
    lines = INDEX.read_text(encoding="utf-8").splitlines()
    cells = [
        [cell.strip() for cell in line.strip().strip("|").split("|")]
        for line in lines
        if line.startswith("|")
    ]
    return [row for row in cells if any("`" in cell for cell in row)]


def named(pattern):
    """Names in backticks in the index that match a pattern."""
    return sorted({match for row in rows() for cell in row for match in re.findall(rf"`({pattern})`", cell)})


def cited():
    """Equations of [Esmaeili2021] cited in the code, with the file."""
    for folder in ("learning", "agents", "model"):
        for file in sorted((ROOT / folder).rglob("*.py")):
            text = file.read_text(encoding="utf-8")
            for numbers in re.findall(rf"Esmaeili2021,\s*Eqs?\.\s*({MANY})", text):
                for number in expand(numbers):
                    yield number, file.relative_to(ROOT).as_posix()


def test_every_row_names_a_function_and_a_test():
    assert rows()
    for row in rows():
        text = " ".join(row)
        assert re.search(r"`[\w.]+:[\w.]+`", text), row
        assert re.search(r"`tests/[\w/]+\.py::\w+`", text), row


def function_exists(name):
    """Whether ``module:attribute`` can be imported."""
    module, _, attribute = name.partition(":")
    try:
        return attrgetter(attribute)(importlib.import_module(module)) is not None
    except (ImportError, AttributeError):
        return False


def is_a_test(name):
    """Whether ``file::function`` is in the tests."""
    file, _, function = name.partition("::")
    if not (ROOT / file).is_file():
        return False
    tree = ast.parse((ROOT / file).read_text(encoding="utf-8"))
    return function in {node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)}


def test_every_function_named_exists():
    names = named(r"[\w.]+:[\w.]+")
    assert names
    assert not [name for name in names if not function_exists(name)]


def test_every_test_named_exists():
    names = named(r"tests/[\w/]+\.py::\w+")
    assert names
    assert not [name for name in names if not is_a_test(name)]


def test_what_is_missing_is_seen():
    here = "tests/architecture/test_equations.py"
    assert function_exists("model.accounts:issue") and is_a_test(f"{here}::test_ranges_are_read")
    assert not function_exists("model.accounts:issued_by_nobody") and not function_exists(
        "model.nothing:issue"
    )
    assert not is_a_test(f"{here}::test_nothing") and not is_a_test("tests/nothing.py::test_ranges_are_read")


def test_every_equation_cited_in_the_code_is_listed():
    listed = {number for row in rows() for number in expand(row[0])}
    assert not {(number, file) for number, file in cited() if number not in listed}


def test_ranges_are_read():
    assert expand("2.3-2.5, 2.7") == {"2.3", "2.4", "2.5", "2.7"}
    assert expand("2.9–2.12") == {"2.9", "2.10", "2.11", "2.12"}
