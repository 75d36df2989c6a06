"""Metrics reported for each period: one function of the columns per metric, for one period or many at once.

A metric takes the rows of the government and of the firms, record arrays [..., 1] and [..., n] (leading axes are
periods), and returns float64[...].
"""

from dataclasses import dataclass
from typing import Any

import numpy as np

from learning.registry import Registry
from model.spans import aggregate_numbers

METRICS = Registry("metric")


def no_reason(model):
    """Return "", for metrics that are a number in every model and period."""
    return ""


@dataclass(frozen=True)
class Metric:
    """A named number per period."""

    name: str
    unit: str
    help: str
    compute: Any
    sparse: bool = False
    """Whether it is NaN in some periods, because it measures an event that does not occur in all of them."""
    flow: bool = False
    """Whether it is an amount per period, such as a volume, so that several periods are aggregated by their mean."""
    absent: Any = no_reason
    """``absent(model)``: reason why the metric does not apply to a model; "" where it applies."""
    missing: Any = no_reason
    """``missing(model)``: reason why it is NaN in the present period; "" if it is a number or there is no reason."""

    def applies(self, model):
        """Return whether the metric applies to a model; pages leave it out where it does not."""
        return not self.absent(model)

    def why_unknown(self, model):
        """Return why it is NaN in a model's present period; "" if it is a number or there is no reason."""
        return self.absent(model) or self.missing(model)

    def __call__(self, government, firms):
        """Compute the value per period, float64[...]."""
        return self.compute(government, firms)

    def aggregate(self, values, weights, spans):
        """Aggregate the collected ``values`` to one number per span; each position stands for ``weights`` periods."""
        return aggregate_numbers(values, weights, spans, self.flow, self.sparse)


def metric(unit, **more):
    """Register the decorated function as the metric of its name; the first line of its docstring is the help.

    more : the other fields of `Metric`, such as ``sparse=True``.
    """

    def add(function):
        name = function.__name__
        METRICS.register(name)(Metric(name, unit, function.__doc__.splitlines()[0], function, **more))
        return function

    return add


@metric("t")
def cap(government, firms):
    """Permits issued in the period [Esmaeili2021, Eq. 2.1]."""
    return government.cap[..., 0]


def nothing_auctioned(model):
    """Reason why there is no auction price; "" if there is one."""
    no_price = model.steps > 0 and np.isnan(model.government.clearing_price)
    return "there was no auction, so there is no price" if no_price else ""


@metric("€/t", missing=nothing_auctioned)
def clearing_price(government, firms):
    """Auction price: uniform price, or weighted mean of the winning bids [Esmaeili2021, Eqs. 2.6, 2.8]."""
    return government.clearing_price[..., 0]


@metric("€/t")
def equilibrium_price(government, firms):
    """Bid of the marginal bidder."""
    return government.equilibrium_price[..., 0]


def nothing_traded(model):
    """Reason why the secondary market quotes no price; "" if it does."""
    no_price = model.steps > 0 and np.isnan(model.government.trading_price)
    return "nothing was traded, so there is no price" if no_price else ""


@metric("€/t", sparse=True, missing=nothing_traded)
def trading_price(government, firms):
    """Price of the secondary market [Esmaeili2021, Eq. 2.13; Esmaeili2022, Section 4.4]."""
    return government.trading_price[..., 0]


@metric("t", flow=True)
def traded_volume(government, firms):
    """Permits that changed hands on the secondary market."""
    return government.traded_volume[..., 0]


@metric("share", sparse=True, missing=nothing_traded)
def bought_above_value(government, firms):
    """Permits bought on the secondary market at a price above the buyer's private value / all bought there."""
    bought = np.maximum(firms.bought, 0.0)
    above = government.trading_price > firms.private_value
    return share((bought * above).sum(-1), bought.sum(-1))


@metric("t", flow=True)
def secondary_supply(government, firms):
    """Permits offered on the secondary market."""
    return government.secondary_supply[..., 0]


@metric("t", flow=True)
def secondary_demand(government, firms):
    """Permits sought on the secondary market."""
    return government.secondary_demand[..., 0]


@metric("€/t")
def mean_bid_price(government, firms):
    """Mean price bid, every firm that bids counted alike."""
    return mean_of_bids(firms.bid_price, firms)


@metric("(€/t)²")
def bid_price_variance(government, firms):
    """Variance of the prices bid, across the firms that bid."""
    mean = mean_bid_price(government, firms)
    return mean_of_bids((firms.bid_price - mean[..., None]) ** 2, firms)


