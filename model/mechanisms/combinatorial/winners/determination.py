"""Exact winner determination: the package bids of largest revenue within the supply [Goyal, R10 and R12].

The clock's closing rule needs it twice: with exactly one bid of every bidder, and with bidders optional. A dynamic
program over the units sold finds the winners; `winners.bound` bounds the score of any choice, so that `winners.search`
fills little of the table. Where even that is too large, HiGHS takes over (`winners.program`).
"""

from typing import NamedTuple

import numpy as np

from learning.jit import jit, rule
from model.mechanisms.combinatorial.winners.bound import drop_prices, dual_bound, find_prices, value_packages
from model.mechanisms.combinatorial.winners.program import solve_program
from model.mechanisms.combinatorial.winners.scores import (
    check_bids,
    lowest_sum,
    score_bids,
    smallest_fit,
    weigh_revenue,
)
from model.mechanisms.combinatorial.winners.search import FOUND, NOTHING, TOO_LARGE, search

MOST_CELLS = 20_000_000
"""Cells the dynamic program may keep; two whole numbers each."""
SMALL = 20_000
"""Pairs of a cell and a bid below which looking for shadow prices costs more than it saves."""
COARSE, FINE, WIDEN = 1000, 4, 4
"""The first gap is the range of scores, per bidder, over COARSE; prices need a bound FINE times finer; the next gap is
WIDEN times as wide."""
TIES = ("fewest", "most")
METHODS = ("auto", "dynamic_program", "integer_program")


class Winners(NamedTuple):
    """A choice of package bids."""

    choice: np.ndarray
    """int64[n]: position of each bidder's winning package in ``packages``; -1: no bid of it won."""
    revenue: int
    """Sum of the winning amounts, millionths of a euro."""
    price: np.ndarray
    """int64[m]: shadow prices of a unit, at which the bound on all choices is near; 0 where none were looked for."""


@jit
def find_winners(packages, amount, supply, optional, most, limit, small):
    """The compiled dynamic program of `determine_winners`: a status, positions, int64[n], if found, and shadow prices.

    limit : cells that may be kept; small : size of a table up to which it is filled without looking for a bound.
    """
    score, units = score_bids(packages, amount, supply, optional, most)
    price = np.zeros(supply.shape[0], np.int64)
    if not smallest_fit(score, units, supply):
        return NOTHING, np.zeros(0, np.int64), price
    lowest, (n, columns) = lowest_sum(score), score.shape
    worth = np.empty(columns, np.int64)
    bound = dual_bound(score, units, supply, price, worth, np.empty_like(supply))
    gap, size = bound - lowest, float(n * columns)
    for j in range(supply.shape[0]):
        size *= supply[j] + 1.0
    if size > small:
        price, bound = find_prices(score, units, supply, gap / (COARSE * FINE * n), lowest)
        gap = min(bound - lowest, 1 + (bound - lowest) // (COARSE * n))
        bound = drop_prices(score, units, supply, price, worth, bound, bound + gap // FINE)
    if bound < lowest:
        return NOTHING, np.zeros(0, np.int64), price
    value_packages(units, price, worth)
    while True:
        status, chosen = search(score, units, supply, price, worth, gap, limit)
        if status != NOTHING or gap >= bound - lowest:
            return status, chosen - 1, price
        gap = min(bound - lowest, gap * WIDEN)


def determine_winners(packages, amount, supply, *, optional, ties="fewest", method="auto"):
    """Find the bids of largest revenue within the supply: `Winners`; None if no choice fits.

    packages : int64[K, m], units per pollutant, in lexicographic order. amount : int64[n, K], bids in millionths of a
    euro, so that ties are exact; -1: no bid. supply : int64[m].

    With ``optional`` at most one bid of every bidder wins [Goyal, R*], otherwise exactly one [Goyal, R1]. Among equal
    revenues ``ties`` takes the "fewest" or the "most" units in all, then the first allocation: bidder 0's package
    first, in the order of ``packages``; no package (-1) comes before all.

    The method "dynamic_program" is exact in all of this; ValueError if it would keep more than `MOST_CELLS` cells.
    "integer_program" is HiGHS: revenue and the units of the tie rule up to its tolerances (1e-6), and any of the
    allocations that tie in both. "auto" takes HiGHS only where the dynamic program is too large; ParameterError if
    HiGHS has not ended after `winners.program.PATIENCE`. ValueError for anything that is not as described.

    >>> packages, amount = np.array([[1, 0], [1, 1]]), np.array([[5, 8], [4, -1]])
    >>> determine_winners(packages, amount, np.array([1, 1]), optional=True)
    Winners(choice=array([ 1, -1]), revenue=8, price=array([0, 0]))
    """
    packages, amount, supply = check_bids(packages, amount, supply)
    for name, value, choices in (("ties", ties, TIES), ("method", method, METHODS)):
        if value not in choices:
            raise ValueError(f"{name} = {value!r}: must be one of {', '.join(choices)}")
    status, most, price = TOO_LARGE, ties == "most", np.zeros_like(supply)
    if method != "integer_program":
        status, choice, price = find_winners(
            packages, amount, supply, bool(optional), most, MOST_CELLS, SMALL
        )
    if status == TOO_LARGE:
        if method == "dynamic_program":
            raise ValueError(
                f'method = "dynamic_program": more than {MOST_CELLS:,} cells for supply = {supply.tolist()} and '
                f'{len(amount)} bidders; "auto" or "integer_program" solves it'
            )
        choice = solve_program(*score_bids(packages, amount, supply, bool(optional), most), supply)
        status = NOTHING if choice is None else FOUND
    if status == NOTHING:
        return None
    won = np.flatnonzero(choice >= 0)
    return Winners(choice, int(amount[won, choice[won]].sum()), price)


def highest_revenue(packages, amount, supply):
    """Largest revenue, millionths of a euro, with bidders optional, of tables as `determine_winners` takes them.

    Where the dynamic program is too large, the dual bound: no choice brings more.
    """
    packages, amount, supply = check_bids(packages, amount, supply)
    status, choice, _ = find_winners(packages, amount, supply, True, False, MOST_CELLS, SMALL)
    if status == TOO_LARGE:
        return bound_revenue(packages, amount, supply)
    won = np.flatnonzero(choice >= 0)
    return int(amount[won, choice[won]].sum())


@jit
def bound_revenue(packages, amount, supply):
    """Upper bound on the revenue with bidders optional, millionths of a euro."""
    score, units = score_bids(packages, amount, supply, True, False)
    return revenue_within(find_prices(score, units, supply, 0.0, 0)[1], supply)


@rule
def revenue_within(score, supply):
    """Highest revenue, millionths of a euro, of a choice with a score up to this: it is below it by the units sold."""
    weight = weigh_revenue(supply)
    return (score + weight - 1) // weight


@jit
def all_may_win(packages, amount, supply):
    """Return whether every bidder has a bid, and the smallest units of each pollutant that they bid for fit."""
    score, units = score_bids(packages, amount, supply, False, False)
    return smallest_fit(score, units, supply)


@jit
def bound_revenue_of_all(packages, amount, supply, price):
    """Upper bound on the revenue, millionths of a euro, with exactly one bid of every bidder; each must have one.

    price : int64[m], shadow prices, of any size: the best ones give the lowest bound.
    """
    score, units = score_bids(packages, amount, supply, False, False)
    worth, slack = np.empty(units.shape[0], np.int64), np.empty_like(supply)
    return revenue_within(dual_bound(score, units, supply, price, worth, slack), supply)
