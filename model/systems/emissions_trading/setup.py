"""The parameters of a market over years as plain numbers and tables by year or quarter, for compiled rules."""

from dataclasses import replace
from typing import NamedTuple

import numpy as np

from agents.emitters.planning import behaviour_of
from learning.shares import read_shares
from model.mechanisms.stability_reserve import SHARES_OF_CAP, StabilityRule, scaled
from model.systems.emissions_trading.levers import Reach, lever_of
from model.systems.emissions_trading.supply_steps import SupplyTable, supply_table
from model.systems.emissions_trading.venues import trade_of

INSTRUMENTS = ("permits", "tax")
UNSOLD = ("reserve", "cancel", "roll", "return")
"""Use of permits that an auction leaves unsold: put into the reserve, cancelled, offered again in the next one, or
offered again once two auctions in a row ended above the reserve price, as in California."""
TO_RESERVE, CANCEL, ROLL, RETURN = range(len(UNSOLD))
FREE_RULES = ("size", "equal", "emissions", "baseline", "first", "benchmark")
"""Free permits in proportion to planned emissions; alike; to last year's emissions; to last year's emissions without
abatement, as output-based rules update them; or all to the first firm. A benchmark gives as many per t of last year's
emissions without abatement, which follow output, as the free share would be of planned ones; their sum changes with
output, up to the cap."""
BY_SIZE, EQUALLY, BY_EMISSIONS, BY_BASELINE, TO_FIRST, BY_BENCHMARK = range(len(FREE_RULES))
UPDATED = (BY_EMISSIONS, BY_BASELINE, BY_BENCHMARK)
"""Rules by which a year's free permits depend on the year before."""


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
    between_auctions: int
    """Quarters from one auction to the next; they divide a year."""
    taxed: bool
    """Whether emissions are taxed, and no permits needed or issued."""
    tax: np.ndarray
    """float64[years], €/t."""
    cap: np.ndarray
    """float64[years], t."""
    free: np.ndarray
    """float64[years], t: free permits, as planned."""
    given: np.ndarray
    """float64[years], t: those that their owners get at the start of the year."""
    consigned: np.ndarray
    """float64[years], t: those that are sold for their owners."""
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
    supply: SupplyTable
    ecr_price: float
    ecr_share: float
    ccr_price: float
    ccr_share: float
    least_cover: float
    largest_bid: float
    """Share of the permits offered; infinite: none."""
    lot: float
    unsold: int
    """Position in `UNSOLD`."""
    free_rule: int
    """Position in `FREE_RULES`."""
    stability: bool
    stability_rule: StabilityRule
    initial_bank: float
    initial_reserve: float
    banking: bool
    """Whether permits are valid for more than a year."""
    validity: int
    """Years in which a permit can be surrendered; 0: any."""
    most_kept: np.ndarray
    """float64[years], t: limit of the permits that all firms keep after a year; infinite: none."""
    advance: np.ndarray
    """float64[years], t: permits of the next year that can be surrendered already."""
    limits: bool
    """Whether anything limits what is kept, or lets firms use it before."""
    penalty: float
    make_good: bool
    true_up: bool
    ceiling_at_compliance: bool
    offset_low: float
    """€/t: price of the first offset; infinite: there are none."""
    offset_high: float
    """€/t: price of the last one allowed."""
    offset_limit: float
    exchange: int
    """Position in `EXCHANGES`."""
    emitters: int
    """Number of firms that emit; the rows behind them are traders."""
    bidders: int
    """Number of firms that bid in auctions, the first rows."""
    trader_capital: float
    """€."""
    regulated_margin: float
    order_width: float
    order_lot: float
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
    regulator: Reach
    auction: np.ndarray
    """float64[knobs]: settings of the auction format."""


def table_of(words):
    """Numbers, float64[k], of a text with spaces between them."""
    return np.array([float(word) for word in words.split()])


def caps_of(p, baseline):
    """Cap of every year, float64[years], t, with its change in a year: `cap_path_of`."""
    return cap_path_of(p, baseline) * changed(np.arange(1, p.years + 1), p.cap_change, p.cap_change_in)


def changed(number, change, since):
    """Factor, float64[...], of what changes by the share ``change`` from ``since`` on; number : int64[...]."""
    return np.where(number >= since, 1.0 + change, 1.0)


def cap_path_of(p, baseline):
    """Cap of every year, float64[years], t: a path between two shares of ``baseline``, t a year, or a table."""
    if p.cap_table:
        return table_of(p.cap_table)
    first, last = p.cap_first * baseline, p.cap_last * baseline
    at = np.arange(p.years) / max(p.years - 1, 1)
    if p.cap_path == "geometric":
        return first * (last / first) ** at
    return first + (last - first) * at


