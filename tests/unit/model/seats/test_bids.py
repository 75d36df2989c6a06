"""A seat in the auctions of one period: the best reply against every other bid, and what the learner notices."""

import itertools

import numpy as np
import pytest

from model.seats import FieldError, take_seat
from model.seats.schedules import as_fields
from model.systems.learning_bidders import LearningBidders
from model.systems.two_tier import TwoTier


@pytest.mark.parametrize("auction", ["uniform", "discriminatory", "vcg"])
def test_no_schedule_of_two_steps_beats_the_best_reply(auction):
    seat = take_seat(TwoTier(rng=3, auction=auction, n_firms=3, need=3, reserve_price=0.2))
    seat.submit({"price_1": 1.0, "volume_1": 1})
    best = seat.outcome()["best_reply"]["profit"]
    prices = np.linspace(0.0, seat.form()[0]["high"], 12)
    for high, low in itertools.combinations_with_replacement(prices[::-1], 2):
        for first, second in ((1, 1), (1, 2), (2, 1), (3, 0)):
            model = seat.replay(as_fields([high, low], [first, second]))
            assert model.firms[0].profit <= best + 1e-5


@pytest.mark.parametrize("auction", ["uniform", "discriminatory"])
@pytest.mark.parametrize("exchange", ["compulsory", "voluntary"])
def test_no_price_and_volume_beats_the_best_reply_by_much(auction, exchange):
    model = LearningBidders(rng=4, auction=auction, exchange=exchange, n_firms=4, phi=0.8, validity=2)
    model.advance(20)
    seat = take_seat(model, 3)
    seat.submit({"price": 1.5, "volume": 150.0})
    outcome = seat.outcome()
    price, volume = (field["high"] for field in seat.form())
    tried = itertools.product(np.linspace(0.5, price, 15), np.linspace(0.0, volume, 15))
    others = [seat.replay({"price": p, "volume": v}).firms[2].profit for p, v in tried]
    assert max(others) <= outcome["best_reply"]["profit"] + 0.01 * abs(outcome["best_reply"]["profit"])


def test_under_vcg_the_true_values_are_a_best_reply():
    model = TwoTier(rng=2, auction="vcg", need=4, steps=4)
    seat = take_seat(model)
    values = [fact["value"] for fact in seat.facts()][1:3]
    seat.submit(as_fields(np.linspace(*values, 4), [1] * 4))
    assert seat.outcome()["best_reply"]["profit"] == pytest.approx(seat.rounds[0].profit)


@pytest.mark.parametrize("learner", ["roth_erev", "regret_matching", "exp3"])
def test_the_learner_beside_the_person_learns_from_bids_of_its_grid(learner):
    model = LearningBidders(rng=6, learner=learner, n_firms=3)
    seat = take_seat(model, 2)
    for _ in range(3):
        seat.submit(seat.advise())
    for mine, theirs in zip(model.learner.groups, seat.twin.learner.groups, strict=True):
        assert mine.learner.memory.tobytes() == theirs.learner.memory.tobytes()


def test_it_learns_nothing_from_bids_outside_its_grid():
    model = LearningBidders(rng=6, learner="roth_erev", n_firms=3)
    seat = take_seat(model, 2)
    before = model.learner.groups[0].learner.memory[1].copy()
    seat.submit({"price": 0.7321, "volume": 77.0})
    assert model.firms[1].action == -1
    assert (model.learner.groups[0].learner.memory[1] == before).all()


def test_a_schedule_falls_and_asks_for_no_more_than_needed():
    seat = take_seat(TwoTier(rng=1))
    wrong = {
        "volume_2": {"price_1": 5, "volume_1": 8, "price_2": 4, "volume_2": 3},
        "price_2": {"price_1": 5, "volume_1": 4, "price_2": 6, "volume_2": 3},
        "price_1": {"volume_1": 4},
        "volume_1": {"price_1": 5, "volume_1": 2.5},
    }
    for field, values in wrong.items():
        with pytest.raises(FieldError) as error:
            seat.submit(values)
        assert list(error.value.problems) == [field]
    assert seat.submit({"price_1": "5,5", "volume_1": "4"}) == "You bid for 4 t at 5.50 €/t."


@pytest.mark.parametrize(
    ("learner", "word"),
    [
        ("truthful", "price taker"),
        ("q_learning", "learner"),
        ("fixed", "fixed bid"),
        ("random", "random bidder"),
    ],
)
def test_the_stand_in_is_called_what_it_is(learner, word):
    mixed = LearningBidders(rng=1, n_firms=4, learner=f"exp3:1+{learner}:1")
    assert take_seat(mixed, 4).stand_in == word
    assert take_seat(mixed, 1).stand_in == "learner"


def test_a_step_without_permits_is_not_filled_in_for_the_next_round():
    seat = take_seat(TwoTier(rng=1))
    seat.submit({"price_1": 3, "volume_1": 2})
    values = {field["name"]: field["value"] for field in seat.form()}
    assert values == {"price_1": 3.0, "volume_1": 2.0, "price_2": None, "volume_2": None}


def test_firms_know_their_costs_before_they_bid():
    seat = take_seat(TwoTier(rng=1, auction="uniform"), 4)
    told = {fact["label"]: fact["value"] for fact in seat.facts() + seat.public()["facts"]}
    seat.submit({"volume_1": 0})
    assert told["Slope of your abatement cost"] == seat.model.firms[3].cost
    assert told["Permits for sale"] == seat.model.government.cap
