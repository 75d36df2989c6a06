"""Designs of experiments: points of ranges at which a sweep is run, instead of every combination of values.

``lhs:N`` is a Latin hypercube of N points, ``sobol:N`` the points from which Sobol indices are computed [Saltelli2010].
Both sample the axes written as ``low:high``; every level of the other axes meets every point.
"""

from dataclasses import dataclass

import numpy as np

from batch_runs.usage import MOST, UsageError
from learning.knob_names import own_name, own_range, put_once

GRID, LHS, SOBOL = "grid", "lhs", "sobol"
LEAST = 2
"""Fewest points."""


@dataclass(frozen=True)
class Design:
    """A kind of design, and its number of points N; the grid has none of its own."""

    kind: str = GRID
    points: int = 0

    def __str__(self):
        return f"{self.kind}:{self.points}" if self.points else self.kind

    def count(self, ranges):
        """Number of points at which every level of the other axes is played."""
        if self.kind == GRID:
            return 1
        return self.points * (len(ranges) + 2) if self.kind == SOBOL else self.points

    def sample(self, ranges, knobs, seed):
        """Draw the points: a list of dicts of values by name, the same for the same seed.

        ranges : (low, high) by name; a whole number takes each of its values equally often.
        """
        if self.kind == GRID:
            return [{}]
        unit = _latin_hypercube if self.kind == LHS else _saltelli
        rows = unit(self.points, len(ranges), np.random.default_rng(seed))
        return [
            {name: _between(u, *ends, knobs[name].type) for u, (name, ends) in zip(row, ranges.items())}
            for row in rows
        ]


ON_GRID = Design()


def read_design(text):
    """Read ``grid``, ``lhs:N`` or ``sobol:N``; UsageError for anything else.

    >>> read_design("lhs:200")
    Design(kind='lhs', points=200)
    """
    kind, colon, number = str(text).partition(":")
    if kind == GRID and not colon:
        return ON_GRID
    if kind not in (LHS, SOBOL):
        raise UsageError(f"design {text}: must be grid, lhs:N or sobol:N")
    points = int(number) if number.isdecimal() and len(number) < 17 else 0
    if not LEAST <= points <= MOST:
        raise UsageError(f"design {text}: N must be a whole number of at least {LEAST}, as in {kind}:256")
    if kind == SOBOL and points & (points - 1):
        raise UsageError(f"design {text}: N must be a power of two, as in sobol:{1 << points.bit_length()}")
    return Design(kind, points)


def split_axes(design, axes, knobs):
    """Split axes as written into the ranges that a design samples, (low, high) by knob, and the other axes."""
    if design.kind == GRID:
        return {}, dict(axes)
    ranges = {name: text for name, text in axes.items() if _is_range(name, text, knobs)}
    if not ranges:
        raise UsageError(
            f"design {design}: at least one number must have a range low:high, as in phi=0.8:1.0"
        )
    found = {}
    for name, text in ranges.items():
        put_once(found, *_ends(name, text, knobs), knobs)
    return found, {name: written for name, written in axes.items() if name not in ranges}


def _is_range(name, text, knobs):
    own = own_name(name, 0, knobs)[0]
    numeric = own in knobs and knobs[own].type in (int, float)
    return numeric and isinstance(text, str) and text.count(":") == 1


def _ends(name, text, knobs):
    own, (low, high) = own_range(name, text.split(":"), knobs)
    if low >= high:
        raise UsageError(f"{name}={text}: the first end of a range must be below the second")
    return own, (low, high)


def _between(u, low, high, kind):
    """Value at the share ``u``, in [0, 1), of a range."""
    if kind is int:
        return min(high, low + int(u * (high - low + 1)))
    return min(high, low + float(u) * (high - low))


def _latin_hypercube(points, dimensions, rng):
    from scipy.stats import qmc

    return qmc.LatinHypercube(dimensions, rng=rng).random(points)


def _saltelli(points, dimensions, rng):
    """Points of the matrices A and B, and of A with each column from B in turn: float64[points * (d + 2), d].

    All of the first point come first, and so on.
    """
    from scipy.stats import qmc

    both = qmc.Sobol(2 * dimensions, rng=rng).random(points)
    a, b = both[:, :dimensions], both[:, dimensions:]
    mixed = np.repeat(a[:, None], dimensions, axis=1)
    mixed[:, range(dimensions), range(dimensions)] = b
    return np.concatenate([a[:, None], b[:, None], mixed], axis=1).reshape(-1, dimensions)
