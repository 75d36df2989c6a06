"""The packages of permits that farms may want, numbered in lexicographic order."""

from typing import NamedTuple

import numpy as np

from learning.knobs import ParameterError

MOST = 5_000_000
"""Most values, farms x packages, that are kept: seconds to find them, 40 MB for a table of them."""


class Packages(NamedTuple):
    """All packages of up to so many lots of every pollutant."""

    lots: np.ndarray
    """int64[K, m]: lots of each pollutant; package 0 is the empty one."""
    units: np.ndarray
    """int64[K]: lots in all."""
    stride: np.ndarray
    """int64[m]: how far apart packages are that differ by one lot of a pollutant."""

    def number(self, lots):
        """Number of the package of int[..., m] lots."""
        return np.asarray(lots, np.int64) @ self.stride


def packages_up_to(most, farms=1):
    """`Packages` of 0 to ``most``, int[m], lots; ParameterError where ``farms`` could not keep values of them all."""
    shape = np.asarray(most, np.int64) + 1
    if farms * np.prod(shape, dtype=float) > MOST:
        raise ParameterError(
            f"{farms} farms with {' x '.join(map(str, shape))} packages each: more than {MOST:,} values; "
            "take fewer farms, or smaller baselines by counting in larger lots"
        )
    lots = np.stack([axis.ravel() for axis in np.indices(shape)], axis=-1).astype(np.int64)
    stride = np.append(np.cumprod(shape[:0:-1])[::-1], 1).astype(np.int64)
    return Packages(np.ascontiguousarray(lots), lots.sum(1), stride)
