"""ODD protocols: complete for every system, and made from the program they describe."""

import re
from importlib.metadata import version

import pytest

import model.systems  # noqa: F401 - fills SYSTEMS
from model.base import SYSTEMS
from model.metrics import METRICS
from model.views.odd import CONCEPTS, DETAILS, OVERVIEW, WRITTEN, protocol, scheduled, written

ELEMENTS = [*(f"## {k}. " for k in range(1, 8)), *(f"**{name}.**" for name in (*CONCEPTS, "Observation"))]
"""Headings of the protocol's seven elements and eleven design concepts."""


@pytest.mark.parametrize("system", SYSTEMS)
def test_a_protocol_has_every_element_knob_variable_and_metric(system):
    text, kind = protocol(system), SYSTEMS[system]
    places = [text.index(element) for element in ELEMENTS]
    assert sorted(places[:7]) == places[:7]
    names = [*kind.Params.all_knobs(), *kind.metrics, *kind(rng=1).firms.kind.column_declarations()]
    assert [name for name in names if f"| {name} |" not in text] == []
    assert len(kind.metrics) <= text.count("\n| ") < 1_000
    assert METRICS[kind.metrics[0]].help.split("|")[0] in text
    assert all(len(written(system)[element]) > 4 for element in WRITTEN)
    assert (
        "never change" in written(system)[OVERVIEW[1]]
        or "change with the episode" in written(system)[OVERVIEW[1]]
    )
    assert "order" in written(system)[OVERVIEW[2]] and "seed" in written(system)[DETAILS[0]]


@pytest.mark.parametrize("system", SYSTEMS)
def test_names_in_the_texts_are_of_the_program(system):
    kind = SYSTEMS[system]
    known = {*kind.Params.all_knobs(), *kind.metrics, *kind(rng=1).firms.kind.column_declarations()}
    values = {choice for knob in kind.Params.all_knobs().values() for choice in knob.choices or ()}
    text = " ".join(written(system).values())
    names = {name for name in re.findall(r"`([^`]+)`", text) if not name.startswith("carbon ")}
    assert names <= known | values


def test_a_protocol_names_the_program_it_describes():
    assert all(
        f"{name} {version(name)}" in protocol("two_tier") for name in ("carbon-market-abm", "mesa", "numba")
    )


@pytest.mark.parametrize("system", SYSTEMS)
def test_the_schedule_is_that_of_the_program(system):
    steps = dict(scheduled(SYSTEMS[system], SYSTEMS[system].run_period))
    assert len(steps) >= 4
    assert all(about.endswith(".") for about in steps.values())


def test_the_command_writes_a_file(tmp_path, capsys):
    from batch_runs.__main__ import main

    assert main(["odd", "two_tier", "--out", str(tmp_path / "two_tier.md")]) == 0
    assert (tmp_path / "two_tier.md").read_text(encoding="utf-8") == protocol("two_tier")
    assert main(["odd", "nosuch"]) == 2
    assert "unknown system" in capsys.readouterr().err
