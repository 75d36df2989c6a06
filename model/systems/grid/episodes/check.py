"""Check that a recorded episode has all that its replay needs; errors name the missing or wrong part and its place.

Checked are the presence and the kind of values, and that all parts have the same enterprises, steps and cells. Whether
numbers follow from the rules is checked by the replay.
"""

import numpy as np

from model.systems.grid.episodes.bids import check_bids
from model.systems.grid.episodes.log import (
    BUILDS,
    BUY,
    DECISION,
    ENTERPRISE_FIELDS,
    GATHERED,
    GOVERNMENT_FIELDS,
    GOVERNMENT_LISTS,
    LAYERS,
    MOVE,
    OWNED,
    RESEARCH,
    SELL,
    TRADES,
    WORK,
    LogError,
)
from model.systems.grid.episodes.values import (
    agent,
    is_number,
    is_whole,
    need,
    need_between,
    need_list,
    shown,
)

STEPS = ("actions", "rewards")
MOST_DECIDED = 101
"""Highest part of a government's decision."""


def check_log(log):
    """Raise LogError, naming step, agent and field, for a log that cannot be replayed."""
    check_parts(log)
    steps, n = len(log["actions"]), enterprises_in(log["states"][0])
    size = size_of(log["world"][0], "world after step 0")
    for k in range(steps + 1):
        check_state(log["states"][k], n, f"states after step {k}")
        check_maps(log["world"][k], size, f"world after step {k}")
    check_start(log["states"][0], n, size)
    for k in range(steps):
        check_rewards(log["rewards"][k], n, f"rewards of step {k + 1}")
        for part, names in LISTED.items():
            check_listed((log.get(part) or [[]] * steps)[k], names, n, f"{part} of step {k + 1}")
    check_bids(log, n)
    check_ends(log, n)


def check_fit(log, params):
    """Raise LogError unless parameters and a checked log agree on enterprises, cells and prices."""
    rows, columns = size_of(log["world"][0], "world after step 0")
    required = {"n_firms": enterprises_in(log["states"][0]), "height": rows, "width": columns}
    for name, number in required.items():
        if getattr(params, name) != number:
            raise LogError(f"{name} = {getattr(params, name)}: must be {number}, as in the states and maps")
    for k, entry in enumerate(log["actions"]):
        check_actions(entry, params, f"actions of step {k + 1}")


# -- the whole ------------------------------------------------------------------------------------------------------


def check_parts(log):
    """Check the required parts and their equal lengths, and the optional parts."""
    missing = [name for name in ("states", "world", *STEPS) if name not in log]
    if missing:
        raise LogError(f"{', '.join(missing)} missing")
    for name in ("states", "world", *STEPS):
        need(log, name, "a list", "the file")
    check_lengths(log)
    for name in ("metrics", "parameters", "start"):
        if log.get(name):
            need(log, name, "an object", "the file")


def check_lengths(log):
    """Check the numbers of entries of the parts with one entry for each step."""
    steps = len(log["actions"])
    if not steps:
        raise LogError("actions = []: must have at least one step")
    if not len(log["states"]) == len(log["world"]) == steps + 1 == len(log["rewards"]) + 1:
        raise LogError("states and world must have one entry more than actions and rewards")
    for name in (*LISTED, TRADES):
        if log.get(name) and len(need(log, name, "a list", "the file")) != steps:
            raise LogError(
                f"{name} has {len(log[name])} entries: must have {steps}, one for each step, or none"
            )


def check_ends(log, n):
    """Check ``start`` and ``metrics``, the optional parts about the two ends of the episode."""
    if log.get("start") and need(log["start"], "positive_steps", "a finite number", "start") < 0:
        raise LogError(f"start: positive_steps = {log['start']['positive_steps']}: must not be below 0")
    for name, value in (log.get("metrics") or {}).items():
        if name != "util/p" and not (value is None or isinstance(value, float) or is_number(value)):
            raise LogError(f"metrics: {name} = {shown(value)}: must be a number or null")
    public = (log.get("metrics") or {}).get("util/p")
    if public is not None:
        for name in ("util", "equality", "prod"):
            need(public, name, "a finite number", "metrics: util/p")
        need_list(public, "mobile_idx_used", n, "metrics: util/p")


# -- states ---------------------------------------------------------------------------------------------------------


def enterprises_in(state):
    """Return the number of enterprises in a state; LogError unless they are numbered from 0 without a gap."""
    if not isinstance(state, dict):
        raise LogError(f"states after step 0: {shown(state)}: must be an object")
    names = [name for name in state if name != "p"]
    if not names or set(names) != {str(i) for i in range(len(names))}:
        raise LogError(f"states after step 0: enterprises {shown(names)}: must be '0', '1', … without a gap")
    return len(names)


def check_state(state, n, where):
    """Check that a state has every field of every enterprise and of the government."""
    for i in range(n):
        firm, there = need(state, str(i), "an object", where), f"{where}, {agent(i)}"
        for path in ENTERPRISE_FIELDS:
            check_path(firm, path, there)
        need_list(firm, "loc", 2, there)
        need(firm, "Research_history", "a list of numbers", there)
        need(firm, "Research_count", "a list of numbers", there)
    public, there = need(state, "p", "an object", where), f"{where}, {agent('p')}"
    for name in GOVERNMENT_FIELDS:
        need(public, name, "a finite number", there)
    for name in GOVERNMENT_LISTS:
        need_list(public, name, n, there)
    no_others(state, n, where)


