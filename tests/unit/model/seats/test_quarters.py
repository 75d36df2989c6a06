"""A seat in a market over years: orders and their limits, abatement, projects, compliance."""

import numpy as np
import pytest

from model.seats import FieldError, take_seat
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
