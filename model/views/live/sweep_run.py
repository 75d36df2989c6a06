"""A small sweep in a thread: every value x option x seed, one run after the other, cancellable."""

import time
from dataclasses import dataclass, field, replace
from itertools import product
from math import ceil, floor

import pandas as pd

from learning.knobs import ParameterError
from model.views.live.background import Background
from model.views.presentation import presentation_of
from model.views.single_run import shows_runs

MOST_RUNS = 5_000
ISSUED_BY = ("auction", "mechanism", "schedule")
"""Knobs that determine how permits are issued: an auction format, or the distribution of free permits over
time."""
LARGEST = 10**15
"""Largest number of a plan."""
SHORT = 200
"""Default periods of a run where nobody learns, as in package auctions, whose rounds are slower."""
REPORT_SECONDS = 0.3
"""Seconds between two refreshes of the page."""


@dataclass(frozen=True)
class Plan:
    """Plan of a sweep: one knob over a range, and values of a second one, on several seeds."""

    name: str
    low: float = 0.8
    high: float = 1.0
    step: float = 0.04
    seeds: int = 10
    periods: int = 5_000
    beside: str = ""
    """Knob with choices that are swept as well."""
    options: tuple = field(default_factory=tuple)

    @classmethod
    def for_knobs(cls, knobs, first=(), run=None):
        """Default plan: phi and every way of issuing permits, where the system has them; one episode.

        first : knobs to sweep rather than others. run : periods of a single run where the page shows such, in which
        permits are issued in the usual way alone.
        """
        name = "phi" if "phi" in knobs else next(iter(swept_knobs(knobs, first)))
        beside = next((each for each in ISSUED_BY if each in knobs), "")
        options = tuple(knobs[beside].choices) if beside else ()
        periods = SHORT if beside == "mechanism" else cls.periods
        periods = knobs["episode"].default if "episode" in knobs else periods
        if run:
            periods, options = run, (knobs[beside].default,) if beside else ()
        return cls(name, *usual_range(name, knobs[name]), periods=periods, beside=beside, options=options)

    @classmethod
    def for_page(cls, kind):
        """Plan with which the page of a system, a class, begins."""
        run = kind.Params().cycle if shows_runs(kind) else None
        return cls.for_knobs(kind.Params.all_knobs(), presentation_of(kind).basic, run)

    def over(self, name, knobs):
        """The plan for another knob, over its usual range."""
        low, high, step = usual_range(name, knobs[name])
        return replace(self, name=name, low=low, high=high, step=step)

    def jobs(self, knobs, base, first_seed):
        """(varied values, all parameters, seed) of every run, seed by seed, so the range is covered early."""
        if self.name not in swept_knobs(knobs):
            raise ParameterError(f"{self.name}: cannot be swept over a range")
        for name, kind in (
            ("low", float),
            ("high", float),
            ("step", float),
            ("seeds", int),
            ("periods", int),
        ):
            check_number(name, getattr(self, name), kind)
        values = [knobs[self.name].check(self.name, v) for v in grid(self.low, self.high, self.step)]
        axes = {self.name: values} | ({self.beside: self.options} if self.options else {})
        combinations = [dict(zip(axes, point, strict=True)) for point in product(*axes.values())]
        if self.seeds < 1 or self.periods < 1:
            raise ParameterError("seeds and periods must be at least 1")
        count = len(combinations) * self.seeds
        if count > MOST_RUNS:
            raise ParameterError(f"{count:,} runs: at most {MOST_RUNS:,} run here; use carbon sweep for more")
        return [(c, base | c, first_seed + k) for k in range(self.seeds) for c in combinations]


def swept_knobs(knobs, first=()):
    """Knobs that can be swept over a range of numbers: those named ``first`` in their order, then live ones."""
    found = {name: knob for name, knob in knobs.items() if knob.type in (int, float) and knob.group != "run"}
    rest = sorted((name for name in found if name not in first), key=lambda name: not found[name].live)
    return {name: found[name] for name in (*first, *rest) if name in found}


