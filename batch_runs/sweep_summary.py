"""A sweep in a small table: what came out in every cell."""

from batch_runs.comparison.numbers import with_interval
from batch_runs.comparison.results import estimate_of, headlines_among
from batch_runs.sweep_statistics import seeds_for_width
from batch_runs.tables import text_table
from model.base import SYSTEMS
from model.metrics import METRICS

MOST_CELLS, MOST_METRICS = 12, 4
"""Numbers of cells and metrics shown; the table is to fit a screen."""


def summary_of(plan, table):
    """Write a table of the first cells: means of the first headlines over seeds, with 95 % intervals.

    table : the results, as `batch_runs.sweep.results_table` makes them. Empty text if no run has succeeded.
    """
    done = table[table["error"] == ""]
    if done.empty:
        return ""
    named = [METRICS[name] for name in SYSTEMS[plan.system].metrics if done[name].notna().any()]
    metrics = list(headlines_among(named).values())[:MOST_METRICS]
    axes = [name for name, values in plan.axes.items() if len(values) > 1]
    cells = list(done.groupby(axes, sort=False)) if axes else [((), done)]
    rows = [dict(zip(axes, point)) | _means(runs, metrics) for point, runs in cells[:MOST_CELLS]]
    left = len(cells) - len(rows)
    more = [f"and {left} more cells in results.csv"] if left else []
    return "\n".join([text_table(rows), *more])


def seeds_needed(plan, table, name, width, share):
    """Write how many seeds a wanted width needs; arguments as for `batch_runs.sweep_statistics.seeds_for_width`."""
    seeds = seeds_for_width(plan, table, name, width, share)
    wanted = f"{100 * width:g} % of its mean" if share else f"{width:g} {METRICS[name].unit}".strip()
    if seeds is None:
        return f"seeds for intervals of {name} at most {wanted} wide: unknown, give at least two seeds"
    return f"seeds for intervals of {name} at most {wanted} wide in every cell: about {seeds:,}"


def _means(runs, metrics):
    """Mean of every metric over the runs of a cell, as text by name and unit."""
    found = {}
    for metric in metrics:
        estimate = estimate_of(runs[metric.name].to_numpy(float))
        unit = "" if metric.unit in ("1", "share") else f", {metric.unit}"
        found[f"{metric.name}{unit}"] = "" if estimate is None else with_interval(estimate)
    return found
