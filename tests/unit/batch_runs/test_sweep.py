import json
import signal
import time

import mesa
import pandas as pd
import pytest

from batch_runs.sweep import run_sweep
from batch_runs.usage import UsageError
from batch_runs.work.plan import make_plan
from batch_runs.work.single import play
from learning.knobs import ParameterError
from model.systems.learning_bidders import LearningBidders
from tests.waiting import PATIENCE, wait_until

AXES = {"phi": "0.8:1.0:0.1", "auction": "uniform,discriminatory"}
SWEEP = ("sweep", "learning_bidders", "phi=0.8:1.0:0.1", "auction=uniform,discriminatory", "--periods", 60)


def results(folder):
    return pd.read_csv(folder / "results.csv", keep_default_na=False)


def test_tidy_results_with_one_row_per_run(carbon, tmp_path):
    out = tmp_path / "sweep"
    done = carbon(*SWEEP, "--seeds", 2, "--seed", 5, "--window", 20, "--out", out)
    assert done.code == 0 and "12 of 12 runs, 0 failed" in done.out
    table = results(out)
    assert list(table.columns[:3]) == ["phi", "auction", "seed"]
    assert table["phi"].tolist() == [0.8] * 4 + [0.9] * 4 + [1.0] * 4
    assert table["auction"].tolist() == (["uniform"] * 2 + ["discriminatory"] * 2) * 3
    assert table["seed"].tolist() == [5, 6] * 6
    assert (
        pd.read_parquet(out / "results.parquet")["clearing_price"].tolist()
        == table["clearing_price"].tolist()
    )
    assert play(LearningBidders(phi=0.8, rng=5), 60, 20)["clearing_price"] == table["clearing_price"][0]


def test_what_came_out_is_printed(carbon, tmp_path):
    out = tmp_path / "sweep"
    shown = carbon(*SWEEP, "--seeds", 3, "--out", out).out.partition("results.csv\n\n")[2].splitlines()
    means = results(out).groupby(["phi", "auction"], sort=False)["clearing_price"].mean()
    assert shown[0].split()[:3] == ["phi", "auction", "clearing_price,"] and len(shown) == 1 + len(means)
    for line, ((phi, auction), mean) in zip(shown[1:], means.items(), strict=True):
        assert line.split()[:2] == [str(phi), auction]
        price = line.split()[2]
        assert float(price) == pytest.approx(mean, abs=0.5001 * 10.0 ** -len(price.partition(".")[2]))
    many = carbon("sweep", "two_tier", "n_firms=2:20:1", "--periods", 2, "--out", tmp_path / "many").out
    assert "and 7 more cells in results.csv" in many


def test_manifest_names_the_origin_of_the_numbers(carbon, tmp_path):
    carbon(*SWEEP, "volume_factor=1.5", "--out", tmp_path)
    told = json.loads((tmp_path / "manifest.json").read_text())
    assert told["state"] == "complete" and (told["runs"], told["done"], told["failed"]) == (6, 6, 0)
    assert told["command"][:3] == ["carbon", "sweep", "learning_bidders"]
    plan = told["plan"]
    assert plan["axes"]["phi"] == [0.8, 0.9, 1.0] and plan["axes"]["volume_factor"] == [1.5]
    assert plan["parameters"]["q_learning.alpha"] == 0.9 and plan["seeds"] == [0]
    assert (plan["periods"], plan["window"]) == (60, 60)
    assert {"python", "numpy", "numba", "mesa", "carbon-market-abm"} <= told["versions"].keys()
    assert len(plan["code"]) == 16 and told["started"] <= told["ended"]


def test_run_and_sweep_give_the_same_numbers(carbon, tmp_path):
    carbon("sweep", "learning_bidders", "phi=0.85", "--seed", 4, "--periods", 250, "--out", tmp_path)
    told = json.loads(
        carbon("run", "learning_bidders", "phi=0.85", "--seed", 4, "--periods", 250, "--json").out
    )
    row = results(tmp_path).iloc[0]
    assert all(row[name] == value for name, value in told["metrics"].items())


def test_a_repeated_run_does_only_missing_work(carbon, tmp_path):
    carbon(*SWEEP, "--out", tmp_path)
    before = results(tmp_path)
    parts = sorted((tmp_path / "parts").rglob("*.json"))
    newest = json.loads(parts[-1].read_text())
    parts[-1].write_text(json.dumps(newest[:-1]))
    done = carbon(*SWEEP, "--out", tmp_path)
    assert "continuing, 1 of 6 runs are missing" in done.out
    after = results(tmp_path)
    assert after.drop(columns="seconds").equals(before.drop(columns="seconds"))
    assert "continuing, 0 of 6 runs are missing" in carbon(*SWEEP, "--out", tmp_path).out


