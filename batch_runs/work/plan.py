"""A sweep before it runs: the checked cells of its axes, and a job with a key per cell and seed."""

import hashlib
import itertools
import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path

import model.systems  # noqa: F401 - fills SYSTEMS
from agents.tables import is_skipping
from batch_runs.usage import UsageError, check_window
from batch_runs.values import axis_values
from batch_runs.work.designs import GRID, ON_GRID, Design, read_design, split_axes
from batch_runs.work.parcel import Needs
from batch_runs.work.provenance import code_digest
from batch_runs.work.single import Job
from learning.knob_names import own_name, own_names, put_once
from learning.knobs import File, ParameterError
from learning.registry import unknown
from learning.regular_files import FileError
from model.base import SYSTEMS
from model.scenarios import scenarios
from model.streams import SEED_LIMIT

MOST_RUNS = 1_000_000
SCENARIO = "scenario"
"""Axis whose values are names of scenarios, not values of a parameter."""


@dataclass(frozen=True)
class Cell:
    """One point of the axes: its value on every axis, and the parameters of the system there."""

    point: dict
    params: object

    @cached_property
    def identity(self):
        """Everything the cell's results depend on: parameters in effect, and the contents of files they name."""
        values = {k: v for k, v in self.params.flat().items() if k != "collect_every"}
        values |= {"skip_empty": True} if is_skipping() and self.params.files() else {}
        return values | {name: digest_of_file(name, path) for name, path in self.params.files().items()}


@dataclass(frozen=True)
class Plan:
    """The runs of a sweep; made by `make_plan`."""

    system: str
    parameters: Mapping
    axes: Mapping
    """Tuples of values by name; each axis is a column of the results."""
    seeds: tuple
    periods: int | None
    """None: the usual number for the parameters of each cell."""
    window: int
    code: str
    plugins: tuple = ()
    design: Design = ON_GRID
    ranges: Mapping = field(default_factory=dict)
    """Ranges that the design samples, (low, high) by name; each is a column of the results."""

    @cached_property
    def cells(self):
        """Every combination of the axes' values, the last axis fastest, at every point of the design.

        ParameterError if one is not allowed.
        """
        kind, presets = SYSTEMS[self.system].Params, self.scenarios
        return [
            Cell(
                point,
                kind.from_flat(
                    self.parameters | presets.get(point.get(SCENARIO), {}) | _without_scenario(point)
                ),
            )
            for point in self._points_of_cells()
        ]

    def _points_of_cells(self):
        for sampled in self.points:
            for values in itertools.product(*self.axes.values()):
                yield sampled | dict(zip(self.axes, values))

    @cached_property
    def points(self):
        """Points of the design, values by name of each range, by the first seed. The grid has a single, empty one."""
        return self.design.sample(self.ranges, SYSTEMS[self.system].Params.all_knobs(), self.seeds[0])

    @property
    def columns(self):
        """Names of everything that varies, in the order of the results."""
        return [*self.ranges, *self.axes]

    @property
    def needs(self):
        """Needs of the runs on another machine."""
        return Needs(self.plugins, self.system, tuple(cell.params for cell in self.cells))

    def check(self):
        """Make every cell and read every file, so that mistakes are found before anything is run."""
        for cell in self.cells:
            cell.params.check()
        knobs = SYSTEMS[self.system].Params.all_knobs()
        for name, path in {pair for cell in self.cells for pair in cell.params.files().items()}:
            knobs[name].file.read(path)

    @cached_property
    def scenarios(self):
        """Parameters of every scenario that is a value of the scenario axis, by name."""
        known = scenarios(self.system) if SCENARIO in self.axes else {}
        return {name: known[name].parameters for name in self.axes.get(SCENARIO, ())}

    @cached_property
    def runs(self):
        """``(cell, job)`` of every run, seeds within cells. Equivalent jobs have the same key."""
        return [(cell, job) for cell in self.cells for job in self._jobs(cell)]

    def _jobs(self, cell):
        """The jobs of a cell, which differ in the seed only."""
        periods, parameters = self.periods_of(cell), cell.params.changed()
        known = _digest_of([self.system, cell.identity, periods, self.window, self.code])
        return [
            Job(
                key=_key(known, seed),
                system=self.system,
                parameters=parameters,
                seed=seed,
                periods=periods,
                window=self.window,
            )
            for seed in self.seeds
        ]

    def periods_of(self, cell):
        """Number of periods of each run of a cell."""
        return self.periods or cell.params.usual_periods

    def describe(self):
        """Return the plan as plain values for the manifest, with all parameters, defaults included."""
        kind = SYSTEMS[self.system].Params
        chosen = {name: kind.all_knobs()[name].check(name, value) for name, value in self.parameters.items()}
        return {
            "system": self.system,
            "parameters": kind().everything() | chosen,
            "axes": {name: list(values) for name, values in self.axes.items()},
            "design": str(self.design),
            "ranges": {name: list(ends) for name, ends in self.ranges.items()},
            "scenarios": self.scenarios,
            "seeds": list(self.seeds),
            "periods": self.periods,
            "window": self.window,
            "files": {
                path: digest_of_file(name, path)
                for cell in self.cells
                for name, path in cell.params.files().items()
            },
            "plugins": [Path(p).name for p in self.plugins],
            "code": self.code,
        }


