"""Designs of experiments, and the statistics of a sweep: means, paired differences, Sobol indices, seeds needed."""

import json
from math import pi

import numpy as np
import pandas as pd
import pytest

from batch_runs.replications.common.statistics import mean, paired
from batch_runs.sweep import run_sweep
from batch_runs.sweep_statistics import seeds_for_width, sobol_table, summary_table
from batch_runs.usage import UsageError
from batch_runs.work.engines import Processes
from batch_runs.work.plan import make_plan
from model.base import SYSTEMS
from model.metrics import METRICS, metric
from model.systems.learning_bidders import LearningBidders

RANGES = {"phi": "0.8:1.0", "n_firms": "3:6", "auction": "uniform,vcg"}
DESIGNED = ("sweep", "learning_bidders", "phi=0.8:1.0", "n_firms=3:6", "auction=uniform,vcg", "--periods", 10)


def sampled(plan):
    return np.array([[point["phi"], point["n_firms"]] for point in plan.points])


def planned(design, seeds=(0,), axes=RANGES):
    return make_plan("learning_bidders", axes, design=design, seeds=seeds, periods=10)


# -- designs -------------------------------------------------------------------------------------------------------


def test_a_latin_hypercube_has_one_point_in_every_slice():
    phi, firms = sampled(planned("lhs:40")).T
    assert sorted(np.floor((phi - 0.8) / 0.2 * 40).astype(int)) == list(range(40))
    assert np.bincount(firms.astype(int), minlength=7).tolist() == [0, 0, 0, 10, 10, 10, 10]


def test_sobol_points_mix_two_matrices_column_by_column():
    blocks = sampled(planned("sobol:16")).reshape(16, 4, 2)
    a, b, first, second = blocks.transpose(1, 0, 2)
    assert np.array_equal(first, np.stack([b[:, 0], a[:, 1]], 1))
    assert np.array_equal(second, np.stack([a[:, 0], b[:, 1]], 1))


@pytest.mark.parametrize("design", ["lhs:20", "sobol:8"])
def test_a_design_depends_on_the_first_seed_only(design):
    plan = planned(design)
    assert plan.points == planned(design, seeds=(0, 1)).points != planned(design, seeds=(1, 0)).points
    assert [job.key for _, job in plan.runs] == [job.key for _, job in planned(design).runs]


def test_every_level_meets_every_point():
    plan = planned("lhs:5", seeds=(0, 1))
    assert plan.columns == ["phi", "n_firms", "auction"] and len(plan.runs) == 5 * 2 * 2
    by_level = [[c.point for c in plan.cells if c.point["auction"] == name] for name in ("uniform", "vcg")]
    assert [[(p["phi"], p["n_firms"]) for p in points] for points in by_level] == [
        [(p["phi"], p["n_firms"]) for p in plan.points]
    ] * 2


def test_a_designed_sweep_is_the_same_whatever_the_workers():
    found = [
        run_sweep("learning_bidders", RANGES, design="lhs:6", periods=10, engine=Processes(n)).table
        for n in (1, 2)
    ]
    assert found[0].drop(columns="seconds").equals(found[1].drop(columns="seconds"))


@pytest.mark.parametrize(
    ("design", "message"),
    [
        ("lhs", "N must be a whole number of at least 2, as in lhs:256"),
        ("lhs:1", "at least 2"),
        ("lhs:1e3", "whole number"),
        ("sobol:200", "N must be a power of two, as in sobol:256"),
        ("sobol:4503599627370496", "runs are more than 1000000"),
        ("lhs:1000000", "runs are more than 1000000"),
        ("random:5", "must be grid, lhs:N or sobol:N"),
        ("grid:5", "must be grid, lhs:N or sobol:N"),
    ],
)
def test_designs_that_cannot_be_are_refused(design, message):
    with pytest.raises(UsageError, match=message):
        planned(design)


