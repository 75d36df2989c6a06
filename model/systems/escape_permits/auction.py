"""An auction of escape permits without Mesa: its instance, bids, outcome and measures [Goyal].

The Mesa model plays it round by round; replications and comparisons play whole auctions with `play`.
"""

from typing import NamedTuple

import numpy as np

from agents.farms.bids import ADDITIONAL_BIDS, clock_bids, headline_demand, sealed_bids
from agents.farms.curves import MONEY, NO_BID, VALUES, Curves, package_values
from agents.farms.draws import KNOTS, draw_curves
from agents.farms.farm import FARMS
from agents.farms.files import read_curves
from agents.farms.packages import packages_up_to
from agents.farms.regulator import Regulator
from learning.jit import jit
from learning.knobs import ParameterError
from model.mechanisms.combinatorial.base import PACKAGE_AUCTIONS, Terms
from model.mechanisms.combinatorial.winners.determination import highest_revenue
from model.mechanisms.combinatorial.winners.scores import highest_amount


class Instance(NamedTuple):
    """Farms and the permits auctioned among them."""

    curves: Curves
    terms: Terms
    value: np.ndarray
    """int64[n, K]: value of each package to each farm, millionths of a euro."""


def curves_for(params, rng):
    """Return the cost curves of all farms, read from the file or drawn from ``rng``."""
    if params.curves:
        curves = read_curves(params.curves)
        params.check_members("n_farms", len(curves.baseline), "curves")
        return curves
    m = params.n_pollutants
    return draw_curves(
        rng.standard_normal((params.n_farms, m, KNOTS)),
        (params.kind_odd, params.kind_even),
        (params.correlation_odd, params.correlation_even),
        baseline=params.of_pollutants("baseline", m),
        factor=params.of_pollutants("cost", m),
        spread=params.cost_spread,
    )


def instance_from(params, curves):
    """Return the `Instance` of farms with these curves."""
    n, m = curves.baseline.shape
    total = curves.baseline.sum(0)
    caps = [Regulator.cap_proposal(phi, each) for phi, each in zip(params.shares(m), total, strict=True)]
    supply = np.array(caps, np.int64)
    packages = packages_up_to(np.minimum(curves.baseline.max(0), supply), n)
    terms = Terms(
        packages=packages,
        supply=supply,
        reserve=np.full(m, money(params.reserve_price)),
        increment=np.array([money(each) for each in params.of_pollutants("increment", m)]),
        expected=np.minimum(supply * curves.baseline // total, curves.baseline),
    )
    instance = Instance(curves, terms, values_from(params, curves, packages))
    check_values(instance)
    return instance


def check_values(instance):
    """Raise ParameterError if values are so high that sums over farms could overflow 64-bit integers."""
    n, worth = len(instance.value), int(instance.value.max(initial=0))
    most = highest_amount(n, instance.terms.supply)
    if worth > most:
        raise ParameterError(
            f"permits are worth up to {worth / MONEY:,.0f} € to a farm: with {n} farms and "
            f"{instance.terms.supply.tolist()} lots it must be at most {most / MONEY:,.0f} €; take fewer farms, "
            "smaller baselines, or lower costs"
        )


def values_from(params, curves, packages):
    """Return the value of each package to each farm, int64[n, K], millionths of a euro."""
    value = np.empty((len(curves.baseline), len(packages.units)), np.int64)
    package_values(curves, packages.lots, params.value == VALUES[1], value)
    return value


def money(euros):
    """Convert euros to whole millionths of a euro."""
    return round(euros * MONEY)


class Bidding(NamedTuple):
    """Settings of straightforward bidding."""

    option: int
    """Position in `ADDITIONAL_BIDS`."""
    waits: np.ndarray
    """int64[n]: rounds at the start in which each farm does not bid."""
    kept: float
    """Share by which a sealed bidder bids less than its values."""
    target: np.ndarray
    """int64[n]: amount by which each sealed bidder bids less than a package's value, millionths of a euro."""


def bidding_from(params, auction, value):
    """Return the `Bidding` of farms with package values ``value``, int64[n, K]."""
    kind, settings = FARMS[params.farm], params.parts[params.farm]
    waits = np.array([kind.waits(settings, row) for row in range(len(value))], np.int64)
    return Bidding(ADDITIONAL_BIDS.index(params.additional_bids), waits, *auction.shading(value))


@jit
def bid(value, lots, units, price, sealed, option, kept, target, allowed, waiting, amount):
    """Write one farm's bids, int64[K], and return its headline demand, the number of a package."""
    if sealed:
        sealed_bids(value, kept, target, amount)
        return 0
    if waiting:
        amount[:] = NO_BID  # no bid for the empty package either: a zero bid would accept winning nothing
        return 0
    headline = headline_demand(value, lots, units, price, allowed)
    clock_bids(value, lots, price, headline, option, amount)
    return headline


@jit
def bid_together(value, lots, units, price, sealed, option, kept, target, allowed, waiting, headline, amount):
    """Write all farms' headline demands, int64[n], and bids, int64[n, K]; target : int64[n]; waiting : bool[n]."""
    for i in range(value.shape[0]):
        own = target[i], allowed[i], waiting[i], amount[i]
        headline[i] = bid(value[i], lots, units, price, sealed, option, kept, *own)


def open_auction(params, instance):
    """Open an auction of the chosen mechanism; return it in its first round."""
    settings = params.parts[params.mechanism]
    return PACKAGE_AUCTIONS[params.mechanism](settings, instance.terms, len(instance.value))


def bids_of(row, instance, auction, bidding):
    """Return one farm's headline demand, the number of a package, and its bids, int64[K], in the present round."""
    amount = np.empty(instance.value.shape[1], np.int64)
    own = bidding.target[row], auction.allowed[row], auction.round <= bidding.waits[row]
    return bid(instance.value[row], *_rules(auction, bidding), *own, amount), amount


def bid_all(instance, auction, bidding):
    """Write the bids of all farms in the auction's present round."""
    bid_together(
        instance.value,
        *_rules(auction, bidding),
        bidding.target,
        auction.allowed,
        auction.round <= bidding.waits,
        auction.headline,
        auction.amount,
    )


def _rules(auction, bidding):
    """Return the arguments of `bid` that are the same for all farms in a round."""
    packages, sealed = auction.terms.packages, auction.asks == "sealed"
    return packages.lots, packages.units, auction.price, sealed, bidding.option, bidding.kept


def play(params, instance):
    """Play a whole auction; return it closed."""
    auction = open_auction(params, instance)
    bidding = bidding_from(params, auction, instance.value)
    while not auction.closed:
        bid_all(instance, auction, bidding)
        auction.end_round()
    return auction


def best_value(instance):
    """Highest value the supply can have, millionths of a euro; an upper bound if that is too hard to find."""
    return highest_revenue(instance.terms.packages.lots, instance.value, instance.terms.supply)


def value_of(instance, package):
    """Return the value of packages, int64[n] numbers, to their holders, int64[n], millionths of a euro."""
    return instance.value[np.arange(len(package)), package]
