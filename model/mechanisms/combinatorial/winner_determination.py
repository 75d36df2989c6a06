"""Which package bids win: the largest revenue within the supply, exactly [Goyal, R10 and R12].

The clock's closing rule asks twice: for exactly one bid of every bidder, and with bidders optional. A dynamic program
over the units sold finds the answer; `winner_bound` says how good any choice can be, so that `winner_search` needs
to look at little of the table. Where even that is too large, HiGHS takes over (`winner_program`).
"""

from typing import NamedTuple

import numpy as np

from learning.jit import jit, rule
from model.mechanisms.combinatorial.winner_bound import (
    LARGEST,
    NO_BID,
    drop_prices,
    dual_bound,
    find_prices,
    value_packages,
)
from model.mechanisms.combinatorial.winner_program import solve_program
from model.mechanisms.combinatorial.winner_search import FOUND, NOTHING, TOO_LARGE, search

MOST_CELLS = 10_000_000
"""Cells the dynamic program may keep; two whole numbers each."""
SMALL = 20_000
"""Sums of a cell and a bid below which looking for shadow prices costs more than it saves."""
COARSE, FINE, WIDEN = 100, 4, 4
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


@jit
def score_bids(packages, amount, supply, optional, most):
    """Scores, int64[n, K + 1], and units, int64[K + 1, m], of "no bid" and of every package.

    One whole number carries revenue and the tie rule: the amount times more units than can be sold, less the
    bid's units (plus, with ``most``).
    """
    (n, count), m = amount.shape, supply.shape[0]
    score, units = np.full((n, count + 1), NO_BID, np.int64), np.zeros((count + 1, m), np.int64)
    units[1:] = packages
    score[:, 0] = 0 if optional else NO_BID
    weight, sign = 1 + supply.sum(), 1 if most else -1
    for k in range(count):
        if (packages[k] <= supply).all():
            size = packages[k].sum()
            for i in range(n):
                if amount[i, k] >= 0:
                    score[i, k + 1] = amount[i, k] * weight + sign * size
    return score, units


@jit
def smallest_fit(score, units, supply):
    """Whether every bidder has a bid and the smallest units of each pollutant that anybody bids for add up to fit."""
    m = supply.shape[0]
    used, least = np.zeros(m, np.int64), np.zeros(m, np.int64)
    for i in range(score.shape[0]):
        least[:] = LARGEST
        for k in range(score.shape[1]):
            if score[i, k] != NO_BID:
                least = np.minimum(least, units[k])
        if least[0] == LARGEST:
            return False
        used += least
    return bool((used <= supply).all())


@rule
def lowest_sum(score):
    """What the worst choice would score."""
    total = 0
    for i in range(score.shape[0]):
        least = LARGEST
        for k in range(score.shape[1]):
            if score[i, k] != NO_BID:
                least = min(least, score[i, k])
        total += least
    return total


