"""Metrics of the bids in an auction, the same in every system that sells permits by sealed bids.

A firm states one price (``bid_price``), or a schedule of which the lowest and the highest price are kept.
"""

import numpy as np

from model.metrics import metric, share

BID_METRICS = "cover_ratio", "bidders", "auction_winners", "lowest_bid", "median_bid", "highest_bid"
"""Names of these metrics, for systems that report them."""


def lowest_of(firms):
    """Lowest price that each firm bids, €/t, float64[..., n]."""
    return _first_of(firms, "bid_price", "lowest_bid", "low_price")


def highest_of(firms):
    """Highest price that each firm bids, €/t, float64[..., n]."""
    return _first_of(firms, "bid_price", "highest_bid", "high_price")


def volume_of(firms):
    """Permits that each firm bids for, t, float64[..., n]."""
    return firms.bid_volume if hasattr(firms, "bid_volume") else firms.high_volume + firms.low_volume


def _first_of(firms, *names):
    return getattr(firms, next(name for name in names if hasattr(firms, name)))


def part_of_schedules(model):
    """Return why volumes bid are not known: schedules of one step, or of more than two, are kept in part; or ""."""
    return (
        ""
        if getattr(model.params, "steps", 2) == 2
        else "of schedules, only the first and last step are kept"
    )


def nobody_bids(model):
    """Return why no bid has a price: nobody bids; "" otherwise."""
    return "" if (volume_of(model.firms.rows) > 0.0).any() else "nobody bids in the auction"


def of_bids(values, firms, empty, reduce):
    """Reduce ``values``, float64[..., n], over the firms that bid; NaN where nobody does."""
    bids = volume_of(firms) > 0.0
    found = reduce(np.where(bids, values, empty), -1)
    return np.where(bids.any(-1), found, np.nan)


def offered_in(government):
    """Permits offered in the auction, t, float64[..., 1]."""
    return government.offered if hasattr(government, "offered") else government.cap


def nothing_offered(model):
    """Return why bids cover nothing: nothing is offered; "" otherwise."""
    return "" if (offered_in(model.public.rows) > 0.0).all() else "nothing is offered in an auction"


@metric("share", sparse=True, absent=part_of_schedules, missing=nothing_offered)
def cover_ratio(government, firms):
    """Permits bid for in the auction / permits offered; below 1 some stay unsold."""
    return share(volume_of(firms).sum(-1), offered_in(government)[..., 0])


@metric("1")
def bidders(government, firms):
    """Number of firms that bid in the auction."""
    return (volume_of(firms) > 0.0).sum(-1).astype(float)


@metric("1")
def auction_winners(government, firms):
    """Number of firms that get permits in the auction."""
    return (firms.award > 0.0).sum(-1).astype(float)


@metric("€/t", sparse=True, missing=nobody_bids)
def lowest_bid(government, firms):
    """Lowest price bid in the auction."""
    return of_bids(lowest_of(firms), firms, np.inf, np.min)


@metric("€/t", sparse=True, absent=part_of_schedules, missing=nobody_bids)
def median_bid(government, firms):
    """Price at or above which half of the permits bid for are."""
    if hasattr(government, "median_bid"):  # of all steps of the schedules
        return of_bids(government.median_bid, firms, -np.inf, np.max)
    if hasattr(firms, "bid_price"):
        return median_price(firms.bid_price, firms.bid_volume)
    prices, volumes = (
        np.concatenate(both, -1)
        for both in ((firms.high_price, firms.low_price), (firms.high_volume, firms.low_volume))
    )
    return median_price(prices, volumes)


@metric("€/t", sparse=True, missing=nobody_bids)
def highest_bid(government, firms):
    """Highest price bid in the auction."""
    return of_bids(highest_of(firms), firms, -np.inf, np.max)


def median_price(price, volume):
    """Price, €/t, at or above which half of the volume, t, is bid for; NaN without any.

    price, volume : float64[..., bids].

    >>> float(median_price(np.array([30.0, 10.0, 20.0]), np.array([1.0, 5.0, 4.0])))
    20.0
    """
    order = np.argsort(-price, axis=-1, kind="stable")
    reached = np.cumsum(np.take_along_axis(volume, order, -1), -1)
    half = np.argmax(reached >= 0.5 * reached[..., -1:], -1)[..., None]
    found = np.take_along_axis(np.take_along_axis(price, order, -1), half, -1)[..., 0]
    return np.where(reached[..., -1] > 0.0, found, np.nan)