def test_lists_may_be_extended_in_the_same_folder(carbon, tmp_path):
    carbon("sweep", "learning_bidders", "phi=0.8", "--periods", 50, "--out", tmp_path)
    words = ("phi=0.8,0.9", "learner=q_learning,random", "--seeds", 2, "--periods", 50, "--out", tmp_path)
    done = carbon("sweep", "learning_bidders", *words)
    assert done.code == 0 and "7 of 8 runs are missing" in done.out
    assert len(results(tmp_path)) == 8


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["phi=0.8", "--periods", 60], "phi = 0.8, 0.9 where now phi = 0.8"),
        (["phi=0.8,0.9", "--periods", 70], "periods = 60 where now periods = 70"),
        (["phi=0.8,0.9", "--periods", 60, "--window", 5], "window = 60 where now window = 5"),
        (
            ["phi=0.8,0.9", "volume_factor=1.5", "--periods", 60],
            "volume_factor = 2.0 where now volume_factor = 1.5",
        ),
        (["phi=0.8,0.9", "--seed", "1", "--periods", 60], "seeds = 0 where now seeds = 1"),
    ],
)
def test_another_sweep_does_not_enter_the_folder(carbon, tmp_path, words, message):
    carbon("sweep", "learning_bidders", "phi=0.8,0.9", "--periods", 60, "--out", tmp_path)
    before = (tmp_path / "results.csv").read_bytes()
    done = carbon("sweep", "learning_bidders", *words, "--out", tmp_path)
    assert done.code == 2 and message in done.err
    assert (tmp_path / "results.csv").read_bytes() == before


def test_foreign_results_are_left_alone(carbon, tmp_path):
    (tmp_path / "results.csv").write_text("mine")
    assert "holds results of something else" in carbon(*SWEEP, "--out", tmp_path).err
    assert [p.name for p in tmp_path.iterdir()] == ["results.csv"]
    (tmp_path / "manifest.json").write_text("{}")
    assert "not the manifest of a sweep" in carbon(*SWEEP, "--out", tmp_path).err


def test_changed_code_means_other_runs(carbon, tmp_path, monkeypatch):
    carbon(*SWEEP, "--out", tmp_path)
    monkeypatch.setattr("batch_runs.work.plan.code_digest", lambda plugins: "0" * 16)
    done = carbon(*SWEEP, "--out", tmp_path)
    assert "the code has changed" in done.out and "6 runs: 6 cells" in done.out
    assert json.loads((tmp_path / "manifest.json").read_text())["plan"]["code"] == "0" * 16


def test_changed_table_of_firms_means_other_runs(tmp_path):
    firms, copy = tmp_path / "firms.csv", tmp_path / "copy.csv"
    firms.write_text("selling_price,unit_cost,emission_intensity,full_output\n12,7,2,100\n13,8,2,100\n")
    copy.write_bytes(firms.read_bytes())

    def run_of(file):
        return run_sweep("learning_bidders", {}, parameters={"firms": str(file)}, periods=5).table["run"][0]

    before = run_of(firms)
    assert run_of(copy) == before
    firms.write_text(firms.read_text().replace("100", "120"))
    assert run_of(firms) != before


def test_failed_run_is_a_row_and_others_go_on(carbon, tmp_path, plugin):
    file = plugin(plugin.MOODY)
    words = ("firm=firm,moody", "--seed", 1, "--periods", 50, "--out", tmp_path, "--plugin", file)
    done = carbon("sweep", "learning_bidders", *words)
    assert done.code == 0 and "1 failed" in done.out and "no bid today" in done.err
    table = results(tmp_path)
    assert table["error"][0] == "" and table["error"][1].startswith("ZeroDivisionError: no bid today")
    assert table["clearing_price"][1] == ""
    assert "0 of 2 runs are missing" in carbon("sweep", "learning_bidders", *words).out
    assert "1 of 2 runs are missing" in carbon("sweep", "learning_bidders", *words, "--retry-errors").out


def test_exit_code_is_one_if_every_run_failed(carbon, tmp_path, plugin):
    file = plugin(plugin.MOODY)
    out = tmp_path / "out"
    done = carbon(
        "sweep", "learning_bidders", "firm=moody", "--seed", 1, "--periods", 5, "--out", out, "--plugin", file
    )
    assert done.code == 1
    assert results(out)["error"][0] == "ZeroDivisionError: no bid today (mine.py, line 12)"


