"""What holds for every game of a class: whatever people and bots submit, and whoever leaves."""

import copy
import json
import random

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import model.classroom.games  # noqa: F401 - fills GAMES
from learning.knobs import ParameterError
from model.classroom.base import GAMES, SubmissionError

SEATS = 3
NONSENSE = (None, "", "twelve", "1e999", "nan", float("inf"), -1, 10**400, True, [1], {"x": 1}, 1e-9)
SMALL = {
    "sealed_bid": {"permits": 2},
    "clock": {"permits": 2, "increment": 10.0},
    "order_book": {"emissions": 4},
    "years": {"years": 2},
}
"""Settings with which a round is short."""
TREATMENTS = {
    "sealed_bid": [
        {},
        {"auction": "vcg", "phi": 0.8},
        {"auction": "discriminatory", "steps": 2},
        {"reserve_price": 30},
    ],
    "order_book": [
        {},
        {"phi": 0.3, "penalty": 10},
        {"allocation": "concentrated"},
        {"bots": "zero_intelligence"},
    ],
    "years": [{}, {"years": 1, "exchange": "none"}, {"projects": 2, "banking": False}],
    "clock": [{}, {"closing": "rationed"}, {"value_rule": "falling", "phi": 0.8}, {"reserve_price": 20}],
}


def make(name, seed=1, **changes):
    return GAMES[name](SMALL[name] | changes, SEATS, seed)


def outputs(game):
    """All that a game tells; fails for what JSON cannot hold."""
    seats = range(game.seats)
    told = {
        "public": game.public(),
        "facts": [game.facts(seat) for seat in seats],
        "forms": [game.form(seat) for seat in seats],
        "outcomes": [game.outcome(seat) for seat in seats],
        "submitted": [bool(game.has_submitted(seat)) for seat in seats],
        "bots": [game.play_bot(seat) for seat in seats],
        "results": game.results(),
        "rows": game.rows(),
        "at_once": game.trades_at_once,
    }
    return json.dumps(told, allow_nan=False)


def some_values(form, chance):
    """A submission that fills in every field of a form within its limits."""
    values = {}
    for field in form:
        if field["kind"] == "number":
            steps = int((field["high"] - field["low"]) / field["step"])
            values[field["name"]] = round(field["low"] + field["step"] * chance.randint(0, steps), 9)
        elif field["kind"] == "choice":
            values[field["name"]] = chance.choice(field["choices"])
        else:
            values[field["name"]] = chance.random() < 0.3
    return values


def some_event(game, chance):
    """An event that may be allowed or not, as (method, arguments)."""
    if not game.is_open:
        return "open_round", (chance.choice(TREATMENTS[game.name]),)
    seat, kind = chance.randrange(game.seats), chance.random()
    if kind < 0.15:
        return "close_stage", ()
    if kind < 0.35:
        return "submit", (seat, game.play_bot(seat))
    if kind < 0.38:
        return "shock", (chance.choice((*NONSENSE, 20, 50, -30)),)
    values = some_values(game.form(seat), chance)
    if kind < 0.55 and values:
        values[chance.choice(list(values))] = chance.choice(NONSENSE)
    if kind > 0.95:
        values["no_such_field"] = 1
    return "submit", (seat if kind < 0.93 else chance.choice((-1, game.seats, "0")), values)


def apply(game, event):
    """Apply an event; whether it was refused."""
    try:
        getattr(game, event[0])(*event[1])
    except SubmissionError:
        return True
    return False


def conserved(game):
    return game.missing() == pytest.approx((0.0, 0.0), abs=1e-6)


@pytest.mark.parametrize("name", GAMES)
@settings(max_examples=12)
@given(seed=st.integers(0, 2**32))
def test_any_sequence_of_events_conserves_and_those_allowed_replay_to_the_same_bits(name, seed):
    chance, game, allowed = random.Random(seed), make(name, seed), []
    for _ in range(40):
        event = some_event(game, chance)
        before = outputs(game)
        if apply(game, event):
            assert outputs(game) == before, "a refused submission is seen"
        else:
            allowed.append(event)
        assert conserved(game)
    replayed = make(name, seed)
    for event in allowed:
        apply(replayed, event)
    for each in (game, replayed):
        while each.is_open:
            each.close_stage()
    assert outputs(replayed) == outputs(game)


def play_bots(game, rounds=1, treatment=(), watch=lambda game: None):
    """Let bots play rounds in all seats."""
    for _ in range(rounds):
        game.open_round(dict(treatment))
        for _ in range(300):
            for seat in list(range(game.seats)) * (6 if game.trades_at_once else 1):
                values = game.play_bot(seat)
                if values is not None:
                    game.submit(seat, values)
            watch(game)
            if game.close_stage():
                break
            watch(game)
        assert not game.is_open, "a round of bots does not end"
    return game


