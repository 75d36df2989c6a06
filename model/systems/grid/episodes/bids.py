"""Bids of enterprises in the auction of permits: check proposals of plain Python, write them to logs and read them."""

import numpy as np

from agents.enterprises.bids import STEPS, VOLUME
from model.systems.grid.episodes.log import LogError

BIDS = "permit_bids"
"""Key of the bids in our logs: entry k belongs to step k + 1, enterprise -> its steps of price and volume."""


def schedule_of(row, proposed):
    """Return a proposed schedule as float64[STEPS, 2], coins/t and t; ValueError naming the enterprise if invalid."""
    try:
        steps = np.array(proposed, float)
    except (TypeError, ValueError):
        raise ValueError(f"enterprise {row} bids {proposed!r}: must be pairs of price and volume") from None
    if steps.ndim != 2 or steps.shape[1] != 2 or len(steps) > STEPS:
        raise ValueError(
            f"enterprise {row} bids an array of shape {steps.shape}: must be up to {STEPS} pairs"
        )
    if not np.isfinite(steps).all() or (steps < 0.0).any():
        raise ValueError(f"enterprise {row} bids {steps.tolist()}: must be finite and at least 0")
    schedule = np.zeros((STEPS, 2))
    schedule[: len(steps)] = steps
    return schedule


def check_bids(log, n):
    """Raise LogError, naming step and enterprise, for invalid bids in a log."""
    listed = log.get(BIDS) or [{}] * len(log["actions"])
    if not isinstance(listed, list) or len(listed) != len(log["actions"]):
        raise LogError(f"{BIDS}: must be a list with an entry for each of the {len(log['actions'])} steps")
    for k, entry in enumerate(listed):
        if not isinstance(entry, dict) or not set(entry) <= {str(i) for i in range(n)}:
            raise LogError(f"{BIDS} of step {k + 1}: must be an object with keys from 0 to {n - 1}")
        for name, steps in entry.items():
            try:
                schedule_of(name, steps or np.zeros((0, 2)))
            except ValueError as error:
                raise LogError(f"{BIDS} of step {k + 1}: {error}") from None


def bids_entry(bids):
    """Return the logged form of a step's bids, float64[n, STEPS, 2]: the steps with a volume."""
    return {str(i): bid[bid[:, VOLUME] > 0.0].tolist() for i, bid in enumerate(bids)}


def bids_from(log, step, n):
    """Return the bids logged for step ``step`` (1, 2, …), float64[n, STEPS, 2], 0 where there are none."""
    listed = log.get(BIDS) or []
    entry = listed[step - 1] if step <= len(listed) else {}
    return np.array([schedule_of(i, entry.get(str(i)) or np.zeros((0, 2))) for i in range(n)])