BAD = {
    "unknown key": (["phy=0.8"], "did you mean 'phi'"),
    "range": (["phi=0.8:1.0"], "a range is from:to:step"),
    "value": (["phi=0.8:3:0.2"], "above its maximum"),
    "no cap": (["phi=0:1:0.5"], "phi = 0.0 share: below its minimum"),
    "one cell": (["unit_cost_max=9,13"], "unit_cost_max = 13.0 €/unit: must be below"),
    "firms": (["firms=nowhere.csv"], "no such file"),
    "nothing varies": ([], "nothing varies"),
    "scenario": (["scenario=esmaeili2021,nonsense"], "unknown scenario of learning_bidders"),
    "workers": (["phi=0.8", "--workers", "0"], "must be a whole number"),
    "periods": (["phi=0.8", "--periods", "0"], "must be a whole number"),
    "seeds": (["phi=0.8", "--seeds", "0"], "must be a whole number"),
    "window": (["phi=0.8", "--periods", "10", "--window", "11"], "above the 10 periods"),
    "scheduler": (["phi=0.8", "--scheduler", "tcp://a:1"], "--scheduler is an option of --engine dask"),
    "engine": (["phi=0.8", "--engine", "dusk"], "invalid choice: 'dusk'"),
    "both": (["phi=0.8", "--engine", "dask", "--scheduler", "tcp://a:1", "--workers", "2"], "of its own"),
    "too many": (["phi=0.1:2:0.0001", "--seeds", "1000"], "more than 1000000"),
    "two names": (["other"], "expected key=value"),
}


@pytest.mark.parametrize("case", BAD)
def test_bad_input_is_explained_and_writes_nothing(carbon, tmp_path, monkeypatch, case):
    monkeypatch.chdir(tmp_path)
    words, message = BAD[case]
    done = carbon("sweep", "learning_bidders", *words, "--out", "new")
    assert done.code == 2 and message in done.err
    assert list(tmp_path.iterdir()) == []


def test_unknown_name_and_unwritable_folder(carbon, tmp_path):
    assert "did you mean 'reserve_price'" in carbon("sweep", "reserve_prize", "--out", tmp_path).err
    (tmp_path / "file").write_text("")
    for place in ("file", "file/below"):
        done = carbon(*SWEEP, "--out", tmp_path / place)
        assert done.code == 2 and str(tmp_path / place) in done.err
    assert "the following arguments are required: --out" in carbon(*SWEEP).err


def test_scenarios_as_an_axis():
    table = run_sweep(
        "learning_bidders", {"phi": [0.9], "scenario": "esmaeili2021,esmaeili2021_penalty"}, periods=50
    ).table
    assert table["scenario"].tolist() == ["esmaeili2021", "esmaeili2021_penalty"]
    assert table["fines"][0] == 0 < table["fines"][1]


def test_equal_runs_are_done_once(monkeypatch):
    done = []
    axes = {"learner": "truthful,random", "q_learning.alpha": "0.1,0.2"}
    result = run_sweep(
        "learning_bidders", axes, periods=20, progress=lambda n, total: done.append((n, total))
    )
    assert len(result.table) == 4 and result.table["run"].nunique() == 2
    assert done == [(0, 4), (2, 4), (4, 4)]


def test_cancelled_sweep_keeps_finished_runs():
    asked = []

    def cancelled():
        return len(asked) >= 2

    result = run_sweep(
        "learning_bidders",
        {"phi": "0.8:1:0.05"},
        periods=20,
        progress=lambda n, _: n and asked.append(n),
        cancelled=cancelled,
    )
    # rows finished together are reported together: the third with the second
    assert 2 <= len(result.table) == asked[-1] and result.missing == 5 - asked[-1] > 0


def test_python_interface_refuses_what_the_command_refuses():
    with pytest.raises(UsageError, match="unknown system"):
        run_sweep("learning_bider", {})
    with pytest.raises(ParameterError, match="did you mean 'phi'"):
        run_sweep("learning_bidders", {}, parameters={"phy": 0.8})
    with pytest.raises(UsageError, match="window = 11"):
        run_sweep("learning_bidders", {}, periods=10, window=11)
    with pytest.raises(UsageError, match="must both be at least 1"):
        run_sweep("learning_bidders", {}, periods=0)


