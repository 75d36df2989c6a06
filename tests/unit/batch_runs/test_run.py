import json
import math
import signal
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest

from batch_runs.work.single import usual_interval
from model.compiling import SWITCH
from model.systems.grid import Grid
from model.systems.learning_bidders import LearningBidders

PHI = ("run", "learning_bidders", "phi=0.8", "--periods", 300, "--seed", 3)


def test_summary_contains_parameters_seed_and_metrics(carbon):
    done = carbon(*PHI)
    assert done.code == 0
    assert "seed 3" in done.out
    assert "changed: phi=0.8\n" in done.out
    assert "clearing_price" in done.out and "€/t" in done.out and "last 100" in done.out
    assert done.err == ""


def test_the_table_has_only_metrics_that_apply(carbon):
    taxed = carbon("run", "emissions_trading", "instrument=tax", "--seed", 1).out
    traded = carbon("run", "emissions_trading", "n_traders=2", "--seed", 1).out
    named = [{line.split()[0] for line in told.splitlines() if line.split()} for told in (taxed, traded)]
    of_permits = {"floor", "bank", "yearly_cap", "clearing_price", "cover_ratio", "windfall", "traders_gain"}
    assert not of_permits & named[0] and of_permits <= named[1]
    assert all({"carbon_price", "emissions", "public_revenue"} <= each for each in named)


def test_json_is_one_valid_object_and_nothing_else(carbon):
    done = carbon(*PHI, "--json")
    told = json.loads(done.out, parse_constant=pytest.fail)
    assert {"system", "parameters", "seed", "periods", "window", "metrics", "versions"} <= told.keys()
    assert told["system"] == "learning_bidders"
    assert (told["seed"], told["periods"], told["window"]) == (3, 300, 100)
    assert told["parameters"]["phi"] == 0.8 and told["parameters"]["q_learning.alpha"] == 0.9
    model = LearningBidders(phi=0.8, rng=3)
    model.advance(300)
    assert told["metrics"] == model.summary(100)


def test_it_plays_no_period_more_where_rules_are_compiled_in_the_background(carbon, monkeypatch):
    alone = json.loads(carbon(*PHI, "--json").out)
    monkeypatch.setenv(SWITCH, "60")
    assert json.loads(carbon(*PHI, "--json").out)["metrics"] == alone["metrics"]


def test_seconds_are_those_of_playing_not_of_compiling(carbon, monkeypatch):
    clock = [0.0]

    def take(seconds):
        clock[0] += seconds
        return {}

    monkeypatch.setattr("batch_runs.commands.run.time", SimpleNamespace(perf_counter=lambda: clock[0]))
    monkeypatch.setattr(LearningBidders, "compile_rules", lambda model: take(100.0))
    monkeypatch.setattr("batch_runs.work.single.play", lambda *asked: take(3.0))
    assert json.loads(carbon(*PHI, "--json").out)["seconds"] == 3.0


def test_not_a_number_is_null(carbon, tmp_path):
    firms = tmp_path / "firms.csv"
    firms.write_text("selling_price,unit_cost,emission_intensity,full_output\n12,7,2,100\n")
    words = ("firm=silent", f"firms={firms}", "--periods", 5, "--json")
    done = carbon("run", "learning_bidders", *words, "--plugin", silent(tmp_path))
    told = json.loads(done.out, parse_constant=pytest.fail)
    assert told["metrics"]["award_concentration"] is None
    assert told["metrics"]["sold"] == 0.0


def silent(folder):
    file = folder / "silent.py"
    file.write_text(
        "from agents.firm import FIRMS, Firm\n\n\n@FIRMS.register('silent')\nclass Silent(Firm):\n"
        "    def bid(self, market):\n        return 1.0, 0.0\n\n    def learn(self, market):\n        pass\n"
    )
    return file


@pytest.fixture(autouse=True)
def forget(plugin):
    """Remove the parts that plug-ins register after each test."""


def test_tables_hold_every_collected_period(carbon, tmp_path):
    out, firms = tmp_path / "run.csv", tmp_path / "firms.parquet"
    assert carbon(*PHI, "--out", out, "--firms-out", firms).code == 0
    table = pd.read_csv(out, index_col="Step")
    assert table.index.tolist() == list(range(1, 301))
    assert pd.read_parquet(firms).index.names == ["Step", "AgentID"]
    model = LearningBidders(phi=0.8, rng=3)
    model.advance(300)
    assert np.array_equal(table["clearing_price"], model.datacollector.model_vars["clearing_price"])
    assert sorted(p.name for p in tmp_path.iterdir()) == ["firms.parquet", "run.csv"]


