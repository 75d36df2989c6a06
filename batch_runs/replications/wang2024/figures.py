"""Figures of the replication of [Wang2024]: numbers of the nine rules by population, beside the published ones."""

import numpy as np
import pandas as pd

from batch_runs.replications.common.figures import (
    altair,
    colour_series,
    grouped_points,
    interval,
    lines_with_bands,
)
from batch_runs.replications.common.report import Figure
from batch_runs.replications.wang2024.published import LEARNED, PUBLISHED, SHARES, SHOWN, SPREAD
from batch_runs.replications.wang2024.runs import (
    ACTIONS,
    HEURISTIC,
    IDLE,
    NUMBERS,
    PERIOD_NUMBERS,
    RANDOM,
    RULES,
    title,
)
from model.allocation import INDICATORS, SCHEDULES

TITLES = {HEURISTIC: "heuristic", RANDOM: "random", IDLE: "idle"}
LEARNERS = "published, learned"
SETTLED, LEFT = "settled", "left at the last step"
COLOURS = {
    "heuristic": "#2166ac",
    "random": "#888888",
    "idle": "#bbbbbb",
    LEARNERS: "#b2182b",
    SETTLED: "#2166ac",
    LEFT: "#ef8a62",
}
SCHEDULE_COLOURS = dict(zip(SCHEDULES, ("#2166ac", "#b2182b", "#1b7837")))
PERIOD_TITLES = {
    "properties": ("Production by period", "Heuristic enterprises, mean over indicators: cells produced on."),
    "missing": (
        "Uncovered emissions by period",
        "Heuristic enterprises, mean over indicators: t missing at the end of the period.",
    ),
    "emission level": ("Emission level by period", "Heuristic enterprises, mean over indicators."),
}
WIDTH, HEIGHT = 460, 240

BESIDE = (
    "Means and 95 % intervals over seeds; red: published means of five episodes of learned enterprises, another "
    "population, with what the source prints behind ± where it is known."
)


def figures(episodes):
    """All figures, for `Episodes`."""
    made = [
        _beside(episodes, f"welfare_{cost}", f"Welfare at c_e {cost}", f"welfare at c_e {cost}")
        for cost in ("0.2", "0.05")
    ]
    made += [
        _beside(episodes, name, label, number)
        for name, label, number in (
            ("properties", "Production: properties", "properties"),
            ("emissions", "Emissions", "emissions"),
            ("equality", "Equality of coins", "equality"),
        )
    ]
    made += [_shortfall(episodes), _utility(episodes), _shares(episodes)]
    return [*made, *(_by_period(episodes, number) for number in PERIOD_NUMBERS)]


def _rows(series, names, samples):
    return [{"series": series, "x": name} | interval(sample) for name, sample in zip(names, samples)]


def _beside(episodes, name, label, number):
    """A number of every rule under the heuristic, beside the published one."""
    rows = _rows(TITLES[HEURISTIC], map(title, RULES), (episodes.of(number, rule) for rule in RULES))
    k = SHOWN.index(number)
    for policy, known in PUBLISHED.items():
        if policy != LEARNED:
            half = SPREAD.get(number, {}).get(policy, 0.0)
            ends = {"low": known[k] - half, "high": known[k] + half, "n": 5}
            rows.append({"series": LEARNERS, "x": policy, "mean": float(known[k])} | ends)
    return _made(name, label, BESIDE, rows, number if not NUMBERS[number] else NUMBERS[number])


def _shortfall(episodes):
    """Uncovered emissions: what is settled and lowers welfare, and what is left at the last step."""
    names = list(map(title, RULES))
    rows = _rows(SETTLED, names, (episodes.of("shortfall settled", rule) for rule in RULES))
    rows += _rows(LEFT, names, (episodes.of("shortfall left", rule) for rule in RULES))
    rows += [
        {"series": LEARNERS, "x": policy, "mean": known[5], "low": known[5], "high": known[5], "n": 5}
        for policy, known in PUBLISHED.items()
        if policy != LEARNED
    ]
    caption = (
        "Heuristic enterprises. What misses permits at the last step is fined but enters no welfare. Red: settled in "
        "the published episodes."
    )
    return _made("shortfall", "Uncovered emissions", caption, rows, "t")


def _utility(episodes):
    """Mean utility of enterprises by population."""
    rows = [
        row
        for population, series in TITLES.items()
        for row in _rows(series, map(title, RULES), (episodes.of("utility", r, population) for r in RULES))
    ]
    caption = "Mean over enterprises. Learned enterprises reach 329 to 384 in the published episodes."
    return _made("utility", "Utility of enterprises", caption, rows, "utility")


def _shares(episodes):
    """Share of each kind of action of enterprises."""
    rows = []
    for population in (HEURISTIC, RANDOM):
        rows += _rows(TITLES[population], ACTIONS, episodes.shares(population).T)
    for action, (low, high) in SHARES.items():
        rows.append(
            {"series": LEARNERS, "x": action, "mean": (low + high) / 2, "low": low, "high": high, "n": 10}
        )
    caption = "Mean over rules, 95 % intervals over seeds. Red: lowest to highest of the published policies."
    return _made("actions", "What enterprises do", caption, rows, "share of actions")


def by_period(episodes, number):
    """One of PERIOD_NUMBERS of heuristic enterprises, mean over indicators: schedule -> float64[seeds, periods]."""
    k = PERIOD_NUMBERS.index(number)
    return {
        schedule: np.mean([episodes.stacked("periods", (schedule, i))[:, :, k] for i in INDICATORS], axis=0)
        for schedule in SCHEDULES
    }


def _by_period(episodes, number):
    """A number at the ends of periods, by schedule."""
    rows = [
        {"series": schedule, "period": p + 1} | interval(sample)
        for schedule, samples in by_period(episodes, number).items()
        for p, sample in enumerate(samples.T)
    ]
    label, caption = PERIOD_TITLES[number]
    return _lines(f"periods_{number.replace(' ', '_')}", label, caption, rows, number)


def _lines(name, label, caption, rows, unit):
    """Lines over periods with bands, one colour per schedule."""
    alt, data = altair(), pd.DataFrame(rows)
    x = alt.X("period:Q", title="period", axis=alt.Axis(tickMinStep=1))
    base = alt.Chart(data.round(6)).encode(x, color=colour_series(SCHEDULE_COLOURS))
    return _sized(name, label, caption, lines_with_bands(base, unit, "period:Q"), data)


def _made(name, label, caption, rows, unit):
    """Points with intervals over rules or actions, side by side by series."""
    data = pd.DataFrame(rows)
    return _sized(name, label, caption, grouped_points(data, COLOURS, unit), data)


def _sized(name, label, caption, chart, data):
    return Figure(name, label, caption, chart.properties(width=WIDTH, height=HEIGHT).to_dict(), data)
