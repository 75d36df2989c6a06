"""Emitters drawn at random."""

import numpy as np


def draw_emitters(rng, n, *, size_spread, choke_min, choke_max, choke_mean, largest_share=0.0):
    """Draw shares of planned emissions and choke prices, €/t, float64[n] each.

    Sizes are lognormal; choke prices are uniform, then scaled so that all firms together have ``choke_mean``: the
    harmonic mean, weighted by size, at which their summed emissions end. largest_share : if above 0, the share that the
    largest firm gets; the others keep their proportions.
    """
    weight = np.exp(size_spread * rng.standard_normal(n))
    weight /= weight.sum()
    if largest_share > 0.0 and n > 1:
        largest = weight.argmax()
        weight *= (1.0 - largest_share) / (1.0 - weight[largest])
        weight[largest] = largest_share
    choke_price = rng.uniform(choke_min, choke_max, n)
    return weight, choke_price * (choke_mean * (weight / choke_price).sum())


def mean_choke_price(weight, choke_price):
    """Choke price of all firms together, €/t: the slope of their common marginal cost."""
    return 1.0 / (np.asarray(weight) / choke_price).sum()
