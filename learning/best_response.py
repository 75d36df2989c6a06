"""Best responses in a finite game: how far a profile is from equilibrium, and pure equilibria by iteration."""

from dataclasses import dataclass

import numpy as np

TOLERANCE = 1e-9
"""Gains below this share of the largest payoff count as rounding, not as a reason to deviate."""


@dataclass(frozen=True)
class Equilibrium:
    """Profile from which no player gains by deviating alone: actions int64[players], number of sweeps to find it."""

    actions: np.ndarray
    sweeps: int


def best_response(payoffs, action):
    """Best action for float64[actions] ``payoffs``; the present one if no other is better by more than rounding."""
    margin = TOLERANCE * max(np.abs(payoffs).max(), 1e-300)
    return action if payoffs[action] >= payoffs.max() - margin else int(payoffs.argmax())


def iterate_best_responses(payoffs_of, start, sweeps=200):
    """Let players best-respond in turn until none deviates: a pure equilibrium, or None if the process cycles.

    payoffs_of(actions, player) -> float64[actions], payoff of each action of ``player`` against the others' actions;
    start : int64[players]; sweeps : turns of every player before giving up. A repeated profile is a cycle.
    """
    actions, met = np.array(start), set()
    for sweep in range(1, sweeps + 1):
        before, actions = actions, respond_in_turn(payoffs_of, actions)
        if (actions == before).all():
            return Equilibrium(actions, sweep)
        if actions.tobytes() in met:
            return None
        met.add(actions.tobytes())
    return None


def respond_in_turn(payoffs_of, actions):
    """Profile int64[players] after each player, in turn, has best-responded to the others."""
    actions = actions.copy()
    for player in range(len(actions)):
        actions[player] = best_response(payoffs_of(actions, player), actions[player])
    return actions


def pure_equilibria(payoffs_of, starts, sweeps=200):
    """Different pure equilibria reached from the profiles ``starts`` (iterable of int64[players]), in order found."""
    found = {}
    for start in starts:
        equilibrium = iterate_best_responses(payoffs_of, start, sweeps)
        if equilibrium is not None:
            found.setdefault(tuple(equilibrium.actions.tolist()), equilibrium)
    return list(found.values())
