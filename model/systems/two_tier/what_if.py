"""Results of a two-tier auction's bids under every pricing rule, and of other bids."""

from dataclasses import dataclass, replace

import numpy as np

from agents.abatement import marginal_value, value_of
from agents.bidders.demand_schedule import write_truthful
from model.mechanisms.auctions.base import AUCTIONS, clear

PRICING_RULES = {
    "uniform, lowest accepted": ("uniform", {"price_rule": "lowest_accepted"}),
    "uniform, highest rejected": ("uniform", {"price_rule": "highest_rejected"}),
    "discriminatory": ("discriminatory", {}),
    "VCG": ("vcg", {}),
}
"""Auction format and its settings for each rule."""

MOST_BREAKS = 60
"""Bids of others around which a curve is exact; where there are more, the even steps must do."""

NEAR = 1e-6
"""Distance, €/t, at which a bid counts as just above or just below another one."""


@dataclass(frozen=True)
class Book:
    """All bids of one auction and everything else that determines its result; firms by row."""

    price: np.ndarray
    """float64[n, steps], €/t."""
    volume: np.ndarray
    """float64[n, steps], t."""
    supply: float
    reserve: float
    tie_key: np.ndarray
    common: dict
    """Settings that all formats have: tie rule, and the price where demand falls short."""
    cost: np.ndarray
    """float64[n], €/t²."""
    need: np.ndarray
    """float64[n], t."""

    def under(self, rule):
        """`Outcome` of these bids under a rule of `PRICING_RULES`."""
        auction, own = PRICING_RULES[rule]
        settings = AUCTIONS[auction].Settings(**self.common, **own)
        terms = {"supply": self.supply, "reserve": self.reserve, "tie_key": self.tie_key}
        return clear(auction, self.price, self.volume, settings=settings, **terms)

    def with_bid(self, row, price, volume):
        """The same auction with another schedule of one firm: prices, €/t, volumes, t, float[steps] each."""
        prices, volumes = self.price.copy(), self.volume.copy()
        prices[row], volumes[row] = price, volume
        return replace(self, price=prices, volume=volumes)

    def result(self, row, rule):
        """A firm's award, t, payment, €, and profit, €, and the clearing price, €/t, under a rule."""
        outcome = self.under(rule)
        award, payment = float(outcome.award[row]), float(outcome.payment[row])
        profit = float(value_of(self.cost[row], self.need[row], award)) - payment
        return {"award": award, "payment": payment, "profit": profit, "price": outcome.clearing_price}

    def values(self, row):
        """True values, €/t, of a firm's first, second, … permit, float64[need]."""
        return np.array(
            [marginal_value(self.cost[row], self.need[row], k + 1.0) for k in range(int(self.need[row]))]
        )

    def is_too_coarse(self, row):
        """Return whether schedules have fewer steps than the firm needs permits: they cannot state its true values."""
        return self.price.shape[1] < self.need[row]

    def truthful(self, row):
        """Return the schedule closest to a firm's true values: prices, €/t, and volumes, t."""
        price, volume = np.zeros((2, self.price.shape[1]))
        write_truthful(self.cost[row], self.need[row], price, volume)
        return price, volume


def book_of(model):
    """Copy the bids of the model's last auction into a `Book`."""
    worlds, part = model.worlds, model.params.parts[model.params.auction]
    price, volume = (np.array(x) for x in worlds.book(0)[:2])
    common = {"tie_rule": part.tie_rule, "undersubscribed": part.undersubscribed}
    firms = model.firms.rows
    return Book(
        price=price,
        volume=volume,
        supply=float(worlds.supply[0]),
        reserve=model.params.reserve_price,
        tie_key=np.array(worlds.tie_key[0]),
        common=common,
        cost=np.array(firms.cost),
        need=np.array(firms.need),
    )


def repaired(price, volume, need):
    """Make a schedule valid: cut prices to those of the step before, volumes to the remaining need, t."""
    price, volume = np.array(price, float), np.array(volume, float)
    left = need - np.concatenate([[0.0], np.cumsum(volume)[:-1]])
    return np.minimum.accumulate(price), np.clip(np.minimum(volume, left), 0.0, None)


def profit_curve(book, row, step, points=41):
    """Results of a firm for every price of one ``step`` from 0 to that of the step before (or its highest
    value).

    Rows ``rule, at, award, payment, profit``. The steps below are cut to it. Profit jumps where the price
    passes another firm's bid, so there are points on both sides of each.
    """
    price, volume = book.price[row], book.volume[row]
    highest = float(price[step - 1] if step else max(price[0], *book.values(row)[:1], 0.0))
    rows = []
    for at in curve_prices(book, row, highest, points):
        tried = price.copy()
        tried[step] = at
        tried[step:] = np.minimum.accumulate(tried[step:])
        other = book.with_bid(row, tried, volume)
        rows += [{"rule": rule, "at": float(at)} | other.result(row, rule) for rule in PRICING_RULES]
    return rows


def curve_prices(book, row, highest, points):
    """Prices, €/t, for a curve: even steps from 0 to ``highest``, and both sides of others' bids."""
    even = np.linspace(0.0, highest, points)
    others = np.unique(np.delete(book.price, row, axis=0)[np.delete(book.volume, row, axis=0) > 0.0])
    inside = others[(others > NEAR) & (others < highest - NEAR)]
    if len(inside) > MOST_BREAKS:
        return even
    return np.unique(np.concatenate([even, inside - NEAR, inside + NEAR]))
