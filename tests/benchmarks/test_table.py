"""The table of goals, read from a file of made-up figures."""

import pytest

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
