"""The order book of a class, by hand."""

import numpy as np
import pytest

import model.classroom.games  # noqa: F401 - fills GAMES
from learning.postponed import interpreting
from model.classroom.base import GAMES, SubmissionError
from model.classroom.order_replies import result_of
from model.systems.emissions_trading.order_book import TICK


@pytest.fixture
def game():
    """Two seats that emit four tonnes each and have two permits; abating costs 1, 2, 3, 4 € or 5, 10, 15, 20 €."""
    made = GAMES["order_book"]({"emissions": 4, "penalty": 18.0}, 2, 1)
    made.open_round({})
    made.costs = np.array([1.0, 5.0])
    made.values = np.array([[4.0, 3.0, 2.0, 1.0], [18.0, 15.0, 10.0, 5.0]])
    return made


def order(game, seat, action, price, volume=1):
    return game.submit(seat, {"action": action, "price": price, "volume": volume})


def permits_and_cash(game):
    return game.ledger.seats.permits.tolist(), game.ledger.seats.cash.tolist()


def test_what_permits_save_are_the_costs_of_abatement_or_the_penalty():
    game = GAMES["order_book"]({"emissions": 4, "penalty": 18.0, "cost_min": 5.0, "cost_max": 5.0}, 2, 1)
    game.open_round({})
    assert game.values.tolist() == [[18.0, 15.0, 10.0, 5.0]] * 2


def test_orders_that_meet_trade_at_once_at_the_price_of_the_older_one(game):
    assert order(game, 1, "buy", 8.0) == "Your bid for 1 permit at 8.00 € stands."
    assert (
        order(game, 0, "sell", 6.0, 2)
        == "You sold 1 permit at 8.00 €. Your ask for 1 permit at 6.00 € stands."
    )
    assert permits_and_cash(game) == ([1.0, 3.0], [8.0, -8.0])
    assert order(game, 1, "buy", 9.0) == "You bought 1 permit at 6.00 €."
    assert permits_and_cash(game) == ([0.0, 4.0], [14.0, -14.0])


def test_at_the_end_seats_abate_what_costs_less_than_the_penalty_and_pay_for_the_rest(game):
    order(game, 0, "sell", 6.0, 2)
    order(game, 1, "buy", 6.0, 1)  # permits: 1 and 3
    assert game.close_stage()
    # the first abates three tonnes for 1 + 2 + 3 €, the second one for 5 €
    assert game.ledger.seats.cash.tolist() == [6.0 - 6.0, -6.0 - 5.0]
    # without trade it would have cost them 1 + 2 and 5 + 10 €
    assert [game.outcome(seat)["profit"] for seat in range(2)] == [3.0, 4.0]
    assert game.ledger.seats.permits.tolist() == [0.0, 0.0]


def test_a_seat_without_permits_pays_the_penalty_where_that_is_cheaper(game):
    order(game, 0, "buy", 11.0, 2)
    order(game, 1, "sell", 11.0, 2)
    game.close_stage()
    # four tonnes: it abates those for 5, 10 and 15 €, and pays 18 € instead of 20 € for the last
    assert game.ledger.seats.cash[1] == 22.0 - 30.0 - 18.0
    assert game.ledger.seats.shortfall.tolist() == [0.0, 1.0]
    assert game.outcome(1)["profit"] == 22.0 - 15.0 - 18.0


def test_measures_stand_beside_the_competitive_market(game):
    order(game, 0, "sell", 6.0, 1)
    order(game, 1, "buy", 6.0, 1)
    game.close_stage()
    found = game.results()[0]["measures"]
    # four permits are worth most as 18 + 15 + 10 + 5 = 48 €; before trade they were worth 7 + 33, after it 4 + 43
    assert found["efficiency"]["value"] == pytest.approx(7 / 8)
    assert found["profit"] == {"value": 7.0, "unit": "€", "theory": 8.0}
    assert found["cost"] == {"value": 58.0 - 47.0, "unit": "€", "theory": 10.0}
    assert found["price"] == {"value": 6.0, "unit": "€/permit", "theory": (4.0 + 5.0) / 2}
    assert found["volume"] == {"value": 1.0, "unit": "permits", "theory": 2.0}


def test_a_new_order_replaces_the_one_before_and_orders_can_be_withdrawn(game):
    order(game, 1, "buy", 8.0)
    order(game, 1, "buy", 7.0)
    assert game.market.quotes() == (7.0, None)
    order(game, 1, "withdraw", 1.0)
    assert game.market.quotes() == (None, None)


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"action": "sell", "price": 5, "volume": 3}, "You have 2 permits, and cannot sell 3"),
        ({"action": "sell", "price": 0, "volume": 1}, "between 0.01"),
        ({"action": "buy", "price": 99, "volume": 1}, "between 0.01"),
        ({"action": "give", "price": 5, "volume": 1}, "none of buy, sell, withdraw"),
    ],
)
def test_a_wrong_order_is_refused_with_what_would_be_right(game, values, words):
    with pytest.raises(SubmissionError, match=words):
        game.submit(0, values)
    assert permits_and_cash(game) == ([2.0, 2.0], [0.0, 0.0])


