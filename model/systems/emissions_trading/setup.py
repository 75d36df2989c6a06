"""The parameters of a market over years as plain numbers and tables by year or quarter, for compiled rules."""

from typing import NamedTuple

import numpy as np

from agents.emitters.planning import behaviour_of
from learning.shares import read_shares
from model.mechanisms.stability_reserve import SHARES_OF_CAP, StabilityRule, scaled

UNSOLD = ("reserve", "cancel", "roll")
"""Use of permits that an auction leaves unsold: put into the reserve, cancelled, or offered again in the next one."""
TO_RESERVE, CANCEL, ROLL = range(len(UNSOLD))
EXCHANGES = ("call", "order_book", "regulated", "none")
"""Markets after the auction: a call at one price, an order book, one at a price tied to the auction's, or none."""
CALL, ORDER_BOOK, REGULATED, NONE = range(len(EXCHANGES))
LOT_SHARE = 1e-6
"""A lot, in which permits are traded in the order book, / planned emissions of the first year."""
FREE_RULES = ("size", "equal", "emissions", "baseline", "first")
"""Free permits in proportion to planned emissions; alike; to last year's emissions; to last year's emissions without
abatement, as output-based rules update them; or all to the first firm."""
BY_SIZE, EQUALLY, BY_EMISSIONS, BY_BASELINE, TO_FIRST = range(len(FREE_RULES))


class DecisionGrid(NamedTuple):
    """Decisions that learning firms choose from, and the states they tell apart; names as the parameters'."""

    markup_most: float
    markup_steps: int
    bank_most: float
    bank_steps: int
    price_bins: int
    top_price: float
    """€/t: upper end of the bins of the price."""
    coverage_bins: int


class Setup(NamedTuple):
    """The parameters of a quarter as plain numbers; names and units as those of `EmissionsTradingParams`."""

    years: int
    quarters: int
    cap: np.ndarray
    """float64[years], t."""
    free: np.ndarray
    """float64[years], t: free permits."""
    surprise: np.ndarray
    """float64[years], t: part of the cap that nobody expects before it changes; below zero: permits lacking then."""
    cost_level: np.ndarray
    """float64[quarters ahead]: cost of abatement over that at a run's start."""
    announced: bool
    """Whether changes are known from the start."""
    planned: np.ndarray
    """float64[quarters ahead], t: planned emissions of every quarter, those beyond a run's end included."""
    return_growth: np.ndarray
    """float64[quarters ahead]: a price that rises at the required return, over the present one."""
    quarter_return: float
    """The required return of a quarter, plus 1."""
    quarter_interest: float
    """The interest of a quarter, plus 1."""
    damage: float
    damage_at: float
    damage_slope: float
    persistence: np.ndarray
    """float64[quarters ahead]: share of a deviation from the plan that is believed to last so many quarters."""
    beyond: int
    """Quarters beyond a run's end that count in plans, with the last year's cap; 0: permits end with the run."""
    horizon: int
    """Years that firms look ahead."""
    reserve_price: np.ndarray
    """float64[years], €/t."""
    ceiling: np.ndarray
    """float64[years], €/t; infinite: none."""
    ecr_price: float
    ecr_share: float
    ccr_price: float
    ccr_share: float
    unsold: int
    """Position in `UNSOLD`."""
    free_rule: int
    """Position in `FREE_RULES`."""
    stability: bool
    stability_rule: StabilityRule
    initial_bank: float
    initial_reserve: float
    banking: bool
    penalty: float
    make_good: bool
    exchange: int
    """Position in `EXCHANGES`."""
    emitters: int
    """Number of firms that emit; the rows behind them are traders."""
    trader_capital: float
    """€."""
    regulated_margin: float
    order_width: float
    lot: float
    """t: permits of the order book come in multiples of it."""
    planned_base: bool
    """Whether marginal costs depend on the share of planned emissions that is avoided, instead of actual ones."""
    pass_through: float
    bid_above: float
    bid_below: float
    learning_rate: float
    """Share of a surprise by which expected prices are corrected."""
    first_expectation: float
    """€/t: price expected at a run's start."""
    foresees: bool
    """Whether any firm has foresight."""
    tabulates: bool
    """Whether any firm plans by a function in plain Python."""
    decisions: DecisionGrid
    auction: np.ndarray
    """float64[knobs]: settings of the auction format."""


