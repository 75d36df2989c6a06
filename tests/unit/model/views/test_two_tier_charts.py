"""Charts and what-if of the two-tier auctions: their numbers are those of the auction."""

import numpy as np
import pytest

import model.systems
import model.views.charts  # noqa: F401 - registers the charts
from model.base import SYSTEMS
from model.systems.two_tier.what_if import PRICING_RULES, Book, book_of, profit_curve, repaired
from model.views.charts.base import CHARTS, charts_of
from model.views.live.chart_rows import ChartRows
from model.views.live.feed import plain_rows
from model.views.pages.two_tier.charts.schedules import staircase, value_staircase

NAMES = [view.name for view in charts_of(SYSTEMS["two_tier"])]
RULE_OF = {
    "uniform, lowest accepted": {"auction": "uniform", "uniform.price_rule": "lowest_accepted"},
    "uniform, highest rejected": {"auction": "uniform", "uniform.price_rule": "highest_rejected"},
    "discriminatory": {"auction": "discriminatory"},
    "VCG": {"auction": "vcg"},
}


def played(auctions=5, **parameters):
    market = SYSTEMS["two_tier"](rng=3, **({"policy": "random_schedule"} | parameters))
    market.advance(auctions)
    return market


def test_the_page_has_the_charts_of_the_system():
    assert {"demand_schedule", "stated_demand", "payments_by_rule", "revenue_by_rule", "allocation"} <= set(
        NAMES
    )
    assert {"auction_prices", "efficiency_beside_equal_split", "demand_reduction"} <= set(NAMES)
    others = {view.name for view in charts_of(SYSTEMS["learning_bidders"])}
    assert not others & {"demand_schedule", "allocation", "auction_prices"}


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("auctions", [0, 1, 40])
def test_every_chart_draws_the_rows_it_gives(name, auctions):
    view, market = CHARTS[name], played(auctions)
    data = ChartRows(view).update(market)
    drawn = str(view.draw().to_dict())
    assert all(f"'name': '{dataset}'" in drawn for dataset in data)
    if not view.grows:
        assert [plain_rows(rows) for rows in data.values()]
        assert auctions == 0 or all(data.values())


def test_a_staircase_has_both_ends_of_every_step():
    points = [
        (row["volume"], row["price"]) for row in staircase(np.array([2.0, 1.0]), np.array([5.0, 3.0]), "bid")
    ]
    assert points == [(0, 5), (2, 5), (2, 3), (3, 3), (3, 0)]


def test_a_thinned_curve_of_values_keeps_its_ends():
    values = np.linspace(9, 1, 5000)
    rows = value_staircase(values)
    assert rows[-1]["volume"] == 5000 and rows[0]["price"] == 9 and len(rows) < 900


@pytest.mark.parametrize("rule", PRICING_RULES)
@pytest.mark.parametrize("tie_rule", ["pro_rata", "random"])
def test_payments_are_those_of_the_market_with_that_rule(rule, tie_rule):
    auction = RULE_OF[rule]["auction"]
    market = played(3, **RULE_OF[rule], **{f"{auction}.tie_rule": tie_rule})
    outcome, firms = book_of(market).under(rule), market.firms.rows
    assert outcome.award.tolist() == firms.award.tolist()
    assert outcome.payment.tolist() == firms.auction_payment.tolist()
    results = [book_of(market).result(row, rule) for row in range(len(firms))]
    assert [result["profit"] for result in results] == pytest.approx(firms.profit.tolist())


def test_revenues_on_the_same_bids_are_in_the_order_of_theory():
    for seed in range(20):
        market = SYSTEMS["two_tier"](rng=seed, policy="random_schedule")
        market.step()
        rows = CHARTS["revenue_by_rule"].rows(market, ())["revenues"]
        revenue = {row["rule"]: row["revenue"] for row in rows}
        lowest, rejected = revenue["uniform, lowest accepted"], revenue["uniform, highest rejected"]
        assert revenue["discriminatory"] + 1e-9 >= lowest >= rejected >= revenue["VCG"] - 1e-9


