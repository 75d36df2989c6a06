"""The contract of every registered auction format; a format added to the registry is tested without touching
this file.
"""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, note
from hypothesis import strategies as st

from learning.jit import Kernel
from model.mechanisms.auctions.base import AGAIN, AUCTIONS, EVERY_BID_KEPT, Auction, clear, scratch_for
from tests.average_price import AveragePrice

ROUNDING = 1e-9


def allowed_settings(part):
    """A format's defaults, and each of its knobs in turn at every other choice or end."""
    found = [part.Settings()]
    for name, knob in part.Settings.knobs().items():
        others = list(knob.choices) if knob.choices is not None else [knob.low, knob.high]
        found += [part.Settings(**{name: value}) for value in others if value != knob.default]
    return found


WHOLE = "pro_rata_whole", "largest_remainder"
"""Rules by which permits stay whole."""


def with_the_average_price():
    """Context in which a format is registered whose winners may pay above their bids."""
    return AUCTIONS.temporarily("average_price", AveragePrice)


with with_the_average_price():
    CASES = [
        pytest.param(name, chosen, id="-".join([name, *map(str, chosen.values().values())]))
        for name, part in AUCTIONS.items()
        for chosen in allowed_settings(part)
    ]
    ABOVE = [case for case in CASES if AUCTIONS[case.values[0]].pays_above_bids]
    FORMATS = list(AUCTIONS)
    WITHIN_BIDS = [name for name in FORMATS if not AUCTIONS[name].pays_above_bids]
of_every_format = pytest.mark.parametrize(("name", "chosen"), CASES)


def of_each(formats=FORMATS, **drawn):
    """Decorator: a property of formats, checked on each example with every setting: drawing examples costs the most."""

    def decorate(check):
        def test(name, **example):
            for chosen in allowed_settings(AUCTIONS[name]):
                note(f"with {chosen}")
                check(name, chosen, **example)

        test.__name__, test.__doc__ = check.__name__, check.__doc__
        return pytest.mark.parametrize("name", formats)(given(**drawn)(test))

    return decorate


@pytest.fixture(scope="module", autouse=True)
def _average_price():
    with with_the_average_price():
        yield


@st.composite
def books(draw, max_bidders=8, max_steps=3):
    """Demand schedules with many ties and zeros: price and volume float64[n, k], supply, reserve.

    Amounts are 0 or at least 1e-6: products of numbers as small as 1e-200 are 0, which says nothing about
    markets.
    """
    n, k = draw(st.integers(1, max_bidders)), draw(st.integers(1, max_steps))
    few = st.sampled_from([0.0, 0.5, 1.0, 2.0, 2.5, 3.0])
    price = st.one_of(few, st.floats(1e-6, 100.0))
    volume = st.one_of(st.sampled_from([0.0, 1.0, 5.0, 10.0]), st.floats(1e-6, 1e4))
    rows = [[[draw(price), draw(volume)] for _ in range(k)] for _ in range(n)]
    schedules = np.array(rows)
    supply = draw(st.one_of(st.sampled_from([0.0, 1.0, 10.0, 20.0]), st.floats(1e-6, 1e5)))
    return schedules[..., 0], schedules[..., 1], supply, draw(st.one_of(few, st.floats(1e-6, 100.0)))


def keys_for(n):
    """Tie keys of n bidders: different, in no order."""
    return np.random.default_rng(n).permutation(n) / n


def sold(name, chosen, book, supply=None, keys=None):
    price, volume, cap, reserve = book
    return clear(
        name,
        price,
        volume,
        supply=cap if supply is None else supply,
        reserve=reserve,
        settings=chosen,
        tie_key=keys_for(len(price)) if keys is None else keys,
    )


def close(a, b, size):
    return np.allclose(a, b, rtol=ROUNDING, atol=ROUNDING * max(size, 1e-300))


def cost_at_own_bids(price, volume, award):
    """Cost of the award at the bidder's own prices, its dearest steps first."""
    cost = 0.0
    for k in np.argsort(-price, kind="stable"):
        served = min(volume[k], award)
        cost, award = cost + served * price[k], award - served
    return cost


