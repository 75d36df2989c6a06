"""Metrics of auctions of several pollutants, in the form of `model.metrics`.

Metrics of a whole auction have a value in the round in which it closes and NaN in others, which means leave out. An
average price is NaN where nothing was bought.
"""

from functools import partial

import numpy as np

from agents.farms.pollutants import POLLUTANTS
from model.metrics import METRICS, Metric, metric


def at_close(government, values):
    """Return ``values``, float64[...], in rounds in which an auction closes, NaN in others."""
    return np.where(government.closed[..., 0] == 1.0, values, np.nan)


def ratio(part, whole):
    """Return the share of ``part`` in ``whole``; NaN where ``whole`` is 0."""
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.where(whole > 0.0, part / whole, np.nan)


def sealed(model):
    """Return the reason why there are no clock prices, an empty text if there are."""
    return "" if model.government.clock else "bids are sealed"


def no_bids_kept(model):
    """Return the reason why bids of earlier rounds are not kept, an empty text if they are."""
    return "" if model.auction.keeps_bids else f"{model.params.mechanism} keeps no bids from round to round"


def not_auctioned(j, model):
    """Return the reason why there are no metrics of pollutant ``j``, an empty text if there are."""
    return "" if j < len(model.pollutants) else f"auctioned are {', '.join(model.pollutants)}"


@metric("1", sparse=True)
def rounds(government, firms):
    """Rounds the auction took."""
    return at_close(government, government.clock_round[..., 0])


@metric("€", sparse=True, absent=no_bids_kept)
def provisional_revenue(government, firms):
    """Highest revenue that the bids of the auction so far could bring; none where bids are not kept [Goyal]."""
    revenue = government.provisional_revenue[..., 0]
    return np.where(revenue > 0.0, revenue, np.nan)


@metric("€", sparse=True)
def auction_revenue(government, firms):
    """Payments of farms for the packages they won."""
    return at_close(government, firms.auction_payment.sum(-1))


@metric("€", sparse=True)
def valve_revenue(government, firms):
    """Payments for permits from the safety valve; with auction revenue and surplus they sum to the permits' value."""
    return at_close(government, firms.valve_payment.sum(-1))


@metric("share", sparse=True)
def auction_efficiency(government, firms):
    """Abatement cost that the permits sold save / the most that the cap could save, or a bound of that above it."""
    return at_close(government, ratio(government.value[..., 0], government.best_value[..., 0]))


@metric("€", sparse=True)
def surplus(government, firms):
    """Value of permits less payments, of all farms, auction and safety valve."""
    return at_close(government, firms.profit.sum(-1))


@metric("€", sparse=True)
def joint_abatement_cost(government, firms):
    """Cost to all farms of abating emissions not covered by permits."""
    return at_close(government, firms.abatement_cost.sum(-1))


@metric("1", sparse=True)
def winners(government, firms):
    """Farms that won permits."""
    return at_close(government, (firms.award > 0.0).sum(-1))


def _clock_price(of, government, firms):
    """Clock price of {}; none where bids are sealed."""
    return np.where(government.clock[..., 0] == 1.0, of(government, "clock_price"), np.nan)


def _excess_demand(of, government, firms):
    """Demand for {} at the clock prices less the cap; none where bids are sealed."""
    excess = of(government, "demand") - of(government, "cap")
    return np.where(government.clock[..., 0] == 1.0, excess, np.nan)


def _share_sold(of, government, firms):
    """Permits of {} sold in the auction / cap."""
    return at_close(government, ratio(of(government, "sold"), of(government, "cap")))


def _average_price(of, government, firms):
    """Revenue from {} / lots sold; how package payments are divided is bookkeeping, parts may be below the reserve."""
    return at_close(government, ratio(of(government, "revenue"), of(government, "sold")))


def _valve_sold(of, government, firms):
    """Permits of {} sold by the safety valve."""
    return at_close(government, of(government, "valve_sold"))


def _emissions(of, government, firms):
    """Emissions of {} after abatement."""
    return at_close(government, of(firms, "emissions"))


OF_EACH = {
    _clock_price: "€/lot",
    _excess_demand: "lots",
    _share_sold: "share",
    _average_price: "€/lot",
    _valve_sold: "lots",
    _emissions: "lots",
}
"""Metrics of every pollutant, ``clock_price_ghg``, …, and their units."""
OF_CLOCKS = _clock_price, _excess_demand


def _absent(compute, j, model):
    """Return the reason why pollutant ``j`` lacks this metric, an empty text if it does not."""
    return not_auctioned(j, model) or (sealed(model) if compute in OF_CLOCKS else "")


def _of_pollutant(compute, j, government, firms):
    """Return the metric of pollutant ``j``; NaN if fewer pollutants are auctioned."""

    def of(rows, name):
        return rows[f"{name}_{POLLUTANTS[j]}"].sum(-1)

    return np.where(government.pollutants[..., 0] > j, compute(of, government, firms), np.nan)


def _name(compute, pollutant):
    return f"{compute.__name__[1:]}_{pollutant}"


for _compute, _unit in OF_EACH.items():
    for _j, _pollutant in enumerate(POLLUTANTS):
        _full, _help = _name(_compute, _pollutant), _compute.__doc__.format(_pollutant)
        METRICS.register(_full)(
            Metric(
                _full,
                _unit,
                _help,
                partial(_of_pollutant, _compute, _j),
                sparse=True,
                absent=partial(_absent, _compute, _j),
            )
        )

PACKAGE_METRICS = (
    "rounds",
    "provisional_revenue",
    "auction_revenue",
    "valve_revenue",
    "auction_efficiency",
    "surplus",
    "joint_abatement_cost",
    "winners",
    *(_name(compute, pollutant) for compute in OF_EACH for pollutant in POLLUTANTS),
)
"""Names of all metrics of this system."""
