"""Find where a falling function is no longer above 0: the number that halving finds, after fewer values.

Halving from the ends of a range finds the lowest number of the machine at which the function is 0 or below, after about
53 values. Here straight lines through known values come close first. Then the same middles are taken as in halving, but
a value is asked for only where rounding could decide about its sign: so the answer is the same to the last bit.

    begin_crossing(search, 0.0, highest, guess, noise)
    while is_open(search):
        note_value(search, function(search[TRIAL]))
    answer = search[HIGH]
"""

import numpy as np

from learning.jit import rule

LOW, HIGH, TRIAL, NOISE, ABOVE, UP, BELOW, DOWN, UP_WEIGHT, DOWN_WEIGHT, SIDE, COUNT, STAGE = range(13)
"""Positions of a search, float64[13]: ends of the range that is halved; the number at which a value is asked for; the
error of a value; the highest number at which it is surely above 0, with its value, and the lowest at which it is surely
below, with minus its value, NaN where none is known; weights of the two in lines; which of them came last; values so
far; and the stage."""
POSITIONS = 13
NEAR, LOWEST, HALVE, OVER = range(4)
"""Stages: come near with straight lines; see whether ``LOW`` is the answer; halve what is left; it is in ``HIGH``."""
MOST = 12
"""Values after which plain halving takes over."""
STEP = 0.02
"""First step away from the guess, as a share of it; each further one is four times as long."""


def empty_search():
    """Make room for one search."""
    return np.zeros(POSITIONS)


@rule
def begin_crossing(search, low, high, guess, noise):
    """Begin to look between ``low`` and ``high`` for the lowest number at which a falling function is at most 0.

    It must be so at ``high``, whose value is never asked for; the answer is ``low`` if it is so there. guess : where it
    may be, NaN if nothing is known; noise : rounding error of a value at most; infinite for a function that may rise
    somewhere: then all is as in halving.
    """
    search[LOW], search[HIGH], search[NOISE] = low, high, noise
    search[ABOVE], search[BELOW] = low, high
    search[UP] = search[DOWN] = np.nan
    search[UP_WEIGHT] = search[DOWN_WEIGHT] = 1.0
    search[SIDE], search[COUNT], search[STAGE] = 0.0, 0.0, float(NEAR)
    search[TRIAL] = guess if low < guess < high else 0.5 * (low + high)
    if noise == np.inf:
        search[TRIAL], search[STAGE] = low, float(LOWEST)
    if not low < high:
        search[STAGE] = float(OVER)


@rule
def is_open(search):
    """Whether another value is asked for, at ``search[TRIAL]``."""
    return search[STAGE] != OVER


@rule
def note_value(search, value):
    """Take the function's ``value`` at ``search[TRIAL]``, and say at which number another one is needed, if at all."""
    if search[STAGE] == NEAR and not come_near(search, value):
        return
    if search[TRIAL] == search[LOW]:
        if value <= 0.0:
            search[HIGH], search[STAGE] = search[LOW], float(OVER)
            return
        search[STAGE] = float(HALVE)
    elif search[STAGE] == HALVE:
        take_half(search, value > 0.0)
    elif np.isnan(search[UP]):
        search[TRIAL], search[STAGE] = search[LOW], float(LOWEST)
        return
    search[STAGE] = float(HALVE)
    skip_known_halves(search)


@rule
def come_near(search, value):
    """Note a value and say where to try next; return whether lines do not help any further."""
    sure, is_lowest = note_side(search, value), search[TRIAL] == search[LOW]
    search[COUNT] += 1.0
    close = search[UP] <= 4.0 * search[NOISE] and search[DOWN] <= 4.0 * search[NOISE]
    if not sure or close or (is_lowest and value <= 0.0) or search[COUNT] >= MOST:
        return True
    search[TRIAL] = next_trial(search)
    return False


@rule
def note_side(search, value):
    """Note a value if its sign is sure, and return whether it is."""
    if value > search[NOISE]:
        search[ABOVE], search[UP], search[UP_WEIGHT] = search[TRIAL], value, 1.0
        if search[SIDE] > 0.0:
            search[DOWN_WEIGHT] *= 0.5  # else the line would keep to one side
        search[SIDE] = 1.0
    elif value < -search[NOISE]:
        search[BELOW], search[DOWN], search[DOWN_WEIGHT] = search[TRIAL], -value, 1.0
        if search[SIDE] < 0.0:
            search[UP_WEIGHT] *= 0.5
        search[SIDE] = -1.0
    return value > search[NOISE] or value < -search[NOISE]


@rule
def next_trial(search):
    """Number to try next: where the line between the known values is just beyond 0, or a step towards the crossing."""
    above, below, step = search[ABOVE], search[BELOW], STEP * 4.0 ** (search[COUNT] - 1.0)
    middle = 0.5 * (above + below)
    if np.isnan(search[DOWN]):
        trial = above * (1.0 + step)
        return trial if above < trial < below else middle
    if np.isnan(search[UP]):
        trial = below / (1.0 + step)
        return trial if step < 1.0 and trial > search[LOW] else search[LOW]
    up, down = search[UP] * search[UP_WEIGHT], search[DOWN] * search[DOWN_WEIGHT]
    beyond = 2.0 * search[NOISE] if search[UP] < search[DOWN] else -2.0 * search[NOISE]
    trial = above + (up + beyond) * ((below - above) / (up + down))
    return trial if above < trial < below else middle


@rule
def take_half(search, is_above):
    """Go on with the half of the range that the sign of the value at its middle leaves."""
    if is_above:
        search[LOW] = search[TRIAL]
    else:
        search[HIGH] = search[TRIAL]


@rule
def skip_known_halves(search):
    """Halve without asking as long as the value at the middle is surely above or below 0."""
    middle = 0.5 * (search[LOW] + search[HIGH])
    while search[LOW] < middle < search[HIGH] and (middle <= search[ABOVE] or middle >= search[BELOW]):
        if middle <= search[ABOVE]:
            search[LOW] = middle
        else:
            search[HIGH] = middle
        middle = 0.5 * (search[LOW] + search[HIGH])
    if search[LOW] < middle < search[HIGH]:
        search[TRIAL] = middle
    else:
        search[STAGE] = float(OVER)
