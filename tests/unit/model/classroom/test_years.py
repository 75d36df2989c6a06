"""The game over years: seats decide in the places of the firms of `emissions_trading`."""

import numpy as np
import pytest

import model.classroom.games  # noqa: F401 - fills GAMES
from model.classroom.base import GAMES, SubmissionError
from model.classroom.years_replies import ReplySearch
from model.systems.emissions_trading import EmissionsTrading

QUIET = {"years": 2, "common_spread": 0.0, "own_spread": 0.0}
"""Without shocks."""


def opened(seats=3, **settings):
    game = GAMES["years"](QUIET | settings, seats, 1)
    game.open_round({})
    return game


def play_quarter(game, bids=(), trading=()):
    """Play a quarter: decisions by seat; all other seats leave it to their advisers. True if the round is over."""
    for decisions in (dict(bids), dict(trading)):
        for seat in range(game.seats):
            game.submit(seat, decisions.get(seat, {"advice": True}))
        over = game.close_stage()
    return over


def firm(game, seat):
    return game.market.model.firms.rows[seat]


def test_a_class_of_bots_plays_the_system_itself_to_the_last_bit():
    game = GAMES["years"]({"years": 3}, 4, 7)
    game.open_round({})
    market = EmissionsTrading(game.settings.params(4), rng=game.draw("market"))
    while not play_quarter(game):
        pass
    for _ in range(3):
        market.step()
    assert game.prices() == market.datacollector.model_vars["carbon_price"]
    assert game.market.model.firms.numbers.tobytes() == market.firms.numbers.tobytes()


def test_who_says_nothing_is_played_by_the_behaviour():
    silent, advised = opened(), opened()
    silent.close_stage(), silent.close_stage()
    play_quarter(advised)
    assert silent.prices() == advised.prices()


def test_a_high_bid_wins_its_volume_at_the_price_of_the_auction():
    game = opened()
    game.submit(0, {"price": 150.0, "volume": 5.0})
    assert not game.close_stage()
    price = game.seen.government.clearing_price
    own = game.seen.firms.rows[0]
    assert own.award == pytest.approx(5.0)
    assert own.auction_payment == pytest.approx(5.0 * price)
    assert price < 150.0
    assert "You won 5.0 t" in game.outcome(0)["sentence"]
    game.close_stage()
    assert firm(game, 0).award == pytest.approx(5.0)


def test_abatement_is_as_decided():
    game = opened(exchange="none")
    play_quarter(game, trading={0: {"abate_price": 40.0}})
    own = firm(game, 0)
    assert own.emissions == pytest.approx(own.baseline * (1 - 40.0 / own.choke_price))
    assert own.abatement_cost == pytest.approx(0.5 * 40.0 * (own.baseline - own.emissions))


def test_without_permits_a_seat_is_fined_for_every_tonne():
    game = opened(free_share=0.0, exchange="none")
    play_quarter(game, {0: {"price": 20.0, "volume": 0.0}}, {0: {"abate_price": 0.0}})
    own = firm(game, 0)
    assert own.shortfall == pytest.approx(own.baseline)
    assert game.profit(0) == pytest.approx(-100.0 * own.baseline)


def test_permits_that_are_not_used_are_kept_for_later():
    game = opened()
    play_quarter(game, {0: {"price": 150.0, "volume": 30.0}}, {0: {"trade": "none", "abate_price": 30.0}})
    own = firm(game, 0)
    free = own.free_permits
    assert own.permits == pytest.approx(30.0 + free - own.emissions)
    assert own.bought == 0.0


def test_an_order_is_served_within_its_limit_only():
    limits = {0: {"trade": "buy", "trade_volume": 2.0, "trade_limit": 200.0, "abate_price": 30.0}}
    game = opened()
    play_quarter(game, trading=limits)
    own = firm(game, 0)
    assert own.bought == pytest.approx(2.0)
    assert own.trade_payment <= 2.0 * 200.0
    cheap = opened()
    play_quarter(cheap, trading={0: limits[0] | {"trade_limit": 1.0}})
    assert firm(cheap, 0).bought == 0.0


def test_projects_are_begun_at_the_price_that_the_seat_says():
    dear, none = opened(projects=2), opened(projects=2)
    for game, price in ((dear, 150.0), (none, 0.0)):
        assert "project_price" not in [field["name"] for field in game.form(0)]
        game.close_stage()
        assert "project_price" in [field["name"] for field in game.form(0)]
        game.submit(0, {"abate_price": 30.0, "project_price": price})
        game.close_stage()
    assert firm(none, 0).investment == 0.0
    assert firm(dear, 0).investment > 0.0


def test_nobody_sells_what_it_does_not_have():
    game = opened(free_share=0.0)
    game.submit(0, {"price": 20.0, "volume": 0.0})
    game.close_stage()
    order = {"trade": "sell", "trade_volume": 3.0, "trade_limit": 1.0, "abate_price": 30.0}
    with pytest.raises(SubmissionError, match="cannot sell 3 t"):
        game.submit(0, order)


def test_results_stand_beside_the_competitive_price_and_the_least_cost():
    game = opened()
    while not play_quarter(game):
        pass
    found = game.results()[0]["measures"]
    known = game.market.series("foreseen_price").mean()
    assert found["price"]["theory"] == known
    assert found["price"]["value"] == pytest.approx(
        known, rel=0.05
    )  # nothing is unforeseen, and firms plan well
    assert 0.9 < found["efficiency"]["value"] <= 1.0 + 1e-9
    assert found["emissions"]["value"] == pytest.approx(game.seen.setup.cap.sum())
    assert np.isfinite(found["revenue"]["value"])


