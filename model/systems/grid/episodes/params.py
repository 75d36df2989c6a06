"""Parameters of a recorded episode of the source's simulator, inferred because its log does not contain them.

Sizes, coins, permits and penalty are read from its first state, and from later ones whether the government chose the
penalty; the rule of allocation follows from the permits allocated; the economy-climate coefficient, the labour warm-up
and its steps before the episode follow from the reported metrics. All other parameters, such as the length of
compliance periods, have their defaults unless they are given.
"""

from math import expm1, isclose, log1p
from math import log as ln

import numpy as np

from learning.knob_names import own_names
from learning.knobs import ParameterError
from model.allocation import INDICATORS, SCHEDULES, split
from model.systems.grid.episodes.log import ACTIVE, LogError
from model.systems.grid.government import note_indicator
from model.systems.grid.params import GridParams
from model.systems.grid.rewards import OVERDRAWN

PLAYERS = ("policy", "enterprise", "skills", "collect_every")
"""Parameters without effect in a replay; they may name parts that are not installed."""


def params_of(log, given=()):
    """Return the parameters of a log, its own or inferred ones; ``given``, flat names and values, override them.

    LogError if those of the log are invalid, ParameterError if that may be due to those given.
    """
    known = GridParams.all_knobs()
    given = own_names(dict(given), known)
    own = {k: v for k, v in (log.get("parameters") or {}).items() if k in known and k not in PLAYERS}
    try:
        return GridParams.from_flat((own or inferred(log, given)) | given)
    except ParameterError as error:
        if given:
            raise
        raise LogError(f"parameters {'it has' if own else 'it leads to'}: {error}") from None


def inferred(log, given):
    """Return flat names and values inferred from a log, given the values in ``given``."""
    start = log["states"][0]
    n = sum(1 for name in start if name != "p")
    height, width = size_of_map(log)
    found = {
        "n_firms": n,
        "height": height,
        "width": width,
        "episode": max(len(log["actions"]), 10),
        "start_cash": start["0"]["inventory"]["Coin"],
        "total_permits": start["p"]["remained_idx"],
        "penalty": start["p"]["punishment"],
        "forget": len(start["0"]["Research_history"]),
    }
    return found | allocation_of(log, found | given) | from_metrics(log) | warmup_of(log, given)


def size_of_map(log):
    """Return height and width of the map, cells."""
    rows = next(iter(log["world"][0].values()))
    rows = rows["owner"] if isinstance(rows, dict) else rows
    return len(rows), len(rows[0])


def allocation_of(log, found):
    """Return government, schedule and indicator: of the nine rules, the one that explains most allocations."""
    if ACTIVE in log:
        return {"government": "even", "fixed_penalty": penalty_is_fixed(log)}
    tried = [
        {"schedule": schedule, "indicator": indicator} for schedule in SCHEDULES for indicator in INDICATORS
    ]
    return max(tried, key=lambda rule: explained(log, GridParams.from_flat(found | rule)))


def penalty_is_fixed(log):
    """Return whether the penalty never changes."""
    return len({state["p"]["punishment"] for state in log["states"]}) == 1


def explained(log, params):
    """Return how many of the permits allocated in the log, number by number, follow from these parameters."""
    setup, count = params.setup(), 0
    for step in range(1, len(log["states"]), params.period_length):
        before, after = log["states"][step - 1], log["states"][step]
        names = [str(i) for i in range(params.n_firms)]
        firms = np.rec.fromarrays(
            [
                [float(before[i][field]) for i in names]
                for field in ("Manufacture_volume", "Last_emission", "Carbon_emission_rate")
            ],
            names="scale,period_emissions,level",
        )
        share = np.empty(params.n_firms)
        pool = params.total_permits * setup.percentages[step // params.period_length] / 100.0
        keys = np.empty(params.n_firms)
        split(pool, setup.weights, setup.rounding, share, keys, np.empty(params.n_firms, np.int64))
        note_indicator(firms, setup.indicator, keys)
        order = np.argsort(-keys, kind="stable")
        got = [after[names[i]]["inventory"]["Carbon_idx"] for i in order]
        count += sum(a == b for a, b in zip(got, share)) + (
            share.tolist() == [float(x) for x in after["p"]["mobile_idx"]]
        )
    return count


def from_metrics(log):
    """Return the economy-climate coefficient inferred from the reported metrics; empty if undetermined."""
    public = (log.get("metrics") or {}).get("util/p")
    missing = sum(public["mobile_idx_used"]) if public else 0.0
    if missing <= 0.0:
        return {}
    welfare = public["util"] + OVERDRAWN * (log["states"][-1]["p"]["remained_idx"] < 0)
    whole = public["equality"] * public["prod"]
    return {"climate_cost": round(-ln(welfare / whole) / missing, 6)} if welfare * whole > 0.0 else {}


def warmup_of(log, given):
    """Return the labour warm-up inferred from its reported weight; empty if it is the default or undetermined."""
    metrics = log.get("metrics") or {}
    steps, cost = metrics.get("labor/warmup_integrator"), metrics.get("labor/weighted_cost")
    known = GridParams.from_flat({k: v for k, v in given.items() if k in ("labour_cost", "labour_warmup")})
    if not steps or cost is None or known.labour_cost <= 0.0 or "labour_warmup" in given:
        return {}
    weight = cost / known.labour_cost
    usual = -expm1(-steps / known.labour_warmup) if known.labour_warmup > 0.0 else 1.0
    if isclose(weight, usual, rel_tol=1e-9) or not 0.0 < weight <= 1.0:
        return {}
    return {"labour_warmup": round(-steps / log1p(-weight), 6) if weight < 1.0 else 0.0}


def start_of_warmup(log, n):
    """Return the steps with a positive mean reward before the episode: those reported at its end less its own."""
    if log.get("start"):
        return float(log["start"]["positive_steps"])
    at_end = (log.get("metrics") or {}).get("labor/warmup_integrator")
    if at_end is None:
        return 0.0
    return float(at_end - sum(sum(r[str(i)] for i in range(n)) > 0.0 for r in log["rewards"]))