@pytest.mark.parametrize(
    ("axes", "message"),
    [
        ({"phi": "0.8,0.9"}, "at least one number must have a range low:high"),
        ({"phi": "0.9:0.8"}, "must be below the second"),
        ({"phi": "0.8:x"}, "not a number"),
        ({"phi": "0.8:9"}, "above its maximum"),
        ({"phy": "0.8:0.9", "n_firms": "2:5"}, "did you mean 'phi'"),
    ],
)
def test_ranges_that_cannot_be_are_refused(axes, message):
    with pytest.raises(ValueError, match=message):
        planned("lhs:4", axes=axes)


# -- summary -------------------------------------------------------------------------------------------------------


def test_summary_has_means_and_differences_paired_by_seed():
    axes, plan = {"phi": [0.8, 0.9], "auction": ["uniform", "vcg"]}, None
    table = run_sweep("learning_bidders", axes, seeds=4, periods=20).table
    plan = make_plan("learning_bidders", axes, seeds=range(4), periods=20)
    summary = (
        summary_table(plan, table).set_index(["metric", "statistic", "axis", "phi", "auction"]).sort_index()
    )
    runs = table.set_index(["phi", "auction"])["clearing_price"]

    def row(*at):
        return summary.loc[("clearing_price", *at), ["value", "low", "high", "runs"]].tolist()

    assert row("mean", "", 0.9, "vcg") == pytest.approx(mean(runs[0.9, "vcg"])[:4])
    by_auction = paired(runs[0.8, "vcg"], runs[0.8, "uniform"])
    assert row("difference", "auction", 0.8, "vcg") == pytest.approx(by_auction[:4])
    assert row("difference", "phi", 0.9, "uniform") == pytest.approx(
        paired(runs[0.9, "uniform"], runs[0.8, "uniform"])[:4]
    )
    assert len(summary.loc["clearing_price"]) == 4 + 2 + 2


def test_failed_runs_are_left_out_of_the_summary():
    plan = make_plan("learning_bidders", {"auction": ["uniform", "vcg"]}, seeds=range(3), periods=5)
    table = run_sweep("learning_bidders", {"auction": ["uniform", "vcg"]}, seeds=3, periods=5).table
    table.loc[1, "error"] = "gone"
    found = summary_table(plan, table).query("metric == 'clearing_price'")
    assert found["runs"].tolist() == [2, 3, 2]


def test_files_of_a_designed_sweep(carbon, tmp_path):
    done = carbon(*DESIGNED, "--design", "sobol:4", "--out", tmp_path, "--width", "clearing_price=5%")
    assert (
        done.code == 0 and "32 runs: 32 cells" in done.out and "unknown, give at least two seeds" in done.out
    )
    summary, indices = (pd.read_csv(tmp_path / f"{name}.csv") for name in ("summary", "sobol"))
    assert summary.query("metric == 'clearing_price' and statistic == 'mean'")["runs"].tolist() == [16, 16]
    assert set(indices["parameter"]) == {"phi", "n_firms"} and set(indices["auction"]) == {"uniform", "vcg"}
    assert json.loads((tmp_path / "manifest.json").read_text())["plan"]["design"] == "sobol:4"
    other = carbon(*DESIGNED, "--design", "lhs:4", "--out", tmp_path)
    assert other.code == 2 and "with design = sobol:4 where now design = lhs:4" in other.err


# -- Sobol indices -------------------------------------------------------------------------------------------------


def ishigami(x, y, z):
    """A function whose indices are known [Saltelli2010]."""
    return np.sin(x) + 7.0 * np.sin(y) ** 2 + 0.1 * z**4.0 * np.sin(x)


FIRST, TOTAL = [0.3139, 0.4424, 0.0], [0.5576, 0.4424, 0.2437]
"""Indices of `ishigami` on the cube from -π to π."""


def scaled(values, low):
    return (2.0 * (values - low) - 1.0) * pi


