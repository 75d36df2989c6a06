"""Metrics of supply chains that no other system reports; the form is that of `model.metrics`."""

from model.metrics import metric, share


def no_plans(model):
    """Reason why machines and transport have no numbers: the chains of Table 5 come without plans."""
    return "not known for the chains of Table 5" if model.instance is None else ""


@metric("€/t", sparse=True)
def price_paid(government, firms):
    """Payments in the auction over permits sold in it [Esmaeili2022, Eqs. 6-7, Fig. 4]."""
    return share(firms.auction_payment.sum(-1), firms.award.sum(-1))


@metric("share")
def profit_change(government, firms):
    """Profit of all firms against that without a policy: -1 when all of it is lost [Esmaeili2022, Section 6]."""
    return share(firms.profit.sum(-1), firms.no_policy_profit.sum(-1)) - 1.0


@metric("share")
def mean_profit_change(government, firms):
    """Mean over the chains of each one's change of profit against no policy [Esmaeili2022, Eqs. 11-12]."""
    return (firms.profit / firms.no_policy_profit).mean(-1) - 1.0


@metric("share", absent=no_plans)
def green_production(government, firms):
    """Units made on green machines, mean over the chains [Esmaeili2022, Fig. 5]."""
    return firms.green_production.mean(-1)


@metric("share", absent=no_plans)
def green_transport(government, firms):
    """Units carried by green modes, mean over the chains [Esmaeili2022, Fig. 5]."""
    return firms.green_transport.mean(-1)
