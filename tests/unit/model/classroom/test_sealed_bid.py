"""Sealed bids of a class, by hand."""

import numpy as np
import pytest

import model.classroom.games  # noqa: F401 - fills GAMES
from model.classroom.base import GAMES, SubmissionError
from model.classroom.private_values import equilibrium_bids, largest_value, value_of

BIDS = [(30.0, 2), (20.0, 2), (12.0, 2)]
"""Price, €/t, and permits of three seats, to which a permit is worth 40, 25 and 15 €."""


def played(auction, bids=BIDS, **changes):
    """Three seats that can use two permits each; three permits for sale."""
    game = GAMES["sealed_bid"]({"auction": auction, "permits": 2, "phi": 0.5} | changes, 3, 1)
    game.open_round({})
    game.values = np.array([[40.0, 40.0], [25.0, 25.0], [15.0, 15.0]])
    game.tie_key = np.array([0.9, 0.5, 0.1])  # of equal bids, that of the last seat is served first
    for seat, (price, volume) in enumerate(bids):
        game.submit(seat, {"price": price, "volume": volume})
    assert game.close_stage()
    return game


def measures(game):
    return {name: each["value"] for name, each in game.results()[0]["measures"].items()}


def test_one_price_is_that_of_the_lowest_bid_that_wins():
    game = played("uniform")  # two permits to the first seat, one to the second
    assert [game.outcome(seat)["profit"] for seat in range(3)] == [2 * (40 - 20), 25 - 20, 0]
    assert measures(game)["revenue"] == 60.0


def test_winners_pay_their_own_bids():
    game = played("discriminatory")
    assert [game.outcome(seat)["profit"] for seat in range(3)] == [2 * (40 - 30), 25 - 20, 0]
    assert measures(game)["revenue"] == 80.0


def test_winners_pay_what_their_permits_are_worth_to_others():
    game = played("vcg")  # the first displaces a bid of 20 and one of 12, the second one of 12
    assert [game.outcome(seat)["profit"] for seat in range(3)] == [80 - 32, 25 - 12, 0]


def test_theory_is_the_market_of_true_values():
    result = played("uniform").results()[0]["measures"]
    assert result["price"] == {"value": 20.0, "unit": "€/permit", "theory": 25.0}
    assert result["efficiency"] == {"value": 1.0, "unit": "share", "theory": 1.0}
    assert result["revenue"]["theory"] == 75.0
    assert result["profit"] == {"value": 45.0, "unit": "€", "theory": 30.0}


def test_efficiency_is_the_value_made_of_the_largest_possible():
    wrong = [(10.0, 2), (20.0, 2), (30.0, 2)]  # two permits to the last seat, one to the second
    assert measures(played("uniform", wrong))["efficiency"] == pytest.approx((2 * 15 + 25) / (2 * 40 + 25))


def test_the_best_reply_is_a_tick_above_the_bid_that_has_to_be_beaten():
    game = played("discriminatory")
    assert game.outcome(0)["best_reply"] == pytest.approx(2 * (40 - 20.01))
    assert game.outcome(1)["best_reply"] == pytest.approx(25 - 12.01)
    assert game.outcome(2)["best_reply"] == 0.0


def test_wanting_less_can_be_the_best_reply_under_one_price():
    bids = [(40.0, 2), (25.0, 2), (15.0, 0)]
    game = played(
        "uniform", bids
    )  # with two permits the second seat sets the price itself; with one, nobody does
    assert game.outcome(1)["profit"] == 0.0
    assert game.outcome(1)["best_reply"] == 25.0  # by a bid for one permit at the reserve price of 0 €


def test_truth_is_the_best_reply_under_vcg():
    game = GAMES["sealed_bid"]({"auction": "vcg", "phi": 0.6}, 6, 2)
    game.open_round({})
    for seat in range(6):
        game.submit(seat, game.play_bot(seat))
    game.close_stage()
    for seat in range(6):
        assert game.outcome(seat)["best_reply"] == pytest.approx(game.outcome(seat)["profit"])


def test_no_grid_of_bids_does_better_than_the_best_reply():
    game = played("uniform", [(31.0, 1), (22.5, 2), (12.0, 1)])
    for seat in range(3):
        price, volume = game.price.copy(), game.volume.copy()
        found = []
        for price[seat, 0] in np.arange(0.0, 50.0, 0.25):
            for volume[seat, 0] in (1.0, 2.0):
                found.append(game.profit_from(game.clear(price, volume), seat))
        assert game.outcome(seat)["best_reply"] >= max(found) > 0.0 or max(found) <= 0.0


def test_steps_are_cleared_one_by_one():
    game = GAMES["sealed_bid"]({"permits": 2, "steps": 2, "auction": "discriminatory", "phi": 0.5}, 2, 1)
    game.open_round({})
    game.submit(0, {"price": 30, "volume": 1, "price_2": 10, "volume_2": 1})
    game.submit(1, {"price": 20, "volume": 2})
    game.close_stage()
    assert game.sold.award.tolist() == [1.0, 1.0]
    assert game.sold.payment.tolist() == [30.0, 20.0]


def test_equal_bids_share_in_whole_permits():
    game = played("uniform", [(20.0, 2), (20.0, 2), (20.0, 2)])
    assert sorted(game.sold.award) == [1.0, 1.0, 1.0]


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"price": 20, "volume": 3}, "between 0 and 2"),
        ({"price": 20, "volume": 1.5}, "whole number"),
        ({"price": 20.005, "volume": 1}, "multiple of 0.01"),
        ({"price": "dear", "volume": 1}, "not a number"),
        ({"price": 20}, "missing"),
        ({"price": 4, "volume": 1}, "between 5 and 50"),
        ({"price": 20, "volume": 1, "colour": "red"}, "no field"),
    ],
)
def test_a_wrong_bid_is_refused_with_what_would_be_right(values, words):
    game = GAMES["sealed_bid"]({"permits": 2, "reserve_price": 5}, 3, 1)
    game.open_round({})
    with pytest.raises(SubmissionError, match=words):
        game.submit(0, values)
    assert not game.has_submitted(0)


