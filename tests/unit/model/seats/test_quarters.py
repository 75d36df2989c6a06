"""A seat in a market over years: orders and their limits, abatement, projects, compliance."""

import numpy as np
import pytest

from model.seats import FieldError, take_seat
from model.seats.emissions_sizes import sized
from model.systems.emissions_trading import EmissionsTrading

EXCHANGES = ("call", "order_book", "regulated")


def seat_in(quarters=2, **values):
    model = EmissionsTrading(rng=7, n_firms=6, **values)
    for _ in range(quarters):
        model.step()
    return take_seat(model, 2)


NO_BID = {"volume_1": 0}
"""A bid for nothing; one that is left empty is the firm's own."""


def own(seat):
    return seat.model.firms[seat.row]


@pytest.mark.parametrize("exchange", EXCHANGES)
def test_an_order_buys_no_more_than_it_asks_for_and_no_dearer(exchange):
    seat, volume = seat_in(exchange=exchange), 2.0
    seat.submit(NO_BID | {"trade": "buy", "trade_volume": volume, "trade_limit": 120.0})
    assert 0.0 < own(seat).bought <= volume * (1.0 + 1e-9)
    assert own(seat).trade_payment <= 120.0 * own(seat).bought
    seat.submit(NO_BID | {"trade": "buy", "trade_volume": volume, "trade_limit": 1.0})
    assert own(seat).bought == 0.0


@pytest.mark.parametrize("exchange", EXCHANGES)
def test_an_order_sells_no_more_than_the_firm_holds_and_no_cheaper(exchange):
    seat = seat_in(exchange=exchange, initial_bank=20.0)
    held = own(seat).permits
    seat.submit(NO_BID | {"trade": "sell", "trade_volume": 2.0 * held, "trade_limit": 5.0})
    assert -held * (1.0 + 1e-9) <= own(seat).bought < 0.0
    assert own(seat).trade_payment <= 5.0 * own(seat).bought
    assert own(seat).permits >= -1e-9
    seat.submit(NO_BID | {"trade": "sell", "trade_volume": 1.0, "trade_limit": 200.0})
    assert own(seat).bought == 0.0


def test_an_order_at_the_price_of_the_market_is_served_in_part():
    seat = seat_in()
    price = seat.model.government.carbon_price
    seat.submit(NO_BID | {"trade": "buy", "trade_volume": 50.0, "trade_limit": 1.05 * price})
    assert 0.0 < own(seat).bought < 50.0
    assert seat.model.government.carbon_price == pytest.approx(1.05 * price, rel=1e-5)


def test_whoever_trades_nothing_holds_what_it_won():
    seat = seat_in()
    before = own(seat).permits
    seat.submit({"price_1": 100.0, "volume_1": 1.5, "trade": "none"})
    assert own(seat).bought == 0.0 and own(seat).permits == pytest.approx(before + own(seat).award)
    assert own(seat).award == 1.5


def test_the_price_of_abatement_sets_emissions():
    seat = seat_in()
    facts = {fact["label"]: fact["value"] for fact in seat.facts()}
    seat.submit(NO_BID | {"abate_price": 20.0})
    avoided = 20.0 * facts["Abating 1 €/t further avoids"]
    assert own(seat).emissions == pytest.approx(facts["You will emit"] - avoided)
    seat.submit(NO_BID | {"abate_price": 0.0})
    assert own(seat).abatement_cost == 0.0


def test_projects_begin_at_the_price_that_the_person_names():
    seat = seat_in(projects=2)
    seat.submit(NO_BID | {"project_price": 0.0, "abate_price": 100.0})
    assert own(seat).investment == 0.0
    seat.submit(NO_BID | {"project_price": 150.0, "abate_price": 0.0})
    assert own(seat).investment > 0.0 and own(seat).abatement_cost == 0.0
    assert "project_price" not in {field["name"] for field in seat.form()}  # all are begun


@pytest.mark.parametrize("true_up", [False, True])
def test_a_person_without_permits_is_fined_unless_it_can_buy_them_late(true_up):
    seat = seat_in(quarters=0, true_up=true_up, initial_bank=30.0)
    held = seat.seen.firms[seat.row].permits
    for quarter in range(4):
        first = NO_BID | {"trade": "sell", "trade_volume": held, "trade_limit": 0.0}
        seat.submit(first if quarter == 0 else NO_BID | {"trade": "none"})
    assert (own(seat).shortfall > 0.0) != true_up
    assert (own(seat).bought > 0.0) == true_up
    assert ("fined" in seat.outcome()["sentence"]) != true_up


def test_under_a_tax_there_is_nothing_to_trade():
    seat = seat_in(instrument="tax", tax=40.0)
    assert [field["name"] for field in seat.form()] == ["abate_price"]
    seat.submit({"abate_price": 10.0})
    best = seat.outcome()["best_reply"]
    seat.submit({"abate_price": 40.0})
    assert best["profit"] > seat.rounds[0].profit
    assert seat.outcome()["best_reply"]["profit"] == seat.rounds[1].profit


