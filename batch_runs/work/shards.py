"""Shards of a sweep: each job falls to one of N by its key, so that N computers share them without any engine."""

import argparse
from typing import NamedTuple

MOST = 100_000


class Shard(NamedTuple):
    """Shard ``number``, from 1, of ``count``."""

    number: int
    count: int

    def __str__(self):
        return f"{self.number}-of-{self.count}"

    def has(self, job):
        """Whether a job falls to this shard, by its key, a hexadecimal number."""
        return int(job.key, 16) % self.count == self.number - 1


def read_shard(text):
    """Read ``K/N``; the type of a command-line option.

    >>> read_shard("3/40")
    Shard(number=3, count=40)
    """
    number, slash, count = text.partition("/")
    if not (slash and number.isdecimal() and count.isdecimal() and 1 <= int(number) <= int(count) <= MOST):
        raise argparse.ArgumentTypeError(
            f"{text}: must be K/N, as in 3/40, with K from 1 to N and N up to {MOST}"
        )
    return Shard(int(number), int(count))