@of_every_format
def test_is_a_documented_kernel(name, chosen):
    part = AUCTIONS[name]
    assert issubclass(part, Auction)
    assert part.__doc__
    assert isinstance(part.clear, Kernel)


@of_each(book=books())
def test_sells_no_more_than_there_is_and_no_more_than_was_bid(name, chosen, book):
    _price, volume, supply, _ = book
    result = sold(name, chosen, book)
    assert (result.award >= 0).all()
    assert (result.award <= volume.sum(1) * (1 + ROUNDING)).all()
    assert result.award.sum() <= supply * (1 + ROUNDING)


@of_each(book=books())
def test_sells_all_that_is_wanted_at_the_reserve_price(name, chosen, book):
    price, volume, supply, reserve = book
    wanted = volume[price >= reserve].sum()
    assert close(sold(name, chosen, book).award.sum(), min(wanted, supply), supply)


@of_each(book=books())
def test_respects_the_reserve_price(name, chosen, book):
    price, volume, _, reserve = book
    result = sold(name, chosen, book)
    at_reserve = np.where(price >= reserve, volume, 0.0).sum(1)
    assert (result.award <= at_reserve * (1 + ROUNDING)).all()
    assert result.clearing_price >= reserve * (1 - ROUNDING)
    assert result.equilibrium_price >= reserve
    assert (result.payment >= result.award * reserve * (1 - ROUNDING)).all()


def overcharged(book, result):
    """Payment of each winner beyond what its own bids come to, €; rounding counts as none."""
    price, volume, _, _ = book
    limit = np.array(list(map(cost_at_own_bids, price, volume, result.award)))
    return np.maximum(result.payment - limit * (1 + 1e-8) - 1e-8, 0.0)


@of_each(WITHIN_BIDS, book=books())
def test_nobody_pays_above_its_bid(name, chosen, book):
    assert (overcharged(book, sold(name, chosen, book)) == 0).all()


@pytest.mark.parametrize(("name", "chosen"), ABOVE)
def test_somebody_pays_above_its_bid_where_the_format_declares_it(name, chosen):
    rng = np.random.default_rng(1)
    markets = [(rng.uniform(1.0, 9.0, (5, 2)), rng.uniform(1.0, 9.0, (5, 2)), 30.0, 1.0) for _ in range(20)]
    assert max(overcharged(book, sold(name, chosen, book)).max() for book in markets) > 0


@of_each(book=books())
def test_losers_pay_nothing(name, chosen, book):
    result = sold(name, chosen, book)
    assert (result.payment[result.award == 0] == 0).all()
    assert (result.payment >= 0).all()


@of_each(book=books())
def test_prices_lie_between_reserve_and_highest_bid(name, chosen, book):
    price, _, _, reserve = book
    result = sold(name, chosen, book)
    top = max(price.max(), reserve) * (1 + ROUNDING)
    assert reserve * (1 - ROUNDING) <= result.equilibrium_price <= top
    assert reserve * (1 - ROUNDING) <= result.clearing_price <= top


@of_each(book=books(), rng=st.randoms(use_true_random=False))
def test_the_order_of_bidders_does_not_matter(name, chosen, book, rng):
    price, volume, supply, reserve = book
    order = list(range(len(price)))
    rng.shuffle(order)
    one = sold(name, chosen, book)
    keys = keys_for(len(price))[order]
    other = sold(name, chosen, (price[order], volume[order], supply, reserve), keys=keys)
    assert close(other.award, one.award[order], supply)
    assert close(other.payment, one.payment[order], one.payment.sum())
    assert close(other.clearing_price, one.clearing_price, 1.0)
    assert close(other.equilibrium_price, one.equilibrium_price, 1.0)


