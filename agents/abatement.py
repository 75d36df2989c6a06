"""What a permit saves a firm: the abatement it need not do, at quadratic cost [TwoTier]."""

from learning.jit import jit


@jit
def marginal_value(cost, need, k):
    """Value, €, of the ``k``-th permit, k = 1, 2, …: cost x (need - k + 1), zero beyond the need [TwoTier, Eq. 1].

    With abatement cost c a² / 2 and a need of e whole permits; one permit saves the dearest tonne first.
    """
    return cost * max(need - k + 1.0, 0.0)


@jit
def value_of(cost, need, permits):
    """Value, €, of ``permits`` whole permits: the sum of the first marginal values."""
    used = min(permits, need)
    return cost * (used * need - 0.5 * used * (used - 1.0))


@jit
def demand_at(cost, need, price):
    """Permits a truthful firm wants at ``price``, €: those worth at least the price."""
    if price <= 0.0:
        return need
    return max(float(int(need + 1.0 - price / cost)), 0.0)
