"""The packages of permits that farms may want, numbered in lexicographic order."""

from typing import NamedTuple

import numpy as np

from learning.knobs import ParameterError

MOST = 5_000_000
"""Largest number of values, farms x packages: they take seconds to compute and 40 MB in a table."""


class Packages(NamedTuple):
    """All packages up to given lots of every pollutant."""

    lots: np.ndarray
    """int64[K, m]: lots of each pollutant; package 0 is the empty one."""
    units: np.ndarray
    """int64[K]: total lots."""
    stride: np.ndarray
    """int64[m]: difference of the numbers of two packages that differ by one lot of a pollutant."""

    def number(self, lots):
        """Number of the package of int[..., m] lots."""
        return np.asarray(lots, np.int64) @ self.stride


def packages_up_to(most, farms=1):
    """Make `Packages` of 0 to ``most``, int[m], lots; ParameterError if there are too many for ``farms`` farms."""
    shape = np.asarray(most, np.int64) + 1
    if farms * np.prod(shape, dtype=float) > MOST:
        raise ParameterError(
            f"{farms} farms with {' x '.join(map(str, shape))} packages each: more than {MOST:,} values; "
            "take fewer farms, or smaller baselines by counting in larger lots"
        )
    lots = np.stack([axis.ravel() for axis in np.indices(shape)], axis=-1).astype(np.int64)
    stride = np.append(np.cumprod(shape[:0:-1])[::-1], 1).astype(np.int64)
    return Packages(np.ascontiguousarray(lots), lots.sum(1), stride)
