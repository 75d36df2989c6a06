"""The clock of a class, by hand."""

import itertools

import numpy as np
import pytest

import model.classroom.games  # noqa: F401 - fills GAMES
from model.classroom.base import GAMES, SubmissionError


def played(demands, **changes):
    """Two seats that can use four permits each; four for sale, at 10, 12, 14, … € each. demands : a pair per price."""
    game = GAMES["clock"]({"permits": 4, "phi": 0.5, "reserve_price": 10.0} | changes, 2, 1)
    game.open_round({})
    game.values = np.array([[40.0, 40.0, 40.0, 40.0], [30.0, 30.0, 13.0, 11.0]])
    for number, pair in enumerate(demands, start=1):
        for seat, demand in enumerate(pair):
            if game.form(seat):
                game.submit(seat, {"demand": demand})
        assert game.close_stage() == (number == len(demands))
    return game


def test_the_clock_stops_when_no_more_is_wanted_than_is_for_sale():
    game = played([(4, 4), (4, 3), (2, 2)])
    assert game.sold.clearing_price == 14.0
    assert game.sold.award.tolist() == [2.0, 2.0]
    assert [game.outcome(seat)["profit"] for seat in range(2)] == [80 - 28, 60 - 28]


def test_what_the_last_rise_leaves_over_stays_unsold():
    game = played([(4, 4), (4, 3), (2, 1)])
    assert game.sold.award.tolist() == [2.0, 1.0]
    assert game.sold.clearing_price == 14.0
    assert game.results()[0]["measures"]["sold"]["value"] == 3.0


def test_or_goes_to_those_who_wanted_it_before_at_the_price_before():
    game = played([(4, 4), (4, 3), (2, 1)], closing="rationed")
    assert game.sold.clearing_price == 12.0
    assert game.sold.award.sum() == 4.0
    assert game.sold.award[0] >= 2.0 and game.sold.award[1] >= 1.0


def test_a_start_without_excess_demand_sells_at_the_reserve_price():
    game = played([(2, 1)])
    assert (game.sold.clearing_price, game.sold.award.tolist()) == (10.0, [2.0, 1.0])


def test_at_the_highest_value_permits_are_rationed():
    game = GAMES["clock"]({"permits": 4, "phi": 0.5, "value_max": 12.0, "reserve_price": 11.0}, 2, 1)
    game.open_round({})
    for _ in range(2):
        for seat in range(2):
            game.submit(seat, {"demand": 4})
        over = game.close_stage()
    assert over
    assert (game.sold.clearing_price, game.sold.award.tolist()) == (12.0, [2.0, 2.0])


def test_nobody_may_want_more_than_before():
    game = GAMES["clock"]({"permits": 4}, 2, 1)
    game.open_round({})
    game.submit(0, {"demand": 3})
    game.submit(1, {"demand": 4})
    game.close_stage()
    with pytest.raises(SubmissionError, match="between 0 and 3"):
        game.submit(0, {"demand": 4})


def test_who_says_nothing_wants_as_many_as_before_and_who_has_left_is_not_asked():
    game = GAMES["clock"]({"permits": 4}, 3, 1)
    game.open_round({})
    game.submit(0, {"demand": 4})
    game.submit(1, {"demand": 4})  # the third seat says nothing at the first price
    game.close_stage()
    assert game.form(2) == [] and game.has_submitted(2)
    game.submit(0, {"demand": 3})
    game.close_stage()
    assert game.demands[-1] == [3.0, 4.0, 0.0]


def test_to_want_less_at_once_keeps_the_price_down():
    game = played([(4, 4), (4, 3), (2, 2)])
    # with two permits from the start the first seat meets demands of 4, 3 and 2: the clock stops at 14 €, as it did;
    # with one it stops at 12 €, and with none it gets nothing
    assert game.outcome(0)["best_reply"] == 2 * (40 - 14)
    # the second seat meets 4, 4 and 2: less than two permits bring it no lower price
    assert game.outcome(1)["best_reply"] == 2 * (30 - 14)


def test_truthful_bots_stop_the_clock_just_above_the_highest_value_that_gets_nothing():
    game = GAMES["clock"]({"value_rule": "falling", "increment": 0.5, "phi": 0.5}, 5, 3)
    game.open_round({})
    over = False
    while not over:
        for seat in range(5):
            if game.form(seat):
                game.submit(seat, game.play_bot(seat))
        over = game.close_stage()
    rejected = np.sort(game.values, axis=None)[::-1][game.supply]
    assert game.results()[0]["measures"]["price"]["value"] == rejected + 0.5


@pytest.mark.parametrize("closing", ["last_demand", "rationed"])
def test_no_plan_that_the_clock_can_judge_does_better_than_the_best_reply(closing):
    game = GAMES["clock"](
        {"value_rule": "falling", "permits": 3, "increment": 8.0, "closing": closing, "phi": 0.5}, 3, 4
    )
    game.open_round({})
    over = False
    while not over:
        for seat in range(3):
            if game.form(seat):
                game.submit(seat, game.play_bot(seat))
        over = game.close_stage()
    stages = len(game.demands)
    for seat in range(3):
        others = np.delete(np.array(game.demands), seat, axis=1).sum(axis=1)
        found = [0.0]
        for plan in itertools.product(range(4), repeat=stages):
            end = game.end_with(others + np.array(plan))
            if end < stages and all(np.diff(plan) <= 0):
                demands = np.array(game.demands[: end + 1])
                demands[:, seat] = plan[: end + 1]
                found.append(game.profit_from(game.clear(demands), seat))
        assert game.outcome(seat)["best_reply"] == pytest.approx(max(found))


@pytest.mark.parametrize(("closing", "price", "sold"), [("last_demand", 14.0, 5.0), ("rationed", 12.0, 6.0)])
def test_a_shock_stops_the_clock_as_soon_as_there_is_enough(closing, price, sold):
    game = GAMES["clock"]({"permits": 4, "phi": 0.5, "reserve_price": 10.0, "closing": closing}, 2, 1)
    game.open_round({})
    game.values = np.array([[40.0] * 4, [30.0] * 4])
    for number, pair in enumerate([(4, 4), (4, 2), (4, 1)]):
        if number == 2:
            assert game.shock(75) == "Shock: 7 permits for sale in this auction, no longer 4."
        for seat, demand in enumerate(pair):
            game.submit(seat, {"demand": demand})
        assert game.close_stage() == (number == 2)
    assert (game.sold.clearing_price, game.sold.award.sum()) == (price, sold)
    assert game.course()["series"][-1]["points"] == [[10.0, 4], [12.0, 4], [14.0, 7]]
    # with seven for sale from the start the clock would have stopped at 12 €, but there were four
    assert game.outcome(0)["best_reply"] == pytest.approx(game.profit(0))