def make_plan(
    system, axes, *, parameters=None, seeds=(0,), periods=None, window=None, plugins=(), design=GRID
):
    """Plan a sweep of one system and check everything in it.

    axes : values by name, or text such as ``0.80:1.00:0.02`` or ``uniform,vcg``; ``scenario`` may be an axis.
    design : as for `read_design`; it samples axes written ``low:high``. parameters : flat names and values that all
    cells share. periods, window : None for the usual ones of the system. Raises ParameterError or UsageError.
    """
    if system not in SYSTEMS:
        raise UsageError(str(unknown("system", system, SYSTEMS)))
    kind = SYSTEMS[system]
    _check_seeds(seeds)
    if (periods is not None and periods < 1) or not seeds:
        raise UsageError(f"periods = {periods}, {len(seeds)} seeds: must both be at least 1")
    knobs = kind.Params.all_knobs()
    design = read_design(design)
    ranges, others = split_axes(design, axes, knobs)
    varied = dict(ranges)
    for name, written in others.items():
        values = _scenario_names(system, written) if name == SCENARIO else axis_values(name, written, knobs)
        put_once(varied, own_name(name, 0, knobs)[0], values, knobs)
    read = {name: values for name, values in varied.items() if name not in ranges}
    _check_size(design.count(ranges), read, seeds)
    plan = Plan(
        system,
        own_names(parameters or {}, knobs),
        read,
        tuple(seeds),
        periods,
        kind.Params.usual_window if window is None else window,
        code_digest(plugins),
        tuple(plugins),
        design,
        ranges,
    )
    plan = with_usual_length(plan, kind, window)
    plan.check()
    return plan


def with_usual_length(plan, kind, window):
    """Return the plan with the usual number of periods, if it is the same for all cells, and a window that fits."""
    lengths = {plan.periods_of(cell) for cell in plan.cells}
    periods = lengths.pop() if len(lengths) == 1 else None
    shortest = periods or min(lengths)
    return replace(plan, periods=periods, window=check_window(window, shortest, kind.Params.usual_window))


def _check_seeds(seeds):
    """UsageError naming the first seed, or the number of seeds, that no run can have."""
    if isinstance(seeds, range) and seeds.stop - seeds.start > MOST_RUNS:  # len() of a longer one overflows
        raise UsageError(f"{seeds.stop - seeds.start} seeds are more than {MOST_RUNS} runs")
    wrong = next((seed for seed in seeds if not 0 <= seed < SEED_LIMIT), None)
    if wrong is not None:
        raise UsageError(f"seed = {wrong}: must be a whole number from 0 to {SEED_LIMIT - 1}")


def _check_size(points, axes, seeds):
    count = points * len(seeds)
    for values in axes.values():
        count *= len(values)
    if count > MOST_RUNS:
        raise UsageError(f"{count} runs are more than {MOST_RUNS}; use fewer values or seeds")


def _scenario_names(system, written):
    listed = written if isinstance(written, (list, tuple)) else str(written).split(",")
    names = tuple(dict.fromkeys(map(str, listed)))
    known = scenarios(system)
    for name in names:
        if name not in known:
            raise UsageError(str(unknown(f"scenario of {system}", name, known)))
    return names


def _without_scenario(point):
    return {name: value for name, value in point.items() if name != SCENARIO}


def digest_of_file(name, path):
    """Digest of the file given for the parameter ``name``; ParameterError if there is no such file."""
    try:
        return File.digest(path)
    except FileError as error:
        raise ParameterError(f"{name} = {path}: {error}") from None


def _digest_of(facts):
    text = json.dumps(facts, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode())


def _key(known, seed):
    """Key of the job with a seed: ``known``, the digest of everything else that its result depends on, and the seed."""
    digest = known.copy()
    digest.update(str(seed).encode())
    return digest.hexdigest()[:20]
