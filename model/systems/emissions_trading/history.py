"""One run's emissions without abatement, planned ones times shocks that fade, and the prices if all were foreseen."""

import numpy as np

from learning.jit import rule
from model.systems.emissions_trading.equilibrium import solve
from model.systems.emissions_trading.setup import changed


@rule
def fade_in(noise, spread, persistence):
    """Turn standard normal numbers, float64[quarters, k], into AR(1) processes of standard deviation ``spread``."""
    new = spread * (1.0 - persistence * persistence) ** 0.5
    for i in range(noise.shape[1]):
        noise[0, i] *= spread
        for t in range(1, noise.shape[0]):
            noise[t, i] = persistence * noise[t - 1, i] + new * noise[t, i]


def draw_baselines(p, weight, planned, streams):
    """Emissions without abatement, float64[quarters, n], t, of a run with `EmissionsTradingParams` ``p``.

    weight : float64[n], shares; planned : float64[quarters], t, which is the mean, because each shock has mean 1.
    """
    quarters = len(planned)
    common = streams["common shocks"].standard_normal((quarters, 1))
    own = streams["own shocks"].standard_normal((quarters, len(weight)))
    fade_in(common, p.common_spread, p.common_persistence)
    fade_in(own, p.own_spread, p.own_persistence)
    mean_one = 0.5 * (p.common_spread**2 + p.own_spread**2)
    surprise = 0.0 if p.announced else p.demand_change
    planned = planned * changed(np.arange(1, quarters + 1), surprise, p.demand_change_in)
    return planned[:, None] * weight * np.exp(common + own - mean_one)


def foreseen_prices(p, setup, baseline, weight, choke_price):
    """Prices, float64[quarters], €/t, if firms had foreseen all emissions; NaN where none are known.

    They are not where permits outlast the run, or firms have projects, which come in lumps.
    baseline : float64[quarters, n], t; weight : float64[n], shares. The caps are those that come. Containment permits
    of a year are counted in its last quarter, because prices rise within a year and they are for sale in all of it.
    Prices cannot exceed a fine that settles the debt.
    """
    if p.terminal == "roll" or p.projects > 0:
        return np.full(len(baseline), np.nan)
    by_quarter = {name: np.repeat(getattr(setup, name), p.quarters) for name in ("reserve_price", "ceiling")}
    first = np.arange(len(baseline)) % p.quarters == 0
    last = np.arange(len(baseline)) % p.quarters == p.quarters - 1
    sold = np.repeat((setup.cap - setup.free) / p.quarters, p.quarters)
    held_back = p.ecr_share * sold if p.ecr_price > 0.0 else 0.0
    added = np.where(last, p.ccr_share * np.repeat(setup.cap, p.quarters), 0.0) if p.ccr_price > 0.0 else 0.0
    limited = np.isinf(by_quarter["ceiling"])
    steps = [
        (by_quarter["reserve_price"], sold - held_back),
        (np.maximum(p.ecr_price, by_quarter["reserve_price"]), held_back),
        (np.maximum(p.ccr_price, by_quarter["reserve_price"]), added),
        (np.where(limited, 0.0, by_quarter["ceiling"]), np.where(limited, 0.0, np.inf)),
        (p.penalty, 0.0 if p.make_good else np.inf),
    ]
    nothing_from = choke_price
    if p.cost_change != 0.0:
        nothing_from = choke_price * setup.cost_level[: len(baseline), None]
    if p.curve_base == "planned":
        nothing_from = nothing_from * baseline / (setup.planned[: len(baseline), None] * weight)
    return solve(
        baseline,
        nothing_from,
        np.where(first, np.repeat(setup.free, p.quarters), 0.0),
        steps=steps,
        interest=p.interest,
        quarters=p.quarters,
        bank=p.initial_bank,
        most_kept=np.inf if p.banking else 0.0,
    ).price
