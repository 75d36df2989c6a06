"""The efficient allocation: against brute force, against a search through all firms, and by the firms it looks at."""

import itertools

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from agents.abatement import marginal_value
from agents.population import as_rows
from model.mechanisms.auctions.base import scratch_for
from model.systems.two_tier import efficient

NAMES = ["cost", "need", "efficient_award"]
firms_of = st.lists(st.tuples(st.floats(0.1, 3.0), st.integers(1, 3)), min_size=1, max_size=4)
alike = st.lists(st.tuples(st.sampled_from([0.0, 0.5, 1.0, 2.0]), st.integers(0, 6)), min_size=1, max_size=12)
"""Firms among which many permits are worth the same."""


def allocated(firms, supply, allocate=efficient.allocate_efficiently):
    """Efficient award of each firm, (cost, need), in whole permits."""
    rows = as_rows(np.array([[cost, need, 7.0] for cost, need in firms]), NAMES)
    scratch = scratch_for(len(firms))
    scratch.order[:], scratch.served[:] = -3, np.nan
    allocate(rows, float(supply), scratch)
    return rows.efficient_award.astype(int).tolist()


def searched(firms, supply):
    """The same by looking at all firms for every permit: the first of those to which it is worth most gets it."""
    award = [0] * len(firms)
    for _ in range(supply):
        worth = [marginal_value(cost, need, award[i] + 1.0) for i, (cost, need) in enumerate(firms)]
        if max(worth) > 0.0:
            award[worth.index(max(worth))] += 1
    return award


@given(firms=firms_of, supply=st.integers(0, 9))
def test_the_efficient_allocation_is_the_best_of_all(firms, supply):
    award = allocated(firms, supply)
    every = itertools.product(*(range(need + 1) for _, need in firms))
    worth = [[0, *np.cumsum(cost * (need - np.arange(need)))] for cost, need in firms]
    best = max(sum(w[a] for w, a in zip(worth, awards)) for awards in every if sum(awards) <= supply)
    assert sum(w[a] for w, a in zip(worth, award)) == pytest.approx(best)
    assert sum(award) == min(supply, sum(need for _, need in firms))


@given(firms=alike, supply=st.integers(0, 40))
def test_of_firms_with_equal_values_the_first_gets_the_permit(firms, supply):
    assert allocated(firms, supply) == searched(firms, supply)


def test_one_permit_in_twenty_costs_the_logarithm_of_the_number_of_firms(monkeypatch):
    compared = 0

    def comes_first(worth, a, b):
        nonlocal compared
        compared += 1
        return worth[a] > worth[b] or (worth[a] == worth[b] and a < b)

    def plain(rule):
        return getattr(rule, "py_func", rule)

    monkeypatch.setattr(efficient, "comes_first", comes_first)
    monkeypatch.setattr(efficient, "sink", plain(efficient.sink))
    n, supply = 256, 1000
    firms = [(cost, 10) for cost in np.random.default_rng(1).random(n)]
    award = allocated(firms, supply, plain(efficient.allocate_efficiently))
    assert award == searched(firms, supply)
    assert compared <= 2 * n + 2 * np.log2(n) * 0.05 * supply
