"""The safety valve by hand: unsold permits at a fixed price, never more than the cap."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from agents.farms.packages import packages_up_to
from model.mechanisms.combinatorial.safety_valve import buy_from_valve
from tests.package_instances import any_values


def bought(value, packages, held, left, price, order=None):
    """Packages held and lots left after the valve."""
    held, left = np.array(held), np.array(left)
    order = np.arange(len(held)) if order is None else np.array(order)
    buy_from_valve(np.array(value), packages.lots, packages.stride, held, order, np.array(price), left)
    return held.tolist(), left.tolist()


def test_each_takes_what_adds_most_to_its_value_less_the_price():
    """Value 0, 5, 10, 13 at a price of 4: the first lots are worth it, the third is not."""
    packages = packages_up_to((3,))
    assert bought([[0, 5, 10, 13]], packages, [0], [3], [4]) == ([2], [1])
    assert bought([[0, 5, 10, 13]], packages, [2], [3], [3]) == ([2], [3])  # adds 3 for 3: nothing is gained
    assert bought([[0, 5, 8, 14]], packages, [1], [3], [4]) == ([3], [1])
    assert bought([[0, 5, 10, 13]], packages, [0], [1], [4]) == ([1], [0])


def test_complements_are_bought_together():
    packages = packages_up_to((1, 1))
    assert bought([[0, 1, 1, 9]], packages, [0], [1, 1], [4, 4]) == ([3], [0, 0])
    assert bought([[0, 1, 1, 9]], packages, [0], [1, 0], [4, 4]) == ([0], [1, 0])
    assert bought([[0, 1, 1, 9]], packages, [2], [0, 1], [4, 4]) == ([3], [0, 0])


def test_who_comes_first_buys_first():
    packages = packages_up_to((1,))
    assert bought([[0, 5], [0, 9]], packages, [0, 0], [1], [4]) == ([1, 0], [0])
    assert bought([[0, 5], [0, 9]], packages, [0, 0], [1], [4], order=[1, 0]) == ([0, 1], [0])


@given(
    seed=st.integers(0, 10_000),
    n=st.integers(1, 4),
    most=st.lists(st.integers(1, 3), min_size=1, max_size=3),
    price=st.integers(0, 2_000_000),
)
def test_never_more_than_is_left_and_nobody_loses(seed, n, most, price):
    instance = any_values(seed, n, most)
    packages, rng = instance.terms.packages, np.random.default_rng(seed)
    before = np.array([rng.integers(len(packages.units)) for _ in range(n)])
    left, prices = rng.integers(0, 4, len(most)), np.full(len(most), price)
    held, after = bought(instance.value, packages, before, left, prices, rng.permutation(n))
    more = packages.lots[held] - packages.lots[before]
    assert (more >= 0).all()
    assert (np.array(after) >= 0).all()
    assert (more.sum(0) == left - after).all()
    gain = instance.value[np.arange(n), held] - instance.value[np.arange(n), before] - more @ prices
    assert ((gain > 0) | (more.sum(1) == 0)).all()
