"""Metrics of the two-tier auctions that no other system reports; the form is that of `model.metrics`."""

from model.metrics import metric, share


@metric("share")
def equal_split_efficiency(government, firms):
    """Value of an equal split of the supply, over the largest possible: the yardstick of efficiency [TwoTier]."""
    return share(firms.equal_split_value.sum(-1), firms.efficient_value.sum(-1), empty=1.0)


@metric("share")
def dri_marginal(government, firms):
    """Demand reduction: shading of the bids for the last permit of each efficient award [TwoTier]."""
    return 1.0 - share(firms.bid_at_margin.sum(-1), firms.value_at_margin.sum(-1))


@metric("share")
def dri_window(government, firms):
    """Demand reduction: shading of the bids for that permit and the next one [TwoTier]."""
    return 1.0 - share(firms.bid_in_window.sum(-1), firms.value_in_window.sum(-1))


@metric("share")
def tier_difference(government, firms):
    """Shading of the last step of the schedules less that of the first [TwoTier]."""
    high = share((firms.high_price * firms.high_volume).sum(-1), firms.high_value.sum(-1))
    low = share((firms.low_price * firms.low_volume).sum(-1), firms.low_value.sum(-1))
    return high - low


@metric("share")
def quantity_reduction(government, firms):
    """Share of the true demand at the clearing price that is not bid for [TwoTier]."""
    return 1.0 - share(firms.met_demand.sum(-1), firms.true_demand.sum(-1), empty=1.0)