def careless(years=2):
    """A game whose first seat bids far too much and abates hardly anything; its round is over."""
    game = opened(years=years)
    over = False
    while not over:
        bid = {0: {"price": 100.0, "volume": 30.0}}
        over = play_quarter(game, bid, {0: {"abate_price": 5.0, "trade": "none"}})
    return game


def test_the_round_is_played_again_to_the_last_bit():
    game = careless()
    for seat in range(game.seats):
        own = [(bids[seat], trading[seat]) for bids, trading in game.market.tape]
        assert game.market.replay(seat, own) == game.profit(seat)


def test_the_best_reply_can_be_had_against_the_same_decisions_of_others():
    game = careless()
    search = ReplySearch(game.market, 0)
    while search.go_on():
        pass
    assert search.earned == game.best_reply(0) > game.profit(0) + 1.0
    again = opened(years=2)
    for bid, later in search.plan:
        play_quarter(again, {0: bid or {"advice": True}}, {0: later or {"advice": True}})
    assert again.profit(0) == search.earned


def test_an_outcome_has_the_best_reply_once_it_has_been_searched():
    game = opened(years=1)
    assert not game.think([0])  # while people decide nothing is searched
    play_quarter(game)
    assert game.outcome(0)["best_reply"] is None
    while game.think([0]):
        pass
    assert game.outcome(0)["best_reply"] == game.best_reply(0) >= game.profit(0)
    assert game.outcome(1)["best_reply"] is None


def play_out(game):
    while not play_quarter(game):
        pass
    return game.results()[0]


def test_a_shock_before_the_first_auction_is_a_change_that_everybody_knew_of():
    shocked = opened(years=3)
    values = opened(years=3, demand_change=0.2, demand_change_in=2).settings.params(3).values()
    announced = EmissionsTrading(rng=shocked.draw("market"), **values | {"announced": True})
    assert shocked.shock(20) == "Shock: emissions without abatement rise by 20 % from year 2 on."
    play_out(shocked)
    for _ in range(3):
        announced.step()
    for metric in ("carbon_price", "foreseen_price", "emissions", "bank"):
        expected = np.array(announced.datacollector.model_vars[metric], float)
        assert shocked.market.series(metric) == pytest.approx(expected, rel=1e-9), metric


@pytest.mark.parametrize("stages", [2, 3])
def test_a_shock_changes_emissions_and_prices_from_the_next_year_on(stages):
    """Pressed before the second auction or after it, when its result stands."""
    calm, shocked = opened(years=3), opened(years=3)
    for _ in range(stages):
        calm.close_stage(), shocked.close_stage()
    won = [shocked.outcome(seat)["sentence"] for seat in range(3)]
    shocked.shock(-25)
    assert [shocked.outcome(seat)["sentence"] for seat in range(3)] == won
    baselines = []
    while calm.is_open:
        calm.close_stage(), shocked.close_stage()
        baselines.append([game.market.model.firms.columns.baseline.sum() for game in (calm, shocked)])
    before, after = baselines[0], baselines[-1]
    assert before[0] == before[1] == pytest.approx(60.0)
    assert after[1] == pytest.approx(0.75 * after[0])
    assert shocked.prices()[0] == calm.prices()[0] and shocked.prices()[2] < calm.prices()[2] - 1.0
    assert (shocked.prices()[1] < calm.prices()[1] - 1.0) == (
        stages == 2
    )  # plans of a year precede its auction
    result = shocked.results()[0]
    assert result["shocks"] == [(stages + 1, -25.0)]
    assert result["measures"]["price"]["theory"] < calm.results()[0]["measures"]["price"]["theory"] - 1.0
    mark = result["picture"]["series"][-1]
    assert mark["name"] == "shock: emissions -25 %" and mark["points"][0] == [3, 0.0]
    assert shocked.rows()[-1]["shocks"] == f"-25 % in stage {stages + 1}"
    assert conserved(shocked)


def conserved(game):
    return game.missing() == pytest.approx((0.0, 0.0), abs=1e-6)


@pytest.mark.parametrize("stage", [1, 2, 3])
def test_replies_and_learners_meet_the_same_shock(stage):
    game = opened(years=3, bots="foresight")
    while game.is_open:
        if game.stage == stage:
            game.shock(50)
        game.close_stage()
    assert game.market.replay(0, [(None, None)] * 3) == game.profit(0)
    assert game.play_learners()[0]["measures"] == game.results()[0]["measures"]


@pytest.mark.parametrize(
    ("percent", "words"), [(0, "nothing"), (101, "not between"), ("much", "not a number"), (None, "missing")]
)
def test_a_shock_that_is_not_allowed_changes_nothing(percent, words):
    game = opened()
    with pytest.raises(SubmissionError, match=words):
        game.shock(percent)
    game.close_stage(), game.close_stage()
    with pytest.raises(SubmissionError, match="last year"):
        game.shock(20)
    assert game.shocks == [] and play_out(game)["shocks"] == []
    with pytest.raises(SubmissionError, match="nothing now"):
        game.shock(20)
