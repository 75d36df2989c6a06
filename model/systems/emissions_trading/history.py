"""Emissions of runs without abatement, planned ones times shocks that fade."""

import numpy as np

from learning.draws import uniform
from learning.jit import rule
from model.systems.emissions_trading.setup import changed


@rule
def fade_in(noise, spread, persistence):
    """Turn standard normal numbers, float64[runs, quarters, k], into AR(1) processes of deviation ``spread``."""
    new = spread * (1.0 - persistence * persistence) ** 0.5
    for run in range(noise.shape[0]):
        for i in range(noise.shape[2]):
            noise[run, 0, i] *= spread
            for t in range(1, noise.shape[1]):
                noise[run, t, i] = persistence * noise[run, t - 1, i] + new * noise[run, t, i]


def draw_baselines(p, weight, planned, runs, streams):
    """Emissions without abatement, float64[runs, quarters, n], t, of runs with `EmissionsTradingParams` ``p``.

    weight : float64[n], shares; planned : float64[quarters], t, which is the mean, because each shock has mean 1.
    """
    quarters = len(planned)
    common = streams["common shocks"].standard_normal((runs, quarters, 1))
    own = streams["own shocks"].standard_normal((runs, quarters, len(weight)))
    fade_in(common, p.common_spread, p.common_persistence)
    fade_in(own, p.own_spread, p.own_persistence)
    mean_one = 0.5 * (p.common_spread**2 + p.own_spread**2)
    surprise = 0.0 if p.announced else p.demand_change
    planned = planned * changed(np.arange(1, quarters + 1), surprise, p.demand_change_in)
    return planned[:, None] * weight * np.exp(common + own - mean_one)


def draw_noise(p, weight, planned, runs, streams):
    """Emissions beyond those that firms chose, float64[runs, quarters, n], t: normal, of mean 0; below it less."""
    if p.emission_noise == p.own_noise == 0.0:
        return np.zeros((runs, len(planned), len(weight)))
    common = streams["common noise"].standard_normal((runs, len(planned), 1))
    own = streams["own noise"].standard_normal((runs, len(planned), len(weight)))
    return planned[:, None] * weight * (p.emission_noise * common + p.own_noise * own)


def draw_arrivals(p, quarters, n, stream):
    """Firms in the order in which they come to the order book, and their limits, [quarters, rounds × n] each."""
    rounds = p.order_rounds if p.exchange == "order_book" else 0
    key, limit = np.moveaxis(uniform(stream, (quarters, 2, rounds, n)), 1, 0)
    return (each.reshape(quarters, rounds * n) for each in (key.argsort(-1), limit))
