"""The table of goals, read from a file of made-up figures."""

import os

import pytest

from tests.benchmarks import table


def test_figures_stand_beside_their_goals(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    table.add("tables", "some table", [{"way": "a", "seconds": 1.0}])
    about = {"unit": "times", "command": "uv run it"}
    for state, value in (("idle", 1.0), ("busy", 9.0), ("idle", 12.0)):  # measured again
        table.note_figure("fast enough", state, value, about | {"at_least": 10})
    table.note_figure("too slow", "busy", 0.31, about | {"at_most": 0.3})
    rows = table.beside_goals(table.known()["goals"])
    columns = ("figure", "goal", *table.STATES.values(), "reached")
    assert [tuple(row[name] for name in columns) for row in rows] == [
        ("fast enough", "≥ 10", "12", "9", "yes"),
        ("too slow", "≤ 0.3", "–", "0.31", "no"),
    ]
    assert "too slow     ≤ 0.3  –" in table.lined_up(rows)


def test_a_machine_is_busy_by_its_load_per_core(monkeypatch):
    for load, state in ((0.9, "idle"), (table.BUSY, "idle"), (1.01 * table.BUSY, "busy")):
        monkeypatch.setattr("os.getloadavg", lambda load=load: (load * os.cpu_count(), 0.0, 0.0))
        assert table.state_of_machine() == state


def test_every_entry_names_the_command_that_measures_it_again(tmp_path, monkeypatch, record):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("tests.benchmarks.table.state_of_machine", lambda: "idle")
    record("figure", 3, unit="s", at_most=5)
    assert table.known()["goals"]["figure"] == {
        "idle": 3.0,
        "unit": "s",
        "at_most": 5,
        "command": 'uv run --group dev pytest -m benchmark "tests/benchmarks/test_table.py::'
        'test_every_entry_names_the_command_that_measures_it_again"',
    }


def test_the_table_takes_the_place_of_the_last_one():
    document = f"# title\n\n{table.BEGIN}\nold\n\n{table.END}\n\nrest\n"
    rows = [{"figure": "a", "now": "1"}, {"figure": "b", "now": "2"}]
    found = table.put_in(document, table.as_markdown(rows))
    shown = "| figure | now |\n| --- | --- |\n| a | 1 |\n| b | 2 |\n"
    assert found == f"# title\n\n{table.BEGIN}\n{shown}\n{table.END}\n\nrest\n"
    assert table.put_in(found, table.as_markdown(rows)) == found
    with pytest.raises(ValueError, match="no place"):
        table.put_in("# title\n", "| a |\n")


def test_the_readme_has_a_place_for_the_table():
    text = table.README.read_text(encoding="utf-8")
    assert table.put_in(text, "| a |\n").count("| a |") == 1


def test_an_unknown_benchmark_is_refused_with_the_known_ones():
    with pytest.raises(SystemExit, match=r"no benchmark nosuch: there are .*test_sweep_speed"):
        table.measure(["nosuch"])


def test_files_that_only_print_are_not_measured_by_all(tmp_path):
    for name, text in (("printing", "def test_it(report): ..."), ("recording", "record('it', 1.0)")):
        (tmp_path / name).write_text(text)
    assert not table.records(tmp_path / "printing")
    assert table.records(tmp_path / "recording")
