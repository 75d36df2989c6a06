"""Emitters drawn at random."""

import numpy as np


def draw_emitters(rng, n, *, size_spread, choke_min, choke_max, choke_mean):
    """Draw shares of planned emissions and choke prices, €/t, float64[n] each.

    Sizes are lognormal; choke prices are uniform, then scaled so that all firms together have ``choke_mean``: the
    harmonic mean, weighted by size, at which their summed emissions end.
    """
    weight = np.exp(size_spread * rng.standard_normal(n))
    weight /= weight.sum()
    choke_price = rng.uniform(choke_min, choke_max, n)
    return weight, choke_price * (choke_mean * (weight / choke_price).sum())


def mean_choke_price(weight, choke_price):
    """Choke price of all firms together, €/t: the slope of their common marginal cost."""
    return 1.0 / (np.asarray(weight) / choke_price).sum()
