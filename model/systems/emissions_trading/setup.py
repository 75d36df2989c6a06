"""The parameters of a market over years as plain numbers and tables by year or quarter, for compiled rules."""

from typing import NamedTuple

import numpy as np

from model.mechanisms.stability_reserve import SHARES_OF_CAP, StabilityRule, scaled

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


class Setup(NamedTuple):
    """The parameters of a quarter as plain numbers; names and units as those of `EmissionsTradingParams`."""

    years: int
    quarters: int
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
    planned: np.ndarray
    """float64[quarters ahead], t: planned emissions of every quarter, those beyond a run's end included."""
    return_growth: np.ndarray
    """float64[quarters ahead]: a price that rises at the required return, over the present one."""
    quarter_return: float
    """The required return of a quarter, plus 1."""
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
    trades: bool
    """Whether there is an exchange."""
    planned_base: bool
    """Whether marginal costs depend on the share of planned emissions that is avoided, instead of actual ones."""
    pass_through: float
    bid_above: float
    bid_below: float
    learning_rate: float
    """Share of a surprise by which expected prices are corrected."""
    first_expectation: float
    """€/t: price expected at a run's start."""
    behaviour: np.ndarray
    """float64[knobs]: settings of the behaviour."""
    auction: np.ndarray
    """float64[knobs]: settings of the auction format."""


def table_of(words):
    """Numbers, float64[k], of a text with spaces between them."""
    return np.array([float(word) for word in words.split()])


def caps_of(p, baseline):
    """Cap of every year, float64[years], t: a path between two shares of ``baseline``, t a year, or a table."""
    if p.cap_table:
        return table_of(p.cap_table)
    first, last = p.cap_first * baseline, p.cap_last * baseline
    at = np.arange(p.years) / max(p.years - 1, 1)
    if p.cap_path == "geometric":
        return first * (last / first) ** at
    return first + (last - first) * at


def setup_of(p, baseline):
    """Make the `Setup` of `EmissionsTradingParams`; baseline : planned emissions of the first year, t."""
    taxed, years = p.instrument == "tax", np.arange(p.years)
    cap = np.zeros(p.years) if taxed else caps_of(p, baseline)
    horizon = p.horizon or p.years
    beyond = p.quarters * horizon if p.terminal == "roll" else 0
    ahead = np.arange(p.years * p.quarters + beyond)
    ceiling = p.ceiling_price * (1.0 + p.price_growth) ** years
    return p.fill(
        Setup,
        taxed=taxed,
        tax=table_of(p.tax_table) if p.tax_table else p.tax * (1.0 + p.price_growth) ** years,
        cap=cap,
        **free_permits_of(p, p.free_share * cap),
        **limits_of(p, baseline),
        planned=baseline / p.quarters * (1.0 + p.growth) ** np.minimum(ahead // p.quarters, p.years - 1),
        return_growth=(1.0 + p.interest + p.risk_premium) ** (ahead / p.quarters),
        quarter_return=(1.0 + p.interest + p.risk_premium) ** (1.0 / p.quarters),
        persistence={"true": p.common_persistence, "lasting": 1.0, "passing": 0.0}[p.belief] ** ahead,
        beyond=beyond,
        horizon=horizon,
        reserve_price=p.reserve_price * (1.0 + p.price_growth) ** years,
        ceiling=ceiling if p.ceiling_price > 0.0 else np.full(p.years, np.inf),
        largest_bid=p.largest_bid or np.inf,
        offset_low=np.inf if taxed or p.offset_limit == 0.0 else p.offset_price,
        offset_high=p.offset_price + p.offset_rise * p.offset_limit,
        unsold=UNSOLD.index(p.unsold),
        free_rule=FREE_RULES.index(p.free_rule),
        stability=p.stability == "eu" and not taxed,
        stability_rule=stability_of(p, caps_of(p, baseline)[0]),
        initial_bank=0.0 if taxed else p.initial_bank,
        initial_reserve=0.0 if taxed else p.initial_reserve,
        true_up=p.true_up and not taxed,
        trades=p.exchange == "call",
        planned_base=p.curve_base == "planned",
        behaviour=np.array(p.parts[p.behaviour].vector(), float),
        auction=np.array(p.parts[p.auction].vector(), float),
    )


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
        "limits": p.borrow_share > 0.0 or (banking and (p.validity > 0 or p.holding_limit > 0.0)),
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
