"""The random streams of many runs at once: those of `Streams`, bit for bit, without NumPy's cost per stream.

To begin its streams takes a short run longer than to draw from them. What a `numpy.random.SeedSequence` computes for
one seed is computed here for the seeds of many runs in one array. NumPy promises that this computation never changes.
"""

from functools import cached_property

import numpy as np

from model.streams import Streams, key_of

POOL = 4
"""Words of 32 bits into which a seed is mixed, and half as many as a generator begins with."""
HASH, STATE = (0x43B0D7E5, 0x931E8875), (0x8B51F9DD, 0x58F38DED)
"""The first multiplier, and the factor from one to the next: where seeds are mixed, and where numbers are made."""
LEFT, RIGHT = np.uint32(0xCA01F9DD), np.uint32(0x4973F715)
SHIFT = np.uint32(16)


def streams_of(seeds):
    """`Streams` of each of these seeds (whole numbers below 2**64), a list; words are shared, computed when needed."""
    shared = _Words(seeds)
    return [_StreamsOfMany(int(seed), shared, row) for row, seed in enumerate(seeds)]


class _StreamsOfMany(Streams):
    """Streams of one of many runs."""

    def __init__(self, seed, words, row):
        super().__init__(seed)
        self._words, self._row = words, row

    def sequence(self, name):
        return _Known(self.seed, name, self._words[name][self._row])


class _Words(dict):
    """Words, uint64[runs, 4], with which the generators of each stream begin, by name of the stream."""

    def __init__(self, seeds):
        seeds = np.array(seeds, np.uint64)
        hashed = _Hash(*HASH)
        words = [seeds.astype(np.uint32), (seeds >> np.uint64(32)).astype(np.uint32)]
        pool = [hashed(word) for word in [*words, *[np.zeros_like(words[0])] * (POOL - len(words))]]
        for source in range(POOL):
            for place in range(POOL):
                if source != place:
                    pool[place] = _mix(pool[place], hashed(pool[source]))
        self._pool, self._multiplier = pool, hashed.multiplier

    def __missing__(self, name):
        hashed = _Hash(self._multiplier, HASH[1])
        key = np.array([key_of(name)], np.uint32)
        pool = [_mix(word, hashed(key)) for word in self._pool]
        made = _Hash(*STATE)
        halves = [made(pool[k % POOL]).astype(np.uint64) for k in range(2 * POOL)]
        words = [low | high << np.uint64(32) for low, high in zip(halves[::2], halves[1::2], strict=True)]
        self[name] = np.stack(words, axis=1)
        return self[name]


class _Hash:
    """Hash of words, uint32[runs], with another multiplier at every call."""

    def __init__(self, multiplier, factor):
        self.multiplier, self.factor = multiplier, factor

    def __call__(self, words):
        words = words ^ np.uint32(self.multiplier)
        self.multiplier = self.multiplier * self.factor % 2**32
        words = words * np.uint32(self.multiplier)
        return words ^ words >> SHIFT


def _mix(one, other):
    mixed = LEFT * one - RIGHT * other
    return mixed ^ mixed >> SHIFT


class _Known(np.random.bit_generator.ISpawnableSeedSequence):
    """The seed sequence of a stream, whose first words are known."""

    def __init__(self, seed, name, words):
        self._seed, self._name, self._words = seed, name, words

    @cached_property
    def _whole(self):
        return Streams(self._seed).sequence(self._name)

    def generate_state(self, n_words, dtype=np.uint32):
        """Return words for a generator to begin with."""
        if n_words == POOL and dtype is np.uint64:
            return self._words
        return self._whole.generate_state(n_words, dtype)

    def spawn(self, n_children):
        """Return sequences of streams below this one."""
        return self._whole.spawn(n_children)
