"""All package auctions on the same instance: awards, payments and values [Goyal]."""

from typing import NamedTuple

import numpy as np

from agents.farms.curves import MONEY
from model.mechanisms.combinatorial.base import PACKAGE_AUCTIONS
from model.systems.escape_permits.auction import best_value, curves_for, instance_from, play, value_of


class Result(NamedTuple):
    """Result of one auction; euros and lots."""

    mechanism: str
    rounds: int
    award: np.ndarray
    """int64[n, m], lots."""
    payment: np.ndarray
    """float64[n, m], €, divided among pollutants."""
    value: np.ndarray
    """float64[n], €: abatement cost saved by the permits."""
    efficiency: float
    """Value of all permits sold / highest value the supply could have; NaN where that is 0."""
    share_sold: np.ndarray
    """float64[m]; NaN where nothing is for sale."""

    @property
    def revenue(self):
        """Payments of all farms, €."""
        return float(self.payment.sum())

    @property
    def surplus(self):
        """Value less payment of each farm, float64[n], €."""
        return self.value - self.payment.sum(1)

    def price_of_pollutants(self):
        """Payment per lot sold of each pollutant, float64[m], €/lot; NaN where nothing is sold."""
        sold = self.award.sum(0)
        return np.divide(self.payment.sum(0), sold, out=np.full(len(sold), np.nan), where=sold > 0)


def result_of(mechanism, auction, instance, best):
    """Return the `Result` of a closed auction; best : highest value the supply could have, millionths of a euro."""
    outcome, terms = auction.outcome, instance.terms
    award, value = outcome.award(terms.packages), value_of(instance, outcome.package)
    with np.errstate(invalid="ignore"):
        share = award.sum(0) / terms.supply
    return Result(
        mechanism=mechanism,
        rounds=outcome.rounds,
        award=award,
        payment=outcome.payment / MONEY,
        value=value / MONEY,
        efficiency=value.sum() / best if best else float("nan"),
        share_sold=share,
    )


def compare(params, instance, mechanisms=None):
    """Return the `Result` of every mechanism on the instance, by name; all other parameters are the same."""
    best = best_value(instance)
    return {
        name: result_of(name, play(params.replace({"mechanism": name}), instance), instance, best)
        for name in mechanisms or PACKAGE_AUCTIONS
    }


def draw_instance(params, seed):
    """Draw the `Instance` of a seed."""
    return instance_from(params, curves_for(params, np.random.default_rng(seed)))
