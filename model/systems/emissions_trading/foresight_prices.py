"""Prices of a run if everybody had foreseen all its emissions: its policy as the steps and limits of `equilibrium`."""

import numpy as np

from learning.jit import jit
from model.systems.emissions_trading.equilibrium import Horizon, find_prices, horizon_of
from model.systems.emissions_trading.supply_steps import has_steps


def foreseen_prices(p, setup, baseline, noise, weight, knots):
    """Prices, float64[runs × quarters], €/t, if firms had foreseen all emissions; NaN where none are known.

    They are not where permits outlast the run, or firms have projects, which come in lumps.
    baseline, noise : float64[runs × quarters, n], t, of whole runs one after another; weight : float64[n], shares;
    knots : `Knots` of each firm. The caps are those that come. Prices cannot exceed a fine that settles the debt.
    """
    runs = len(baseline) // p.cycle
    if setup.taxed:
        return np.tile(np.repeat(setup.tax, p.quarters), runs)
    if p.terminal == "roll" or p.projects > 0:
        return np.full(len(baseline), np.nan)
    planned = np.tile(setup.planned[: p.cycle, None] * weight, (runs, 1)) if setup.planned_base else None
    emitted, low, high = blocks_of(baseline, planned, np.tile(setup.cost_level[: p.cycle], runs), knots)
    unused, from_price, to_price = offsets_as_block(setup, p.cycle, runs)
    given = np.zeros((p.years, p.quarters))
    given[:, 0] = setup.given
    horizon = horizon_of(
        np.column_stack([emitted, unused]),
        np.column_stack([high, to_price]),
        np.tile(given.ravel(), runs) - noise.sum(1) + unused.sum(1),
        low=np.column_stack([low, from_price]),
        steps=[(_in_all(at, runs), _in_all(each, runs)) for at, each in steps_of_supply(p, setup)],
        interest=p.interest,
        quarters=p.quarters,
        bank=p.initial_bank,
        most_kept=np.tile(limits_of_bank(p, setup), runs),
        most_advanced=np.tile(setup.advance, runs),
    )
    return find_prices_of_runs(horizon, runs)


def _in_all(values, runs):
    """Values of one run, float or float64[quarters], in so many of them."""
    return np.tile(values, runs) if np.ndim(values) else values


@jit
def find_prices_of_runs(horizon, runs):
    """Prices, float64[T], €/t, of so many runs of equal length, one after another in the rows of a `Horizon`."""
    price = np.zeros(horizon.baseline.shape[0])
    quarters, years = price.shape[0] // runs, horizon.most_kept.shape[0] // runs
    for run in range(runs):
        first, end = run * quarters, (run + 1) * quarters
        price[first:end] = find_prices(
            Horizon(
                baseline=horizon.baseline[first:end],
                low=horizon.low[first:end],
                high=horizon.high[first:end],
                price=horizon.price[first:end],
                quantity=horizon.quantity[first:end],
                growth=horizon.growth,
                interest=horizon.interest,
                bank=horizon.bank,
                most_kept=horizon.most_kept[run * years : (run + 1) * years],
                most_advanced=horizon.most_advanced[run * years : (run + 1) * years],
                fee=horizon.fee,
            )
        )
    return price


def steps_of_supply(p, setup):
    """Steps of the auctions of a run, and the fine if it settles the debt: price, €/t, and quantity, t, by quarter.

    Containment permits of a year are counted in its last auction, because prices rise within a year and they are for
    sale in all of it.
    """
    floor, ceiling, cap = (np.repeat(x, p.quarters) for x in (setup.reserve_price, setup.ceiling, setup.cap))
    quarter, between = np.arange(p.cycle), setup.between_auctions
    held = quarter % between == 0
    sold = np.where(held, np.repeat((setup.cap - setup.given) * between / p.quarters, p.quarters), 0.0)
    fine = p.penalty, 0.0 if p.make_good else np.inf
    if has_steps(setup.supply):
        of = sold if setup.supply.in_shares else held.astype(float)
        by_step = zip(setup.supply.price.T, setup.supply.amount.T, strict=True)
        return [
            *((np.repeat(at, p.quarters), np.repeat(each, p.quarters) * of) for at, each in by_step),
            fine,
        ]
    last = (quarter + between) % p.quarters == 0
    held_back = p.ecr_share * sold if p.ecr_price > 0.0 else 0.0
    added = np.where(last, p.ccr_share * cap, 0.0) if p.ccr_price > 0.0 else 0.0
    limited = np.isinf(ceiling) | ~held
    return [
        (floor, sold - held_back),
        (np.maximum(p.ecr_price, floor), held_back),
        (np.maximum(p.ccr_price, floor), added),
        (np.where(limited, 0.0, ceiling), np.where(limited, 0.0, np.inf)),
        fine,
    ]


def limits_of_bank(p, setup):
    """Limit of the permits that all firms keep after each year, float64[years], t: the rule's, and what is still valid.

    Permits that expire count as issued by the caps announced; the first bank is of the first year.
    """
    if not setup.banking or p.validity == 0:
        return setup.most_kept
    issued = setup.cap + np.where(np.arange(p.years) == 0, p.initial_bank, 0.0)
    valid = [issued[max(year - p.validity + 2, 0) : year + 1].sum() for year in range(p.years)]
    return np.minimum(setup.most_kept, valid)


def blocks_of(baseline, planned, level, knots):
    """Emissions of all firms as blocks of an equilibrium: t, lowest and highest price, €/t, float64[quarters, m] each.

    baseline, planned : float64[quarters, n], t; planned : emissions whose share counts, None: actual ones. level :
    float64[quarters], of costs; knots : `Knots` of each firm.
    """
    blocks = []
    for i, (share, cost) in enumerate(knots):
        of = baseline[:, i] if planned is None else planned[:, i]
        for k in np.flatnonzero(np.diff(share) > 0.0):
            width, begins = of * (share[k + 1] - share[k]), of * share[k]
            low, rise = cost[k] * level, (cost[k + 1] - cost[k]) * level
            most = (
                width if planned is None or k + 2 < len(share) else np.inf
            )  # actual ones may exceed those planned
            there = np.clip(baseline[:, i] - begins, 0.0, most)
            high = cost[k + 1] * level if planned is None else low + rise * there / width
            blocks.append((there, low, high))
    return np.moveaxis(np.array(blocks), 0, -1)


def offsets_as_block(setup, quarters, runs):
    """Offsets as a block of emissions that falls as they are bought, for which as many permits are added.

    Returns t, low and high price, €/t, float64[runs × quarters, 0 or 1] each.
    """
    if np.isinf(setup.offset_low):
        return (np.zeros((runs * quarters, 0)),) * 3
    most = np.tile(setup.offset_limit * setup.planned[:quarters, None], (runs, 1))
    return most, np.full_like(most, setup.offset_low), np.full_like(most, setup.offset_high)
