"""Crossings of falling functions are those of halving, to rounding, after fewer values."""

import numpy as np
import pytest

from learning.crossing import (
    HIGH,
    TRIAL,
    begin_crossing,
    empty_search,
    is_open,
    note_value,
)

EPS = 2.0**-52


def by_halving(function, high):
    """Lowest number from 0 to ``high`` at which the function is at most 0, and the values that it took."""
    low, count = 0.0, 1
    if function(0.0) <= 0.0:
        return 0.0, count
    while low < (middle := 0.5 * (low + high)) < high:
        count += 1
        if function(middle) > 0.0:
            low = middle
        else:
            high = middle
    return high, count


def by_search(function, high, guess, noise):
    search, count = empty_search(), 0
    begin_crossing(search, 0.0, high, guess, noise)
    while is_open(search):
        note_value(search, function(search[TRIAL]))
        count += 1
    return search[HIGH], count


def market(rng):
    """Demand of some firms less supply with a step, €/t: the function, its end, and its rounding error."""
    n = rng.integers(1, 30)
    baseline, choke_price = rng.uniform(0.0, 30.0, n), rng.uniform(20.0, 300.0, n)
    supply, step, added = (
        rng.uniform(0.0, 1.2) * baseline.sum(),
        rng.uniform(0.0, 200.0),
        rng.choice([0.0, 10.0]),
    )

    def excess(price):
        emitted = sum(min(b, max(0.0, b - b * price / c)) for b, c in zip(baseline, choke_price, strict=True))
        return float(emitted - supply - (added if step < price else 0.0))

    return excess, float(choke_price.max()) * (1.0 + 1e-7), EPS * (n + 2) * (baseline.sum() + supply)


def crosses_at(function, price, noise):
    """Whether a function is above 0 just below a number, and no longer above it just beyond, to its rounding error."""
    near = 1e-11 * max(price, 1.0)
    return function(price - near) > noise and function(price + near) < noise


def test_it_is_the_number_of_halving_after_a_third_of_its_values():
    rng, counts = np.random.default_rng(1), []
    for _ in range(150):
        excess, high, noise = market(rng)
        right, halvings = by_halving(excess, high)
        for guess in (right * rng.uniform(0.99, 1.01), rng.uniform(0.0, high), np.nan, right):
            found, values = by_search(excess, high, guess, noise)
            assert found == right == 0.0 or crosses_at(excess, found, noise)
            assert found == pytest.approx(right, rel=1e-12)
            counts.append((values, halvings))
    values, halvings = np.mean(counts, axis=0)
    assert values < halvings / 3.0


def test_of_one_line_four_values_are_enough():
    rng = np.random.default_rng(4)
    for _ in range(100):
        total, fall = rng.uniform(1.0, 100.0, 2)
        noise = 100.0 * EPS * total  # as of a sum of a hundred numbers
        line = lambda x, total=total, fall=fall: total - fall * x  # noqa: E731
        for guess in total / fall * rng.uniform(0.981, 1.019, 3):
            assert by_search(line, 2.0 * total / fall, guess, noise)[1] <= 4


def test_a_jump_is_found_to_the_last_bit():
    rng = np.random.default_rng(3)
    for _ in range(30):
        jump, high, guess = rng.uniform(0.0, 100.0, 3)
        high += jump
        falls = lambda x, jump=jump: 2.0 - 0.001 * x if x < jump else -1.0 - x  # noqa: E731
        assert by_search(falls, high, guess, 1e-12)[0] == jump


@pytest.mark.parametrize("shape", [lambda x: min(x, 0.0), lambda x: max(x, 0.0), lambda x: 0.0 * x])
def test_so_it_is_where_a_function_stays_at_0(shape):
    rng = np.random.default_rng(2)
    for _ in range(30):
        excess, high, noise = market(rng)
        flat = lambda price, excess=excess: shape(excess(price))  # noqa: E731
        found = by_search(flat, high, rng.uniform(0.0, high), noise)[0]
        assert found == pytest.approx(by_halving(flat, high)[0], rel=1e-12)


def test_a_function_that_may_rise_is_halved():
    """Above 0 up to 3 and from 7 to 8: halving finds the crossing that its middles lead to."""

    def rises(x):
        return 1.0 if x < 3.0 or 7.0 < x < 8.0 else -1.0

    for high in (10.0, 15.0, 100.0):
        assert by_search(rises, high, 5.0, np.inf)[0] == by_halving(rises, high)[0]


def test_a_range_without_length_is_its_own_answer():
    assert by_search(lambda x: 1.0, 0.0, np.nan, 0.0) == (0.0, 0)
