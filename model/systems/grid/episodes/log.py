"""Recorded episodes in the form of the source's simulator, its dense log [Wang2024, simulator]: names and numbers.

A log has ``states`` and ``world``, entry k after k steps, and ``actions``, ``rewards`` and lists of events
(productions, investments, trades, projects built), entry k in step k + 1. Our logs also have ``parameters`` and
``start``.
"""

import gzip
import json
from math import isnan
from pathlib import Path

import numpy as np

from agents.enterprises.actions import (
    INVEST,
    NOTHING,
    PRODUCE,
    act_of,
    first_ask,
    first_move,
    move_of,
    order_of,
    with_order,
)
from learning.regular_files import MOST_BYTES, FileError, read_regular, unpack
from model.systems.grid.state import (
    FIRST_CODE,
    GREEN,
    GREEN_OWNER,
    POLLUTION,
    PROJECT,
    PROPERTY,
    PROPERTY_OWNER,
    SOURCE,
)

WORK, BUY, SELL, MOVE = (
    "Carbon_component",
    "Carbon_auction.Buy_Carbon_idx",
    "Carbon_auction.Sell_Carbon_idx",
    "Gather",
)
DECISION = "CarbonRedistribution.Carbon_"
ACTIVE = "CarbonRedistribution"
BUILDS, RESEARCH, TRADES, GATHERED = "Carbon_component-builds", "Carbon_component-research", "Trade", "Gather"
TRADE_FIELDS = ("buyer", "seller", "bid", "ask", "bid_lifetime", "ask_lifetime", "price")

ENTERPRISE_FIELDS = {
    ("inventory", "Carbon_idx"): "permits",
    ("inventory", "Carbon_project"): "projects",
    ("inventory", "Coin"): "cash",
    ("escrow", "Carbon_idx"): "permits_escrow",
    ("escrow", "Coin"): "cash_escrow",
    ("endogenous", "Carbon_emission"): "emissions",
    ("endogenous", "Labor"): "labour",
    ("Manufacture_volume",): "scale",
    ("Research_ability",): "ability",
    ("Carbon_emission_rate",): "level",
    ("Last_emission",): "period_emissions",
}
"""Paths in an enterprise's logged state, and the columns they correspond to."""

GOVERNMENT_FIELDS = {
    "punishment": "penalty",
    "year_num": "period",
    "env_idx": "project_permits",
    "average_Er": "average_level",
    "remained_idx": "remaining",
}
GOVERNMENT_LISTS = {"mobile_idx": "listed", "settlement_idx": "shortfall"}
LAYERS = {
    "Carbon_project": PROJECT,
    "Carbon_pollution": POLLUTION,
    "Green_project": GREEN,
    "Property": PROPERTY,
    "Carbon_projectSourceBlock": SOURCE,
}
OWNED = {"Green_project": GREEN_OWNER, "Property": PROPERTY_OWNER}


class LogError(ValueError):
    """A recorded episode that cannot be read; the message names the error, its place and what would be right."""


def read_log(path, name=None):
    """Read an episode from a JSON file, plain or gzip'd, unchecked; LogError, which calls the file ``name``."""
    name = name or path
    log = read_json(path, name)
    if not isinstance(log, dict):
        raise LogError(
            f"{name}: no recorded episode: must be an object with states, world, actions and rewards"
        )
    return log


def read_json(path, name, most=MOST_BYTES):
    """Read a JSON file, plain or gzip'd, of at most ``most`` bytes; LogError, which calls the file ``name``."""
    try:
        return json.loads(unpack(read_regular(path, most), most))
    except FileError as error:
        raise LogError(f"{name}: {error}") from None
    except (ValueError, RecursionError) as error:
        raise LogError(f"{name}: no recorded episode: {error}") from None


def write_log(log, path):
    """Write a recorded episode as JSON, gzip'd if the name ends with .gz; numbers keep all their digits."""
    data = json.dumps(log | {"metrics": none_for_nan(log["metrics"])}, allow_nan=False).encode()
    Path(path).write_bytes(gzip.compress(data, mtime=0) if str(path).endswith(".gz") else data)


def none_for_nan(metrics):
    """Return metrics with None in place of NaN, which JSON does not have."""
    return {k: None if isinstance(v, float) and isnan(v) else v for k, v in metrics.items()}


