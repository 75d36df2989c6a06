"""Package bids as whole numbers that carry revenue and tie rule, after a check of what was submitted.

Column 0 of scores and units is "no bid", column k + 1 is package k.
"""

import numpy as np

from learning.jit import jit, rule
from model.mechanisms.combinatorial.winners.bound import LARGEST, NO_BID

MOST_UNITS = 2**31
"""Units of a pollutant that may be for sale: sums over bidders stay far within whole numbers."""
FINE, SUPPLY, NEGATIVE, ORDER, AMOUNT = range(5)


def check_bids(packages, amount, supply):
    """Return the three tables as int64; ValueError if they do not fit `determine_winners`."""
    tables = []
    for name, values, axes in (("packages", packages, 2), ("amount", amount, 2), ("supply", supply, 1)):
        values = np.asarray(values)
        if values.ndim != axes or values.dtype.kind not in "iu":
            raise ValueError(
                f"{name}: {values.dtype} of shape {values.shape}; must be whole numbers with {axes} axes"
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
    if fault != FINE:
        raise ValueError(_describe_fault(fault, row, packages, amount, supply))
    return tables


@rule
def in_order(before, after):
    """Return whether one package comes before another in lexicographic order."""
    for j in range(before.shape[0]):
        if before[j] != after[j]:
            return before[j] < after[j]
    return False


@rule
def weigh_revenue(supply):
    """Weight of a millionth of a euro in a score, in units: more units than can be sold."""
    weight = 1
    for j in range(supply.shape[0]):
        weight += supply[j]
    return weight


@rule
def highest_amount(n, supply):
    """Highest bid allowed, millionths of a euro: the sum of all scores must fit into 64 bits."""
    return LARGEST // (weigh_revenue(supply) * max(1, n)) - 1


@rule
def find_fault(packages, amount, supply):
    """Find the first fault in the numbers, `FINE` if there is none, and its row."""
    for j in range(supply.shape[0]):
        if supply[j] < 0 or supply[j] > MOST_UNITS:
            return SUPPLY, j
    for k in range(packages.shape[0]):
        for j in range(supply.shape[0]):
            if packages[k, j] < 0:
                return NEGATIVE, k
        if k > 0 and not in_order(packages[k - 1], packages[k]):
            return ORDER, k
    most = highest_amount(amount.shape[0], supply)
    for i in range(amount.shape[0]):
        for k in range(amount.shape[1]):
            if amount[i, k] < -1 or amount[i, k] > most:
                return AMOUNT, i
    return FINE, 0


def _describe_fault(fault, row, packages, amount, supply):
    """Describe the fault that `find_fault` found."""
    if fault == SUPPLY:
        return f"supply[{row}] = {supply[row]}: must be from 0 to {MOST_UNITS} units"
    if fault == NEGATIVE:
        return f"packages[{row}] = {packages[row].tolist()}: units must not be negative"
    if fault == ORDER:
        before = packages[row - 1].tolist()
        return f"packages[{row}] = {packages[row].tolist()}: must come after {before} in lexicographic order"
    most = highest_amount(len(amount), supply)
    wrong = next(int(a) for a in amount[row] if not -1 <= a <= most)
    return f"amount of bidder {row} = {wrong}: must be from -1 (no bid) to {most} millionths of a euro"


@rule
def size_within(package, supply):
    """Units in all of a package, -1 if it is not within the supply."""
    size = 0
    for j in range(supply.shape[0]):
        if package[j] > supply[j]:
            return -1
        size += package[j]
    return size


@jit
def score_bids(packages, amount, supply, optional, most):
    """Scores, int64[n, K + 1], and units, int64[K + 1, m], of "no bid" and of every package.

    One whole number carries revenue and the tie rule: the amount times more units than can be sold, less the
    bid's units (plus, with ``most``) [Goyal, R12]. A package beyond the supply counts as not bid for.
    """
    (n, count), m = amount.shape, supply.shape[0]
    score, units = np.empty((n, count + 1), np.int64), np.zeros((count + 1, m), np.int64)
    weight, size = weigh_revenue(supply), np.empty(count, np.int64)
    for k in range(count):
        size[k] = size_within(packages[k], supply)
        for j in range(m):
            units[k + 1, j] = packages[k, j] if size[k] >= 0 else 0
    for i in range(n):
        score[i, 0] = 0 if optional else NO_BID
        for k in range(count):
            worth = amount[i, k] * weight + (size[k] if most else -size[k])
            score[i, k + 1] = worth if amount[i, k] >= 0 and size[k] >= 0 else NO_BID
    return score, units


@rule
def smallest_fit(score, units, supply):
    """Return whether every bidder has a bid and the bidders' smallest units of each pollutant fit the supply."""
    for j in range(supply.shape[0]):
        used = 0
        for i in range(score.shape[0]):
            least = LARGEST
            for k in range(score.shape[1]):
                if score[i, k] != NO_BID:
                    least = min(least, units[k, j])
            used += least
            if used > supply[j]:
                return False
    return True


@rule
def lowest_sum(score):
    """Score of the worst choice."""
    total = 0
    for i in range(score.shape[0]):
        least = LARGEST
        for k in range(score.shape[1]):
            if score[i, k] != NO_BID:
                least = min(least, score[i, k])
        total += least
    return total
