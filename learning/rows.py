"""Compiled functions of one row of a table: its largest entry, its sum, a draw in proportion to its entries."""

from learning.jit import rule


@rule
def first_of_largest(row):
    """Position of the largest entry of ``row`` (float64[k], k >= 1); the first of equal ones.

    It compares four entries at a time: one by one, every comparison would wait for the one before.
    """
    best, top = 0, row[0]
    fours = row.shape[0] // 4 * 4
    for k in range(0, fours, 4):
        here = max(max(row[k], row[k + 1]), max(row[k + 2], row[k + 3]))
        if here > top:
            best, top = k, here
            while row[best] < top:
                best += 1
    for k in range(fours, row.shape[0]):
        if row[k] > top:
            best, top = k, row[k]
    return best


@rule
def total(row):
    """Sum of ``row``, from left to right, so that compiled and interpreted runs round alike."""
    result = 0.0
    for k in range(row.shape[0]):
        result += row[k]
    return result


@rule
def draw(row, u):
    """Position drawn by ``u`` in [0, 1) in proportion to the entries (>= 0) of ``row``; uniform if all are zero."""
    mass = total(row)
    if mass <= 0.0:
        return int(u * row.shape[0])
    left = u * mass
    for k in range(row.shape[0]):
        left -= row[k]
        if left < 0.0:
            return k
    return first_of_largest(row)  # rounding used up the last share