def test_an_order_needs_a_volume_and_a_limit():
    seat = seat_in()
    with pytest.raises(FieldError) as error:
        seat.submit(NO_BID | {"trade": "buy"})
    assert set(error.value.problems) == {"trade_volume", "trade_limit"}


def test_results_add_up_to_profits_where_money_earns_nothing():
    seat = seat_in(quarters=0, interest=0.0, years=2)
    for _ in range(8):
        seat.submit({"price_1": 60.0, "volume_1": 3.0})
    rows = np.array(seat.model.datacollector.rows(8)[1].profit[:, seat.row])
    assert sum(each.profit for each in seat.rounds) == pytest.approx(rows.sum())


def test_the_seat_is_of_one_firm_that_emits():
    model = EmissionsTrading(rng=1, n_firms=3, n_traders=2)
    with pytest.raises(ValueError, match="from 1 to 3"):
        take_seat(model, 4)


def test_an_empty_form_plays_the_plan_to_the_bit_and_says_so():
    seat = seat_in()
    for _ in range(4):
        assert seat.decide({}).startswith("You bid")
        assert seat.bid == seat.planned_bid() and len(seat.rounds) < 4
        seat.decide({"trade": "plan", "abate_price": ""})
        assert seat.model.firms.rows.tobytes() == seat.twin.firms.rows.tobytes()
        assert seat.outcome()["own"].startswith("Decided by you: nothing.")


def test_a_bid_of_ones_own_is_known_before_the_trade_and_is_not_repaired_unseen():
    seat = seat_in(quarters=0)
    seat.decide({"price_1": "150", "volume_1": "0.1"})
    after, said = {fact["label"]: fact["value"] for fact in seat.facts()}, seat.public()["sentence"]
    assert "You won 0.1 t" in said and f"lack {after['You lack']:.4g} t" in said
    trade = next(field for field in seat.form() if field["name"] == "trade")
    assert f"buy about {seat.own_facts.planned_trade():.4g} t" in trade["choices"][0]["text"]
    seat.decide({"trade": "none"})
    assert own(seat).award == 0.1 and own(seat).bought == 0.0
    outcome = seat.outcome()
    assert (
        outcome["own"] == "Decided by you: the bid, trade on the exchange. As your firm planned: abatement."
    )
    assert "are missing, due in 3 quarters" in outcome["sentence"]


def test_what_was_decided_in_two_forms_is_what_is_submitted_in_one():
    two, one = seat_in(), seat_in()
    two.decide({"price_1": 60.0, "volume_1": 2.0})
    two.decide({"trade": "buy", "trade_volume": 1.0, "trade_limit": 100.0, "abate_price": 30.0})
    one.submit(two.rounds[0].decision)
    assert two.model.firms.rows.tobytes() == one.model.firms.rows.tobytes()
    assert two.rounds[0].decision == one.rounds[0].decision


def test_a_wrong_form_after_the_auction_leaves_the_auction_held():
    seat = seat_in()
    seat.decide({"price_1": 60.0, "volume_1": 2.0})
    with pytest.raises(FieldError) as error:
        seat.decide({"trade": "buy", "trade_volume": "much"})
    assert list(error.value.problems) == ["trade_volume"] and seat.bid["volume_1"] == 2.0 and not seat.rounds


def test_the_plan_buys_what_is_announced_and_less_where_it_is_dearer():
    seat = seat_in(quarters=0)
    seat.decide(NO_BID)
    planned, price = seat.own_facts.planned_trade(), seat.own_facts.price
    seat.decide({"trade": "plan"})
    assert seat.model.government.carbon_price > price  # it is missed in the auction, and bids in the exchange
    assert 0.5 * planned < own(seat).bought < planned


def test_the_market_of_a_seat_is_the_same_one_with_larger_amounts():
    params = EmissionsTrading.Params(initial_bank=30.0, stability="eu", n_traders=2, lot=0.5)
    larger, times = sized(params)
    assert times == 1_000.0 and larger.trader_capital == 1_000.0 * params.trader_capital
    runs = [EmissionsTrading(each, rng=3) for each in (params, larger)]
    for run in runs:
        run.advance(40)
    plain, large = (each.datacollector.model_vars for each in runs)
    for name in ("carbon_price", "foreseen_price"):
        np.testing.assert_allclose(large[name], plain[name], rtol=1e-6)
    for name in ("emissions", "bank", "total_profit", "revenue"):
        np.testing.assert_allclose(large[name], 1_000.0 * np.array(plain[name]), rtol=1e-6, atol=1e-3)


def test_amounts_that_are_large_enough_or_from_a_file_stay(tmp_path):
    large = EmissionsTrading.Params(baseline=1e6)
    assert sized(large) == (large, 1.0)
    path = tmp_path / "mine.csv"
    path.write_text("name,share,choke_price\nMill,0.5,200\nPlant,0.5,150\n")
    mine = EmissionsTrading.Params(emitters=str(path))
    assert sized(mine) == (mine, 1.0)
