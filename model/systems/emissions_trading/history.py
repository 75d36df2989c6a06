"""Emissions without abatement over the quarters of one run: planned ones times shocks that fade."""

import numpy as np

from learning.jit import rule


@rule
def fade_in(noise, spread, persistence):
    """Turn standard normal numbers, float64[quarters, k], into AR(1) processes of standard deviation ``spread``."""
    new = spread * (1.0 - persistence * persistence) ** 0.5
    for i in range(noise.shape[1]):
        noise[0, i] *= spread
        for t in range(1, noise.shape[0]):
            noise[t, i] = persistence * noise[t - 1, i] + new * noise[t, i]


def draw_baselines(p, size, planned, streams):
    """Emissions without abatement, float64[quarters, n], t, of a run with `EmissionsTradingParams` ``p``.

    size : float64[n], shares; planned : float64[quarters], t. Each shock has mean 1, so planned emissions are the mean.
    """
    quarters = len(planned)
    common = streams["common shocks"].standard_normal((quarters, 1))
    own = streams["own shocks"].standard_normal((quarters, len(size)))
    fade_in(common, p.common_spread, p.common_persistence)
    fade_in(own, p.own_spread, p.own_persistence)
    mean_one = 0.5 * (p.common_spread**2 + p.own_spread**2)
    changed = np.where(np.arange(quarters) >= p.demand_change_in - 1, 1.0 + p.demand_change, 1.0)
    return (planned * changed)[:, None] * size * np.exp(common + own - mean_one)
