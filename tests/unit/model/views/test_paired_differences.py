"""Both models of a comparison with many seeds: runs are paired by seed, and differences are those of the pairs."""

import numpy as np
import pandas as pd
import pytest

import model.views.pages  # noqa: F401 - key numbers of every system
from batch_runs.work.single import Job, play_job
from model.base import SYSTEMS
from model.views.charts.pairs import in_per_cent, pairs_of, view_of
from model.views.charts.sweep import interval
from model.views.labels import metric_label
from model.views.live.sweep_run import PairPlan, SweepRun
from model.views.paired_differences import row_of
from tests.waiting import wait_until

KIND = SYSTEMS["emissions_trading"]


@pytest.fixture(scope="module")
def results():
    """Runs without and with a high floor, two years, three seeds."""

    def measure(parameters, seed, periods):
        return play_job(Job("", KIND.name, parameters, seed, periods, periods))

    models = {"no floor": {"reserve_price": 0.0, "years": 2}, "floor": {"reserve_price": 60.0, "years": 2}}
    runs = SweepRun(None).another()
    runs._measure = measure
    runs.start(PairPlan(models, seeds=3, periods=8), {}, {}, first_seed=4)
    wait_until(lambda: not runs.running)
    assert not runs.error
    return runs.results()


def test_both_models_play_every_seed(results):
    assert results[["model", "seed"]].values.tolist() == [
        [model, seed] for seed in (4, 5, 6) for model in ("no floor", "floor")
    ]


def test_differences_are_those_of_the_pairs_and_amounts_those_of_a_year(results):
    pairs = {pair.metric: pair for pair in pairs_of(KIND, results, periods=4)}
    each = results.pivot(index="seed", columns="model", values="emissions")
    assert pairs["emissions"].difference == interval(4.0 * (each["floor"] - each["no floor"]).to_numpy())
    price = results.pivot(index="seed", columns="model", values="carbon_price")
    assert pairs["carbon_price"].first == interval(price["no floor"].to_numpy())
    assert pairs["carbon_price"].difference["low"] > 0.0
    assert pairs["carbon_price"].difference["runs"] == 3


def test_the_chart_leaves_out_what_is_no_share_of_the_first(results):
    shown = {row["metric"] for row in view_of(KIND, 4).rows(results, ())["points"]}
    assert metric_label("carbon_price") in shown
    assert all(np.isfinite(row["mean"]) for row in in_per_cent(pairs_of(KIND, results)))
    assert metric_label("windfall") not in shown  # nothing is free


def test_a_seed_that_only_one_model_has_played_is_left_out(results):
    whole, part = pairs_of(KIND, results), pairs_of(KIND, results.iloc[:-1])
    assert {pair.difference["runs"] for pair in whole if pair.metric == "emissions"} == {3}
    assert {pair.difference["runs"] for pair in part if pair.metric == "emissions"} == {2}
    assert pairs_of(KIND, pd.DataFrame(results.iloc[:1])) == []


def test_a_line_of_the_table_has_every_interval(results):
    name, unit, *numbers = row_of(pairs_of(KIND, results)[0])
    assert name and unit == "€/t"
    assert all("[" in number for number in numbers)
