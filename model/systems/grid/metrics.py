"""Metrics of a step of the grid, in the form of `model.metrics`."""

import numpy as np

from model.issuing import FREE
from model.metrics import metric, share


def given_away(grid):
    """Return the reason why there are no auctions of permits, an empty text if there are."""
    return "permits are given away" if grid.params.issuing == FREE else ""


def not_traded(grid):
    """Return the reason why permits have no price yet, an empty text if they have."""
    return "" if grid.firms.rows.sales.any() else "no trade yet in this episode"


def not_sold(grid):
    """Return the reason why the step has no auction, an empty text if it has."""
    return "" if grid.government.permits_sold > 0.0 else "no auction in this step"


@metric("coins")
def welfare(government, firms):
    """Welfare of the grid: equality x mean coins x effect of the settled shortfall on the climate [Wang2024]."""
    return government.welfare[..., 0]


@metric("coins")
def welfare_if_settled(government, firms):
    """Welfare with the permits missing now counted as shortfall; the source never counts those of the last step."""
    return government.welfare_if_settled[..., 0]


@metric("share")
def equality(government, firms):
    """1 - Gini index of coins, corrected for the number of enterprises; debts lead beyond 0 and 1 [Wang2024]."""
    return government.equality[..., 0]


@metric("coins")
def mean_coins(government, firms):
    """Mean coins per enterprise, those behind open bids included."""
    return (firms.cash + firms.cash_escrow).mean(-1)


@metric("1")
def mean_utility(government, firms):
    """Mean utility of the enterprises: of their coins, less that of their labour."""
    return firms.utility.mean(-1)


@metric("t")
def episode_emissions(government, firms):
    """Emissions of all enterprises since the episode began."""
    return firms.emissions.sum(-1)


@metric("share")
def emission_level(government, firms):
    """Mean emissions per unit of production, relative to those without any investment."""
    return firms.level.mean(-1)


@metric("t")
def settled_shortfall(government, firms):
    """Emissions without permits, as settled at the starts of periods: what lowers welfare."""
    return firms.shortfall.sum(-1)


@metric("t")
def open_deficit(government, firms):
    """Permits that enterprises miss now; at an episode's end fined, but never settled."""
    return np.maximum(-firms.permits, 0.0).sum(-1)


@metric("1")
def properties(government, firms):
    """Cells that were produced on."""
    return firms.properties.sum(-1)


@metric("1")
def certified_projects(government, firms):
    """Certified projects completed."""
    return government.green_projects[..., 0]


@metric("1")
def effective_investments(government, firms):
    """Mean number of successful investments that an enterprise has not forgotten."""
    return firms.effective_investments.mean(-1)


@metric("t")
def permits_held(government, firms):
    """Permits of all enterprises, those behind open asks included, less what is missing."""
    return (firms.permits + firms.permits_escrow).sum(-1)


@metric("coins/t", sparse=True, missing=not_traded)
def permit_price(government, firms):
    """Price of the last trade of permits; none before the first of an episode."""
    return np.where(firms.sales.sum(-1) > 0.0, government.trade_price[..., 0], np.nan)


@metric("coins/t", sparse=True, missing=not_traded)
def mean_permit_price(government, firms):
    """Mean price of the permits traded since the episode began; none before the first trade."""
    return share(firms.earned.sum(-1), firms.sales.sum(-1))


@metric("t")
def permits_traded(government, firms):
    """Permits traded since the episode began."""
    return firms.sales.sum(-1)


@metric("coins/t", sparse=True, absent=given_away, missing=not_sold)
def auction_price(government, firms):
    """Clearing price of the auction of permits in the step; no number where none are sold."""
    return np.where(government.permits_sold[..., 0] > 0.0, government.clearing_price[..., 0], np.nan)


@metric("coins", absent=given_away)
def auction_proceeds(government, firms):
    """Payments of enterprises for permits in auctions since the episode began."""
    return government.auction_proceeds[..., 0]


@metric("coins")
def penalties_paid(government, firms):
    """Fines since the episode began."""
    return firms.penalty_payment.sum(-1)


@metric("1")
def mean_labour(government, firms):
    """Mean labour of an enterprise since the episode began."""
    return firms.labour.mean(-1)
