"""Facts of a quarter that rules read off the rows of firms and government."""

from agents.emitters.curves import emissions_at
from agents.emitters.emitter import offsets_at
from learning.jit import rule


@rule
def quarter_of(government, setup):
    """Number of the present quarter in its run, from 0."""
    public = government[0]
    return (int(public.year) - 1) * setup.quarters + int(public.quarter) - 1


@rule
def holds_auction(t, setup):
    """Whether there is an auction in quarter ``t`` of the run, from 0."""
    return t % setup.between_auctions == 0


@rule
def auctions_a_year(setup):
    """Number of auctions in a year."""
    return setup.quarters // setup.between_auctions


@rule
def total_baseline(firms):
    """Emissions of all firms without abatement, t."""
    total = 0.0
    for firm in firms:
        total += firm.baseline
    return total


@rule
def total_due(firms):
    """Permits, t, that all firms owe or need for emissions up to now."""
    total = 0.0
    for firm in firms:
        total += firm.uncovered + firm.owed
    return total


@rule
def needed_at(price, firms, i, room, setup, now):
    """Permits, t, that firm ``i`` needs for the quarter at ``price``, €/t: its emissions less offsets used for them."""
    firm, base = firms[i], base_of(firms, i, room, setup, now)
    emitted = emissions_at(price, firm.baseline, base, room.curves, i, setup.cost_level[now])
    return emitted - min(room.weight[i] * all_offsets_at(price, setup, now), emitted)


@rule
def all_offsets_at(price, setup, now):
    """Offsets, t, that all firms buy in the quarter ``now`` at a permit price of ``price``, €/t."""
    most = setup.offset_limit * setup.planned[now]
    return offsets_at(price, most, setup.offset_low, setup.offset_high)


@rule
def base_of(firms, i, room, setup, now):
    """Emissions, t, of firm ``i`` whose avoided share sets its marginal cost / the level of costs."""
    base = setup.planned[now] * room.weight[i] if setup.planned_base else firms[i].baseline
    return base / setup.cost_level[now]
