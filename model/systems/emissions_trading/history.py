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


def draw_noise(p, weight, planned, streams):
    """Emissions beyond those that firms chose, float64[quarters, n], t: normal, of mean 0; below it less is emitted."""
    if p.emission_noise == p.own_noise == 0.0:
        return np.zeros((len(planned), len(weight)))
    common = streams["common noise"].standard_normal((len(planned), 1))
    own = streams["own noise"].standard_normal((len(planned), len(weight)))
    return planned[:, None] * weight * (p.emission_noise * common + p.own_noise * own)


def draw_arrivals(p, quarters, n, stream):
    """Firms in the order in which they come to the order book, and their limits, [quarters, rounds × n] each."""
    rounds = p.order_rounds if p.exchange == "order_book" else 0
    key, limit = np.moveaxis(stream.random((quarters, 2, rounds, n)), 1, 0)
    return (each.reshape(quarters, rounds * n) for each in (key.argsort(-1), limit))


def foreseen_prices(p, setup, baseline, noise, weight, choke_price):
    """Prices, float64[quarters], €/t, if firms had foreseen all emissions; NaN where none are known.

    They are not where permits outlast the run, or firms have projects, which come in lumps.
    baseline, noise : float64[quarters, n], t; weight : float64[n], shares. The caps are those that come. Containment
    permits of a year are counted in its last quarter, because prices rise within a year and they are for sale in all
    of it. Prices cannot exceed a fine that settles the debt.
    """
    if setup.taxed:
        return np.repeat(setup.tax, p.quarters)
    if p.terminal == "roll" or p.projects > 0:
        return np.full(len(baseline), np.nan)
    by_quarter = {name: np.repeat(getattr(setup, name), p.quarters) for name in ("reserve_price", "ceiling")}
    first = np.arange(len(baseline)) % p.quarters == 0
    last = np.arange(len(baseline)) % p.quarters == p.quarters - 1
    sold = np.repeat((setup.cap - setup.given) / p.quarters, p.quarters)
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
    nothing_from = nothing_from_of(p, setup, baseline, weight, choke_price)
    unused, low, high = offsets_as_emissions(setup, len(baseline), nothing_from)
    return solve(
        np.column_stack([baseline, unused]),
        high,
        np.where(first, np.repeat(setup.given, p.quarters), 0.0) - noise.sum(1) + unused.sum(1),
        low=low,
        steps=steps,
        interest=p.interest,
        quarters=p.quarters,
        bank=p.initial_bank,
        most_kept=limits_of_bank(p, setup),
        most_advanced=setup.advance,
    ).price


def limits_of_bank(p, setup):
    """Limit of the permits that all firms keep after each year, float64[years], t: the rule's, and what is still valid.

    Permits that expire count as issued by the caps announced; the first bank is of the first year.
    """
    if not setup.banking or p.validity == 0:
        return setup.most_kept
    issued = setup.cap + np.where(np.arange(p.years) == 0, p.initial_bank, 0.0)
    valid = [issued[max(year - p.validity + 2, 0) : year + 1].sum() for year in range(p.years)]
    return np.minimum(setup.most_kept, valid)


def nothing_from_of(p, setup, baseline, weight, choke_price):
    """Prices, float64[quarters, n], €/t, at which firms would emit nothing: choke prices, changed with costs."""
    nothing_from = np.broadcast_to(choke_price, baseline.shape)
    if p.cost_change != 0.0:
        nothing_from = choke_price * setup.cost_level[: len(baseline), None]
    if p.curve_base == "planned":
        nothing_from = nothing_from * baseline / (setup.planned[: len(baseline), None] * weight)
    return nothing_from


def offsets_as_emissions(setup, quarters, nothing_from):
    """Offsets as a block of emissions that falls as they are bought, for which as many permits are added.

    nothing_from : float64[quarters, n], €/t. Returns the block, float64[quarters, 0 or 1], t, and low and high prices
    of all firms and it, €/t, one per firm or one per quarter and firm.
    """
    n = nothing_from.shape[1]
    if np.isinf(setup.offset_low):
        return np.zeros((quarters, 0)), np.zeros(n), nothing_from
    most = setup.offset_limit * setup.planned[:quarters]
    low, high = np.append(np.zeros(n), setup.offset_low), np.full((quarters, 1), setup.offset_high)
    return most[:, None], low, np.column_stack([nothing_from, high])