def test_the_own_bid_again_changes_nothing():
    book = book_of(played())
    again = book.with_bid(2, book.price[2], book.volume[2])
    assert all(again.result(2, rule) == book.result(2, rule) for rule in PRICING_RULES)


def test_a_bid_of_nothing_wins_and_pays_nothing():
    result = [book_of(played()).with_bid(0, [0, 0], [0, 0]).result(0, rule) for rule in PRICING_RULES]
    assert all(r["award"] == r["payment"] == r["profit"] == 0 for r in result)


def test_under_vcg_the_payment_depends_on_the_award_alone():
    book, awards = book_of(played(4, need=2, policy="truthful_schedule")), set()
    for firm in range(10):
        paid = {}
        for row in profit_curve(book, firm, 1):
            if row["rule"] == "VCG":
                paid.setdefault(round(row["award"], 9), set()).add(round(row["payment"], 6))
        assert all(len(payments) == 1 for payments in paid.values())
        awards |= paid.keys()
    assert len(awards) > 1


def test_under_vcg_no_last_price_beats_the_truth_where_two_steps_tell_it():
    market = played(6, need=2, policy="truthful_schedule")
    for firm in range(10):
        book = book_of(market)
        truth = book.with_bid(firm, *book.truthful(firm))
        told = truth.result(firm, "VCG")["profit"]
        tried = [row["profit"] for row in profit_curve(truth, firm, 1) if row["rule"] == "VCG"]
        assert max(tried) <= told + 1e-9


def best_gain_under_vcg(market, firm):
    """Most that another price of one step would add to the profit, €, of a truthful firm."""
    book = book_of(market)
    prices = range(book.price.shape[1])
    tried = [row["profit"] for k in prices for row in profit_curve(book, firm, k, 21) if row["rule"] == "VCG"]
    return max(tried) - book.result(firm, "VCG")["profit"]


def test_a_step_for_every_permit_is_needed_for_the_truth_to_be_best():
    """Ten permits: with two steps some truthful firm gains by another price under VCG, with ten steps none does."""
    coarse, exact = played(3, policy="truthful_schedule"), played(3, policy="truthful_schedule", steps=10)
    assert [book_of(market).is_too_coarse(0) for market in (coarse, exact)] == [True, False]
    assert max(best_gain_under_vcg(coarse, firm) for firm in range(4)) > 0.1
    assert max(best_gain_under_vcg(exact, firm) for firm in range(4)) < 1e-9


def shaded(second, rule):
    """Three permits; firm A values two at 10 and 8 and bids 10 and ``second``, B bids 9 and 5: A's result."""
    numbers = {"supply": 3.0, "reserve": 0.0, "tie_key": np.array([0.1, 0.2])}
    common = {"tie_rule": "random", "undersubscribed": "lowest_bid"}
    bids = np.array([[10.0, second], [9.0, 5.0]])
    worth = {"cost": np.array([2.0, 2.0]), "need": np.array([5.0, 5.0])}
    return Book(bids, np.ones((2, 2)), common=common, **numbers, **worth).result(0, rule)


@pytest.mark.parametrize(
    "rule, second, price, profit",
    [
        ("uniform, lowest accepted", 8.0, 8.0, 2.0),
        ("uniform, lowest accepted", 5.01, 5.01, 7.98),
        ("uniform, highest rejected", 8.0, 5.0, 8.0),
        ("uniform, highest rejected", 0.0, 0.0, 10.0),
    ],
)
def test_shading_the_second_bid_pays_with_a_uniform_price(rule, second, price, profit):
    result = shaded(second, rule)
    assert (result["price"], result["profit"]) == pytest.approx((price, profit))


def test_a_repaired_schedule_falls_and_asks_for_no_more_than_the_need():
    price, volume = repaired([5, 7, 3], [6, 6, 6], need=10)
    assert price.tolist() == [5, 5, 3] and volume.tolist() == [6, 4, 0]
