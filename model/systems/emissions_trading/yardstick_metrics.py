"""Metrics of a run's yardsticks, in the form of `model.metrics`."""

import numpy as np

from model.metrics import metric, share
from model.systems.emissions_trading.metrics import outlasts, taxed


@metric("share", flow=True, absent=taxed)
def floor_hit(government, firms):
    """1 where the auction's price is the reserve price; of several quarters their share."""
    at = government.clearing_price[..., 0] <= government.reserve_price[..., 0] * (1.0 + 1e-9)
    return (at & (government.offered[..., 0] > 0.0)).astype(float)


@metric("share", flow=True, absent=taxed)
def ceiling_hit(government, firms):
    """1 where the auction sells permits beyond those offered, at a trigger or the ceiling; of several, their share."""
    return (firms.award.sum(-1) > government.offered[..., 0] * (1.0 + 1e-9)).astype(float)


def first_quarter(model):
    """Return why there is no change of the price: a run begins; "" otherwise."""
    return "a run begins with this quarter" if np.isnan(model.government.last_price) else ""


@metric("€/t", flow=True, sparse=True, missing=first_quarter)
def price_volatility(government, firms):
    """Change of the carbon price against the quarter before, up or down; of several quarters its mean."""
    return np.abs(government.carbon_price[..., 0] - government.last_price[..., 0])


@metric("share")
def emission_concentration(government, firms):
    """Herfindahl index of the emissions: 1/n when firms emit alike, 1 when one emits all."""
    return (share(firms.emissions, firms.emissions.sum(-1, keepdims=True), empty=0.0) ** 2).sum(-1)


def no_damage(model):
    """Return why welfare is not known: there are no damages; "" if there are."""
    p = model.params
    return "" if p.damage > 0.0 or p.damage_slope > 0.0 else "no damage of emissions is given"


def within_year(model):
    """Return why there is no number of a year: it is not over; "" if it is."""
    return "the year is not over" if model.government.quarter < model.params.quarters else ""


@metric("€", sparse=True, absent=no_damage, missing=within_year)
def climate_welfare(government, firms):
    """Damage avoided in a year, less the cost of abatement."""
    return government.welfare[..., 0]


@metric("€/t", sparse=True, absent=no_damage, missing=within_year)
def optimal_price(government, firms):
    """Price of a year at which the marginal damage of its emissions would have been the price: the social optimum."""
    return government.optimal_price[..., 0]


def within_run(model):
    """Return why there is no number of the run: it is not over; "" if it is."""
    return "the run is not over" if model.steps % model.params.cycle else ""


@metric("share", sparse=True, absent=outlasts, missing=within_run)
def cost_efficiency(government, firms):
    """Least cost of the emissions that a run's firms chose, with permits no earlier than it had them / its own cost."""
    return government.cost_efficiency[..., 0]