def planned_of(p, baseline, quarters):
    """Planned emissions, t, of the ``quarters`` of a run, int64[...] from 0: with a change of demand, if announced."""
    planned = baseline / p.quarters * (1.0 + p.growth) ** np.minimum(quarters // p.quarters, p.years - 1)
    return planned * changed(quarters + 1, p.demand_change, p.demand_change_in) if p.announced else planned


def auction_numbers(p):
    """The auction's settings; where permits are sold in lots, equal bids share them by largest remainder."""
    chosen = p.parts[p.auction]
    if p.lot > 0.0 and chosen.tie_rule == "pro_rata":
        chosen = replace(chosen, tie_rule="largest_remainder")
    return np.array(chosen.vector(), float)


def setup_of(p, baseline, emitters):
    """Make the `Setup` of `EmissionsTradingParams`.

    baseline : planned emissions of the first year, t; emitters : number of firms that emit.
    """
    taxed, years = p.instrument == "tax", np.arange(p.years)
    behaviours = [behaviour_of(name) for name, _ in read_shares(p.behaviour)]
    cap = np.zeros(p.years) if taxed else caps_of(p, baseline)
    horizon = p.horizon or p.years
    beyond = p.quarters * horizon if p.terminal == "roll" else 0
    ahead = np.arange(p.years * p.quarters + beyond)
    rise, supply = (1.0 + p.price_growth) ** years, supply_table(p.supply_steps, p.years)
    return p.fill(
        Setup,
        taxed=taxed,
        tax=table_of(p.tax_table) if p.tax_table else p.tax * rise,
        cap=cap,
        **free_permits_of(p, p.free_share * cap),
        **limits_of(p, baseline),
        surprise=np.zeros(p.years) if p.announced or taxed else cap - cap_path_of(p, baseline),
        cost_level=changed(ahead + 1, p.cost_change, p.cost_change_in),
        planned=planned_of(p, baseline, ahead),
        **growth_of(p, ahead),
        beyond=beyond,
        horizon=horizon,
        reserve_price=supply.price[:, 0].copy() if p.supply_steps else p.reserve_price * rise,
        supply=supply,
        ceiling=p.ceiling_price * rise if p.ceiling_price > 0.0 else np.full(p.years, np.inf),
        largest_bid=p.largest_bid or np.inf,
        **offsets_of(p, taxed),
        unsold=UNSOLD.index(p.unsold),
        free_rule=FREE_RULES.index(p.free_rule),
        stability=p.stability == "eu" and not taxed,
        stability_rule=stability_of(p, caps_of(p, baseline)[0]),
        initial_bank=0.0 if taxed else p.initial_bank,
        initial_reserve=0.0 if taxed else p.initial_reserve,
        true_up=p.true_up and not taxed,
        **trade_of(p, baseline, emitters),
        planned_base=p.curve_base == "planned",
        foresees=any(each and each.foresees for each in behaviours),
        tabulates=any(each and not each.is_compiled() for each in behaviours),
        decisions=p.fill(DecisionGrid, top_price=p.choke_mean),
        regulator=p.fill(Reach, lever=lever_of(p), top_price=p.choke_mean),
        auction=auction_numbers(p),
    )


def offsets_of(p, taxed):
    """Prices, €/t, of the first offset and of the last one allowed; there are none beside a tax."""
    none = taxed or p.offset_limit == 0.0
    return {
        "offset_low": np.inf if none else p.offset_price,
        "offset_high": p.offset_price + p.offset_rise * p.offset_limit,
    }


def growth_of(p, ahead):
    """Numbers of time and of what grows or fades over the quarters ``ahead``, int64[...] from 0."""
    required = 1.0 + p.interest + p.risk_premium
    return {
        "between_auctions": p.quarters_between_auctions,
        "return_growth": required ** (ahead / p.quarters),
        "quarter_return": required ** (1.0 / p.quarters),
        "quarter_interest": (1.0 + p.interest) ** (1.0 / p.quarters),
        "persistence": {"true": p.common_persistence, "lasting": 1.0, "passing": 0.0}[p.belief] ** ahead,
    }


def free_permits_of(p, free):
    """Numbers of the free permits, float64[years], t: given at once, sold for their owners, and to borrow."""
    given = (1.0 - p.consigned_share) * free
    return {
        "free": free,
        "given": given,
        "consigned": p.consigned_share * free,
        "advance": np.append(p.borrow_share * given[1:], 0.0),
    }


def limits_of(p, baseline):
    """Numbers of what limits the bank; baseline : planned emissions of the first year, t."""
    banking = p.banking and p.validity != 1
    most_kept = np.full(p.years, np.inf) if banking else np.zeros(p.years)
    if banking and p.holding_limit > 0.0:
        most_kept = p.holding_limit * baseline * (1.0 + p.growth) ** np.arange(p.years)
    return {
        "banking": banking,
        "most_kept": most_kept,
        "limits": min(p.borrow_share, p.free_share) > 0.0
        or (banking and (p.validity > 0 or p.holding_limit > 0.0)),
    }


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