@metric("€/t")
def bid_distance(government, firms):
    """Mean distance of a bid above the equilibrium price."""
    return mean_bid_price(government, firms) - government.equilibrium_price[..., 0]


@metric("t")
def mean_bid_volume(government, firms):
    """Mean volume bid per firm."""
    return firms.bid_volume.mean(-1)


@metric("t", flow=True)
def sold(government, firms):
    """Permits sold in the auction."""
    return firms.award.sum(-1)


@metric("€", flow=True)
def revenue(government, firms):
    """Payments for the permits won in the auction (EOG)."""
    return firms.auction_payment.sum(-1)


@metric("€", flow=True)
def fines(government, firms):
    """Penalties paid for emissions without permits."""
    return firms.penalty_payment.sum(-1)


@metric("€", flow=True)
def total_profit(government, firms):
    """Total benefit of the firms (TBF)."""
    return firms.profit.sum(-1)


@metric("€", flow=True)
def mean_profit(government, firms):
    """Mean profit per firm."""
    return firms.profit.mean(-1)


@metric("€", flow=True)
def first_profit(government, firms):
    """Profit of the first firm: of the one that learns in another way where ``learner`` names one among others."""
    return firms.profit[..., 0]


def read_out_only(model):
    """Return why `best_bid_changes` is NaN: nobody learns in a greedy read-out."""
    return "" if model.learning else "nobody learns in a read-out"


@metric("share", sparse=True, missing=read_out_only)
def best_bid_changes(government, firms):
    """Share of the firms whose best known bid the period changed, in the state they bid in."""
    return firms.best_bid_changed.mean(-1)


@metric("share")
def efficiency(government, firms):
    """Surplus realised / largest possible: 1 where the permits went to those to whom they are worth most."""
    return share(firms.value.sum(-1), firms.efficient_value.sum(-1), empty=1.0)


@metric("share")
def government_share(government, firms):
    """Revenue and fines / (these + profits); the source calls it efficiency [Esmaeili2021, Eq. 4.1]."""
    earned = revenue(government, firms) + fines(government, firms)
    return share(earned, earned + total_profit(government, firms))


@metric("t", flow=True)
def emissions(government, firms):
    """Emissions of all firms."""
    return firms.emissions.sum(-1)


@metric("share")
def emission_reduction(government, firms):
    """Reduction of emissions against production without regulation."""
    return 1.0 - share(emissions(government, firms), firms.required_permits.sum(-1))


@metric("t", flow=True)
def shortfall(government, firms):
    """Emissions not covered by permits."""
    return firms.shortfall.sum(-1)


@metric("share")
def benefit_reduction(government, firms):
    """Profit lost against free allocation: the cap given away in proportion to permits required [Esmaeili2021]."""
    full = ((firms.selling_price - firms.unit_cost) * firms.full_output).sum(-1)
    given = np.minimum(share(government.cap[..., 0], firms.required_permits.sum(-1)), 1.0)
    return 1.0 - share(total_profit(government, firms), given * full)


@metric("€", flow=True)
def abatement_cost(government, firms):
    """Cost of avoiding emissions: of what firms do, above that of what is best when permits cost nothing."""
    return firms.abatement_cost.sum(-1)


def nothing_won(model):
    """Reason why awards cannot be compared; "" if there are some."""
    return "" if (model.firms.rows.award > 0.0).any() else "nobody gets permits in the auction"


@metric("share", missing=nothing_won)
def award_concentration(government, firms):
    """Herfindahl index of the awards: 1/n when shared alike, 1 when one firm gets all."""
    return (share(firms.award, firms.award.sum(-1, keepdims=True)) ** 2).sum(-1)


def mean_of_bids(values, firms):
    """Mean of ``values``, float64[..., n], over firms with a positive bid volume; NaN where nobody bids."""
    bids = firms.bid_volume > 0
    return share((values * bids).sum(-1), bids.sum(-1))


def share(part, whole, empty=np.nan):
    """Return ``part / whole``, and ``empty`` where the whole is zero."""
    part, whole = np.asarray(part, float), np.asarray(whole, float)
    if whole.all():  # the usual case, several times faster
        return part / whole
    shares = np.full(np.broadcast_shapes(part.shape, whole.shape), empty)
    return np.divide(part, whole, out=shares, where=whole != 0)