@pytest.mark.parametrize("name", GAMES)
def test_bots_play_rounds_to_their_end(name):
    game = play_bots(make(name), rounds=2)
    assert [each["round"] for each in game.results()] == [1, 2]
    assert {row["seat"] for row in game.rows()} == set(range(SEATS))
    for measures in (each["measures"] for each in game.results()):
        assert all(set(each) == {"value", "unit", "theory"} for each in measures.values())


@pytest.mark.parametrize("name", GAMES)
def test_bots_change_nothing_and_choose_the_same_again(name):
    game = make(name)
    game.open_round({})
    before = outputs(game)
    assert [game.play_bot(seat) for seat in range(SEATS)] == [game.play_bot(seat) for seat in range(SEATS)]
    assert outputs(game) == before


@pytest.mark.parametrize("name", GAMES)
def test_a_seat_sees_nothing_of_the_private_facts_of_others(name):
    game = make(name)

    def seen(game):
        return json.dumps([game.facts(0), game.form(0), game.outcome(0), game.public()])

    def watch(game):
        if not game.is_open:
            return
        other, before = copy.deepcopy(game), seen(game)
        for attribute in game.private:
            values = getattr(other, attribute)
            values[1:] = np.asarray(values)[1:] * 0.5
        assert seen(other) == before

    assert game.private
    play_bots(game, watch=watch)


@pytest.mark.parametrize("name", GAMES)
def test_submissions_of_others_stay_secret_until_the_stage_is_over(name):
    game, chance = make(name), random.Random(1)
    game.open_round({})

    def seen():
        told = [game.facts(0), game.form(0), game.outcome(0), game.play_bot(0)]
        return json.dumps(told[:3] if game.trades_at_once else [*told, game.public()])

    before = seen()
    game.submit(1, some_values(game.form(1), chance))
    assert seen() == before


def told_of(name, changes):
    """All that is told while bots play, the settings themselves left out; None if these are not allowed together."""
    told = []
    try:
        game = make(name, **changes)
    except ParameterError:
        return None
    play_bots(game, watch=lambda game: told.append(json.loads(outputs(game))))
    told.append(json.loads(outputs(game)))
    for each in told:
        for result in each["results"]:
            result.pop("settings")
        for row in each["rows"]:
            for knob in game.settings.knobs():
                row.pop(knob, None)
    return json.dumps([told, game.play_learners()])


def other_values(knob):
    """Allowed values of a knob that differ from its default."""
    if knob.choices is not None:
        return [each for each in knob.choices if each != knob.default]
    if knob.type is bool:
        return [not knob.default]
    middle = knob.type((knob.default + knob.high) / 2)
    return [each for each in (middle, knob.low, knob.high) if each not in (None, knob.default)]


TOGETHER = {
    ("sealed_bid", "learner"): {"bots": "learned"},
    ("clock", "learner"): {"bots": "learned"},
    ("years", "demand_change"): {"demand_change_in": 2},
    ("years", "demand_change_in"): {"demand_change": 0.5},
}
"""Settings under which a knob has an effect."""


@pytest.mark.parametrize(
    ("name", "knob"), [(name, knob) for name, game in GAMES.items() for knob in game.Settings.knobs()]
)
def test_every_treatment_changes_something(name, knob):
    with_it = TOGETHER.get((name, knob), {})
    usual = told_of(name, with_it)
    declared = GAMES[name].Settings.knobs()[knob]
    assert any(
        told_of(name, with_it | {knob: value}) not in (None, usual) for value in other_values(declared)
    )


@pytest.mark.parametrize("name", GAMES)
def test_settings_are_checked_and_wrong_ones_change_nothing(name):
    knob, value = next(iter(TREATMENTS[name][1].items()))
    with pytest.raises(ParameterError, match=knob):
        make(name, **{f"{knob}s": value})
    game = make(name)
    before = outputs(game)
    for wrong in ({knob: "no such value"}, {"no_such_knob": 1}):
        with pytest.raises(ParameterError):
            game.open_round(wrong)
    assert outputs(game) == before
    game.open_round({knob: value})
    assert getattr(game.settings, knob) == value
    with pytest.raises(ValueError, match="not over"):
        game.open_round({})


@pytest.mark.parametrize("name", GAMES)
def test_wrong_seats_and_closed_rounds_are_refused(name):
    with pytest.raises(ValueError, match="seats"):
        GAMES[name]({}, 1, 1)
    game = make(name)
    with pytest.raises(SubmissionError, match="No round"):
        game.submit(0, {})
    with pytest.raises(ValueError, match="no round"):
        game.close_stage()
    for wrong in (-1, SEATS, "0", None, True):
        with pytest.raises(SubmissionError, match="seat"):
            game.form(wrong)


@pytest.mark.parametrize("name", GAMES)
def test_every_game_is_introduced_and_has_experiments_beside_it(name):
    game = make(name)
    assert game.title and game.question.endswith("?")
    for finding in game.published():
        assert {"source", "treatment", "measure", "sign", "low", "high", "unit", "setting", "here"} == set(
            finding
        )