def test_nobody_trades_with_itself(game):
    order(game, 0, "sell", 6.0)
    with pytest.raises(SubmissionError, match="your own ask"):
        order(game, 0, "buy", 7.0)


def test_all_free_permits_can_go_to_every_second_seat():
    game = GAMES["order_book"]({"emissions": 5, "phi": 0.6, "allocation": "concentrated"}, 5, 1)
    game.open_round({})
    assert game.given.tolist() == [5.0, 0.0, 5.0, 0.0, 5.0]


@pytest.mark.parametrize("bots", ["truthful", "zero_intelligence"])
def test_bots_never_trade_at_a_loss_and_realise_most_of_the_gains(bots):
    game = GAMES["order_book"]({"bots": bots}, 8, 3)
    game.open_round({})
    for _ in range(60):
        for seat in range(8):
            values = game.play_bot(seat)
            if values is not None:
                game.submit(seat, values)
    game.close_stage()
    assert min(game.profit(seat) for seat in range(8)) >= -1e-9
    assert game.results()[0]["measures"]["efficiency"]["value"] > 0.9


def test_the_best_reply_takes_orders_of_others_that_pay_and_leaves_those_that_do_not(game):
    order(game, 1, "buy", 9.0)
    order(game, 0, "sell", 6.0)  # at 9 €, the price of the older order
    order(game, 0, "sell", 7.0)  # nobody takes it
    assert game.outcome(1)["best_reply"] is None  # the market is open
    game.close_stage()
    # a third permit is worth 10 € to the buyer, who need not have bid 9 € for it; a fourth one only 5 €
    assert (game.outcome(1)["profit"], game.outcome(1)["best_reply"]) == (1.0, 4.0)
    # the seller's last permit is worth 3 € to it; there was one bid
    assert (game.outcome(0)["profit"], game.outcome(0)["best_reply"]) == (6.0, 6.0)


def test_an_order_that_stands_meets_those_that_would_have_traded_with_others(game):
    order(game, 1, "buy", 4.0)
    order(game, 0, "sell", 4.0)
    game.close_stage()
    assert game.outcome(0)["best_reply"] == 1.0  # of the bid at 4 €
    assert game.outcome(1)["best_reply"] == 6.0  # as it was


def test_the_others_orders_played_again_bring_what_they_brought():
    game = GAMES["order_book"]({}, 10, 3)
    game.open_round({})
    for seat in list(range(10)) * 12:
        if bid := game.play_bot(seat):
            game.submit(seat, bid)
    game.close_stage()
    tape = np.array(game.market.tape)
    played = [result_of(tape, game.given, seat) for seat in range(10)]
    bought = [game.market.volumes_of(seat) for seat in range(10)]
    assert [held for held, _ in played] == game.final.tolist() and len(game.market.trades) > 10
    assert [-ticks * TICK for _, ticks in played] == pytest.approx([paid for _, _, paid in bought])
    assert all(game.best_reply(seat) >= game.profit(seat) for seat in range(10))
    with interpreting():
        assert [result_of(tape, game.given, seat) for seat in range(10)] == played


def test_a_shock_changes_what_permits_save_from_now_on(game):
    order(game, 1, "buy", 8.0)
    order(game, 0, "sell", 8.0)
    held = permits_and_cash(game)
    assert game.shock(50) == "Shock: abating costs everybody 50 % more from now on."
    assert permits_and_cash(game) == held
    assert game.costs.tolist() == [1.5, 7.5]
    assert game.values.tolist() == [[6.0, 4.5, 3.0, 1.5], [18.0, 18.0, 15.0, 7.5]]  # no more than the penalty
    game.close_stage()
    # the first abates three tonnes for 1.5 + 3 + 4.5 €, where two would have cost 4.5 €; the second one instead of two
    assert [game.profit(seat) for seat in range(2)] == [8.0 - 4.5, -8.0 + 15.0]
    result = game.results()[0]
    assert (
        result["measures"]["price"]["theory"] == 6.75
    )  # all four permits to the second seat, from 6 to 7.5 €
    assert result["picture"]["series"][-1]["points"] == [[1, 0.0], [1, 8.0]]
    game.open_round({})
    assert game.rise == 1.0 and game.highest_price() == 18.0
