"""The contract of every seat: a file in `model/seats` with a registered class passes it."""

import json

import numpy as np
import pytest

from agents.population import as_numbers
from model.accounts import cash_missing, permits_missing
from model.base import SYSTEMS
from model.seats import SEATS, FieldError, play_again, take_seat
from model.seats.forms import number_field

HEAD_START = 3
ROUNDS = 4

of_every_seat = pytest.mark.parametrize("name", list(SEATS))


def seat_in(name, firm=2, seed=5, **values):
    """A seat among firms that have played a little; learners, where the system's firms learn."""
    learns = {"learner": "q_learning", "behaviour": "q_learning"}
    known = SYSTEMS[name].Params.all_knobs()
    model = SYSTEMS[name](rng=seed, **{k: v for k, v in learns.items() if k in known}, **values)
    for _ in range(HEAD_START):
        model.step()
    return take_seat(model, firm)


def others_changed(seat):
    """The learner's decision with less in it, so that it is another one."""
    advice = seat.advise()
    return {k: v / 2 if k.startswith("price") else v for k, v in advice.items()}


def numbers_of(model):
    """All numbers of firms and government."""
    return np.concatenate([as_numbers(rows).ravel() for pair in model.ledgers() for rows in pair])


@of_every_seat
def test_whoever_decides_as_the_learner_gets_what_it_gets_to_the_bit(name):
    seat = seat_in(name)
    for _ in range(ROUNDS):
        seat.submit(seat.advise())
        assert numbers_of(seat.model).tobytes() == numbers_of(seat.twin).tobytes()
    assert [each.profit for each in seat.rounds] == [each.learner for each in seat.rounds]
    collected = seat.model.datacollector.model_vars, seat.twin.datacollector.model_vars
    np.testing.assert_array_equal(*(np.array(list(each.values())) for each in collected))


@of_every_seat
def test_the_twin_is_the_market_without_the_person(name):
    seat, alone = seat_in(name), seat_in(name).twin
    for _ in range(ROUNDS):
        seat.submit(others_changed(seat))
        alone.step()
    assert numbers_of(seat.twin).tobytes() == numbers_of(alone).tobytes()


@of_every_seat
def test_chance_does_not_depend_on_what_the_person_does(name):
    seat = seat_in(name)
    for _ in range(ROUNDS):
        seat.submit(others_changed(seat))
    assert numbers_of(seat.model).tobytes() != numbers_of(seat.twin).tobytes()
    drawn = [each.draw_chance(1) for each in (seat.model, seat.twin)]
    for mine, theirs in zip(*drawn, strict=True):
        np.testing.assert_array_equal(mine, theirs)


@of_every_seat
def test_the_same_decisions_bring_the_same_results(name):
    seat = seat_in(name)
    for _ in range(2):
        seat.submit(others_changed(seat))
    again = play_again(json.loads(json.dumps(seat.record())))
    assert again.rounds == seat.rounds


@of_every_seat
def test_permits_and_money_are_conserved(name):
    seat = seat_in(name)
    for _ in range(ROUNDS):
        seat.submit(others_changed(seat))
        for ledger in seat.model.ledgers():
            assert abs(permits_missing(*ledger)) < 1e-6 and abs(cash_missing(*ledger)) < 1e-6


@of_every_seat
def test_the_best_reply_brings_no_less_than_the_person_earned(name):
    seat, gains = seat_in(name), []
    assert seat.outcome() is None
    for _ in range(ROUNDS):
        seat.submit(others_changed(seat))
        outcome = seat.outcome()
        gains.append(outcome["best_reply"]["profit"] - outcome["profit"])
        brought = seat.earned(seat.replay(outcome["best_reply"]["decision"]), seat.before)
        assert brought == pytest.approx(outcome["best_reply"]["profit"], abs=1e-9)
    assert min(gains) >= 0.0 and max(gains) > 0.0


@of_every_seat
def test_the_parts_of_a_profit_add_up_and_the_summary_adds_up_rounds(name):
    seat = seat_in(name)
    assert seat.summary() is None
    for _ in range(ROUNDS):
        seat.submit(others_changed(seat))
        seat.outcome()
        last = seat.rounds[-1]
        assert sum(last.parts.values()) == pytest.approx(last.profit, abs=1e-9)
        assert sum(last.learner_parts.values()) == pytest.approx(last.learner, abs=1e-9)
    told = json.loads(json.dumps(seat.summary(), allow_nan=False))
    outcome = seat.outcome()
    assert (told["rounds"], told["profit"], told["learner"]) == (
        ROUNDS,
        outcome["total"],
        outcome["learner_total"],
    )
    assert told["best"] >= told["profit"]
    for total in ("profit", "learner"):  # parts of less than a cent are left out
        assert sum(part[total] for part in told["parts"]) == pytest.approx(told[total], abs=0.05)
    assert seat.stand_in in told["sentence"] and told["because"]


@of_every_seat
def test_who_plays_as_advised_earned_as_much_and_has_no_difference_to_explain(name):
    seat = seat_in(name)
    seat.submit(seat.advise())
    told = seat.summary()
    assert "as much as" in told["sentence"] and told["because"] == ""


@of_every_seat
def test_all_that_is_shown_is_plain_and_complete(name):
    seat = seat_in(name)
    seat.submit(seat.advise())
    shown = json.loads(
        json.dumps([seat.facts(), seat.public(), seat.form(), seat.outcome()], allow_nan=False)
    )
    facts, public, form, outcome = shown
    assert all(set(each) == {"label", "value", "unit", "help"} for each in [*facts, *public["facts"]])
    assert set(public) == {"stage", "sentence", "facts", "picture"}
    assert all(set(field) == set(number_field("", "", "", 0, 1, 0)) for field in form)
    assert outcome["sentence"].endswith(".") and outcome["total"] == outcome["profit"] != 0.0
    picture = outcome["picture"]
    assert picture["kind"] in ("steps", "lines", "bars") and {"mine", "price"} <= {
        s["role"] for s in picture["series"]
    }


@of_every_seat
def test_looking_changes_nothing(name):
    seat = seat_in(name)
    before = numbers_of(seat.model).tobytes()
    for look in (seat.facts, seat.public, seat.form, seat.advise, seat.outcome, seat.record):
        look()
    assert numbers_of(seat.model).tobytes() == before


@of_every_seat
def test_values_that_are_not_allowed_are_named_and_change_nothing(name):
    seat = seat_in(name)
    before = numbers_of(seat.model).tobytes()
    number = next(field for field in seat.form() if field["kind"] == "number")
    for wrong in ("much", -1.0, number["high"] * 2.0, float("nan"), True, [1.0]):
        with pytest.raises(FieldError) as error:
            seat.submit(seat.advise() | {number["name"]: wrong})
        assert list(error.value.problems) == [number["name"]] and number["label"] in str(error.value)
    with pytest.raises(FieldError, match="no such field"):
        seat.submit(seat.advise() | {"bribe": 1.0})
    assert numbers_of(seat.model).tobytes() == before and not seat.rounds


@of_every_seat
def test_there_is_a_place_for_every_firm_that_emits_only(name):
    model = seat_in(name).model
    for firm in (0, len(model.firms) + 1, 1.5, "1"):
        with pytest.raises(ValueError, match="must be a whole number from 1 to"):
            take_seat(model, firm)
    assert take_seat(model, len(model.firms)).facts()
