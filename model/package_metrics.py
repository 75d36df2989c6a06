"""What is reported of auctions of several pollutants; the form is that of `model.metrics`.

What is of a whole auction is known in the round in which it closes, and no number (NaN) in others; means leave
those out. An average price is none where nothing was bought.
"""

import numpy as np

from agents.farms.pollutants import POLLUTANTS
from model.metrics import METRICS, Metric, metric


def at_close(government, values):
    """``values``, float64[...], in rounds in which an auction closes, NaN in others."""
    return np.where(government.closed[..., 0] == 1.0, values, np.nan)


def ratio(part, whole):
    """part / whole; NaN where that is 0 / 0."""
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.where(whole > 0.0, part / whole, np.nan)


@metric("1")
def rounds(government, firms):
    """Rounds the auction took."""
    return at_close(government, government.round[..., 0])


@metric("€")
def provisional_revenue(government, firms):
    """Highest revenue that the bids of the auction so far could bring [Goyal]."""
    return government.provisional_revenue[..., 0]


@metric("€")
def auction_revenue(government, firms):
    """What farms pay for the packages they won."""
    return at_close(government, firms.auction_payment.sum(-1))


@metric("share")
def auction_efficiency(government, firms):
    """Abatement cost that the permits sold save / the most that the cap could save."""
    return at_close(government, ratio(government.value[..., 0], government.best_value[..., 0]))


@metric("€")
def surplus(government, firms):
    """Value of permits less payments, of all farms, auction and safety valve."""
    return at_close(government, firms.profit.sum(-1))


@metric("€")
def joint_abatement_cost(government, firms):
    """What all farms pay to abate what their permits do not cover."""
    return at_close(government, firms.abatement_cost.sum(-1))


@metric("1")
def winners(government, firms):
    """Farms that won permits."""
    return at_close(government, (firms.award > 0.0).sum(-1))


def _column(name, closes):
    """Metric that is a column of the government."""

    def compute(government, firms):
        values = government[name][..., 0]
        return at_close(government, values) if closes else values

    return compute


def _excess(pollutant):
    def compute(government, firms):
        return government[f"demand_{pollutant}"][..., 0] - government[f"cap_{pollutant}"][..., 0]

    return compute


def _share_sold(pollutant):
    def compute(government, firms):
        sold = government[f"sold_{pollutant}"][..., 0]
        return at_close(government, ratio(sold, government[f"cap_{pollutant}"][..., 0]))

    return compute


def _average_price(pollutant):
    def compute(government, firms):
        sold = government[f"sold_{pollutant}"][..., 0]
        return at_close(government, ratio(government[f"revenue_{pollutant}"][..., 0], sold))

    return compute


def _emissions(pollutant):
    def compute(government, firms):
        return at_close(government, firms[f"emissions_{pollutant}"].sum(-1))

    return compute


OF_EACH = {
    "clock_price": ("€/lot", "clock price of {}", lambda p: _column(f"clock_price_{p}", False)),
    "excess_demand": ("lots", "demand for {} at the clock prices less the cap", _excess),
    "share_sold": ("share", "permits of {} sold in the auction / cap", _share_sold),
    "average_price": ("€/lot", "revenue from {} / lots sold; payments divided pro rata", _average_price),
    "valve_sold": ("lots", "permits of {} sold by the safety valve", lambda p: _column(f"valve_sold_{p}", True)),
    "emissions": ("lots", "emissions of {} after abatement", _emissions),
}
"""Metrics that there are of every pollutant, ``clock_price_ghg``, …: unit, help, function."""

for _pollutant in POLLUTANTS:
    for _name, (_unit, _help, _make) in OF_EACH.items():
        _full = f"{_name}_{_pollutant}"
        METRICS.register(_full)(Metric(_full, _unit, _help.format(_pollutant).capitalize() + ".", _make(_pollutant)))

PACKAGE_METRICS = (
    "rounds",
    "provisional_revenue",
    "auction_revenue",
    "auction_efficiency",
    "surplus",
    "joint_abatement_cost",
    "winners",
    *(f"{name}_{pollutant}" for name in OF_EACH for pollutant in POLLUTANTS),
)
"""Names of all these."""


def pollutant_of(name):
    """Position of the pollutant that a metric is about; 0 for those about none."""
    return max((j for j, pollutant in enumerate(POLLUTANTS) if name.endswith(f"_{pollutant}")), default=0)
