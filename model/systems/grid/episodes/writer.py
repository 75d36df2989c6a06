"""Write our episodes in the form of the source's dense log, from recorded snapshots [Wang2024, simulator]."""

from itertools import pairwise

import numpy as np

from agents.enterprises.actions import INVEST, act_of
from model.systems.grid.episodes.bids import BIDS, bids_entry
from model.systems.grid.episodes.final import final_metrics
from model.systems.grid.episodes.log import (
    ACTIVE,
    BUILDS,
    GATHERED,
    RESEARCH,
    TRADES,
    action_entry,
    decision_entry,
    map_entry,
    state_entry,
    trade_entries,
)
from model.systems.grid.state import FIRST_CODE, GREEN, GREEN_OWNER, POLLUTION
from model.systems.grid.step import ALLOCATION
from model.systems.grid.work import LAPSE, emission_of


def log_of(shots, params):
    """Return the snapshots of an episode, or of its beginning, as a log."""
    setup, pairs = params.setup(), list(pairwise(shots))
    log = {
        "world": [map_entry(shot) for shot in shots],
        "states": [state_entry(shot) for shot in shots],
        "actions": [actions_entry(shot, setup) for shot in shots[1:]],
        "rewards": [rewards_entry(shot) for shot in shots[1:]],
        "metrics": final_metrics(shots[-1], setup),
        BUILDS: [builds_entry(before, after, setup) for before, after in pairs],
        RESEARCH: [research_entry(before, after, setup) for before, after in pairs],
        TRADES: [trade_entries(shot) for shot in shots[1:]],
        GATHERED: [gathered_entry(before, after) for before, after in pairs],
        "parameters": params.flat(),
        "start": {"positive_steps": float(shots[0].government[0].positive_steps)},
    }
    if setup.auctioned:
        log[BIDS] = [bids_entry(shot.bids) if allocated(shot, setup) else {} for shot in shots[1:]]
    return log | ({ACTIVE: [[] for _ in pairs]} if setup.active else {})


def actions_entry(shot, setup):
    """Return the logged actions of a step."""
    entry = {str(i): action_entry(int(a), setup.max_price) for i, a in enumerate(shot.actions)}
    return entry | {"p": decision_entry(shot.decision)}


def rewards_entry(shot):
    """Return the logged rewards of a step."""
    entry = {str(i): float(firm.reward) for i, firm in enumerate(shot.firms)}
    return entry | {"p": float(shot.government[0].reward)}


def worked(after, setup):
    """Return enterprises in their order of work; none in a step in which the government allocated."""
    return [] if allocated(after, setup) else after.chance.work_order.tolist()


def allocated(after, setup):
    """Return whether the government allocated in the step."""
    return int(after.government[0].clock) % setup.period_length == ALLOCATION


def level_change(before, after, i):
    """Return the logged change of the level of enterprise i."""
    old, new = before.firms[i], after.firms[i]
    gained = new.effective_investments - old.effective_investments
    activity = (
        "Delayed improve" if gained > 0 else "Forget" if LAPSE in after.history[i, :2] and gained < 0 else ""
    )
    return {"research_activity": activity, "Carbon_emission_rate_change": float(old.level - new.level)}


def builds_entry(before, after, setup):
    """Return the logged productions of a step, in the order of work."""
    found = []
    for i in worked(after, setup):
        old, new = before.firms[i], after.firms[i]
        if new.properties > old.properties:
            cell = int(old.cell_row), int(old.cell_col)
            emitted = emission_of(new, before.layers[(*cell, POLLUTION)] != 0, setup)
            entry = {"enterprise": i} | level_change(before, after, i) | {"loc": list(cell)}
            entry |= {"Carbon_emission": float(emitted), "Income": float(setup.income * new.scale)}
            found.append(entry)
    return found


def research_entry(before, after, setup):
    """Return the logged investments of a step, in the order of work."""
    found = []
    for i in worked(after, setup):
        if act_of(int(after.actions[i]), setup.max_price) == INVEST:
            success = after.chance.luck[i] > setup.research_failure
            entry = {"enterprise": i} | level_change(before, after, i)
            entry["action_result"] = "Success" if success else "Fails"
            found.append(entry | {"Research_count": int(after.firms[i].effective_investments)})
    return found


def gathered_entry(before, after):
    """Return the logged projects built in a step, in the order of movement."""
    found = []
    for i in after.chance.move_order.tolist():
        if after.firms[i].projects > before.firms[i].projects:
            new = (after.layers[..., GREEN] != before.layers[..., GREEN]) & (
                after.owners[..., GREEN_OWNER] == i + FIRST_CODE
            )
            cell = np.argwhere(new)[0].tolist()
            found.append({"agent": i, "resource": "Carbon_project", "loc": cell})
    return found