def usual_range(name, knob):
    """Default low, high and step: four steps from half the default to one and a half, within the limits.

    Where the default is 0: up to the highest value, or to 1. Supply shares have finer steps.
    """
    if name == "phi":
        return 0.8, 1.0, 0.04
    default = float(knob.default)
    low, high = (0.5 * default, 1.5 * default) if default else (0.0, 1.0 if knob.high is None else knob.high)
    low = round(low if knob.low is None else max(low, knob.low), 10)
    high = round(high if knob.high is None else min(high, knob.high), 10)
    if knob.type is int:
        low, high = float(floor(low)), float(ceil(high))
        return low, high, float(max(round((high - low) / 4), 1))
    return low, high, round((high - low) / 4, 10)


def grid(low, high, step):
    """Values from ``low`` to ``high`` in steps, both included, free of rounding errors.

    >>> grid(0.8, 1.0, 0.1)
    [0.8, 0.9, 1.0]
    """
    if not (step > 0 and high >= low):
        raise ParameterError(
            f"from {low} to {high} in steps of {step}: the step must be above 0, the end not below the start"
        )
    steps = (high - low) / step
    if not steps < MOST_RUNS:
        raise ParameterError(f"from {low} to {high} in steps of {step}: more than {MOST_RUNS:,} values")
    return [round(low + k * step, 10) for k in range(int(steps + 1e-9) + 1)]


def check_number(name, value, kind):
    """ParameterError if ``value`` is no finite number, or a whole one where ``kind`` is int."""
    allowed = isinstance(value, (int, float) if kind is float else int) and not isinstance(value, bool)
    if not (allowed and abs(value) <= LARGEST):
        raise ParameterError(
            f"{name} = {value}: must be a {'whole ' if kind is int else ''}number, no larger than 1e15"
        )


@dataclass(frozen=True)
class PairPlan:
    """Plan of both models with many seeds, for a `SweepRun`. models : parameters by flat name, by label."""

    models: dict
    seeds: int
    periods: int

    def jobs(self, knobs, base, first_seed):
        """What varies, parameters and seed of every run, seed by seed, so that pairs are complete early."""
        return [
            ({"model": label}, base | values, first_seed + k)
            for k in range(self.seeds)
            for label, values in self.models.items()
        ]


class SweepRun(Background):
    """The sweep of one session.

    measure : function (flat parameters, seed, periods) -> metrics by name; notify : called on news.
    """

    def __init__(self, measure, notify=None):
        super().__init__(notify)
        self.rows, self.total, self.error = [], 0, ""
        self.base, self.plan = {}, None
        self._measure = measure

    @property
    def is_possible(self):
        """Whether the page can measure runs."""
        return self._measure is not None

    def another(self):
        """A sweep beside this one, which measures alike."""
        return SweepRun(self._measure)

    def start(self, plan, knobs, base, first_seed):
        """Start the plan with empty results; ParameterError, and no change, if it cannot be run."""
        jobs = plan.jobs(knobs, base, first_seed)
        stop = self._renew()
        self.plan, self.base, self.rows, self.total, self.error = plan, base, [], len(jobs), ""
        self._begin(self._work, jobs, plan.periods, stop, self.rows, name="sweep")
        self.notify()

    def results(self):
        """One row per finished run: swept parameters, seed, and every metric or the error of a failed run."""
        return pd.DataFrame(list(self.rows))

    def _work(self, jobs, periods, stop, rows):
        reported_at = time.monotonic()
        for varied, parameters, seed in jobs:
            if stop.is_set():
                return
            row = varied | {"seed": seed} | self._row(parameters, seed, periods)
            if stop.is_set():
                return
            rows.append(row)
            if time.monotonic() - reported_at > REPORT_SECONDS:
                self.notify()
                reported_at = time.monotonic()
        stop.set()
        self.notify()

    def _row(self, parameters, seed, periods):
        """Metrics of one run, or its error: one failing run must not end the sweep."""
        try:
            return self._measure(parameters, seed, periods)
        except Exception as error:
            self.error = f"seed {seed}: {type(error).__name__}: {error}"
            return {"error": self.error}
