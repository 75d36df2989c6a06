"""Compiled functions of one row of a table: its largest entry, sum and order, and a draw in proportion."""

from learning.jit import rule
from learning.lanes import LANES, fetched_by_processor, found_by_vectors, indexed_from_the_front

RUN = 8
"""Length of the runs that are sorted by insertion before they are merged."""
COUNTED = 100
"""Most numbers that are put in order by comparing each with all others."""


@indexed_from_the_front
def natural(index):
    """Return ``index``, which is not negative: ``row[natural(k)]`` does not ask whether it counts from the end.

    Compiled code asks that of every other index whose sign the compiler cannot tell, as of one read from an array.
    Nothing looks whether it is right, and the result is for brackets only: numba adds other integers to it as floats.
    """
    return index


@fetched_by_processor
def fetch_ahead(array, k):
    """Fetch ``array[k]``, contiguous, into the processor's cache, to be written soon; there need not be such a part.

    What is written to memory that is in no cache waits for it, as long as dozens of computations take.
    """


@rule
def first_one_by_one(row):
    """Position of the largest entry of ``row`` (float64[k], k >= 1); the first of equal ones."""
    best = 0
    for k in range(1, row.shape[0]):
        if row[k] > row[best]:
            best = k
    return best


@found_by_vectors(otherwise=first_one_by_one)
def first_of_many(row):
    """Position of the largest entry of ``row``, at least `LANES` numbers; the first of equal ones."""
    return int(row.argmax())


@rule
def first_of_largest(row):
    """Position of the largest entry of ``row`` (float64[k], k >= 1); the first of equal ones.

    Many entries are compared at once: one by one, every comparison would wait for the one before.
    """
    return first_of_many(row) if row.shape[0] >= LANES else first_one_by_one(row)


@rule
def overwrite(row, numbers):
    """Write ``numbers`` [k] over the first k entries of ``row``.

    For ``row[:k] = numbers`` numba compiles the text of an error as well: two seconds, a tenth of a first run.
    """
    for k in range(numbers.shape[0]):
        row[k] = numbers[k]


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


@rule
def put_in_order(row, count):
    """Sort the first ``count`` numbers of ``row`` in place, the largest first, by insertion: they are few."""
    for k in range(1, count):
        number, at = row[k], k
        while at > 0 and row[at - 1] < number:
            row[at] = row[at - 1]
            at -= 1
        row[at] = number


@rule
def order_falling(values, order, spare):
    """Write the positions of float64[m] ``values`` by falling value into int64[m] ``order``; equal ones keep theirs.

    spare : int64[m], overwritten. Runs sorted by insertion are merged, two passes at a time, so that the positions end
    in ``order``.
    """
    m, width = values.shape[0], RUN
    if m <= COUNTED:
        return order_by_count(values, order, spare)
    for k in range(m):
        order[k] = k
    for first in range(0, m, RUN):
        insert_positions(values, order, first, min(first + RUN, m))
    while width < m:
        merge_runs(values, width, order, spare)
        merge_runs(values, 2 * width, spare, order)
        width *= 4


@rule
def order_by_count(values, order, ahead):
    """Do as `order_falling`: count for every number how many are ``ahead`` of it, int64[m].

    No branch depends on a comparison, and the processor makes several of them at once.
    """
    for k in range(values.shape[0]):
        value, before = values[k], 0
        for j in range(k):
            is_less = values[j] < value
            ahead[j] += is_less
            before += not is_less
        ahead[k] = before
    for k in range(values.shape[0]):
        order[natural(ahead[k])] = k


@rule
def insert_positions(values, order, first, last):
    """Sort the positions ``order[first:last]`` by falling value, by insertion.

    ``0 <= first`` tells the compiler that no position counts from the end.
    """
    for k in range(first + 1, last):
        new, at = order[k], k
        while 0 <= first < at and values[new] > values[order[at - 1]]:
            order[at] = order[at - 1]
            at -= 1
        order[at] = new


@rule
def merge_runs(values, width, source, target):
    """Merge neighbouring runs of ``width`` positions in ``source`` to runs of twice that length in ``target``."""
    m = source.shape[0]
    for first in range(0, m, 2 * width):
        if first + 2 * width <= m:
            merge_equal(values, width, first, source, target)
        else:
            merge_rest(values, first, min(first + width, m), source, target)


@rule
def merge_equal(values, width, first, source, target):
    """Merge two runs of equal length from both ends at once, which needs no test for the end of a run.

    The comparison moves the places instead of choosing a branch, since branches on random values are mispredicted.
    """
    a, b = first, first + width
    y, z = b - 1, b + width - 1
    for k in range(width):
        later = values[source[b]] > values[source[a]]
        target[first + k] = source[b] if later else source[a]
        a, b = a + (not later), b + later
        later = values[source[z]] > values[source[y]]
        target[first + 2 * width - 1 - k] = source[y] if later else source[z]
        y, z = y - later, z - (not later)


@rule
def merge_rest(values, first, middle, source, target):
    """Merge a run with the shorter one, possibly empty, behind it."""
    a, b, last = first, middle, source.shape[0]
    for at in range(first, last):
        later = b < last and (a == middle or values[source[b]] > values[source[a]])
        target[at] = source[b] if later else source[a]
        a, b = a + (not later), b + later