@pytest.fixture
def known_system():
    """The system of learning bidders with `ishigami` of three of its parameters as one more metric."""
    with SYSTEMS.unchanged(), METRICS.unchanged():

        @metric("1")
        def known_answer(government, firms):
            """A function of the first three columns."""
            x, y, z = (firms.unit_cost[..., k] for k in range(3))
            return ishigami(scaled(x, 0.5), scaled(y, 0.0), scaled(z, 2.0))

        class Known(LearningBidders, name="known"):
            metrics = (*LearningBidders.metrics, "known_answer")

            def build(self):
                super().build()
                p = self.params
                self.firms.columns.unit_cost[:3] = p.phi, p.reserve_price, p.volume_factor

        yield "known"


KNOWN = {"phi": "0.5:1.5", "reserve_price": "0:1", "volume_factor": "2:3"}


def answers(plan):
    """`ishigami` of the parameters of every run."""
    points = np.array([[cell.point[name] for name in KNOWN] for cell, _ in plan.runs])
    return ishigami(*scaled(points, np.array([0.5, 0.0, 2.0])).T)


def as_results(plan, values):
    """The results of a sweep in which one metric has these values, and no other metric has any."""
    table = pd.DataFrame({"run": [job.key for _, job in plan.runs], "error": ""})
    return table.reindex(columns=[*table, *SYSTEMS[plan.system].metrics]).assign(clearing_price=values)


def test_sobol_indices_agree_with_known_ones():
    plan = planned("sobol:2048", axes=KNOWN)
    found = sobol_table(plan, as_results(plan, answers(plan)))
    assert found["parameter"].tolist() == list(KNOWN) and set(found["metric"]) == {"clearing_price"}
    for name, true in (("first_order", FIRST), ("total", TOTAL)):
        assert found[name].to_numpy() == pytest.approx(true, abs=0.05)
        assert (found[f"{name}_low"] - 0.02 <= true).all() and (true <= found[f"{name}_high"] + 0.02).all()


def test_indices_of_a_system_are_those_of_its_numbers(known_system):
    table = run_sweep(known_system, KNOWN, design="sobol:32", seeds=2, periods=1).table
    plan = make_plan(known_system, KNOWN, design="sobol:32", seeds=(0, 1), periods=1)
    assert table["known_answer"].to_numpy() == pytest.approx(answers(plan))
    found = sobol_table(plan, table).query("metric == 'known_answer'")
    f = answers(plan).reshape(32, 5, 2).mean(-1).T
    f -= f[:2].mean()
    first = [np.mean(f[1] * (f[2 + k] - f[0])) for k in range(3)] / np.var(f[:2])
    total = [0.5 * np.mean((f[0] - f[2 + k]) ** 2.0) for k in range(3)] / np.var(f[:2])
    assert found["first_order"].to_numpy() == pytest.approx(first)
    assert found["total"].to_numpy() == pytest.approx(total)


# -- seeds ---------------------------------------------------------------------------------------------------------


def test_seeds_for_a_width_make_the_interval_that_wide():
    axes = {"auction": ["uniform", "vcg"]}
    plan = make_plan("learning_bidders", axes, seeds=range(10), periods=20)
    table = run_sweep("learning_bidders", axes, seeds=10, periods=20).table
    spread = table.groupby("auction")["clearing_price"].std().max()
    seeds = seeds_for_width(plan, table, "clearing_price", 0.2)
    sample = np.random.default_rng(1).normal(size=seeds)
    interval = mean(spread * (sample - sample.mean()) / sample.std(ddof=1))
    assert interval.high - interval.low <= 0.2
    fewer = mean(spread * (sample[1:] - sample[1:].mean()) / sample[1:].std(ddof=1))
    assert fewer.high - fewer.low > 0.2
    assert seeds_for_width(plan, table.head(1), "clearing_price", 0.2) is None


@pytest.mark.parametrize(
    "text", ["clearing_prize=1", "clearing_price", "clearing_price=0", "clearing_price=x"]
)
def test_widths_that_cannot_be_are_refused_before_anything_runs(carbon, tmp_path, text):
    done = carbon(*DESIGNED, "--design", "lhs:4", "--out", tmp_path / "new", "--width", text)
    assert done.code == 2 and f"--width {text}: " in done.err and not (tmp_path / "new").exists()
