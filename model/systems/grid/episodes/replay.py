"""Replay of a recorded episode: play the rules with its actions and chance, and compare every number."""

from math import isnan
from typing import NamedTuple

import numpy as np

from model.systems.grid.episodes.bids import bids_from
from model.systems.grid.episodes.check import check_fit, check_log
from model.systems.grid.episodes.final import final_metrics
from model.systems.grid.episodes.inference import Inference
from model.systems.grid.episodes.log import (
    BUILDS,
    GATHERED,
    RESEARCH,
    TRADES,
    LogError,
    action_from,
    decision_from,
    map_entry,
    read_log,
    state_entry,
    trade_entries,
)
from model.systems.grid.episodes.params import params_of, start_of_warmup
from model.systems.grid.episodes.recorder import snapshot
from model.systems.grid.episodes.writer import builds_entry, gathered_entry, research_entry
from model.systems.grid.state import view_world
from model.systems.grid.worlds import GridWorlds

CLOSE = 1e-9
"""Tolerance of rewards and final metrics, relative above 1; all else must be equal."""


class Difference(NamedTuple):
    """A number that does not agree."""

    step: int
    where: str
    logged: object
    replayed: object

    def __str__(self):
        when = f"step {self.step}" if self.step is not None else "final metrics"
        return f"{when}: {self.where}: logged {self.logged}, replayed {self.replayed}"


class Report(NamedTuple):
    """Result of a replay."""

    steps: int
    agreeing: int
    comparisons: int
    first: Difference | None
    metrics_compared: int
    metrics_agreeing: int

    @property
    def agrees(self):
        """Whether every number agrees, at the start, in every step and at the end."""
        return self.first is None


class Replay:
    """A recorded episode, replayed step by step; ``world`` is its present state, ``steps`` how many were played."""

    def __init__(self, log, given=()):
        """Begin at the log's start; given : flat names and values of parameters that the log does not contain.

        LogError for a log that cannot be replayed, ParameterError for parameters that cannot be.
        """
        check_log(log)
        self.log = log
        self.params = params_of(log, given)
        check_fit(log, self.params)
        self.worlds = GridWorlds(self.params, 1)
        self.world = view_world(self.worlds.state, 0)
        self.inference = Inference(log, self.worlds.setup)
        self.steps, self.chance = 0, None
        n = self.params.n_firms
        self.actions, self.decision = np.zeros(n, np.int64), np.zeros(n + 2, np.int64)
        self._begin()
        self.shot = self.before = self._seen()

    def _begin(self):
        """Set the world to the log's start."""
        n = self.params.n_firms
        start = [self.log["states"][0][str(i)] for i in range(n)]
        skills = [[firm["Research_ability"], firm["Manufacture_volume"]] for firm in start]
        self.world.government.positive_steps = start_of_warmup(self.log, n)
        self.worlds.begin(0, np.array([firm["loc"] for firm in start]), np.array(skills))

    def __len__(self):
        return len(self.log["actions"])

    def step(self):
        """Replay the next step."""
        entry, n = self.log["actions"][self.steps], self.params.n_firms
        self.steps += 1
        prices = self.params.max_price
        self.actions = np.array([action_from(entry.get(str(i), {}), prices) for i in range(n)])
        self.decision = decision_from(entry.get("p", {}), n)
        self.chance = self.inference.chance(self.world, self.steps, self.actions)
        self.world.bids[:] = bids_from(self.log, self.steps, n)
        self.worlds.play(self.chance.as_batch(), self.actions[None], self.decision[None])
        self.before, self.shot = self.shot, self._seen()

    def differences(self):
        """Compare all numbers after the present step; return the `Comparison`."""
        k, shot = self.steps, self.shot
        compared = Comparison(k)
        compared.tree("state", self.log["states"][k], state_entry(shot))
        compared.tree("world", self.log["world"][k], map_entry(shot))
        if k:
            for name, made in self._happened().items():
                compared.tree(name, self._listed(name, made), made)
            for i in range(self.params.n_firms):
                self._reward(compared, str(i), self.world.firms[i].reward)
            self._reward(compared, "p", self.world.government[0].reward)
        return compared

    def snapshot(self):
        """Return the present state and the step that led to it."""
        return self.shot

    def _seen(self):
        return snapshot(self.world, self.params.view, self.actions, self.decision, self.chance)

    def _happened(self):
        """Return the events of the present step by their names in a log."""
        before, after, setup = self.before, self.shot, self.worlds.setup
        return {
            BUILDS: builds_entry(before, after, setup),
            RESEARCH: research_entry(before, after, setup),
            TRADES: trade_entries(after),
            GATHERED: gathered_entry(before, after),
        }

    def _listed(self, name, made):
        """Return the log's events of the present step; ``made`` if the log has no such list."""
        listed = self.log.get(name)
        return listed[self.steps - 1] if listed and len(listed) >= self.steps else made

    def _reward(self, compared, name, value):
        compared.number(f"reward of {name}", self.log["rewards"][self.steps - 1][name], value, CLOSE)


