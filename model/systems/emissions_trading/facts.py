"""Facts of a quarter that rules read off the rows of firms and government."""

from learning.jit import rule


@rule
def quarter_of(government, setup):
    """Number of the present quarter in its run, from 0."""
    public = government[0]
    return (int(public.year) - 1) * setup.quarters + int(public.quarter) - 1


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
def base_of(firms, i, room, setup, now):
    """Emissions, t, of firm ``i`` whose avoided share sets its marginal cost."""
    return setup.planned[now] * room.weight[i] if setup.planned_base else firms[i].baseline