def check_path(holder, path, where):
    """Check that there is a number at a path such as ``("inventory", "Coin")``."""
    *outer, name = path
    for part in outer:
        holder, where = need(holder, part, "an object", where), f"{where}, {part}"
    need(holder, name, "a finite number", where)


def no_others(holder, n, where):
    """Raise LogError for an agent that is not in the first state."""
    for name in holder:
        if name != "p" and name not in map(str, range(n)):
            raise LogError(f"{where}: {shown(name)}: no such agent, must be p or one of 0 to {n - 1}")


def check_start(state, n, size):
    """Check that enterprises begin on different cells of the map and with skills above 0."""
    taken = {}
    for i in range(n):
        firm, where = state[str(i)], f"states after step 0, {agent(i)}"
        cell = tuple(firm["loc"])
        if not all(is_whole(x) and 0 <= x < most for x, most in zip(cell, size, strict=True)):
            raise LogError(f"{where}: loc = {firm['loc']}: must be a cell of the {size[0]} x {size[1]} map")
        if cell in taken:
            raise LogError(f"{where}: loc = {firm['loc']}: enterprise {taken[cell]} is there too")
        taken[cell] = i
        for name in ("Research_ability", "Manufacture_volume"):
            if firm[name] <= 0:
                raise LogError(f"{where}: {name} = {firm[name]}: must be above 0")


# -- maps -----------------------------------------------------------------------------------------------------------


def size_of(maps, where):
    """Return the rows and columns of the first map."""
    layer = next(iter(LAYERS))
    rows = need(maps, layer, "a list", f"{where}{frequency_of(maps)}")
    if not rows or not isinstance(rows[0], list) or not rows[0]:
        raise LogError(f"{where}: {layer} = {shown(rows)}: must be rows of numbers")
    return len(rows), len(rows[0])


def frequency_of(maps):
    """Return a hint for the error message if maps were not recorded, else an empty text."""
    return " (empty: record the maps of every step, world_dense_log_frequency = 1)" if maps == {} else ""


def check_maps(maps, size, where):
    """Check that every layer has the size of the first."""
    for name in LAYERS:
        kind = "an object" if name in OWNED else "a list"
        layer = need(maps, name, kind, f"{where}{frequency_of(maps)}")
        if name not in OWNED:
            check_layer(layer, size, f"{where}: {name}")
            continue
        for part in ("owner", "health"):
            check_layer(need(layer, part, "a list", f"{where}, {name}"), size, f"{where}: {name}.{part}")


def check_layer(rows, size, where):
    """Check that a layer has rows of numbers, as many as the first."""
    try:
        numbers = np.array(rows)
    except (ValueError, OverflowError):  # rows of different lengths
        numbers = np.array(None)
    if numbers.shape != size or numbers.dtype.kind not in "iuf":
        raise LogError(f"{where}: must be {size[0]} rows of {size[1]} numbers")


# -- steps ----------------------------------------------------------------------------------------------------------

LISTED = {BUILDS: ("enterprise",), RESEARCH: ("enterprise", "action_result"), GATHERED: ("agent",)}
"""Lists of events in a log, and the fields of each that the replay reads."""


def check_rewards(rewards, n, where):
    """Check that every agent has a reward."""
    for name in [*map(str, range(n)), "p"]:
        if not isinstance(rewards, dict) or name not in rewards:
            raise LogError(f"{where}: that of {agent(name)} missing")
        need(rewards, name, "a finite number", where)
    no_others(rewards, n, where)


def check_listed(entries, names, n, where):
    """Check the events listed for a step; null stands for none."""
    if not isinstance(entries or [], list):
        raise LogError(f"{where}: {shown(entries)}: must be a list")
    for entry in entries or []:
        need_between(entry, names[0], 0, n - 1, where)
        if len(names) > 1 and entry.get(names[1]) not in ("Success", "Fails"):
            result = shown(entry.get(names[1]))
            raise LogError(f"{where}: {names[1]} = {result}: must be 'Success' or 'Fails'")


def check_actions(entry, params, where):
    """Check the actions of a step; an agent may have none."""
    if not isinstance(entry, dict):
        raise LogError(f"{where}: {shown(entry)}: must be an object")
    no_others(entry, params.n_firms, where)
    prices = params.max_price + 1
    highest = {WORK: 2, BUY: prices, SELL: prices, MOVE: 4}
    parts = {f"{DECISION}{k:03d}": MOST_DECIDED for k in range(params.n_firms + 2)}
    for name in entry:
        action, there = need(entry, name, "an object", where), f"{where}, {agent(name)}"
        if name == "p":
            check_action(action, parts, 0, there)
        else:
            check_one(action, params.order_and_act, there)
            check_action(action, highest, 1, there)


def check_one(action, order_and_act, where):
    """Check that an enterprise does one thing, or, with ``order_and_act``, posts an order and does another."""
    orders = len(action.keys() & {BUY, SELL})
    if len(action) > 1 and not (order_and_act and len(action) == 2 and orders == 1):
        beside = ", or an order and another action" if order_and_act else ""
        raise LogError(f"{where}: {shown(action)}: must be one action{beside}")


def check_action(action, known, lowest, where):
    """Check the parts of an action; known : highest number by sort of action."""
    for sort in action:
        if sort not in known:
            raise LogError(f"{where}: action {sort!r}: unknown, must be one of {', '.join(known)}")
        need_between(action, sort, lowest, known[sort], where)