class Comparison:
    """Counts compared numbers and keeps those that differ."""

    def __init__(self, step):
        self.step, self.count, self.found = step, 0, []

    def tree(self, where, logged, replayed):
        """Compare nested dicts and lists of numbers, exactly."""
        if isinstance(logged, dict) and isinstance(replayed, dict):
            for name in {**logged, **replayed}:
                if name not in logged or name not in replayed:
                    self.add(f"{where}.{name}", logged.get(name), replayed.get(name))
                else:
                    self.tree(f"{where}.{name}", logged[name], replayed[name])
        elif isinstance(logged, list) and isinstance(replayed, list):
            self.sequence(where, logged, replayed)
        else:
            self.number(where, logged, replayed)

    def sequence(self, where, logged, replayed):
        """Compare two lists; equal ones, such as most maps, in one comparison."""
        if logged == replayed:
            self.count += np.size(logged) if logged and not isinstance(logged[0], dict) else len(logged)
        elif len(logged) != len(replayed):
            self.add(where, logged, replayed)
        else:
            for k, (a, b) in enumerate(zip(logged, replayed)):
                self.tree(f"{where}[{k}]", a, b)

    def number(self, where, logged, replayed, tolerance=0.0):
        """Compare two numbers."""
        self.count += 1
        if not close(logged, replayed, tolerance):
            self.found.append(Difference(self.step, where, logged, replayed))

    def add(self, where, logged, replayed):
        """Keep a difference between values that cannot be compared as numbers."""
        self.count += 1
        self.found.append(Difference(self.step, where, logged, replayed))


def close(a, b, tolerance):
    """Return whether two values are equal, or numbers within the tolerance; NaN equals NaN."""
    numbers = all(isinstance(x, (int, float, np.number)) for x in (a, b))
    if not numbers:
        return a == b
    try:
        return a == b or abs(a - b) <= tolerance * max(1.0, abs(a)) or (isnan(a) and isnan(b))
    except OverflowError:  # an integer beyond the range of floats
        return False


def compare_metrics(logged, replayed):
    """Compare final metrics; where nothing was traded, the log may have nothing, 0 or NaN."""
    compared = Comparison(None)
    for name, value in replayed.items():
        theirs = logged.get(name, float("nan"))
        if isinstance(value, dict) and not isinstance(theirs, dict):
            compared.add(name, theirs, value)
        elif isinstance(value, dict):
            for part, number in value.items():
                _compare(compared, f"{name}.{part}", theirs.get(part), number)
        else:
            _compare(compared, name, theirs, value)
    return compared


def _compare(compared, name, logged, replayed):
    if isinstance(replayed, list):
        for k, (a, b) in enumerate(zip(logged, replayed, strict=True)):
            compared.number(f"{name}[{k}]", a, b, CLOSE)
    elif isnan(replayed):
        compared.number(name, float("nan") if logged in (None, 0) else logged, replayed)
    else:
        compared.number(name, logged, replayed, CLOSE)


def open_episode(path, given=(), name=None):
    """Return the `Replay` of an episode's file; LogError, which calls it ``name``, if it cannot be read or replayed."""
    log = read_log(path, name)
    try:
        return Replay(log, given)
    except LogError as error:
        raise LogError(f"{name or path}: no recorded episode: {error}") from None


def replay(log, given=(), progress=None):
    """Replay a whole log; return its `Report`. progress : called with 1 after every step."""
    return report_of(Replay(log, given), progress)


def report_of(episode, progress=None):
    """Replay an episode, a `Replay` at its start, to its end; return its `Report`."""
    start = episode.differences()
    agreeing, count, first = 0, start.count, start.found[0] if start.found else None
    for _ in range(len(episode)):
        episode.step()
        compared = episode.differences()
        agreeing += not compared.found
        count += compared.count
        first = first or (compared.found[0] if compared.found else None)
        if progress:
            progress(1)
    final = final_differences(episode)
    first = first or (final.found[0] if final.found else None)
    count += final.count
    return Report(
        steps=len(episode),
        agreeing=agreeing,
        comparisons=count,
        first=first,
        metrics_compared=final.count,
        metrics_agreeing=final.count - len(final.found),
    )


def final_differences(episode):
    """Compare the final metrics at an episode's end; an empty `Comparison` if the log has none."""
    logged = episode.log.get("metrics")
    if not logged:
        return Comparison(None)
    return compare_metrics(logged, final_metrics(episode.world, episode.worlds.setup))