def test_mesa_batch_run_works_unchanged():
    rows = mesa.batch_run(
        LearningBidders,
        {"phi": [0.8, 1.0], "learner": "truthful"},
        max_steps=5,
        data_collection_period=-1,
        number_processes=1,
        display_progress=False,
    )
    assert {row["phi"] for row in rows} == {0.8, 1.0}
    assert all(row["clearing_price"] > 0 for row in rows)


# -- worker processes ----------------------------------------------------------------------------------------


def test_results_are_the_same_whatever_the_workers():
    one = run_sweep("learning_bidders", AXES, seeds=3, periods=300)
    two = run_sweep("learning_bidders", AXES, seeds=3, periods=300, workers=2)
    assert one.table.drop(columns="seconds").equals(two.table.drop(columns="seconds"))


def test_runs_that_kill_their_worker_become_rows(plugin):
    file = plugin(plugin.MOODY)
    result = run_sweep(
        "learning_bidders", {"firm": "moody"}, seeds=range(4), periods=3, workers=2, plugins=[file]
    )
    errors = result.table["error"].tolist()
    assert "no bid today" in errors[1] and "SystemExit" in errors[2] and "worker process died" in errors[3]
    assert [k for k, error in enumerate(errors) if error] == [1, 2, 3]
    assert result.missing == 0


@pytest.mark.parametrize(
    ("sent", "code", "engine"),
    [(signal.SIGINT, 130, "processes"), (signal.SIGTERM, 143, "processes"), (signal.SIGINT, 130, "dask")],
)
def test_interrupted_command_ends_at_once_and_keeps_what_is_done(
    carbon, started, tmp_path, plugin, sent, code, engine
):
    words = ("sweep", "learning_bidders", "firm=slow", "--seeds", 12, "--periods", 20)
    words += ("--plugin", plugin(plugin.SLOW))
    here, there = (("--out", tmp_path / name) for name in ("out", "there"))
    begun = time.monotonic()
    process = started(*words, *here, "--workers", 2, "--engine", engine, start_new_session=True)
    wait_until(lambda: list(tmp_path.glob("out/parts/*/*.json")), process)
    asked = time.monotonic()
    process.send_signal(sent)
    _, err = process.communicate(timeout=PATIENCE)
    took, start = time.monotonic() - asked, asked - begun
    assert took < 1.0 + start / 4, f"ended in {took:.1f} s, on a machine on which it starts in {start:.1f} s"
    assert process.returncode == code and "the same command continues" in err
    assert "Traceback" not in err
    told = json.loads((tmp_path / "out" / "manifest.json").read_text())
    assert told["state"] == "interrupted" and 0 < told["done"] == len(results(tmp_path / "out")) < 12
    (tmp_path / "go on").touch()
    out = carbon(*words, *here, "--workers", 1).out
    assert f"{12 - told['done']} of 12 runs are missing" in out and "12 of 12 runs, 0 failed" in out
    carbon(*words, *there, "--workers", 1)
    assert without_seconds(tmp_path / "out").equals(without_seconds(tmp_path / "there"))


def without_seconds(folder):
    """Results but for the seconds, which no two sweeps share."""
    return results(folder).drop(columns="seconds")


def test_plugin_reaches_the_workers_and_the_command_line(carbon, carbon_process, tmp_path, plugin):
    file = plugin(plugin.SHADING)
    words = ("sweep", "learning_bidders", "firm=firm,shading", "--seeds", 2, "--periods", 20, "--workers", 2)
    done = carbon_process(*words, "--plugin", file, "--out", tmp_path / "out")
    assert done.code == 0, done.err
    table = results(tmp_path / "out")
    assert table["error"].eq("").all() and table["bid_price_variance"].gt(0).all()
    assert "unknown choice 'shading'" in carbon(*words, "--out", tmp_path / "other").err


def test_runs_of_a_grid_end_with_their_episode_whatever_its_length():
    plan = make_plan("grid", {"episode": "50,80"}, parameters={"period_length": 10})
    assert [(job.periods, job.window) for _, job in plan.runs] == [(50, 1), (80, 1)]
    assert plan.periods is None
    assert make_plan("grid", {"schedule": "flat,convex"}).periods == 500
    fixed = make_plan("grid", {"episode": "50,80"}, parameters={"period_length": 10}, periods=40, window=40)
    assert [(job.periods, job.window) for _, job in fixed.runs] == [(40, 40)] * 2
    with pytest.raises(UsageError, match="window = 60"):
        make_plan("grid", {"episode": "50,80"}, parameters={"period_length": 10}, window=60)
    usual = make_plan("learning_bidders", {"phi": "0.8,0.9"})
    assert (usual.periods, usual.window) == (10_000, 100)
