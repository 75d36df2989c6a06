"""Statistics of a sweep: means with intervals, paired differences between levels, Sobol indices, seeds needed."""

from itertools import product
from math import ceil, isfinite, sqrt

import numpy as np
import pandas as pd

from batch_runs.comparison.results import estimate_of
from batch_runs.replications.common.statistics import LEVEL, NORMAL, t_quantile
from batch_runs.usage import UsageError
from batch_runs.work.designs import SOBOL
from learning.registry import unknown
from model.base import SYSTEMS
from model.metrics import METRICS

MOST_ROWS = 500_000
"""Most rows of a summary; a sweep with more cells has its results only."""
RESAMPLES = 400
"""Resamplings of the points of a design, for the intervals of Sobol indices."""
COLUMNS = "metric", "unit", "statistic", "axis", "less", "runs", "value", "low", "high"


def summary_table(plan, table):
    """Return means and differences as a table; None if that would be more than `MOST_ROWS` rows.

    A row has the values of the axes, ``metric``, ``unit``, ``statistic`` ("mean" or "difference"), for a difference the
    ``axis`` on which it is taken and the level ``less`` which (the first of the axis), the number of ``runs`` or pairs,
    and ``value`` with its 95 % interval from ``low`` to ``high``. Runs of the same seed, and of the same point of a
    design, are pairs.
    """
    done = table[table["error"] == ""]
    names = [name for name in SYSTEMS[plan.system].metrics if done[name].notna().any()]
    levels = [range(len(values)) for values in plan.axes.values()]
    varied = [k for k, values in enumerate(plan.axes.values()) if len(values) > 1]
    if np.prod([len(each) for each in levels], dtype=float) * len(names) * (1 + len(varied)) > MOST_ROWS:
        return None
    samples = _samples(plan, table, names)
    rows = []
    for cell in product(*levels):
        for m, name in enumerate(names):
            rows.append(_row(plan, cell, name, "mean", "", "", samples[cell][m]))
            for k in varied:
                if cell[k]:
                    first = (*cell[:k], 0, *cell[k + 1 :])
                    axis, values = list(plan.axes.items())[k]
                    difference = samples[cell][m] - samples[first][m]
                    rows.append(_row(plan, cell, name, "difference", axis, values[0], difference))
    return pd.DataFrame([row for row in rows if row], columns=[*plan.axes, *COLUMNS])


def _samples(plan, table, names):
    """Metrics of every run, float64[*levels of the axes, metrics, points and seeds]; NaN where there is none."""
    found = table[names].to_numpy(float).copy()
    failed = (table["error"] != "").to_numpy()
    found[failed] = np.nan
    at = {key: k for k, key in enumerate(table["run"])}
    padded = np.vstack([found, np.full((1, len(names)), np.nan)])
    order = [at.get(job.key, len(found)) for _, job in plan.runs]
    shape = [len(values) for values in plan.axes.values()]
    by_point = padded[order].reshape(len(plan.points), *shape, len(plan.seeds), len(names))
    moved = np.moveaxis(by_point, (0, -2, -1), (-2, -1, -3))  # metrics, points, seeds last
    return moved.reshape(*shape, len(names), len(plan.points) * len(plan.seeds))


def _row(plan, cell, name, statistic, axis, less, sample):
    estimate = estimate_of(sample)
    if estimate is None:
        return None
    point = {axis: values[k] for (axis, values), k in zip(plan.axes.items(), cell)}
    low, high = (end if isfinite(end) else np.nan for end in (estimate.low, estimate.high))
    numbers = estimate.n, estimate.value, low, high
    return point | dict(zip(COLUMNS, (name, METRICS[name].unit, statistic, axis, less, *numbers)))


# -- Sobol indices ---------------------------------------------------------------------------------------------------


def sobol_table(plan, table):
    """Return the Sobol indices of every metric, a row per parameter; None unless the design allows them.

    ``first_order``: share of a metric's variance over the ranges that is due to the parameter alone; ``total``: with
    all its interactions [Saltelli2010]; each with a bootstrap interval of 95 % over points. A metric is the mean over
    seeds. One that is constant, or undefined in some run, has none. Every cell of the other axes has its own indices.
    """
    if plan.design.kind != SOBOL:
        return None
    names = list(SYSTEMS[plan.system].metrics)
    samples = _samples(plan, table, names)
    shape = samples.shape[:-1]
    over_seeds = samples.reshape(*shape, len(plan.points), len(plan.seeds)).mean(-1)
    rows = []
    for cell in np.ndindex(*shape[:-1]):
        point = {axis: values[k] for (axis, values), k in zip(plan.axes.items(), cell)}
        rows += [point | row for row in _indices(plan, names, over_seeds[cell])]
    return pd.DataFrame(rows, columns=[*plan.axes, "metric", "parameter", *_INDICES])


