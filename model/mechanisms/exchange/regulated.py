"""Regulated secondary market: the short side is served fully, the long side pro rata; the auction sets the price."""

import numpy as np

from learning.jit import rule
from model.mechanisms.auctions.base import EXHAUSTED


@rule
def bought_by(net_demand, supply, demand):
    """Permits, t, that a firm with ``net_demand`` buys; below zero: sells [Esmaeili2021, Eqs. 2.11-2.12]."""
    own_side = demand if net_demand > 0.0 else supply
    return net_demand * (min(supply, demand) / own_side) if own_side > 0.0 else 0.0


@rule
def regulated_price(clearing_price, supply, demand, margin):
    """Trading price, €/t: the share ``margin`` above the auction's where permits are scarce, below it otherwise.

    [Esmaeili2021, Eq. 2.13]: (1 + margin) x clearing price if supply <= demand, (1 - margin) x it otherwise.
    """
    scarce = supply <= demand * (1.0 + EXHAUSTED)  # equality up to rounding counts as equality
    return clearing_price * (1.0 + margin if scarce else 1.0 - margin)


def flows(bought):
    """Permits sold by each firm to each other, t: float64[n, n], seller x buyer, pro rata on both sides.

    bought : float64[n], t, below zero for sellers, adding up to zero.

    >>> flows(np.array([3.0, -4.0, 1.0]))[1]
    array([3., 0., 1.])
    """
    sold, got = np.maximum(-bought, 0.0), np.maximum(bought, 0.0)
    volume = got.sum()
    return np.outer(sold, got) / volume if volume > 0.0 else np.zeros((len(bought), len(bought)))