def test_numbers_come_as_text_with_a_decimal_comma_too():
    game = GAMES["sealed_bid"]({}, 3, 1)
    game.open_round({})
    assert game.submit(0, {"price": "12,5", "volume": "2"}) == "You bid for 2 permits at 12.50 €."


def test_bids_with_two_steps_may_not_ask_for_more_than_can_be_used():
    game = GAMES["sealed_bid"]({"permits": 2, "steps": 2}, 3, 1)
    game.open_round({})
    with pytest.raises(SubmissionError, match="3 permits; you can use 2"):
        game.submit(0, {"price": 20, "volume": 2, "price_2": 10, "volume_2": 1})


def test_one_permit_to_one_of_n_is_bid_for_as_in_the_first_price_auction():
    values = np.array([20.0, 50.0, 100.0])
    assert equilibrium_bids(values, 0.0, 100.0, 5, 1, 0.0) == pytest.approx(values * 4 / 5)  # [Vickrey1961]
    assert equilibrium_bids(values, 0.0, 100.0, 3, 3, 7.0).tolist() == [7.0, 7.0, 7.0]


def test_nobody_gains_from_another_bid_than_that_of_the_equilibrium():
    low, high, n, supply = 10.0, 50.0, 4, 2
    others = np.random.default_rng(1).uniform(low, high, (20_000, n - 1))
    to_beat = np.sort(equilibrium_bids(others.ravel(), low, high, n, supply, 0.0).reshape(others.shape))[
        :, -supply
    ]
    value = 35.0
    own = float(equilibrium_bids([value], low, high, n, supply, 0.0)[0])

    def gain(bid):
        return ((to_beat < bid) * (value - bid)).mean()

    assert max(gain(own + step) for step in (-4.0, -2.0, 2.0, 4.0)) < gain(own)


def test_values_are_added_up():
    assert value_of(np.array([30.0, 20.0, 5.0]), 2) == 50.0
    assert largest_value(np.array([[30.0, 5.0], [20.0, 10.0]]), 3) == 60.0


def test_learned_bots_bid_what_learners_found():
    game = GAMES["sealed_bid"]({"bots": "learned", "permits": 3}, 4, 1)
    game.open_round({})
    bids = [game.play_bot(seat)["price"] for seat in range(4)]
    assert all(0 <= bid <= value for bid, value in zip(bids, game.values[:, 0], strict=True))
    assert bids != game.values[:, 0].tolist()


def test_with_little_information_a_seat_sees_its_own_bid_and_the_price_only():
    game = played("uniform", information="little")
    shown = {series["name"]: series["points"] for series in game.outcome(1)["picture"]["series"]}
    assert shown["your bid"] == shown["bids"] == [[0.0, 20.0], [2.0, 20.0]]
    assert shown["price"] == [[0.0, 20.0], [3.0, 20.0]]
    assert {series["name"] for series in game.public()["picture"]["series"]} == {"permits for sale", "price"}


def test_the_share_of_values_that_is_bid_stands_beside_that_of_the_equilibrium():
    found = played("discriminatory").results()[0]["measures"]["bid_share"]
    assert found["value"] == pytest.approx((2 * 30 + 2 * 20 + 2 * 12) / (2 * 40 + 2 * 25 + 2 * 15))
    assert found["theory"] is None  # bidders with two permits each: not known in closed form
    assert played("vcg").results()[0]["measures"]["bid_share"]["theory"] == 1.0
    one = GAMES["sealed_bid"]({"auction": "discriminatory", "permits": 1, "phi": 0.25}, 4, 1)
    one.open_round({})
    one.values = np.array([[40.0], [30.0], [20.0], [10.0]])
    one.close_stage()
    expected = (
        np.array([30.0, 20.0, 10.0, 0.0]) * 3 / 4 + 10.0
    )  # from 10 €, three quarters of the rest of the value
    assert one.results()[0]["measures"]["bid_share"]["theory"] == pytest.approx(expected.sum() / 100.0)


def test_a_shock_changes_the_permits_for_sale_and_bids_stay():
    game = GAMES["sealed_bid"]({"auction": "uniform", "permits": 2, "phi": 0.5}, 3, 1)
    game.open_round({})
    game.values = np.array([[40.0, 40.0], [25.0, 25.0], [15.0, 15.0]])
    game.submit(0, {"price": 30.0, "volume": 2})
    game.submit(1, {"price": 20.0, "volume": 2})
    assert game.shock(-33) == "Shock: 2 permits for sale in this auction, no longer 3."
    assert game.has_submitted(0)
    with pytest.raises(SubmissionError, match="2 permits would stay"):
        game.shock(10)
    game.close_stage()
    assert game.sold.award.tolist() == [2.0, 0.0, 0.0]  # the second seat wins none of its two permits
    result = game.results()[0]
    assert result["measures"]["price"] == {"value": 30.0, "unit": "€/permit", "theory": 40.0}
    before = [each for each in result["picture"]["series"] if each["role"] == "news"]
    assert [point[0] for point in before[0]["points"]] == [3, 3]
    assert {row["shocks"] for row in game.rows()} == {"-33 % in stage 1"}
    game.open_round({})
    assert game.supply == 3 and game.shocks == []


def test_no_more_permits_come_than_can_be_used():
    game = GAMES["sealed_bid"]({"permits": 2, "phi": 0.8}, 3, 1)
    game.open_round({})
    assert game.shock(100).startswith("Shock: 6 permits")
