"""Traders without emissions, the registry of their strategies, and the limits that all of them keep."""

import numpy as np

from agents.emitters.emitter import Emitter
from learning.jit import rule
from learning.knobs import Settings
from learning.registry import Registry

TRADERS = Registry("kind of trader")
CHEAP = 1e-6
"""€/t: below this price a trader wants as many permits as at it."""


class Trader(Emitter):
    """Emits nothing and needs no permits; buys and sells them with its own money."""

    def bid(self, market):
        """Propose the schedule of its strategy if traders bid in auctions, else nothing: they buy on the exchange."""
        if self.row < market.setup.bidders:
            return market.schedule_of(self.row)
        return np.zeros(market.params.bid_steps), np.zeros(market.params.bid_steps)


class Strategy:
    """A way to trade: its settings and its rule.

    Subclasses define ``provide``, a kernel of signature `agents.emitters.behaviours.PROVIDE`: how many permits each
    trader wants to hold at a price. It looks at ``outlook.past_prices``, ``money``, ``held`` and ``lasts``.
    """

    Settings = Settings
    provide = None


@rule
def holding(share, price, i, outlook):
    """Permits, t, of trader ``i`` if it has ``share`` of its wealth in them at ``price``, €/t; at most all of it.

    In the last half-year in which permits are of use it buys none and sells those it has in equal parts, so that none
    are left when they are worth nothing.
    """
    wanted = 0.0
    if share > 0.0:
        wanted = min(share, 1.0) * (outlook.held[i] + outlook.money[i] / max(price, CHEAP))
    if outlook.lasts < 0.5 * outlook.per_year:
        wanted = min(wanted, outlook.held[i] * outlook.lasts / (outlook.lasts + 1.0))
    return wanted


@rule
def required_growth(outlook):
    """A price that rises at the required return for a quarter, over the present one."""
    return outlook.growth[0] if outlook.ahead > 0 else 1.0
