"""The table of goals, read from a file of made-up figures."""

from tests.benchmarks import table


def test_figures_stand_beside_their_goals(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    table.add("tables", "some table", [{"way": "a", "seconds": 1.0}])
    about = {"unit": "times", "command": "uv run it"}
    table.add("goals", "fast enough", about | {"now": 1.0, "at_least": 10})
    table.add("goals", "fast enough", about | {"now": 12.0, "at_least": 10})  # measured again
    table.add("goals", "too slow", about | {"now": 0.31, "at_most": 0.3})
    rows = table.beside_goals(table.known()["goals"])
    assert [(row["figure"], row["goal"], row["now"], row["reached"]) for row in rows] == [
        ("fast enough", "≥ 10", "12", "yes"),
        ("too slow", "≤ 0.3", "0.31", "no"),
    ]
    assert "too slow     ≤ 0.3  0.31" in table.lined_up(rows)


def test_every_entry_names_the_command_that_measures_it_again(tmp_path, monkeypatch, record):
    monkeypatch.chdir(tmp_path)
    record("figure", 3, unit="s", at_most=5)
    assert table.known()["goals"]["figure"] == {
        "now": 3.0,
        "unit": "s",
        "at_most": 5,
        "command": 'uv run --group dev pytest -m benchmark "tests/benchmarks/test_table.py::'
        'test_every_entry_names_the_command_that_measures_it_again"',
    }