@of_each(book=books(), more=st.floats(1e-6, 1e4))
def test_more_supply_never_sells_less(name, chosen, book, more):
    supply = book[2]
    less, all_of_it = sold(name, chosen, book), sold(name, chosen, book, supply + more)
    assert all_of_it.award.sum() >= less.award.sum() * (1 - ROUNDING)
    if chosen.tie_rule not in WHOLE:  # an odd permit may go elsewhere when there are more
        assert (all_of_it.award >= less.award * (1 - ROUNDING) - ROUNDING * supply).all()


@of_each(book=books(), factor=st.sampled_from([0.001, 0.5, 3.0, 1000.0]))
def test_units_do_not_matter(name, chosen, book, factor):
    """Tonnes or kilotonnes: volumes and payments scale, prices stay, unless permits must be whole."""
    if chosen.tie_rule in WHOLE:
        return
    price, volume, supply, reserve = book
    one, other = (
        sold(name, chosen, book),
        sold(name, chosen, (price, volume * factor, supply * factor, reserve)),
    )
    assert close(other.award, one.award * factor, supply * factor)
    assert close(other.payment, one.payment * factor, one.payment.sum() * factor)
    assert close(other.equilibrium_price, one.equilibrium_price, 1.0)


@of_each(volumes=st.lists(st.floats(0.1, 100.0), min_size=1, max_size=6), share=st.floats(0.01, 1.0))
def test_ties_share_in_proportion_to_volume(name, chosen, volumes, share):
    chosen = replace(chosen, tie_rule="pro_rata")
    supply = share * sum(volumes)
    result = clear(name, [5.0] * len(volumes), volumes, supply=supply, reserve=1.0, settings=chosen)
    assert close(result.award, share * np.array(volumes), supply)


@of_each(volumes=st.lists(st.integers(1, 20), min_size=1, max_size=8), share=st.floats(0.0, 1.0))
def test_whole_permits_stay_whole_where_ties_are_not_split(name, chosen, volumes, share):
    """Bids and supply in whole permits give awards in whole permits, by each of the rules for them."""
    supply = round(share * sum(volumes))
    for rule in (*WHOLE, "random"):
        book = np.full((len(volumes), 1), 5.0), np.array(volumes, float)[:, None], supply, 1.0
        result = sold(name, replace(chosen, tie_rule=rule), book)
        assert (result.award == np.round(result.award)).all()
        assert result.award.sum() == supply


@of_each(volumes=st.lists(st.integers(1, 20), min_size=2, max_size=8), share=st.floats(0.0, 1.0))
def test_random_ties_are_served_in_the_order_of_the_keys(name, chosen, volumes, share):
    keys = keys_for(len(volumes))
    book = np.full((len(volumes), 1), 5.0), np.array(volumes, float)[:, None], share * sum(volumes), 1.0
    award = sold(name, replace(chosen, tie_rule="random"), book).award[np.argsort(keys)]
    served = np.array(volumes, float)[np.argsort(keys)]
    assert close(award, np.clip(book[2] - np.concatenate([[0], np.cumsum(served)[:-1]]), 0, served), book[2])


@of_each(book=books(max_steps=3))
def test_a_schedule_is_worth_as_many_bids(name, chosen, book):
    """k steps of one bidder get together what k bidders of one step each would get."""
    price, volume, supply, reserve = book
    one = sold(name, chosen, book)
    keys = np.repeat(keys_for(len(price)), price.shape[1])
    apart = sold(name, chosen, (price.reshape(-1, 1), volume.reshape(-1, 1), supply, reserve), keys=keys)
    assert close(one.award, apart.award.reshape(price.shape).sum(1), supply)
    assert close(one.equilibrium_price, apart.equilibrium_price, 1.0)


@of_every_format
def test_larger_books_are_sorted_alike(name, chosen):
    """Merit order changes its method above 32 bids; the result must not show it."""
    rng = np.random.default_rng(1)
    price, volume = rng.integers(1, 9, (40, 1)) / 2.0, rng.uniform(0.0, 3.0, (40, 1))
    padded = np.zeros((8, 1))
    few = clear(name, price[:30], volume[:30], supply=20.0, reserve=1.0, settings=chosen)
    many = clear(
        name,
        np.vstack([price[:30], padded]),
        np.vstack([volume[:30], padded]),
        supply=20.0,
        reserve=1.0,
        settings=chosen,
    )
    assert (many.award[:30] == few.award).all()
    assert (many.payment[:30] == few.payment).all()
    assert many.clearing_price == few.clearing_price


