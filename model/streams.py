"""Named random streams, one per purpose, so that adding one does not change the others.

Two runs with the same seed see the same numbers in every stream they share, whatever auction or learner they use:
common random numbers, by construction.
"""

from numbers import Real
from zlib import crc32

import numpy as np

SEED_LIMIT = 2**53
"""Seeds are below this, so that every reader (JSON, spreadsheets, browsers) keeps them exactly."""


class Streams:
    """Generators by name, all derived from one seed.

    >>> float(Streams(1)["bidding"].random()) == float(Streams(1)["bidding"].random())
    True
    """

    def __init__(self, seed):
        self.seed = seed
        self._streams = {}

    def __getitem__(self, name):
        if name not in self._streams:
            self._streams[name] = np.random.Generator(np.random.PCG64(self.sequence(name)))
        return self._streams[name]

    def sequence(self, name):
        """NumPy's seed sequence from which a stream begins."""
        return np.random.SeedSequence(self.seed, spawn_key=(key_of(name),))


def key_of(name):
    """Number, below 2**32, that tells the stream of a name from the others of its seed."""
    return crc32(name.encode())


def as_streams(rng):
    """Return new `Streams` for Mesa's ``rng`` argument, see `as_seed`; `Streams` that nobody has used are taken."""
    return rng if isinstance(rng, Streams) else Streams(as_seed(rng))


def one_of(rng, seed):
    """Return Mesa's argument ``rng``, or ``seed``, its older name; TypeError if both are given."""
    if rng is not None and seed is not None:
        raise TypeError(
            f"rng = {rng!r} and seed = {seed!r}: give one of them, they are two names of the same"
        )
    return seed if rng is None else rng


def as_seed(rng):
    """Return the seed (int) for Mesa's ``rng`` argument: None, an int, a SeedSequence, or a Generator.

    ValueError for anything else, negative or too large ints included.
    """
    if isinstance(rng, np.random.Generator):
        return int(rng.integers(SEED_LIMIT))
    if rng is None or isinstance(rng, np.random.SeedSequence):
        sequence = rng or np.random.SeedSequence()
        return int(np.random.Generator(np.random.PCG64(sequence)).integers(SEED_LIMIT))
    whole = isinstance(rng, Real) and not isinstance(rng, bool) and 0 <= rng < SEED_LIMIT and rng == int(rng)
    if not whole:
        raise ValueError(f"seed = {rng!r}: must be a whole number from 0 to {SEED_LIMIT - 1}")
    return int(rng)