@jit
def find_winners(packages, amount, supply, optional, most, limit, small):
    """The compiled dynamic program of `determine_winners`: a status, and positions, int64[n], if found.

    limit : cells that may be kept; small : size of a table up to which it is filled without looking for a bound.
    """
    score, units = score_bids(packages, amount, supply, optional, most)
    if not smallest_fit(score, units, supply):
        return NOTHING, np.zeros(0, np.int64)
    lowest, (n, columns) = lowest_sum(score), score.shape
    price, worth = np.zeros(supply.shape[0], np.int64), np.empty(columns, np.int64)
    bound = dual_bound(score, units, supply, price, worth, np.empty_like(supply))
    gap, size = bound - lowest, float(n * columns)
    for j in range(supply.shape[0]):
        size *= supply[j] + 1.0
    if size > small:
        price, bound = find_prices(score, units, supply, gap / (COARSE * FINE * n), lowest)
        gap = min(bound - lowest, 1 + (bound - lowest) // (COARSE * n))
        bound = drop_prices(score, units, supply, price, worth, bound, bound + gap // FINE)
    if bound < lowest:
        return NOTHING, np.zeros(0, np.int64)
    value_packages(units, price, worth)
    while True:
        status, chosen = search(score, units, supply, price, worth, gap, limit)
        if status != NOTHING or gap >= bound - lowest:
            return status, chosen - 1
        gap = min(bound - lowest, gap * WIDEN)


def determine_winners(packages, amount, supply, *, optional, ties="fewest", method="auto"):
    """The bids that bring the largest revenue within the supply: `Winners`; None if no choice fits.

    packages : int64[K, m], units per pollutant, in lexicographic order. amount : int64[n, K], bids in millionths of a
    euro, so that ties are exact; -1: no bid. supply : int64[m].

    With ``optional`` at most one bid of every bidder wins [Goyal, R*], otherwise exactly one [Goyal, R1]. Among equal
    revenues ``ties`` takes the "fewest" or the "most" units in all, then the first allocation: bidder 0's package
    first, in the order of ``packages``; no package (-1) comes before all.

    The method "dynamic_program" is exact in all of this, and ValueError if it would keep more than `MOST_CELLS`
    cells; "integer_program" is HiGHS, exact up to its tolerances (about 1e-9 of the revenue) and with any of the
    allocations that tie in revenue and units; "auto" takes HiGHS only where the dynamic program is too large.
    ValueError for anything that is not as described.

    >>> packages, amount = np.array([[1, 0], [1, 1]]), np.array([[5, 8], [4, -1]])
    >>> determine_winners(packages, amount, np.array([1, 1]), optional=True)
    Winners(choice=array([ 1, -1]), revenue=8)
    """
    packages, amount, supply = _checked(packages, amount, supply)
    for name, value, choices in (("ties", ties, TIES), ("method", method, METHODS)):
        if value not in choices:
            raise ValueError(f"{name} = {value!r}: must be one of {', '.join(choices)}")
    status, most = TOO_LARGE, ties == "most"
    if method != "integer_program":
        status, choice = find_winners(packages, amount, supply, bool(optional), most, MOST_CELLS, SMALL)
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
    return Winners(choice, int(amount[won, choice[won]].sum()))


def _checked(packages, amount, supply):
    """The three tables as int64, in rows; ValueError if they are not what `determine_winners` wants."""
    tables = []
    for name, values, axes in (("packages", packages, 2), ("amount", amount, 2), ("supply", supply, 1)):
        values = np.asarray(values)
        if values.ndim != axes or values.dtype.kind not in "iu":
            raise ValueError(
                f"{name}: {values.dtype}{list(values.shape)}; must be whole numbers with {axes} axes"
            )
        tables.append(np.ascontiguousarray(values, np.int64))
    packages, amount, supply = tables
    if packages.shape[1] != len(supply) or not len(supply):
        raise ValueError(
            f"packages have {packages.shape[1]} pollutants, supply {len(supply)}: must be the same, at least 1"
        )
    if amount.shape[1] != len(packages):
        raise ValueError(
            f"amount has {amount.shape[1]} columns: must be {len(packages)}, one for each package"
        )
    fault, row = find_fault(packages, amount, supply)
    if fault:
        raise ValueError(_told(fault, row, packages, amount, supply))
    return tables


@jit
def find_fault(packages, amount, supply):
    """Number of the first thing wrong with the values, 0 if none, and its row."""
    n, m = amount.shape[0], supply.shape[0]
    for j in range(m):
        if supply[j] < 0 or supply[j] > LARGEST // (4 * m):
            return 1, j
    for k in range(packages.shape[0]):
        for j in range(m):
            if packages[k, j] < 0 or packages[k, j] > LARGEST // (4 * m):
                return 2, k
        if k > 0:
            j = 0
            while j < m and packages[k, j] == packages[k - 1, j]:
                j += 1
            if j == m or packages[k, j] < packages[k - 1, j]:
                return 3, k
    highest_amount = LARGEST // ((1 + supply.sum()) * max(1, n)) - 1
    for i in range(n):
        for k in range(amount.shape[1]):
            if amount[i, k] < -1 or amount[i, k] > highest_amount:
                return 4, i
    return 0, 0


def _told(fault, row, packages, amount, supply):
    """Words for what `find_fault` found."""
    highest_amount = LARGEST // ((1 + int(supply.sum())) * max(1, len(amount))) - 1
    return {
        1: f"supply[{row}] = {supply[row]}: must be from 0 to {LARGEST // (4 * len(supply))} units"
        if fault == 1
        else "",
        2: f"packages[{row}] = {packages[row].tolist()}: units must not be negative" if fault == 2 else "",
        3: f"packages[{row}] = {packages[row].tolist()}: must come after packages[{row - 1}] in lexicographic order"
        if fault == 3
        else "",
        4: f"amount of bidder {row} = {amount[row].tolist()}: must be from -1 (no bid) to {highest_amount} "
        "millionths of a euro"
        if fault == 4
        else "",
    }[fault]