def test_every_bid_of_a_market_over_years_is_written(carbon, tmp_path):
    bids = tmp_path / "bids.csv"
    words = "run", "emissions_trading", "n_firms=3", "years=2", "--seed", 3, "--bids"
    assert carbon(*words, bids).code == 0
    table = pd.read_csv(bids)
    assert table.columns.tolist() == ["quarter", "firm", "bid_price", "bid_volume", "award"]
    assert table.quarter.unique().tolist() == list(range(1, 9))
    assert (table.award <= table.bid_volume * (1.0 + 1e-9)).all()
    failed = carbon(*PHI, "--bids", bids)
    assert failed.code != 0 and "learning_bidders keeps no bids; --firms-out has those" in failed.err
    assert "--out and --bids both name" in carbon(*words, bids, "--out", bids).err


def test_means_do_not_depend_on_the_interval_of_collection(carbon, tmp_path):
    out = tmp_path / "run.csv"
    every = json.loads(carbon(*PHI, "--json").out)
    sparse = json.loads(carbon(*PHI, "--json", "collect_every=50", "--out", out).out)
    assert sparse["metrics"] == every["metrics"]
    assert pd.read_csv(out)["Step"].tolist() == [50, 100, 150, 200, 250, 300]


def test_usual_interval_keeps_ten_thousand_periods():
    assert [usual_interval(n) for n in (1, 10_000, 10_001, 1_000_000)] == [1, 1, 2, 100]


def test_scenario_by_name_option_and_file(carbon, tmp_path):
    by_name = json.loads(
        carbon("run", "esmaeili2021_penalty", "phi=0.85", "--periods", 20, "--seed", 1, "--json").out
    )
    by_option = json.loads(
        carbon(
            "run", "--scenario", "esmaeili2021_penalty", "--periods", 20, "phi=0.85", "--seed", 1, "--json"
        ).out
    )
    assert by_name["parameters"]["compliance"] == "penalty" and by_name["parameters"]["phi"] == 0.85
    assert by_name["metrics"] == by_option["metrics"] and by_name["scenario"] == "esmaeili2021_penalty"
    file = tmp_path / "mine.toml"
    file.write_text(
        'system = "learning_bidders"\ntitle = ""\nsource = ""\nabout = ""\n[parameters]\nphi = 0.7\n'
    )
    assert json.loads(carbon("run", file, "--periods", 20, "--json").out)["parameters"]["phi"] == 0.7


def test_a_read_out_is_played_after_the_run_as_its_parameter_says(carbon):
    """Exploring, it is a longer run; greedy, every firm keeps to the bid that it knows to be best."""
    words = ("run", "learning_bidders", "--seed", 3, "--json", "q_learning.epsilon_rounds=0")
    longer = json.loads(carbon(*words, "--periods", 300, "--window", 50).out)
    exploring = json.loads(carbon(*words, "--periods", 250, "--read-out", 50, "read_out=exploring").out)
    greedy = json.loads(carbon(*words, "--periods", 250, "--read-out", 50).out)
    assert exploring["metrics"] == longer["metrics"]
    assert greedy["metrics"] != longer["metrics"]
    assert [told["read_out"] for told in (longer, exploring, greedy)] == ["", "exploring", "greedy"]
    assert "means over a read-out of 5 more (greedy):" in carbon(*PHI, "--read-out", 5).out


def test_a_run_of_learners_that_still_change_warns(carbon):
    words = ("run", "learning_bidders", "--seed", 3, "--periods", 300)
    restless, calm = carbon(*words).out, carbon(*words, "learner=truthful").out
    assert "warning: firms have not settled yet: in the last 100 periods" in restless
    assert "warning" not in calm
    assert "exploitability: a firm alone could gain" in restless and "exploitability" in calm
    told = json.loads(carbon(*words, "learner=truthful", "--json").out)
    assert 0.0 < told["exploitability"] < 1.0 and told["warning"] == ""
    other = json.loads(carbon("run", "two_tier", "--seed", 3, "--periods", 5, "--json").out)
    assert "exploitability" not in other and other["warning"] == ""


def test_fresh_seed_is_told_and_repeats_the_run(carbon):
    first = json.loads(carbon("run", "learning_bidders", "--periods", 50, "--json").out)
    again = json.loads(
        carbon("run", "learning_bidders", "--periods", 50, "--seed", first["seed"], "--json").out
    )
    assert first["metrics"] == again["metrics"]
    assert all(math.isfinite(v) for v in again["metrics"].values())


def test_window_shrinks_only_if_it_was_not_requested(carbon):
    assert json.loads(carbon("run", "learning_bidders", "--periods", 7, "--json").out)["window"] == 7


