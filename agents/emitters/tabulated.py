"""Behaviours in plain Python: their answer is written into a table of prices, from which compiled rules read it."""

import numpy as np

from agents.emitters.behaviours import PROVIDE
from learning.jit import kernel

POINTS = 501
"""Prices of the table; between them permits wanted are interpolated."""
RISE = 1e-9
"""Rise from one price to the next, as a share of a year's planned emissions, that counts as rounding."""


@kernel(PROVIDE)
def provide_from_table(prices, outlook, settings, first, last, wanted):
    """Read the permits wanted at ``prices``, €/t, from the table; beyond its ends as at them."""
    points = outlook.table.shape[1]
    for k in range(prices.shape[0]):
        for i in range(first, last):
            at = min(max(prices[k, i] / outlook.top, 0.0), 1.0) * (points - 1)
            low = min(int(at), points - 2)
            before, after = outlook.table[i, low], outlook.table[i, low + 1]
            wanted[k, i] = before + (at - low) * (after - before)


def tabulate_groups(groups, parts, outlook):
    """Write into the table what firms with a behaviour in plain Python want; groups : as `planning.groups_of` makes.

    parts : settings by name.
    """
    for group in groups:
        behaviour = group.behaviour
        if behaviour and not behaviour.is_compiled():
            settings = np.array(parts[group.name].vector(), float)
            tabulate(group.name, behaviour.provide, settings, group.first, group.last, outlook)


def tabulate(name, provide, settings, first, last, outlook):
    """Write into ``outlook.table`` what the plain function ``provide`` wants for the firms from ``first`` on.

    ValueError naming the behaviour if it wants no finite number of permits, or more of them at a higher price.
    """
    wanted = np.zeros((POINTS, len(outlook.weight)))
    prices, table = np.linspace(0.0, outlook.top, POINTS), outlook.table[first:last]
    provide(prices[:, None] + np.zeros_like(wanted), outlook, settings, first, last, wanted)
    table[:] = wanted.T[first:last]
    unknown = table[~np.isfinite(table)]
    if len(unknown):
        raise ValueError(f"behaviour {name}: permits wanted must be finite numbers of t, not {unknown[0]}")
    rises = np.argwhere(np.diff(table, axis=1) > RISE * outlook.need)
    if len(rises):
        i, k = rises[0]
        raise ValueError(
            f"behaviour {name}, firm {first + i}: wants {table[i, k]} t at {prices[k]} €/t and {table[i, k + 1]} t at "
            f"{prices[k + 1]} €/t; a dearer permit must not be wanted more"
        )
