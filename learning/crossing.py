"""Find where a falling function crosses 0, to its rounding error, by few of its values.

Straight lines through known values come close first: most functions looked at here are straight between kinks. What
they do not find, such as a jump, halving does.

    begin_crossing(search, 0.0, highest, guess, noise)
    while is_open(search):
        note_value(search, function(search[TRIAL]))
    answer = search[HIGH]
"""

import numpy as np

from learning.jit import rule

LOW, HIGH, TRIAL, NOISE, UP, DOWN, UP_WEIGHT, DOWN_WEIGHT, SIDE, COUNT, STAGE = range(11)
"""Positions of a search, float64[11]: the highest number known at which it is surely above 0, and the lowest at which
it is not; the number at which a value is asked for; the error of a value; the function at ``LOW``, and minus the
function at ``HIGH``, NaN where it is not known; weights of the two in lines; which of them came last; values so far;
and the stage."""
POSITIONS = 11
NEAR, HALVE, OVER = range(3)
"""Stages: come near with straight lines; halve what is left; the answer is ``HIGH``."""
BEYOND, CLOSE = 2.0, 8.0
"""Errors of a value by which lines aim beyond 0, so that its sign is sure, and within which both ends are close."""
MOST = 12
"""Values after which halving takes over."""
STEP = 0.02
"""First step away from the guess, as a share of it; each further one is four times as long."""


def empty_search():
    """Make room for one search."""
    return np.zeros(POSITIONS)


@rule
def begin_crossing(search, low, high, guess, noise):
    """Begin to look between ``low`` and ``high`` for the lowest number at which a falling function is at most 0.

    It must be so at ``high``, whose value is never asked for; the answer is ``low`` if it is so there. guess : where it
    may be, NaN if nothing is known; noise : rounding error of a value at most, up to which it counts as 0; infinite for
    a function that may rise somewhere: then all is halving.
    """
    search[LOW], search[HIGH], search[NOISE] = low, high, noise
    search[UP] = search[DOWN] = np.nan
    search[UP_WEIGHT] = search[DOWN_WEIGHT] = 1.0
    search[SIDE], search[COUNT], search[STAGE] = 0.0, 0.0, float(NEAR)
    search[TRIAL] = guess if low < guess < high else 0.5 * (low + high)
    if noise == np.inf:
        search[NOISE], search[TRIAL], search[STAGE] = 0.0, low, float(HALVE)
    if not low < high:
        search[STAGE] = float(OVER)


@rule
def is_open(search):
    """Whether another value is asked for, at ``search[TRIAL]``."""
    return search[STAGE] != OVER


@rule
def note_value(search, value):
    """Take the function's ``value`` at ``search[TRIAL]``, and say at which number another one is needed, if at all."""
    note_side(search, value)
    search[COUNT] += 1.0
    most = CLOSE * search[NOISE]
    if search[LOW] == search[HIGH]:
        search[STAGE] = float(OVER)
    elif search[STAGE] == NEAR and search[UP] <= most and search[DOWN] <= most:
        wide = search[HIGH] - search[LOW]
        search[HIGH] = search[LOW] + wide * search[UP] / (search[UP] + max(search[DOWN], 0.0))
        search[STAGE] = float(OVER)
    elif search[STAGE] == NEAR and search[COUNT] < MOST:
        search[TRIAL] = next_trial(search)
    else:
        halve(search)


@rule
def note_side(search, value):
    """Note a value as one end of the range that is left."""
    if value > search[NOISE]:
        search[LOW], search[UP], search[UP_WEIGHT] = search[TRIAL], value, 1.0
        if search[SIDE] > 0.0:
            search[DOWN_WEIGHT] *= 0.5  # else the line would keep to one side
        search[SIDE] = 1.0
    else:
        search[HIGH], search[DOWN], search[DOWN_WEIGHT] = search[TRIAL], -value, 1.0
        if search[SIDE] < 0.0:
            search[UP_WEIGHT] *= 0.5
        search[SIDE] = -1.0


@rule
def next_trial(search):
    """Number to try next: where the line between the known values is just beyond 0, or a step towards the crossing."""
    low, high, step = search[LOW], search[HIGH], STEP * 4.0 ** (search[COUNT] - 1.0)
    if np.isnan(search[DOWN]):
        trial = low * (1.0 + step)
    elif np.isnan(search[UP]):
        trial = high / (1.0 + step)
        return trial if step < 1.0 and trial > low else low
    else:
        up, down = search[UP] * search[UP_WEIGHT], search[DOWN] * search[DOWN_WEIGHT]
        beyond = BEYOND * search[NOISE]
        trial = low + (up + (beyond if search[UP] < search[DOWN] else -beyond)) * (high - low) / (up + down)
    return trial if low < trial < high else 0.5 * (low + high)


@rule
def halve(search):
    """Ask for the value in the middle of what is left, at ``LOW`` if that is not known; it is over if nothing is."""
    low, high = search[LOW], search[HIGH]
    search[TRIAL], search[STAGE] = 0.5 * (low + high), float(HALVE)
    if np.isnan(search[UP]):
        search[TRIAL] = low
    elif not low < search[TRIAL] < high:
        search[STAGE] = float(OVER)
