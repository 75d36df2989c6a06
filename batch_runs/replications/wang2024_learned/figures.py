"""Figures of the replication of [Wang2024] with learning."""

import pandas as pd

from batch_runs.replications.common.figures import grouped_points
from batch_runs.replications.common.report import Figure
from batch_runs.replications.common.statistics import crossed
from batch_runs.replications.wang2024.runs import title
from batch_runs.replications.wang2024_learned.claims import OBJECTIVE, PLACES
from batch_runs.replications.wang2024_learned.measures import SI
from batch_runs.replications.wang2024_learned.runs import (
    FULL,
    HEURISTIC,
    LEADER,
    LEARNED,
    OF_HEURISTIC,
    SCRATCH,
)
from model.envs.grid_episodes import FIRST
from model.envs.grid_governments import RULES

COLOURS = {
    "begun as copies": "#2166ac",
    "from scratch": "#ef8a62",
    "government": "#b2182b",
    "best of nine rules": "#2166ac",
    "heuristic": "#888888",
    "trained": "#1b7837",
}
LABOUR = {FIRST: "first episodes", FULL: "labour at its full weight"}
DETAILS = ("trades", "projects", "properties", "investments", "emissions", "shortfall")
WIDTH, HEIGHT = 460, 240
OVER_BOTH = "Means over training seeds and worlds, 95 % intervals that respect both."


def figures(outcomes):
    """All figures, for `Outcomes`."""
    return [
        *(_gains(outcomes, regime) for regime in LABOUR),
        _welfare(outcomes),
        *(_detail(outcomes, number) for number in DETAILS),
    ]


def _row(series, x, sample):
    e = crossed(sample)
    low, high = (e.low, e.high) if e.n > 1 else (e.value, e.value)
    return {"series": series, "x": x, "mean": e.value, "low": low, "high": high, "n": e.n}


def _gains(outcomes, regime):
    """Utility over that of the heuristic, by rule."""
    rows = [
        _row(
            series,
            title(rule),
            outcomes.of("utility", who, rule, regime) - outcomes.of("utility", HEURISTIC, rule, regime),
        )
        for series, who in (("begun as copies", LEARNED), ("from scratch", SCRATCH))
        for rule in RULES
    ]
    label = f"Utility over the heuristic's, {LABOUR[regime]}"
    return _points(f"gain_{regime}", label, OVER_BOTH, rows, "utility")


def _welfare(outcomes):
    """Welfare of governments and of the best rules, by place."""
    rows = []
    for place, _, population, government in PLACES:
        rows.append(_row("government", place, outcomes.of(OBJECTIVE, population, government)))
        rows.append(_row("best of nine rules", place, outcomes.best_rule(OBJECTIVE, population)))
    words = "; ".join(f"{place}: {description}" for place, description, *_ in PLACES)
    return _points(
        "welfare", f"{OBJECTIVE[0].upper()}{OBJECTIVE[1:]}", f"{words}. {OVER_BOTH}", rows, "coins"
    )


def _detail(outcomes, number):
    """A number of the source's Figure 3 under its four policies, by enterprises."""
    rows = [
        _row(series, title(policy) if policy in SI else LEADER, outcomes.of(number, who, policy))
        for series, who, government in (("heuristic", HEURISTIC, OF_HEURISTIC), ("trained", LEARNED, LEADER))
        for policy in (*SI, government)
    ]
    return _points(number, f"{number[0].upper()}{number[1:]}", OVER_BOTH, rows, number)


def _points(name, label, caption, rows, unit):
    """Points with intervals, side by side by series."""
    data = pd.DataFrame(rows)
    chart = grouped_points(data, COLOURS, unit).properties(width=WIDTH, height=HEIGHT)
    return Figure(name, label, caption, chart.to_dict(), data)
