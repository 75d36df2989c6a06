"""One budget of memory for a model and for a file: what would exceed it is refused before anything is allocated."""

from math import prod

from learning.knobs import ParameterError

MOST_BYTES = 128_000_000
"""Most bytes of the arrays of one model, or of the contents of one file."""
NUMBER = 8
"""Bytes of a number."""


def check_numbers(what, shape, remedy, each=NUMBER):
    """ParameterError if an array of this shape, ``each`` bytes a number, exceeds the budget.

    what : the array, such as "memory of the learner"; remedy : what would make it smaller.
    """
    check_bytes(what, prod(map(int, shape)) * each, remedy)


def check_bytes(what, size, remedy):
    """ParameterError if ``size`` bytes exceed the budget."""
    if size > MOST_BYTES:
        raise ParameterError(
            f"{what}: {size / 1e6:,.0f} MB, at most {MOST_BYTES / 1e6:,.0f} MB fit here; {remedy}"
        )
