"""Uniform random numbers in blocks: the ones that NumPy's generator draws, many at once where that takes less time."""

import numpy as np

from learning.jit import rule
from learning.lanes import DRAWS_FAST, LANES, drawn_by_vectors

FEW = 4096
"""Fewer numbers are left to NumPy: reading and moving the generator takes as long as they do."""


@drawn_by_vectors
def draw(words, numbers):
    """Fill ``numbers``, float64[k], but for the last k mod `LANES`, as NumPy's ``random`` of a generator PCG64 does.

    words : uint64[4], the upper and lower halves of the generator's state and of its increment; they stay.
    """
    state = [int(word) for word in words]
    bits = np.random.PCG64()
    bits.state |= {"state": {"state": state[0] << 64 | state[1], "inc": state[2] << 64 | state[3]}}
    np.random.Generator(bits).random(out=numbers[: len(numbers) // LANES * LANES])


@rule
def fill(words, numbers):
    """Do as `draw`."""
    draw(words, numbers)


def uniform(rng, shape):
    """Draw float64[shape] in [0, 1), as ``rng.random(shape)``."""
    return fill_uniformly(rng, np.empty(shape))


def fill_uniformly(rng, numbers):
    """Fill an array as ``rng.random(out=numbers)``, the generator's state afterwards included; return it."""
    bits, whole = rng.bit_generator, numbers.size // LANES * LANES
    if whole < FEW or not DRAWS_FAST or type(bits) is not np.random.PCG64 or not numbers.flags.c_contiguous:
        return rng.random(out=numbers)
    state, line = bits.state, numbers.reshape(-1)
    if state["has_uint32"]:  # half a number is kept for later, which `advance` would forget
        return rng.random(out=numbers)
    fill(_words(**state["state"]), line)
    bits.advance(whole)
    rng.random(out=line[whole:])
    return numbers


def _words(state, inc):
    return np.array([state >> 64, state & 2**64 - 1, inc >> 64, inc & 2**64 - 1], np.uint64)
