"""Supply in steps: by hand, the auctions of RGGI, and properties of every sealed-bid format that sells from them."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from learning.registry import UnknownNameError
from model.mechanisms.auctions.base import AUCTIONS
from model.mechanisms.auctions.uniform import UniformSettings
from model.mechanisms.supply_curve import (
    STEP_KINDS,
    SupplyCurve,
    find_crossing,
    find_offer,
    increments,
    sell,
    share_among_steps,
    snap_to_step,
    sort_steps,
    supply_below,
    supply_curve,
)

HIGHEST_REJECTED = UniformSettings(price_rule="highest_rejected")
RGGI_2021 = supply_curve(
    [
        (2.38, 23_121_518 - 11_310_000, "reserve_price"),
        (6.00, 11_310_000, "emissions_containment"),
        (13.00, 11_980_000, "cost_containment"),
    ]
)
"""Auction 54, $/short ton and short tons; sizes of the reserves as in RGGI's notice of auction 52."""
RGGI_DEMAND = {
    "auction 54": (lambda q: 13 + 0.74 * (27_041_000 - q) / 3_919_482, 13.0, 27_041_000),
    "above the last step": (lambda q: 50 - q / 1e6, 14.898482, 35_101_518),
    "on the cost containment step": (lambda q: 36.5 - q / 1e6, 13.0, 23_500_000),
    "all but the cost containment": (lambda q: 30 - q / 1e6, 6.878482, 23_121_518),
    "between the first two steps": (lambda q: 17 - q / 1e6, 5.188482, 11_811_518),
    "on the emissions containment step": (lambda q: 10 - q / 3e6, 6.0, 12_000_000),
    "at the reserve price": (lambda q: 5 - q / 4e6, 2.38, 10_480_000),
    "below it": (lambda q: 2 - q / 1e7, 2.38, 0),
}
"""Inverse demand, $ for the q-th ton; price and quantity that follow."""
LOT = 1_000
"""RGGI sells in lots of 1,000 tons."""


def bids_in_lots(inverse):
    """Bids for one lot each at the value of its last ton."""
    value = inverse(np.arange(LOT, 60_000_000, LOT))
    value = np.where(np.abs(value - np.round(value, 9)) < 1e-9, np.round(value, 9), value)
    return value[value > 0], np.full((value > 0).sum(), float(LOT))


@pytest.mark.parametrize("case", RGGI_DEMAND)
def test_rggi_auctions_of_bids_in_lots(case):
    inverse, price, quantity = RGGI_DEMAND[case]
    sale = sell("uniform", RGGI_2021, *bids_in_lots(inverse), settings=HIGHEST_REJECTED)
    a_lot = abs(inverse(LOT) - inverse(2 * LOT))
    assert sale.outcome.clearing_price == pytest.approx(price, abs=a_lot)
    assert sale.sold == pytest.approx(quantity, abs=LOT)
    on_a_step = price in RGGI_2021.price
    assert not on_a_step or (sale.outcome.clearing_price, sale.sold) == (
        price,
        pytest.approx(quantity, abs=1e-3),
    )


def test_rggi_auction_54_sells_3_919_482_from_the_cost_containment_reserve():
    """As published: 23,121,518 offered and 3,919,482 from the reserve at its trigger of 13.00 $."""
    inverse = RGGI_DEMAND["auction 54"][0]
    sale = sell("uniform", RGGI_2021, *bids_in_lots(inverse), settings=HIGHEST_REJECTED)
    assert sale.outcome.clearing_price == 13.0
    assert sale.taken.tolist() == pytest.approx([11_811_518, 11_310_000, 3_919_482])
    alone = supply_curve([(2.38, 23_121_518, "reserve_price")])
    assert find_crossing(alone, lambda p: 27_041_000 - (p - 13) * 3_919_482 / 0.74, 50.0)[0] == pytest.approx(
        13.74
    )


@pytest.mark.parametrize("case", RGGI_DEMAND)
def test_rggi_auctions_of_continuous_demand(case):
    inverse, price, quantity = RGGI_DEMAND[case]
    slope = (inverse(0) - inverse(1e8)) / 1e8
    found = find_crossing(RGGI_2021, lambda p: max((inverse(0) - p) / slope, 0.0), 100.0)
    if quantity:
        assert found == pytest.approx((price, quantity), rel=1e-9)
    else:
        assert (found[0] <= 2.38, found[1]) == (True, pytest.approx(0.0))


def test_a_bid_at_the_price_of_a_step_is_served_from_it():
    """10 t from 2 €/t, 5 t from 13: the bid of 13 gets 2 of its 4 t from the first step, 2 from the second."""
    curve = supply_curve([(2, 10, "reserve_price"), (13, 5, "cost_containment")])
    sale = sell("uniform", curve, [20, 13, 12.99], [8, 4, 9], settings=HIGHEST_REJECTED)
    assert sale.outcome.award.tolist() == [8, 4, 0]
    assert sale.outcome.clearing_price == 13.0
    assert sale.taken.tolist() == [10, 2]


def test_all_bids_served_pay_the_price_of_the_step_not_the_lowest_bid():
    curve = supply_curve([(2, 10, "reserve_price"), (13, 5, "cost_containment")])
    sale = sell("uniform", curve, [20, 14], [8, 4])
    assert sale.outcome.clearing_price == 13.0
    assert sell("uniform", curve, [20, 14], [8, 1]).outcome.clearing_price == 2.0


def test_bids_equal_at_the_margin_share_what_the_steps_leave():
    curve = supply_curve([(2, 10, "reserve_price"), (13, 5, "cost_containment")])
    sale = sell("uniform", curve, [20, 14, 14], [9, 4, 8], settings=HIGHEST_REJECTED)
    assert sale.outcome.award.tolist() == [9, 2, 4]
    assert sale.outcome.clearing_price == 14.0


