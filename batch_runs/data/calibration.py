"""Fit of knobs to the result of one auction: a bounded search on common random numbers, judged on other seeds."""

from dataclasses import dataclass, field
from itertools import count, islice

import numpy as np

from batch_runs.usage import UsageError
from batch_runs.work.plan import Plan
from batch_runs.work.provenance import code_digest
from batch_runs.work.single import play_job
from batch_runs.work.store import RowStore
from learning.knobs import ParameterError
from learning.registry import unknown
from model.base import SYSTEMS

MEASURED_BY = {
    "price": ("clearing_price",),
    "cover": ("cover_ratio",),
    "bidders": ("bidders",),
    "winners": ("auction_winners",),
    "low": ("lowest_bid",),
    "median": ("median_bid",),
    "high": ("highest_bid",),
    "volume": ("offered", "cap"),
}
"""Metrics that may measure each fact of an auction, the first that a system has."""
USUAL = {
    "emissions_trading": {"choke_mean": (5.0, 2000.0), "bid_below": (0.02, 0.9), "n_firms": (2, 100)},
    "learning_bidders": {
        "selling_price_max": (14.0, 1000.0),
        "volume_factor": (1.0, 10.0),
        "n_firms": (2, 100),
    },
    "two_tier": {"cost_max": (0.5, 100.0), "phi": (0.1, 1.5), "n_firms": (2, 100)},
}
"""Knobs that are fitted, with bounds, unless others are named: the price level, the bids and the number of firms."""
NEAR = 0.05
"""Largest relative distance that counts as near."""
FINEST = 1e-3
"""Smallest step of the search, as a share of the range of a knob."""


@dataclass(frozen=True)
class Fit:
    """A fitted set of knobs and how it was found."""

    values: dict
    """Knobs by name."""
    loss: float
    """Sum of squared relative distances on the seeds that chose it."""
    tried: int
    """Sets of knobs that were tried."""
    at_bound: tuple
    """Knobs that ended at a bound."""


@dataclass(frozen=True)
class Task:
    """Fit of knobs of a system to numbers: ``targets`` by fact, ``bounds`` by knob, ``fixed`` other parameters.

    The search depends on its runs alone: with a store on disk, one that was interrupted repeats those it finds there
    in no time and goes on with the same bits.
    """

    system: str
    targets: dict
    bounds: dict
    fixed: dict
    periods: int | None = None
    window: int | None = None
    code: str = field(default_factory=code_digest)
    """Digest of the code, on which runs depend."""
    store: RowStore = field(default_factory=RowStore, compare=False, repr=False)
    """Finished runs."""

    @property
    def metrics(self):
        """Metric that measures each target, by fact; UsageError if the system has none."""
        kind, found = SYSTEMS[self.system], {}
        for fact in self.targets:
            has = [name for name in MEASURED_BY[fact] if name in kind.metrics]
            if not has:
                raise UsageError(f"--to {fact}: {self.system} does not report {MEASURED_BY[fact][0]}")
            found[fact] = has[0]
        return found

    def check(self):
        """Raise UsageError for knobs and bounds that cannot be fitted."""
        knobs = SYSTEMS[self.system].Params.all_knobs()
        for name, (low, high) in self.bounds.items():
            if name not in knobs:
                raise ParameterError(str(unknown("parameter", name, knobs)))
            if knobs[name].type not in (int, float) or not low < high:
                raise UsageError(
                    f"--fit {name}={low}:{high}: needs a knob that is a number, and two rising bounds"
                )
            for bound in (low, high):
                knobs[name].check(name, bound)
        self.metrics  # noqa: B018 - raises the error

    def values_at(self, point):
        """Knobs at a point of the unit cube; a wide range of positive numbers is measured by its logarithm."""
        knobs = SYSTEMS[self.system].Params.all_knobs()
        found = {}
        for part, (name, (low, high)) in zip(point, self.bounds.items(), strict=True):
            wide = low > 0.0 and high / low > 10.0
            value = low * (high / low) ** part if wide else low + part * (high - low)
            found[name] = round(value) if knobs[name].type is int else float(f"{value:.5g}")
        return found

    def measure(self, values, seeds):
        """Measure the targets with these knobs: float64[seeds, targets]; ParameterError if they are not possible."""
        rows = [self._means(job) for job in self._jobs(values, seeds)]
        return np.array([[means[name] for name in self.metrics.values()] for means in rows])

    def _jobs(self, values, seeds):
        params = SYSTEMS[self.system].Params.from_flat(self.fixed | values)
        periods = self.periods or params.usual_periods
        window = min(self.window or self.usual_window(params), periods)
        plan = Plan(self.system, self.fixed | values, {}, tuple(seeds), periods, window, self.code)
        return [job for _, job in plan.runs]

    def _means(self, job):
        if job.key not in self.store.rows:
            self.store.add(job.key, {"id": job.key, "metrics": play_job(job)})
        return self.store.load(job.key)["metrics"]

    def usual_window(self, params):
        """Periods over which means are taken: the usual ones, and all of a run that ends."""
        return params.usual_periods if params.cycle > 1 else params.usual_window

    def loss(self, values, seeds):
        """Sum of the squared relative distances of the means from the targets; infinite where there is none."""
        try:
            found = self.measure(values, seeds).mean(0)
        except ParameterError:
            return np.inf
        wanted = np.array(list(self.targets.values()))
        distance = (found - wanted) / np.maximum(np.abs(wanted), 1e-9)
        return float((distance**2).sum()) if np.isfinite(distance).all() else np.inf


def fit(task, seeds, evaluations, progress=None):
    """Search for the knobs whose means over ``seeds`` are nearest to the targets; all are tried on the same seeds.

    A third of the ``evaluations`` is spread evenly over the bounds; from the best of these a step along one knob at
    a time is taken while it helps, and halved when none does. progress : called with the number of sets tried.
    """
    known = {}

    def loss(point):
        values = task.values_at(point)
        key = tuple(values.values())
        if key not in known:
            known[key] = task.loss(values, seeds)
            if progress:
                progress(len(known))
        return known[key]

    points = list(islice(spread_points(len(task.bounds)), max(evaluations // 3, 1)))
    best = min(points, key=loss)
    best = _walk(loss, best, lambda: len(known) >= evaluations)
    if not np.isfinite(loss(best)):
        raise UsageError(
            "no set of knobs within the bounds can be played and has all targets; change the bounds"
        )
    ends = [name for part, name in zip(best, task.bounds) if part in (0.0, 1.0)]
    return Fit(task.values_at(best), loss(best), len(known), tuple(ends))


def _walk(loss, best, is_over):
    """Walk downhill from a point along the axes with halving steps until ``is_over()`` or the step is finest."""
    step = 0.25
    while step > FINEST and not is_over():
        around = [
            np.clip(best + sign * step * axis, 0.0, 1.0) for axis in np.eye(len(best)) for sign in (1.0, -1.0)
        ]
        better = next((point for point in around if not is_over() and loss(point) < loss(best)), None)
        best, step = (best, 0.5 * step) if better is None else (better, step)
    return best


def spread_points(dimensions):
    """Points spread evenly over the unit cube, without end: Halton's sequence, one prime number for each dimension."""
    primes = list(islice((p for p in count(2) if all(p % q for q in range(2, p))), dimensions))
    for number in count(1):
        yield np.array([_mirrored(number, prime) for prime in primes])


def _mirrored(number, base):
    found, weight = 0.0, 1.0 / base
    while number:
        number, digit = divmod(number, base)
        found, weight = found + digit * weight, weight / base
    return found