def caps_of(p, baseline):
    """Cap of every year, float64[years], t, with its change in a year: `cap_path_of`."""
    return cap_path_of(p, baseline) * changed(np.arange(1, p.years + 1), p.cap_change, p.cap_change_in)


def changed(number, change, since):
    """Factor, float64[...], of what changes by the share ``change`` from ``since`` on; number : int64[...]."""
    return np.where(number >= since, 1.0 + change, 1.0)


def cap_path_of(p, baseline):
    """Cap of every year, float64[years], t: a path between two shares of ``baseline``, t a year, or a table."""
    if p.cap_table:
        return np.array([float(word) for word in p.cap_table.split()])
    first, last = p.cap_first * baseline, p.cap_last * baseline
    at = np.arange(p.years) / max(p.years - 1, 1)
    if p.cap_path == "geometric":
        return first * (last / first) ** at
    return first + (last - first) * at


def planned_of(p, baseline, quarters):
    """Planned emissions, t, of the ``quarters`` of a run, int64[...] from 0: with a change of demand, if announced."""
    planned = baseline / p.quarters * (1.0 + p.growth) ** np.minimum(quarters // p.quarters, p.years - 1)
    return planned * changed(quarters + 1, p.demand_change, p.demand_change_in) if p.announced else planned


def setup_of(p, baseline, emitters):
    """Make the `Setup` of `EmissionsTradingParams`.

    baseline : planned emissions of the first year, t; emitters : number of firms that emit.
    """
    behaviours = [behaviour_of(name) for name, _ in read_shares(p.behaviour)]
    cap, years = caps_of(p, baseline), np.arange(p.years)
    horizon = p.horizon or p.years
    beyond = p.quarters * horizon if p.terminal == "roll" else 0
    ahead = np.arange(p.years * p.quarters + beyond)
    ceiling = p.ceiling_price * (1.0 + p.price_growth) ** years
    return p.fill(
        Setup,
        cap=cap,
        free=p.free_share * cap,
        surprise=np.zeros(p.years) if p.announced else cap - cap_path_of(p, baseline),
        cost_level=changed(ahead + 1, p.cost_change, p.cost_change_in),
        planned=planned_of(p, baseline, ahead),
        return_growth=(1.0 + p.interest + p.risk_premium) ** (ahead / p.quarters),
        quarter_return=(1.0 + p.interest + p.risk_premium) ** (1.0 / p.quarters),
        quarter_interest=(1.0 + p.interest) ** (1.0 / p.quarters),
        persistence={"true": p.common_persistence, "lasting": 1.0, "passing": 0.0}[p.belief] ** ahead,
        beyond=beyond,
        horizon=horizon,
        reserve_price=p.reserve_price * (1.0 + p.price_growth) ** years,
        ceiling=ceiling if p.ceiling_price > 0.0 else np.full(p.years, np.inf),
        unsold=UNSOLD.index(p.unsold),
        free_rule=FREE_RULES.index(p.free_rule),
        stability=p.stability == "eu",
        stability_rule=stability_of(p, cap[0]),
        exchange=EXCHANGES.index(p.exchange),
        emitters=emitters,
        lot=LOT_SHARE * baseline,
        planned_base=p.curve_base == "planned",
        foresees=any(each and each.foresees for each in behaviours),
        tabulates=any(each and not each.is_compiled() for each in behaviours),
        decisions=p.fill(DecisionGrid, top_price=p.choke_mean),
        auction=np.array(p.parts[p.auction].vector(), float),
    )


def stability_of(p, first_cap):
    """Return the `StabilityRule` of the parameters, shares of the ``first_cap``, t; its rates hold in all years."""
    of_cap = SHARES_OF_CAP._replace(
        upper=p.msr_upper,
        full_rate_from=p.msr_full,
        lower=p.msr_lower,
        rate=p.msr_rate,
        release=p.msr_release,
        keep=p.msr_limit if p.msr_limit > 0.0 else np.inf,
    )
    return scaled(of_cap, first_cap)