_INDICES = [f"{index}{end}" for index in ("first_order", "total") for end in ("", "_low", "_high")]


def _indices(plan, names, values):
    """Indices, a dict per metric and parameter; values : float64[metrics, points of the design]."""
    blocks = values.reshape(len(names), plan.design.points, len(plan.ranges) + 2)
    vary = np.isfinite(blocks).all((1, 2)) & (np.ptp(blocks[..., :2], axis=(1, 2)) > 0.0)
    if not vary.any():
        return []
    blocks, rng = blocks[vary], np.random.default_rng(plan.seeds[0])
    n = plan.design.points
    drawn = [_sobol(blocks[:, rng.integers(n, size=n)]) for _ in range(RESAMPLES)]
    tails = np.nanquantile(drawn, [(1 - LEVEL) / 2, (1 + LEVEL) / 2], axis=0)
    columns = np.moveaxis([_sobol(blocks), *tails], 1, 0).reshape(len(_INDICES), -1)
    about = product(np.array(names)[vary], plan.ranges)
    return [
        {"metric": metric, "parameter": parameter} | dict(zip(_INDICES, column))
        for (metric, parameter), column in zip(about, columns.T.tolist(), strict=True)
    ]


def _sobol(blocks):
    """First-order and total indices, float64[2, metrics, parameters]; NaN for a metric that is constant.

    blocks : float64[metrics, points, d + 2], as `batch_runs.work.designs` orders them.
    """
    from scipy.stats import sobol_indices

    with np.errstate(divide="ignore", invalid="ignore"):  # a resampling may have drawn one point only
        found = sobol_indices(
            func={"f_A": blocks[..., 0], "f_B": blocks[..., 1], "f_AB": np.moveaxis(blocks[..., 2:], -1, 0)},
            n=blocks.shape[1],
        )
    shape = len(blocks), blocks.shape[2] - 2
    return np.stack([found.first_order.reshape(shape), found.total_order.reshape(shape)])


# -- seeds -------------------------------------------------------------------------------------------------------------


def read_width(text, system):
    """Read ``METRIC=WIDTH``, or ``METRIC=SHARE%`` of its mean; return metric, width, and whether it is a share."""
    name, equals, number = text.partition("=")
    metrics = SYSTEMS[system].metrics
    if name not in metrics:
        raise UsageError(f"--width {text}: {unknown(f'metric of {system}', name, metrics)}")
    share = number.endswith("%")
    try:
        width = float(number.removesuffix("%")) / (100.0 if share else 1.0)
    except ValueError:
        width = 0.0
    if not (equals and isfinite(width) and width > 0.0):
        raise UsageError(
            f"--width {text}: must be METRIC=WIDTH, above zero, as in {metrics[0]}=0.5 or {metrics[0]}=2%"
        )
    return name, width, share


def seeds_for_width(plan, table, name, width, share=False):
    """Seeds with which the 95 % interval of a metric's mean is at most ``width`` wide in every cell; None: unknown.

    share : whether ``width`` is a share of the cell's mean. The spread is that over the seeds of the runs done, so at
    least two are needed; cells without spread need two.
    """
    done = table[table["error"] == ""].drop_duplicates("run")
    needed = []
    for _, runs in done.groupby(plan.columns or (lambda _: 0)):
        sample = runs[name].dropna().to_numpy(float)
        if len(sample) < 2:
            continue
        wanted = width * abs(sample.mean()) if share else width
        needed.append(_seeds(float(sample.std(ddof=1)), wanted))
    return max(needed, default=None)


def _seeds(spread, width):
    """Fewest seeds whose t interval is at most ``width`` wide at this standard deviation."""
    if spread == 0.0:
        return 2
    if width == 0.0 or spread / width > 1e6:
        return None
    n = max(2, ceil((2 * NORMAL * spread / width) ** 2))
    while 2 * t_quantile(n - 1) * spread / sqrt(n) > width:
        n += 1
    return n
