"""Fixtures by which benchmarks print their tables and record what they measured beside its goal.

Everything goes to ``benchmarks.json`` in the present folder, which `tests.benchmarks.table` prints.
"""

import pytest

from tests.benchmarks import table


def pytest_addoption(parser):
    """Let `tests.benchmarks.table` leave out tests that only print."""
    parser.addoption(
        "--figures", action="store_true", help="only benchmarks that measure a figure with a goal"
    )


def pytest_collection_modifyitems(config, items):
    """Leave out the tests that record no figure, if asked to."""
    if config.getoption("--figures", default=False):
        others = [item for item in items if "record" not in getattr(item, "fixturenames", ())]
        config.hook.pytest_deselected(items=others)
        items[:] = [item for item in items if item not in others]


@pytest.fixture
def record(request):
    """Function that keeps one figure beside its goal, with the command that measures it again.

    record(name, now, at_least=…, unit=…) or record(name, now, at_most=…, unit=…). It asserts nothing: the test does,
    with the margin that noise needs.
    """

    def keep(name, now, *, unit, at_least=None, at_most=None):
        if (at_least is None) == (at_most is None):
            raise TypeError(f"{name}: takes at_least or at_most, one of them")
        goal = {"at_most": at_most} if at_least is None else {"at_least": at_least}
        command = f'uv run --group dev pytest -m benchmark "{request.node.nodeid}"'
        table.note_figure(
            name, table.state_of_machine(), float(now), {"unit": unit, "command": command} | goal
        )

    return keep


@pytest.fixture
def report(capsys):
    """Function that prints a table (list of dicts) under a title and keeps it."""

    def tell(title, rows):
        table.add("tables", title, rows)
        with capsys.disabled():
            print(f"\n\n{title}\n{table.lined_up(rows)}")

    return tell
