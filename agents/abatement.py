"""Value of permits to a firm: the abatement cost they save, at quadratic cost [TwoTier]."""

from learning.jit import rule


@rule
def marginal_value(cost, need, k):
    """Value, €, of the ``k``-th permit, k = 1, 2, …: cost x (need - k + 1), zero beyond the need [TwoTier].

    With marginal abatement cost c a and a need of e whole permits; one permit saves the dearest tonne first. Value is
    the marginal cost at the dear end of that tonne; its cost at c a² / 2 would be that of its middle, c / 2 less.
    """
    return cost * max(need - k + 1.0, 0.0)


@rule
def value_of(cost, need, permits):
    """Value, €, of ``permits``: the sum over the first ones; a fraction of a permit has that fraction of its value."""
    used = min(permits, need)
    whole = float(int(used))
    rest = (used - whole) * marginal_value(cost, need, whole + 1.0)
    return cost * (whole * need - 0.5 * whole * (whole - 1.0)) + rest


@rule
def demand_at(cost, need, price):
    """Permits that a truthful firm demands at ``price``, €: those worth at least the price."""
    if price <= 0.0:
        return need
    if cost <= 0.0:
        return 0.0
    wanted = min(max(float(int(need + 1.0 - price / cost)), 0.0), need)
    while wanted < need and marginal_value(cost, need, wanted + 1.0) >= price:
        wanted += 1.0  # the division may have rounded off a permit worth exactly the price
    while wanted > 0.0 and marginal_value(cost, need, wanted) < price:
        wanted -= 1.0
    return wanted