# -- actions --------------------------------------------------------------------------------------------------------


def action_from(entry, max_price):
    """Return the action of a logged entry such as ``{"Carbon_component": 1}``; 0 for an empty one.

    An order and another action in one entry are one beside the other.

    >>> action_from({"Carbon_auction.Buy_Carbon_idx": 18}, 20)
    20
    """
    actions = sorted(action_of_part(name, value, max_price) for name, value in entry.items())
    if len(actions) < 2:
        return actions[0] if actions else NOTHING
    first, second = actions
    order = first if order_of(first, max_price)[0] else second
    return with_order(first + second - order, order, max_price)


def action_of_part(name, value, max_price):
    """Return the action of one part of a logged entry."""
    if name == WORK:
        return PRODUCE if value == 1 else INVEST
    if name in (BUY, SELL):
        return int(value) - 1 + (3 if name == BUY else first_ask(max_price))
    if name == MOVE:
        return int(value) - 1 + first_move(max_price)
    raise ValueError(f"action {name!r}: unknown in a recorded episode")


def action_entry(action, max_price):
    """Return the logged form of an enterprise's action: the inverse of `action_from`."""
    act, entry = act_of(action, max_price), {}
    side, price = order_of(action, max_price)
    if side != 0:
        entry[BUY if side > 0 else SELL] = price + 1
    direction = move_of(action, max_price)
    if direction >= 0:
        entry[MOVE] = direction + 1
    return entry | ({WORK: act} if act in (PRODUCE, INVEST) else {})


def decision_from(entry, n):
    """Return an active government's decision, int64[n + 2], from its logged form."""
    return np.array([entry.get(f"{DECISION}{k:03d}", 0) for k in range(n + 2)])


def decision_entry(decision):
    """Return the logged form of a government's decision: its parts other than 0."""
    return {f"{DECISION}{k:03d}": int(value) for k, value in enumerate(decision) if value}


# -- states ---------------------------------------------------------------------------------------------------------


def plain(value):
    """Return a number for JSON: whole numbers as int."""
    value = float(value)
    return int(value) if value.is_integer() else value


def state_entry(shot):
    """Return the logged form of enterprises and government in a `Snapshot`."""
    entry = {str(i): enterprise_entry(shot, i) for i in range(len(shot.firms))}
    public = shot.government[0]
    nothing = {"Carbon_idx": 0, "Carbon_project": 0, "Coin": 0}
    government = {"inventory": dict(nothing), "escrow": dict(nothing), "endogenous": {}}
    government |= {name: plain(public[column]) for name, column in GOVERNMENT_FIELDS.items()}
    government |= {name: [plain(x) for x in shot.firms[column]] for name, column in GOVERNMENT_LISTS.items()}
    return entry | {"p": government}


def enterprise_entry(shot, i):
    """Return the logged form of one enterprise."""
    firm = shot.firms[i]
    entry = {"loc": [int(firm.cell_row), int(firm.cell_col)]}
    for path, column in ENTERPRISE_FIELDS.items():
        if len(path) == 1:
            entry[path[0]] = plain(firm[column])
        else:
            entry.setdefault(path[0], {})[path[1]] = plain(firm[column])
    entry["escrow"]["Carbon_project"] = 0
    count = int(firm.effective_investments)
    return entry | {
        "Start_Er": 1.0,
        "Research_count": [count, count],
        "Research_history": shot.history[i].tolist(),
    }


def map_entry(shot):
    """Return the logged form of the maps in a `Snapshot`."""
    entry = {}
    for name, layer in LAYERS.items():
        values = shot.layers[..., layer].tolist()
        if name in OWNED:
            owner = shot.owners[..., OWNED[name]].astype(int)
            owners = np.where(owner > 0, owner - FIRST_CODE, -1).tolist()
            entry[name] = {"owner": owners, "health": values}
        else:
            entry[name] = values
    return entry


def trade_entries(shot):
    """Return the logged form of the trades of the step before a `Snapshot`."""
    made = [dict(zip(TRADE_FIELDS, row, strict=True)) for row in shot.trades.tolist()]
    return [{"commodity": "Carbon_idx"} | t | {"cost": t["price"], "income": t["price"]} for t in made]
