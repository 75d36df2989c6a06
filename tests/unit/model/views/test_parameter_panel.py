"""The parameter panel follows from the declarations of the knobs alone."""

import pytest

from agents.firm_table import firms_as_csv
from learning.knobs import Knob
from learning.q_learning import QLearningSettings
from model.base import SYSTEMS
from model.views.controls import event_lines, number_text
from model.views.desk import Desk
from model.views.knobs_shown import groups_shown
from model.views.knobs_shown import shown as panel
from model.views.parameter_panel import field_of, file_line, kind_of_field


def shown(params, **changed):
    groups = groups_shown(params, params().everything() | changed)
    return [name for names in groups.values() for name in names]


@pytest.mark.parametrize("system", list(SYSTEMS))
def test_every_own_knob_is_shown_once(system):
    params = SYSTEMS[system].Params
    names = shown(params)
    assert len(names) == len(set(names))
    assert set(params.knobs()) <= set(names)


def test_knobs_of_a_part_are_shown_when_it_is_chosen():
    params = SYSTEMS["learning_bidders"].Params
    q_learning = {f"q_learning.{name}" for name in QLearningSettings.knobs()}
    assert q_learning <= set(shown(params))
    assert not q_learning & set(shown(params, learner="random"))


@pytest.mark.parametrize(
    ("knob", "kind"),
    [
        (Knob(0.5, low=0, high=1), "slider"),
        (Knob(5, low=1, high=200), "slider"),
        (Knob(5, low=1, high=100_000), "number"),
        (Knob(0.5, low=0), "number"),
        (Knob(True), "switch"),
        (Knob("a", choices=("a", "b")), "choice"),
    ],
)
def test_the_field_suits_the_knob(knob, kind):
    assert kind_of_field(knob, knob.step or (1 if knob.type is int else None)) == kind


def test_a_field_shows_range_unit_default_and_source():
    field = field_of("phi", SYSTEMS["learning_bidders"].Params.knobs()["phi"], 0.85)
    assert (field["low"], field["high"], field["step"], field["value"]) == (0.01, 2.0, 0.01, 0.85)
    assert "From 0.01 to 2 share. Default: 0.9 share." in field["help"] and "Esmaeili2021" in field["help"]


def test_several_changes_within_a_period_count_as_one():
    events = [
        {"step": 5, "name": "phi", "before": 0.9, "after": 0.85},
        {"step": 5, "name": "phi", "before": 0.85, "after": 0.8},
        {"step": 9, "name": "phi", "before": 0.8, "after": 0.9},
    ]
    phi = "Permits issued / needed (phi)"
    assert event_lines(events, "step")[0] == f"after step 9: {phi}: 0.8 → 0.9"
    assert event_lines(events) == [f"after period 9: {phi}: 0.8 → 0.9", f"after period 5: {phi}: 0.9 → 0.8"]


@pytest.mark.parametrize(
    ("value", "unit", "text"),
    [
        (0.123456, "€/t", "0.123"),
        (1234.5, "€", "1,234"),
        (0.204, "share", "20.4"),
        (float("nan"), "", "–"),
        (3, "", "3"),
        (20.0, "coins/t", "20"),
        (78.392, "t", "78.39"),
        (0.0, "t", "0"),
    ],
)
def test_numbers_read_well(value, unit, text):
    assert number_text(value, unit) == text


@pytest.mark.parametrize(
    ("system", "knob", "line"),
    [
        ("learning_bidders", "firms", "5 firms drawn at random"),
        ("supply_chains", "instance", "5 chains of the population"),
        ("two_tier", "ppo_schedule.checkpoint", "no trained bidders loaded"),
    ],
)
def test_without_a_file_the_panel_names_the_default(system, knob, line):
    assert file_line(SYSTEMS[system](rng=1), knob, "") == line


def test_a_file_for_the_next_run_is_not_shown_as_part_of_this_one(tmp_path):
    path = tmp_path / "mine.csv"
    model = SYSTEMS["learning_bidders"](rng=1)
    path.write_text(firms_as_csv(model))
    assert file_line(model, "firms", str(path)) == "mine.csv"
    assert file_line(type(model)(firms=str(path), rng=1), "firms", str(path)) == "mine.csv: 5 firms"


def test_the_panel_names_a_guessed_encoding_with_a_word_to_judge_it_by(tmp_path):
    path = tmp_path / "mine.csv"
    head = "name;selling_price;unit_cost;emission_intensity;full_output"
    path.write_bytes(f"{head}\nHütte;13,5;8;1,8;110\nWerk;12;7;1,6;140\n".encode("cp1252"))
    model = SYSTEMS["learning_bidders"](firms=str(path), rng=1)
    line = file_line(model, "firms", str(path))
    assert "read as cp1252, for example 'Hütte'" in line and line.endswith(": 2 firms")


def test_firms_of_a_file_are_counted_without_traders_and_take_the_place_of_their_number(tmp_path):
    path = tmp_path / "mine.csv"
    path.write_text("name,baseline,choke_price\nMill,50,200\nPlant,50,150\n")
    kind = SYSTEMS["emissions_trading"]
    model = kind(emitters=str(path), n_traders=3, rng=1)
    assert file_line(model, "emitters", str(path)) == "mine.csv: 2 firms"
    for system, knob in {"emissions_trading": "emitters", "learning_bidders": "firms"}.items():
        desk = Desk(SYSTEMS[system])
        try:
            assert "n_firms" in panel(desk)[""] and knob not in panel(desk)[""]
            desk.set_draft({knob: "mine.csv"})
            assert "n_firms" not in panel(desk)[""] and knob in panel(desk)[""]
        finally:
            desk.close()
