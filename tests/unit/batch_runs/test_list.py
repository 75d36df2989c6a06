import json
import re

import pytest

from batch_runs import catalogue
from batch_runs.commands import list as list_command
from batch_runs.experiments import experiments, read_experiment
from learning.base import LEARNERS
from learning.knobs import Knob, ParameterError
from learning.registry import Registry
from model.base import SYSTEMS
from model.scenarios import scenarios
from tests.unit.batch_runs.conftest import ROOT


def test_everything_is_listed(carbon):
    done = carbon("list")
    assert done.code == 0
    for names in (SYSTEMS, scenarios(), LEARNERS, experiments()):
        assert all(name in done.out for name in names)
    assert tuple(catalogue.sections()) == list_command.NAMES


ELSEWHERE = {
    "chart": "shown on the page",
    "kind of event": "shown on the page",
    "part of a policy": "shown on the page, by carbon run and carbon compare",
    "tab of a page": "shown on the page",
    "system with a seat": "its page has a tab to play a firm",
    "presentation of system": "shown on the page",
    "action box": "argument of the environments",
    "measure": "vocabulary of lessons, model/lessons/README.md",
    "policy": "output of a network",
    "schedule": "setting of trainings",
    "learner of a government": "setting of trainings",
    "game": "opened by carbon class",
}
"""Kinds of registries whose names are no choice of a system, and where they are seen instead."""


def test_every_registry_is_listed_or_seen_elsewhere():
    declared = {
        kind
        for folder in ("learning", "agents", "model", "batch_runs")
        for file in (ROOT / folder).rglob("*.py")
        for kind in re.findall(
            r"^[A-Z_]+ = [A-Z]\w+\(\"([a-z ]+)\"\)$", file.read_text(encoding="utf-8"), re.M
        )
    }
    singular = {name.removesuffix("s") for name in catalogue.sections()}
    listed = {kind for kind in declared if kind in catalogue.registries() or kind in singular}
    assert {"learner", "auction format", "system", "metric", "replication", "way of issuing"} <= listed
    assert declared == listed | ELSEWHERE.keys()
    assert not listed & ELSEWHERE.keys()


@pytest.mark.parametrize("kind", catalogue.registries())
def test_every_part_of_a_registry_stands_in_its_section(kind):
    rows = catalogue.sections()[catalogue.section_of(kind)]()
    named = {row["name"] for row in rows}
    assert set(catalogue.registries()[kind]) <= named


def test_a_section_lists_each_part_once_and_those_of_one_system():
    rows = catalogue.parts_in("auctions")
    assert len({(row["name"], row["kind"]) for row in rows}) == len(rows)
    assert {row["kind"] for row in rows if row["name"] == "vcg"} == {"auction format", "package auction"}
    assert {row["kind"] for row in catalogue.parts_in("policies", "grid")} == {
        "enterprise policy",
        "government policy",
    }
    assert catalogue.parts_in("policies", "learning_bidders") == []


def test_a_registry_of_a_new_kind_gets_a_section(monkeypatch):
    moods, town = Registry("mood"), SYSTEMS["two_tier"].Params
    moods.register("merry")(type("Merry", (), {"__doc__": "Sings."}))
    knobs = town.all_knobs() | {"mood": Knob("merry", choices=moods)}
    monkeypatch.setattr(town, "all_knobs", lambda: knobs)
    rows = catalogue.sections()["moods"]()
    assert rows == [{"name": "merry", "kind": "mood", "knobs": 0, "about": "Sings."}]


def test_every_knob_is_listed_with_default_range_unit_and_source(carbon):
    rows = json.loads(carbon("list", "knobs", "--system", "learning_bidders", "--json").out)["knobs"]
    assert [row["name"] for row in rows] == list(SYSTEMS["learning_bidders"].Params.all_knobs())
    phi = next(row for row in rows if row["name"] == "phi")
    assert (phi["default"], phi["allowed"], phi["unit"]) == (0.9, "0.01 to 2", "share")
    assert "Esmaeili2021" in phi["source"] and "permits issued" in phi["help"]


def test_markdown_is_a_table(carbon):
    lines = carbon("list", "metrics", "--markdown").out.splitlines()
    assert (
        lines[0] == "## Metrics"
        and lines[2] == "| name | unit | about |"
        and lines[3] == "| --- | --- | --- |"
    )
    assert {line.count("|") for line in lines[2:] if line} == {4}


def test_plugin_appears(carbon, plugin):
    assert "shading" in carbon("list", "firms", "--plugin", plugin(plugin.SHADING)).out


@pytest.mark.parametrize(
    ("text", "message"),
    [("import nothing_of_the_kind", "line 1: ModuleNotFoundError"), ("x = (", "line 1: SyntaxError")],
)
def test_failing_plugin_is_reported_with_its_line(carbon, plugin, text, message):
    done = carbon("list", "--plugin", plugin(text))
    assert done.code == 2 and f"mine.py, {message}" in done.err


def test_unknown_section_and_system(carbon):
    assert "did you mean 'knobs'" in carbon("list", "knob").err
    assert carbon("list", "--system", "nonsense").code == 2


@pytest.mark.parametrize("name", experiments())
def test_named_sweep_can_be_planned(name):
    found = experiments()[name]
    assert found.title and found.source and found.about and found.plan().runs
    assert name not in SYSTEMS and name not in scenarios()


def test_named_sweep_is_run_and_changed_by_options(carbon, tmp_path):
    done = carbon(
        "sweep",
        "phi_uniform_discriminatory",
        "phi=0.8",
        "--seeds",
        1,
        "--periods",
        100,
        "--out",
        tmp_path / "a",
    )
    assert done.code == 0 and "2 of 2 runs" in done.out
    file = tmp_path / "mine.toml"
    file.write_text(
        'title = "t"\nsystem = "learning_bidders"\nperiods = 50\nwindow = 5\n[axes]\nphi = "0.8:1:0.1"\n'
    )
    assert "3 of 3 runs" in carbon("sweep", file, "--out", tmp_path / "b").out


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ('title = "t"\nsystem = "learning_bidders"\n', "heading 'axes' is missing"),
        ('title = "t"\n[axes]\nphi = 1\n', "give either system or scenario"),
        ('title = "t"\nsystem = "x"\nseed = 3\n[axes]\n', "did you mean 'seeds'"),
        ('title = "t"\nsystem = "x"\nseeds = 0\n[axes]\n', "seeds = 0: must be a whole number of at least 1"),
        ('title = "t"\nsystem = "x"\naxes = 3\n', "axes must be a table"),
        ("title = ", "not a readable TOML file"),
    ],
)
def test_bad_file_is_named(tmp_path, text, message):
    file = tmp_path / "mine.toml"
    file.write_text(text)
    with pytest.raises(ParameterError, match=r"mine\.toml") as error:
        read_experiment(file)
    assert message in str(error.value)