BAD = {
    "unknown key": (["phy=0.8"], "did you mean 'phi'"),
    "value too high": (["phi=3"], "phi = 3.0 share: above its maximum 2.0 share"),
    "no cap": (["phi=0"], "phi = 0.0 share: below its minimum"),
    "not a number": (["phi=much"], "not a number"),
    "no choice": (["auction=unifrom"], "did you mean 'uniform'"),
    "no periods": (["--periods", "0"], "must be a whole number of at least 1"),
    "window": (["--periods", "10", "--window", "11"], "above the 10 periods"),
    "seed": (["--seed", "-1"], "must be a whole number"),
    "option": (["--perods", "10"], "unrecognized arguments: --perods"),
    "twice": (["phi=0.8", "phi=0.9"], "phi is given twice"),
    "word": (["nonsense"], "expected key=value"),
    "scenario": (["--scenario", "esmaeili"], "did you mean 'esmaeili2021"),
    "no file of firms": (["firms=nowhere.csv"], "no such file"),
    "plugin": (["--plugin", "nowhere.py"], "no such Python file"),
}


@pytest.mark.parametrize("case", BAD)
def test_bad_input_is_explained_and_writes_nothing(carbon, tmp_path, monkeypatch, case):
    monkeypatch.chdir(tmp_path)
    words, message = BAD[case]
    done = carbon("run", "learning_bidders", *words, "--out", "run.csv")
    assert done.code == 2
    assert message in done.err and "Traceback" not in done.err
    assert done.out == "" and list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("run.xlsx", "must end in .csv or .parquet"),
        ("run", "must end in .csv or .parquet"),
        ("file/run.csv", "cannot be written"),
        ("nowhere/run.csv", "cannot be written"),
        ("folder.csv", "it is a folder"),
    ],
)
def test_unwritable_output_is_found_before_the_run(carbon, tmp_path, name, message):
    (tmp_path / "file").write_text("")
    (tmp_path / "folder.csv").mkdir()
    done = carbon("run", "learning_bidders", "--periods", 10**9, "--out", tmp_path / name)
    assert done.code == 2 and message in done.err
    assert sorted(p.name for p in tmp_path.iterdir()) == ["file", "folder.csv"]


@pytest.mark.parametrize(
    ("row", "message"),
    [
        ("12,7,,100", "row 1, column emission_intensity is missing"),
        ("12,7,-2,100", "must be a number above 0"),
    ],
)
def test_bad_table_of_firms_names_row_and_column(carbon, tmp_path, row, message):
    firms = tmp_path / "firms.csv"
    firms.write_text(f"selling_price,unit_cost,emission_intensity,full_output\n{row}\n")
    done = carbon("run", "learning_bidders", f"firms={firms}")
    assert done.code == 2 and message in done.err


def test_unknown_system_and_none(carbon):
    assert "did you mean 'learning_bidders'" in carbon("run", "learning_bider").err
    assert "name a system or scenario" in carbon("run").err
    assert carbon("run").code == 2
    assert carbon().code == 2


def test_every_command_has_help(carbon):
    for command in ("run", "sweep", "list", "replicate", "dashboard"):
        done = carbon(command, "--help")
        assert done.code == 0 and f"usage: carbon {command}" in done.out


def test_a_grid_is_played_for_one_episode_and_its_end_is_reported(carbon):
    model = Grid(episode=60, rng=3)
    model.advance(60)
    told = json.loads(carbon("run", "grid", "episode=60", "--seed", 3, "--json").out)
    assert (told["periods"], told["window"]) == (60, 1)
    assert told["metrics"] == {k: None if v != v else v for k, v in model.summary(1).items()}
    assert told["metrics"]["episode_emissions"] == model.firms.rows.emissions.sum() > 0
    text = carbon("run", "grid", "episode=60", "--seed", 3).out
    assert "60 steps in" in text and "numbers of the last:" in text and "period" not in text.split("\n")[2]


def test_other_lengths_and_windows_of_a_grid_are_means_as_usual(carbon):
    words = ("run", "grid", "episode=60", "--seed", 3, "--periods", 90, "--window", 20)
    told = json.loads(carbon(*words, "--json").out)
    assert (told["periods"], told["window"]) == (90, 20)
    assert "means over the last 20:" in carbon(*words).out


@pytest.mark.parametrize(("sent", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_a_signal_that_comes_while_an_object_is_deleted_is_not_lost(carbon_process, plugin, sent, code):
    file = plugin(plugin.INTERRUPTED.replace("SIGNAL", str(int(sent))))
    done = carbon_process(
        "run", "learning_bidders", "firm=interrupted", "--periods", 20_000, "--plugin", file
    )
    assert done.out.startswith("goes on") and done.code == code
    assert done.err.strip() == {130: "carbon: interrupted", 143: "carbon: terminated"}[code]
