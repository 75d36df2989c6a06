"""Equilibrium over years: by hand, by formula, against a convex program, and properties of any of its limits."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from model.systems.emissions_trading.equilibrium import least_cost, solve, two_periods
from tests.permit_program import prices_of_program

B, SLOPE, R = 100.0, 3.0, 0.05
"""Emissions of a period without abatement, t; rise of marginal cost, €/t per t; interest."""


def two_years(caps, **about):
    """Equilibrium of two years of one firm."""
    return solve([[B], [B]], SLOPE * B, caps, interest=R, **about)


def test_the_worked_example():
    """Caps of 90 and 60 t: 14.39 t are kept for the second year, and the price rises by 5 %."""
    found = two_years([90.0, 60.0])
    assert found.price == pytest.approx([73.1707317, 76.8292683], abs=1e-7)
    assert 90.0 - found.emissions[0, 0] == pytest.approx(14.3902440, abs=1e-7)
    assert found.cost == pytest.approx(1829.268293, abs=1e-6)


def test_without_banking_each_year_has_its_own_price():
    found = two_years([90.0, 60.0], most_kept=0.0)
    assert found.price == pytest.approx([30.0, 120.0])
    assert found.cost == pytest.approx(2435.714286)


@pytest.mark.parametrize(
    ("caps", "about", "price"),
    [
        ((60.0, 90.0), {}, (120.0, 30.0)),
        ((60.0, 90.0), {"steps": [(50.0, np.inf)]}, (50.0, 30.0)),
        ((60.0, 90.0), {"most_advanced": np.inf, "fee": 50.0}, (98.7804878, 51.2195122)),
        ((60.0, 90.0), {"most_advanced": np.inf}, (73.1707317, 76.8292683)),
        ((60.0, 90.0), {"most_advanced": 9.0}, (93.0, 57.0)),
        ((90.0, 60.0), {"most_kept": 10.0}, (60.0, 90.0)),
    ],
    ids=[
        "no advance",
        "fine settles the debt",
        "fine, debt remains",
        "free advance",
        "limited",
        "limited bank",
    ],
)
def test_fines_advances_and_limits_of_the_bank_by_hand(caps, about, price):
    """A fine of 50 €/t that settles the debt is a ceiling; where the debt remains, 7.07 t are borrowed at that fee."""
    assert two_years(list(caps), **about).price == pytest.approx(price, abs=1e-7)


def test_the_permits_borrowed_at_a_fine():
    found = two_years([60.0, 90.0], most_advanced=np.inf, fee=50.0)
    assert found.emissions[0, 0] - 60.0 == pytest.approx(7.07317, abs=1e-5)
    free = two_years([60.0, 90.0], most_advanced=np.inf)
    assert free.emissions[0, 0] - 60.0 == pytest.approx(15.6098, abs=1e-4)


def test_permits_must_suffice_at_year_ends_only():
    """Permits of the last quarters serve the first one: 44.85 €/t, where 22 t for 30 t in one quarter were 53.33."""
    baseline = np.tile([30.0, 20.0, 20.0, 30.0], 3)[:, None]
    found = solve(baseline, 200.0, np.repeat([22.0, 19.0, 16.0], 4), interest=R, quarters=4)
    assert found.price[0] == pytest.approx(44.85, abs=0.005)
    assert found.price[1:] / found.price[:-1] == pytest.approx((1 + R) ** 0.25)
    apart = solve(baseline, 200.0, np.repeat([22.0, 19.0, 16.0], 4), interest=R, quarters=4, most_kept=0.0)
    rise = apart.price[1:] / apart.price[:-1]
    assert rise[[0, 1, 2, 4, 5, 6]] == pytest.approx((1 + R) ** 0.25)


def test_the_formula_of_two_periods_in_20_000_cases():
    rng = np.random.default_rng(0)
    first, second = rng.uniform(40.0, 140.0, (2, 20_000))
    interest = rng.uniform(0.0, 0.2, 20_000)
    formula = np.stack(two_periods(SLOPE, B, (first, second), interest), 1)
    found = [
        solve([[B], [B]], SLOPE * B, caps, interest=r).price
        for caps, r in zip(np.stack([first, second], 1), interest, strict=True)
    ]
    assert np.abs(found - formula).max() < 1e-9 * SLOPE * B


def random_policy(seed, quarters=4, years=10):
    """A market of four firms with a floor, two containment reserves and a ceiling: arguments of both ways."""
    rng = np.random.default_rng(seed)
    T = quarters * years
    size = rng.dirichlet(np.ones(4))
    baseline = 25.0 * size * np.exp(0.1 * np.cumsum(rng.standard_normal((T, 4)) * 0.3, 0))
    cap = np.repeat(np.linspace(95.0, 55.0, years) / quarters, quarters)
    floor = np.repeat(rng.uniform(20, 45) * (1 + rng.choice([0.0, 0.03, 0.07])) ** np.arange(years), quarters)
    steps = [
        (floor, 0.9 * cap),
        (floor + 8.0, 0.1 * cap),
        (np.full(T, rng.uniform(45, 60)), np.ones(T)),
        (np.full(T, rng.uniform(60, 80)), np.full(T, np.inf)),
    ]
    return baseline, rng.uniform(150.0, 300.0, 4), steps


@pytest.mark.parametrize("seed", range(25))
def test_prices_are_those_of_the_convex_program(seed):
    baseline, high, steps = random_policy(seed)
    found = solve(baseline, high, np.zeros(len(baseline)), steps=steps, interest=R, quarters=4)
    assert found.price == pytest.approx(prices_of_program(baseline, high, steps, R, 4), rel=1e-6, abs=1e-6)


def test_the_least_cost_is_below_that_of_another_way_to_emit_as_much():
    """Ten years without banking cost more than with it; at its own emissions a market with banking costs no more."""
    baseline, high, _ = random_policy(3)
    cap = np.repeat(np.linspace(95.0, 55.0, 10) / 4, 4)
    about = {"interest": R, "quarters": 4}
    best, apart = (solve(baseline, high, cap, most_kept=most, **about) for most in (np.inf, 0.0))
    assert least_cost(baseline, high, cap, best.emissions.sum(1), **about) == pytest.approx(best.cost)
    assert least_cost(baseline, high, cap, apart.emissions.sum(1), **about) < 0.95 * apart.cost


def test_the_least_cost_of_a_run_that_leaves_a_bank_counts_only_what_it_emitted():
    """10 t left over: the same as a last cap of 50 t."""
    emitted = np.array([80.0, 60.0])
    found = least_cost([[B], [B]], SLOPE * B, [90.0, 60.0], emitted, interest=R)
    assert found == pytest.approx(two_years([90.0, 50.0]).cost)


def test_the_least_cost_of_a_run_that_was_fined_allows_what_it_emitted():
    found = least_cost([[B], [B]], SLOPE * B, [60.0, 90.0], [70.0, 90.0], interest=R)
    assert found == pytest.approx(two_years([70.0, 90.0]).cost)


def test_a_curve_in_pieces_is_several_blocks():
    """Half of 100 t is avoided for up to 20 €/t, the other half for 20 to 100 €/t: 70 t are left at 12 €/t."""
    found = solve([[50.0, 50.0]], [20.0, 100.0], [70.0], low=[0.0, 20.0])
    assert found.price == pytest.approx([12.0])
    assert found.emissions.tolist() == [pytest.approx([20.0, 50.0])]
    assert found.cost == pytest.approx(0.5 * 12.0 * 30.0)


def test_a_block_of_one_cost_is_a_project():
    """A project of 30 t at 10 €/t is done where permits are scarcer than that."""
    assert solve([[30.0, 70.0]], [10.0, 50.0], [80.0], low=[10.0, 0.0]).price == pytest.approx([10.0])


@pytest.mark.parametrize(
    ("about", "message"),
    [
        ({"quarters": 3}, "whole years of 3"),
        ({"most_kept": [1.0, 2.0, 3.0]}, "most_kept has shape"),
        ({"low": 400.0}, "low: above high"),
        ({"most_advanced": -1.0}, "most_advanced"),
        ({"steps": [(-5.0, 1.0)]}, "price of a step"),
    ],
)
def test_wrong_arguments_are_named(about, message):
    with pytest.raises(ValueError, match=message):
        solve([[B], [B]], SLOPE * B, [90.0, 60.0], **about)


LIMIT = st.one_of(st.just(0.0), st.just(np.inf), st.floats(1.0, 60.0))
CAPS = st.lists(st.floats(20.0, 140.0), min_size=1, max_size=5)


@settings(max_examples=150)
@given(
    caps=CAPS,
    kept=LIMIT,
    advanced=LIMIT,
    fee=st.one_of(st.just(0.0), st.floats(1.0, 200.0)),
    bank=st.floats(0.0, 50.0),
)
def test_every_price_is_explained_by_a_limit_or_the_rate_of_interest(caps, kept, advanced, fee, bank):
    """Permits suffice, banks stay within limits, and no one gains by keeping a permit more, or one less."""
    years = len(caps)
    found = solve(
        np.full((years, 1), B),
        SLOPE * B,
        caps,
        interest=R,
        bank=bank,
        most_kept=kept,
        most_advanced=advanced,
        fee=fee,
    )
    held, near = bank, 1e-6 * B
    for year, (cap, emitted, price) in enumerate(zip(caps, found.emissions[:, 0], found.price, strict=True)):
        held += cap - emitted
        if year == years - 1:
            assert held >= -near
            assert price == 0.0 or held <= near
            return
        assert held >= -advanced - near
        later = found.price[year + 1] / (1.0 + R)
        if held > kept + near:  # what is above the limit is worth nothing
            assert price == 0.0
            held = kept
        elif held > near:
            assert price == pytest.approx(later) or (held >= kept - near and price < later)
        elif held < -near:
            assert price == pytest.approx(later + fee) or (held <= near - advanced and price > later + fee)
        else:
            most = np.inf if advanced == 0.0 else later + fee
            least = 0.0 if kept == 0.0 else later
            assert least - 1e-6 <= price <= most + 1e-6


def test_debts_over_many_years_take_no_longer_than_one():
    """Thirty years of ever more permits, at a fee of 5 €/t a year: permits are advanced throughout."""
    found = solve(
        np.full((30, 1), B), SLOPE * B, np.linspace(50, 95, 30), interest=R, most_advanced=np.inf, fee=5.0
    )
    advanced = found.price[:-1] == pytest.approx(found.price[1:] / (1 + R) + 5.0)
    assert advanced and found.emissions.sum() == pytest.approx(np.linspace(50, 95, 30).sum())


@settings(max_examples=50)
@given(caps=CAPS, shift=st.floats(1.0, 30.0))
def test_more_permits_never_raise_a_price(caps, shift):
    many, few = (
        solve(np.full((len(caps), 1), B), SLOPE * B, np.array(caps) + more, interest=R)
        for more in (shift, 0.0)
    )
    assert (many.price <= few.price + 1e-9).all()
