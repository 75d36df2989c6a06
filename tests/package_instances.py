"""Small instances of package auctions with values of any shape, not only those of farms with joint abatement."""

import numpy as np

from agents.farms.curves import MONEY
from agents.farms.packages import packages_up_to
from model.mechanisms.combinatorial.base import Terms
from model.systems.escape_permits.auction import Instance, play, value_of
from model.systems.escape_permits.params import EscapePermitsParams


def any_values(seed, n, most, *, reserve=0.0, highest=2.0, grid=None):
    """`Instance` without curves of ``n`` bidders for up to int[m] ``most`` lots, more never worth less.

    Complements or substitutes, as drawn: a further lot is worth up to ``highest`` €, in multiples of ``grid`` € if
    given, so that ties abound.
    """
    rng = np.random.default_rng(seed)
    packages, most = packages_up_to(most, n), np.asarray(most)
    unit = round((grid or 1 / MONEY) * MONEY)
    value = rng.integers(0, round(highest * MONEY) // unit + 1, (n, *(most + 1))) * unit
    for axis in range(1, value.ndim):
        value = np.cumsum(value, axis) if rng.random() < 0.3 else np.maximum.accumulate(value, axis)
    value = value.reshape(n, -1)
    value -= value[:, :1]
    increment = rng.choice([50_000, 100_000, 400_000], len(most))
    return instance_of(packages, value, rng.integers(0, most * n + 1), reserve, increment)


def instance_of(packages, value, supply, reserve, increment):
    """`Instance` of int64[n, K] values and these terms; everybody expects an equal share."""
    n, m = len(value), len(supply)
    most = packages.lots[-1]
    terms = Terms(
        packages,
        np.asarray(supply, np.int64),
        np.full(m, round(reserve * MONEY)),
        np.asarray(increment, np.int64),
        np.minimum(np.tile(np.asarray(supply) // n, (n, 1)), most),
    )
    return Instance(None, terms, np.ascontiguousarray(value, np.int64))


def played(instance, mechanism="cmra", **values):
    """The auction of this format on the instance, closed; values : other parameters by flat name."""
    return play(EscapePermitsParams().replace({"mechanism": mechanism} | values), instance)


def surplus_of(instance, auction):
    """Value less payment of each bidder, int64[n]."""
    return value_of(instance, auction.outcome.package) - auction.outcome.payment.sum(1)
