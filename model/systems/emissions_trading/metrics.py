"""Metrics of a market over years, in the form of `model.metrics`."""

import numpy as np

from model.metrics import metric


@metric("€/t")
def carbon_price(government, firms):
    """Price of the quarter's market, up to which firms abate unless permits that expire suffice."""
    return government.carbon_price[..., 0]


def without_true_up(model):
    """Return why there is no true-up; "" if there is one."""
    return "" if model.params.true_up else "there is no true-up"


@metric("€/t", sparse=True, absent=without_true_up)
def true_up_price(government, firms):
    """Price at which firms trade between the last emissions of a year and compliance."""
    return government.true_up_price[..., 0]


@metric("t", flow=True, absent=without_true_up)
def true_up_volume(government, firms):
    """Permits traded between the last emissions of a year and compliance."""
    return government.true_up_volume[..., 0]


@metric("€", flow=True)
def public_revenue(government, firms):
    """Revenue of the government: auctions less proceeds of owners, permits sold at the ceiling at compliance, tax."""
    return (firms.auction_payment - firms.proceeds + firms.ceiling_payment + firms.tax_payment).sum(-1)


def outlasts(model):
    """Return why permits have no known value at the end: they keep one after the run; "" if they do not."""
    lasting = model.params.terminal == "roll" and not model.setup.taxed
    return "permits keep a value after the last year" if lasting else ""


def not_foreseen(model):
    """Return why there is no foreseen price: permits outlast the run, or projects come in lumps; "" if there is one."""
    lumps = "projects come in lumps: see Events after a run" if model.params.projects else ""
    return outlasts(model) or lumps


@metric("€", flow=True)
def investment(government, firms):
    """Cost of the projects that firms begin."""
    return firms.investment.sum(-1)


@metric("t", flow=True)
def saved_by_projects(government, firms):
    """Emissions that projects avoid."""
    return firms.saved.sum(-1)


@metric("€/t", sparse=True, absent=not_foreseen)
def foreseen_price(government, firms):
    """Price if everybody had foreseen all emissions of the run: competitive equilibrium under the caps announced."""
    return government.foreseen_price[..., 0]


def no_quotes(model):
    """Return why there is no spread; "" if there is one."""
    return (
        ""
        if model.params.exchange == "order_book"
        else "only an order book quotes prices to buy and to sell at"
    )


@metric("€/t", sparse=True, absent=no_quotes)
def quoted_spread(government, firms):
    """Lowest limit price to sell less the highest to buy at, left in the order book at the end of the quarter."""
    return (government.best_ask - government.best_bid)[..., 0]


def no_traders(model):
    """Return why there is nothing to say of traders; "" if there are some."""
    return "" if model.params.n_traders else "there are no traders"


@metric("t", absent=no_traders)
def traders_permits(government, firms):
    """Permits held by traders without emissions."""
    return np.where(firms.weight == 0.0, firms.permits, 0.0).sum(-1)


@metric("€", flow=True, absent=no_traders)
def traders_gain(government, firms):
    """Gain of traders in the quarter beyond the required return on their permits, these at the carbon price."""
    return np.where(firms.weight == 0.0, firms.gain, 0.0).sum(-1)


def without_regulator(model):
    """Return why no policy is changed; "" if somebody may change it."""
    return "" if model.params.regulator != "announced" else "the policy stays as announced"


@metric("share", absent=without_regulator)
def stricter(government, firms):
    """How much stricter than announced the regulator makes the year's policy."""
    return government.stricter[..., 0]


def taxed(model):
    """Return why there are no permits; "" if there are some."""
    return "emissions are taxed, and no permits are needed" if model.setup.taxed else ""


@metric("€/t", absent=taxed)
def floor(government, firms):
    """Reserve price of the quarter's auction."""
    return government.reserve_price[..., 0]


@metric("t", absent=taxed)
def bank(government, firms):
    """Permits held beyond what is emitted or owed already: at the end of a year, those in circulation (TNAC)."""
    return (firms.permits - firms.uncovered - firms.owed).sum(-1)


@metric("t", absent=taxed)
def yearly_cap(government, firms):
    """Cap of the year."""
    return government.yearly_cap[..., 0]


@metric("t", flow=True)
def abatement(government, firms):
    """Emissions avoided."""
    return (firms.baseline + firms.noise - firms.emissions).sum(-1)


@metric("t", flow=True, absent=taxed)
def offered(government, firms):
    """Permits offered in the auction, those of the containment reserve and the ceiling left out."""
    return government.offered[..., 0]


@metric("€", flow=True, absent=taxed)
def windfall(government, firms):
    """Value of the permits given away, at the carbon price, and proceeds of those sold for their owners."""
    return firms.free_permits.sum(-1) * government.carbon_price[..., 0] + firms.proceeds.sum(-1)


@metric("t", absent=taxed)
def debt(government, firms):
    """Permits owed for the emissions of earlier years."""
    return firms.owed.sum(-1)


@metric("t", absent=taxed)
def reserve(government, firms):
    """Permits in the reserve."""
    return government.reserve[..., 0]


@metric("t", flow=True, absent=taxed)
def offsets(government, firms):
    """Offsets bought, which count as permits."""
    return firms.offsets.sum(-1)


@metric("t", absent=taxed)
def waiting(government, firms):
    """Unsold permits that come back once two auctions in a row ended above the reserve price."""
    return government.waiting[..., 0]


@metric("t", absent=taxed)
def expired(government, firms):
    """Permits that expired unused since the first quarter."""
    return government.expired[..., 0]


@metric("t", absent=taxed)
def borrowed(government, firms):
    """Permits of the next year that are used already."""
    return firms.advanced.sum(-1)


@metric("t", absent=taxed)
def cancelled(government, firms):
    """Permits cancelled by rule since the first quarter."""
    return government.cancelled[..., 0]