def test_a_ceiling_sells_as_many_as_are_wanted_at_its_price():
    curve = supply_curve([(2, 10, "reserve_price"), (50, np.inf, "ceiling")])
    sale = sell("uniform", curve, [60, 55], [800, 700])
    assert sale.outcome.award.tolist() == [800, 700]
    assert (sale.outcome.clearing_price, sale.taken.tolist()) == (50.0, [10, 1490])


def test_discriminatory_winners_pay_their_bids_from_every_step():
    curve = supply_curve([(2, 10, "reserve_price"), (13, 5, "cost_containment")])
    assert sell("discriminatory", curve, [20, 14], [8, 4]).outcome.payment.tolist() == [160, 56]


def test_permits_sold_come_from_the_cheapest_steps_and_in_proportion_from_equal_ones():
    """25 t of 10 t at 1 €/t, of 10 + 20 t at 2 €/t, of 5 t at 3 €/t: 10, 5, 10 and 0."""
    curve = supply_curve(
        [
            (1, 10, "reserve_price"),
            (2, 10, "reserve_price"),
            (2, 20, "emissions_containment"),
            (3, 5, "ceiling"),
        ]
    )
    taken = np.zeros(4)
    share_among_steps(curve, 25.0, taken)
    assert taken.tolist() == [10, 5, 10, 0]


def test_cumulative_schedules_become_volumes():
    """A schedule that falls where it should rise asks for nothing more until it exceeds what it reached."""
    volume = np.zeros((2, 4))
    increments(np.array([[1.0, 3.0, 3.0, 6.0], [2.0, 1.0, 5.0, 4.0]]), volume)
    assert volume.tolist() == [[1, 2, 0, 3], [2, 0, 3, 0]]


def test_steps_are_sorted_in_place_and_kinds_go_with_them():
    kinds = np.array([STEP_KINDS.ceiling, STEP_KINDS.reserve_price, STEP_KINDS.cost_containment])
    curve = SupplyCurve(np.array([50.0, 2.0, 13.0]), np.array([np.inf, 10.0, 5.0]), kinds)
    sort_steps(curve)
    assert curve.price.tolist() == [2, 13, 50]
    assert curve.quantity.tolist() == [10, 5, np.inf]
    assert curve.kind.tolist() == [STEP_KINDS.reserve_price, STEP_KINDS.cost_containment, STEP_KINDS.ceiling]


def test_supply_below_a_price_leaves_out_the_step_at_it():
    assert [supply_below(RGGI_2021, p) for p in (2.38, 2.39, 13.0, 13.01)] == [
        0,
        11_811_518,
        23_121_518,
        35_101_518,
    ]
    assert supply_below(supply_curve([(0.0, 7.0, "reserve_price")]), 0.0) == 7.0


def test_a_price_next_to_a_step_is_that_of_the_step():
    assert snap_to_step(RGGI_2021, 13.0 + 5e-8) == 13.0
    assert snap_to_step(RGGI_2021, 13.1) == 13.1


@pytest.mark.parametrize(
    ("steps", "message"),
    [
        ([], "at least one step"),
        ([(-1.0, 2.0, "ceiling")], "price of the step ceiling = -1.0 €/t"),
        ([(1.0, -2.0, "ceiling")], "quantity of the step ceiling = -2.0 t"),
        ([(np.nan, 2.0, "ceiling")], "must be finite"),
    ],
)
def test_wrong_steps_are_named(steps, message):
    with pytest.raises(ValueError, match=message):
        supply_curve(steps)


def test_an_unknown_kind_is_answered_with_the_nearest():
    with pytest.raises(UnknownNameError, match="did you mean 'ceiling'"):
        supply_curve([(1.0, 2.0, "ceilin")])


PRICES = st.integers(0, 12).map(float)
STEPS = st.lists(
    st.tuples(PRICES, st.integers(0, 20).map(float), st.just("reserve_price")), min_size=1, max_size=4
)
BIDS = st.lists(st.tuples(PRICES, st.integers(0, 9).map(float)), min_size=1, max_size=7)


@pytest.mark.parametrize("auction", AUCTIONS)
@given(steps=STEPS, bids=BIDS)
def test_no_step_sells_below_its_price_or_more_than_it_has(auction, steps, bids):
    """And nothing is left on a step, nor a bid unserved, that could be served from it."""
    curve = supply_curve(steps)
    price, volume = (np.array(x) for x in zip(*bids, strict=True))
    sale = sell(auction, curve, price, volume)
    sold = sale.sold
    assert sold == pytest.approx(sale.outcome.award.sum())
    assert (sale.taken <= curve.quantity + 1e-9).all()
    used = curve.price[sale.taken > 1e-9]
    served = price[sale.outcome.award > 1e-9]
    assert not len(used) or served.min() >= used.max()
    wanted = max(
        (
            min(volume[price >= step].sum(), curve.quantity[: k + 1].sum())
            for k, step in enumerate(curve.price)
        ),
        default=0.0,
    )
    assert sold == pytest.approx(wanted)


@given(steps=STEPS, bids=BIDS)
def test_the_uniform_price_is_that_of_the_last_step_or_the_highest_rejected_bid(steps, bids):
    curve = supply_curve(steps)
    price, volume = (np.array(x) for x in zip(*bids, strict=True))
    sale = sell("uniform", curve, price, volume, settings=HIGHEST_REJECTED)
    _, last = find_offer(curve, price[:, None], volume[:, None])
    rejected = price[(sale.outcome.award < volume - 1e-9) & (price >= last)]
    assert sale.outcome.clearing_price == max([last, *rejected])
