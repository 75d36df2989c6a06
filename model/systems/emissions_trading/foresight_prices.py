"""Prices of a run if everybody had foreseen all its emissions: its policy as the steps and limits of `equilibrium`."""

import numpy as np

from learning.jit import jit
from learning.rows import overwrite
from model.systems.emissions_trading.equilibrium import Horizon, find_prices, horizon_of
from model.systems.emissions_trading.supply_steps import has_steps


def foreseen_prices(p, setup, policy, baseline, noise, weight, knots):
    """Prices, float64[runs × quarters], €/t, if firms had foreseen all emissions; NaN where none are known.

    policy : `policy_of_run`; baseline, noise : float64[runs × quarters, n], t, of whole runs one after another;
    weight : float64[n], shares; knots : `Knots` of each firm. The caps are those that come. Prices cannot exceed a fine
    that settles the debt.
    """
    runs = len(baseline) // p.cycle
    if setup.taxed:
        return np.tile(np.repeat(setup.tax, p.quarters), runs)
    if policy is None:
        return np.full(len(baseline), np.nan)
    by_run, level = (runs, p.cycle, len(weight)), setup.cost_level[: p.cycle]
    planned = setup.planned[: p.cycle, None] * weight if setup.planned_base else None
    blocks = blocks_of(baseline.reshape(by_run), planned, level, knots)
    emitted, _, high = map(_with_offsets, blocks, offsets_as_block(setup, p.cycle))
    high = np.array(np.broadcast_to(high, emitted.shape))
    unused = emitted[..., blocks[0].shape[-1] :].sum(-1)
    supply = _given(p, setup) - noise.reshape(by_run).sum(-1) + unused
    return find_prices_of_runs(policy, emitted, high, supply)


def _with_offsets(blocks, offsets):
    """Blocks, float64[..., quarters, m], and offsets, float64[quarters, 0 or 1], behind them."""
    return np.concatenate([blocks, np.broadcast_to(offsets, (*blocks.shape[:-1], offsets.shape[-1]))], -1)


def _given(p, setup):
    """Permits, float64[quarters], t, that are given away in a run."""
    given = np.zeros((p.years, p.quarters))
    given[:, 0] = setup.given
    return given.ravel()


def policy_of_run(p, setup, weight, knots):
    """`Horizon` of one run, but for what differs from run to run; None where no prices are foreseen.

    They are not where permits outlast the run, or firms have projects, which come in lumps. weight, knots : as of
    `foreseen_prices`.
    """
    if setup.taxed or p.terminal == "roll" or p.projects > 0:
        return None
    planned, level = setup.planned[: p.cycle, None] * weight, setup.cost_level[: p.cycle]
    blocks = blocks_of(planned, planned, level, knots)
    _, low, _ = map(_with_offsets, blocks, offsets_as_block(setup, p.cycle))
    return horizon_of(
        np.zeros_like(low),
        low,
        np.zeros(p.cycle),
        low=low,
        steps=steps_of_supply(p, setup),
        interest=p.interest,
        quarters=p.quarters,
        bank=p.initial_bank,
        most_kept=limits_of_bank(p, setup),
        most_advanced=setup.advance,
    )


@jit
def find_prices_of_runs(horizon, emitted, high, supply):
    """Prices, float64[runs × quarters], €/t, of runs under one policy, the `Horizon`.

    emitted, high : float64[runs, quarters, m], t and €/t, blocks of each run; supply : float64[runs, quarters], t at
    any price.
    """
    price = np.zeros(supply.shape)
    for run in range(supply.shape[0]):
        overwrite(horizon.quantity[:, 0], supply[run])
        found = find_prices(
            Horizon(
                baseline=emitted[run],
                low=horizon.low,
                high=high[run],
                price=horizon.price,
                quantity=horizon.quantity,
                growth=horizon.growth,
                interest=horizon.interest,
                bank=horizon.bank,
                most_kept=horizon.most_kept,
                most_advanced=horizon.most_advanced,
                fee=horizon.fee,
            )
        )
        overwrite(price[run], found)
    return price.ravel()


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
    """Emissions of all firms as blocks of an equilibrium: t, lowest and highest price, €/t, float64[..., m] each.

    baseline : float64[..., quarters, n], t; planned : float64[quarters, n], t, emissions whose share counts, None:
    actual ones; level : float64[quarters], of costs; knots : `Knots` of each firm.
    """
    pieces = [
        (i, share[k], share[k + 1], cost[k], cost[k + 1], k + 2 < len(share))
        for i, (share, cost) in enumerate(knots)
        for k in range(len(share) - 1)
        if share[k + 1] > share[k]
    ]
    firm, begin, end, low, high, is_inner = np.array(pieces).T
    firm, level = firm.astype(int), level[:, None]
    emitted = baseline[..., firm]
    of = emitted if planned is None else planned[:, firm]
    width = of * (end - begin)
    most = (
        width if planned is None else np.where(is_inner, width, np.inf)
    )  # actual ones may exceed those planned
    there = np.clip(emitted - of * begin, 0.0, most)
    low, rise = low * level, (high - low) * level
    return there, low, high * level if planned is None else low + rise * there / width


def offsets_as_block(setup, quarters):
    """Offsets as a block of emissions that falls as they are bought, for which as many permits are added.

    Returns t, low and high price, €/t, float64[quarters, 0 or 1] each.
    """
    if np.isinf(setup.offset_low):
        return (np.zeros((quarters, 0)),) * 3
    most = setup.offset_limit * setup.planned[:quarters, None]
    return most, np.full_like(most, setup.offset_low), np.full_like(most, setup.offset_high)