@of_each(book=books())
def test_compiled_equals_interpreted(name, chosen, book):
    price, volume, supply, reserve = book
    price, volume = np.ascontiguousarray(price), np.ascontiguousarray(volume)
    numbers, kernel = np.array(chosen.vector()), AUCTIONS[name].clear
    results = []
    for rule in (kernel, kernel.function):
        award, payment = np.full(len(price), np.nan), np.full(len(price), np.nan)
        terms = float(supply), float(reserve), keys_for(len(price)), numbers, scratch_for(*price.shape)
        prices = rule(price, volume, *terms, award, payment)
        results.append(award.tobytes() + payment.tobytes() + np.array(prices).tobytes())
    assert results[0] == results[1]


@st.composite
def changes_of_one_bid(draw):
    """A book, and six changes of one bidder's schedule each, some to bids of others: (book, rows, price, volume).

    All are the same bidder's, or any bidders'.
    """
    book = draw(books())
    n, k = book[0].shape
    few, amounts = (
        st.sampled_from([0.0, 0.5, 1.0, 2.0, 2.5, 3.0]),
        st.sampled_from([0.0, 1e-7, 1.0, 5.0, 10.0]),
    )
    prices, volumes = (
        np.array([[draw(numbers) for _ in range(k)] for _ in range(6)])
        for numbers in (st.one_of(few, st.floats(1e-6, 100.0)), st.one_of(amounts, st.floats(1e-6, 1e4)))
    )
    bidder = st.integers(0, n - 1)
    rows = draw(st.one_of(bidder.map(lambda row: [row] * 6), st.lists(bidder, min_size=6, max_size=6)))
    return book, rows, prices, volumes


@of_each(change=changes_of_one_bid())
def test_clearing_again_after_one_bid_changed_is_clearing_anew(name, chosen, change):
    """To the last bit, whatever the bids: awards, the changed bidder's payment, prices; and `AGAIN.same` is true."""
    (price, volume, supply, reserve), rows, prices, volumes = change
    price, volume = price.copy(), volume.copy()
    kept, numbers, rule = scratch_for(*price.shape), np.array(chosen.vector()), AUCTIONS[name].clear
    kept.again[AGAIN.changed] = EVERY_BID_KEPT

    def cleared(scratch, award, payment):
        terms = float(supply), float(reserve), keys_for(len(price)), numbers, scratch
        return rule(price, volume, *terms, award, payment)

    award, payment = np.full((2, len(price)), np.nan)
    cleared(kept, award, payment)
    for row, bid, amount in zip(rows, prices, volumes, strict=True):
        before, anew = award.copy(), np.full((2, len(price)), np.nan)
        price[row], volume[row] = bid, amount
        kept.again[AGAIN.changed], kept.again[AGAIN.same] = row, 0
        found = cleared(kept, award, payment)
        assert found == cleared(scratch_for(*price.shape), *anew)
        assert award.tobytes() == anew[0].tobytes()
        assert payment[row] == anew[1][row]
        assert not kept.again[AGAIN.same] or award.tobytes() == before.tobytes()


@of_each(book=books())
def test_reads_bids_and_writes_only_results(name, chosen, book):
    price, volume, supply, reserve = book
    price, volume = np.ascontiguousarray(price), np.ascontiguousarray(volume)
    numbers = np.array(chosen.vector())
    before = [x.tobytes() for x in (price, volume, numbers)]
    award, payment = np.full(len(price), np.nan), np.full(len(price), np.nan)
    terms = float(supply), float(reserve), keys_for(len(price)), numbers, scratch_for(*price.shape)
    AUCTIONS[name].clear(price, volume, *terms, award, payment)
    assert [x.tobytes() for x in (price, volume, numbers)] == before
    assert np.isfinite(award).all()
    assert np.isfinite(payment).all()
