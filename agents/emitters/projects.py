"""Projects: abatement that comes in lumps, is paid for at once, begins after a while, and lasts to the end of a run.

If the price of permits rises at the required return, a tonne avoided in any later quarter is worth the present price.
So a project pays if price × tonnes of all quarters in which it will work exceeds its cost: no further expectation is
needed.
"""

from typing import NamedTuple

import numpy as np

from learning.jit import rule


class Projects(NamedTuple):
    """All projects of the firms, m in all."""

    owner: np.ndarray
    """int64[m]: row of the firm; those of a firm follow one another, in the order of the rows."""
    tonnes: np.ndarray
    """float64[m], t avoided in a quarter."""
    cost: np.ndarray
    """float64[m], €."""
    lead: np.ndarray
    """int64[m], quarters from the decision to the first one in which it works, at least 1."""
    works_from: np.ndarray
    """float64[m]: quarter of the run from which on it works; infinite if it is not decided."""


def draw_projects(
    rng, weight, planned, *, projects, project_share, project_cost_min, project_cost_max, project_lead
):
    """Draw ``projects`` for each firm, which avoid ``project_share`` of its ``planned`` emissions, t a quarter.

    weight : float64[n], shares of planned emissions. Costs are uniform, € per t avoided in a quarter.
    """
    owner = np.repeat(np.arange(len(weight)), projects)
    tonnes = project_share * planned * np.asarray(weight)[owner]
    cost = tonnes * rng.uniform(project_cost_min, project_cost_max, len(owner))
    return Projects(
        owner=owner,
        tonnes=tonnes,
        cost=cost,
        lead=np.full(len(owner), project_lead),
        works_from=np.full(len(owner), np.inf),
    )


@rule
def first_project(projects, i):
    """Number of the first project of firm ``i``, or of the next firm that has any: by halving."""
    low, high = 0, projects.owner.shape[0]
    while low < high:
        middle = (low + high) // 2
        if projects.owner[middle] < i:
            low = middle + 1
        else:
            high = middle
    return low


@rule
def avoided_by(projects, i, quarter):
    """Emissions, t, that the projects of firm ``i`` avoid in a quarter of the run, counted from 0."""
    avoided = 0.0
    for k in range(first_project(projects, i), first_project(projects, i + 1)):
        if projects.works_from[k] <= quarter:
            avoided += projects.tonnes[k]
    return avoided


@rule
def avoided_by_all(projects, quarter):
    """Emissions, t, that the projects of all firms avoid in a quarter."""
    avoided = 0.0
    for k in range(projects.owner.shape[0]):
        if projects.works_from[k] <= quarter:
            avoided += projects.tonnes[k]
    return avoided


@rule
def pays(projects, k, price, now, end):
    """Return whether project ``k`` pays at the price, €/t, of quarter ``now`` if it works until quarter ``end``."""
    working = end - now - projects.lead[k]
    return price * projects.tonnes[k] * max(working, 0.0) > projects.cost[k]


@rule
def decide_on_projects(projects, i, price, now, end):
    """Begin those projects of firm ``i`` that pay at ``price``, €/t; return their cost, €."""
    cost = 0.0
    for k in range(first_project(projects, i), first_project(projects, i + 1)):
        if projects.works_from[k] == np.inf and pays(projects, k, price, now, end):
            projects.works_from[k] = now + projects.lead[k]
            cost += projects.cost[k]
    return cost
