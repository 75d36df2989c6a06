"""carbon instance, and how run and sweep prepare chains before they make models."""

import json
import signal

import numpy as np
import pandas as pd
import pytest

from agents.supply_chains.draws import draw_instance
from agents.supply_chains.files import load_instance
from agents.supply_chains.store import CurveStore
from batch_runs.sweep import run_sweep
from batch_runs.work.engines import Here
from batch_runs.work.preparation import prepare, prepare_with_bar, progress_text
from model.systems.supply_chains import SupplyChains
from tests.waiting import PATIENCE, wait_until

DRAW = ("instance", "draw", "--chains", 2, "--set", "small", "--seed", 11)
DRAWN = {"population": "drawn", "problem_set": "small", "n_chains": 2}
ONE_CUBIC_METRE = np.ones((2, 2, 2)).tolist()
"""Capacity of every link of a small chain, m³: too little for its demand."""


@pytest.fixture
def file(carbon, tmp_path):
    """An instance of two small chains that are not solved."""
    assert carbon(*DRAW, "--out", tmp_path / "chains.json").code == 0
    return tmp_path / "chains.json"


@pytest.fixture
def empty_store(tmp_path, monkeypatch):
    """A store of one's own, with nothing in it."""
    monkeypatch.setenv("CARBON_CURVES", str(tmp_path / "curves"))
    return tmp_path / "curves"


def solved(folder):
    return len(list(folder.glob("*.npz")))


def test_draw_writes_the_chains_of_the_seed(carbon, tmp_path, file):
    drawn = draw_instance(11, 2, "small")
    assert [c.digest() for c in load_instance(file).chains] == [c.digest() for c in drawn.chains]
    done = carbon(*DRAW, "--out", tmp_path / "chains.csv")
    assert "small, seed 11, 2 chains, 0 infeasible draws" in done.out
    assert [c.digest() for c in load_instance(tmp_path / "chains.csv").chains] == [
        c.digest() for c in drawn.chains
    ]


def test_csv_of_an_instance_means_the_same_chains(carbon, tmp_path, file):
    assert carbon("instance", "csv", file, "--out", tmp_path / "own.csv").code == 0
    columns = "chain,parameter,product,machine,centre,warehouse,zone,mode,period,value"
    assert (tmp_path / "own.csv").read_text().splitlines()[0] == columns
    one, other = load_instance(file), load_instance(tmp_path / "own.csv")
    assert [c.digest() for c in one.chains] == [c.digest() for c in other.chains]


def test_show_needs_solved_chains_and_then_shows_them(carbon, file, empty_store):
    done = carbon("instance", "show", file)
    assert done.code == 2 and f"not solved yet: chain 1, 2; carbon instance solve {file}" in done.err
    done = carbon("instance", "solve", file, "--workers", 1)
    assert done.code == 0 and done.err == "" and solved(empty_store) == 2
    assert carbon("instance", "show", file).out == done.out


def test_facts_are_those_of_the_market(carbon, file):
    told = json.loads(carbon("instance", "solve", file, "--workers", 1, "--phi", "0.5,0.8,1", "--json").out)
    model = SupplyChains(instance=str(file), phi=0.8, rng=1)
    model.advance(1)
    assert [row["tec"] for row in told["chains"]] == model.firms.rows.required_permits.tolist()
    assert [row["cost"] for row in told["chains"]] == model.firms.rows.no_policy_cost.tolist()
    assert told["tec"] == pytest.approx(model.plans.emissions[0])
    assert told["abatement_limit"] == model.abatement_limit
    low, middle, all_of_it = told["prices"]
    assert middle["trading_price"] == model.government.trading_price > 0
    assert (all_of_it["trading_price"], all_of_it["met"]) == (0.0, True)
    assert (low["trading_price"], low["met"]) == (10_000.0, False)
    assert low["shortfall"] == pytest.approx(model.plans.emissions[-1] - 0.5 * told["tec"])
    for row, curve in zip(told["chains"], model.curves, strict=True):
        assert (row["milps"], row["gap"]) == (curve.milps, curve.gap) and row["seconds"] > 0


def test_bad_words_are_explained(carbon, tmp_path, file):
    out = ("--out", tmp_path / "new.json")
    assert carbon("instance").code == 2
    assert "did you mean 's1'" in carbon("instance", "draw", "--set", "s11", *out).err
    assert "must be a whole number" in carbon("instance", "draw", "--chains", 0, *out).err
    assert "must end in .json or .csv" in carbon("instance", "draw", "--out", tmp_path / "new.txt").err
    assert "must end in .csv" in carbon("instance", "csv", file, *out).err
    assert "cannot be written" in carbon(*DRAW, "--out", tmp_path / "none" / "new.json").err
    assert "no such file" in carbon("instance", "solve", tmp_path / "other.json").err
    assert "gap = 2.0 share: above its maximum" in carbon("instance", "show", file, "--gap", 2).err
    assert "above its maximum" in carbon("instance", "show", file, "--phi", "0.5:3:0.5").err
    assert not (tmp_path / "new.json").exists()


def test_a_mistake_in_a_table_is_reported_with_row_and_column(carbon, tmp_path, file):
    carbon("instance", "csv", file, "--out", tmp_path / "own.csv")
    lines = (tmp_path / "own.csv").read_text().splitlines()
    lines[5] = lines[5].rpartition(",")[0] + ",many"
    (tmp_path / "own.csv").write_text("\n".join(lines))
    for words in (("instance", "solve", tmp_path / "own.csv"), run_of(tmp_path / "own.csv")):
        done = carbon(*words)
        assert done.code == 2 and "own.csv, row 5, column value = many: must be 0 or more" in done.err


def run_of(file):
    return "run", "supply_chains", f"instance={file}", "--periods", 5


def test_a_chain_without_a_plan_is_named(carbon, file):
    told = json.loads(file.read_text())
    told["chains"][1]["to_zone_capacity"] = ONE_CUBIC_METRE
    file.write_text(json.dumps(told))
    for words in (("instance", "solve", file), run_of(file)):
        done = carbon(*words, "--workers", 1)
        assert done.code == 2 and "carbon: error: chain 2: " in done.err


# -- preparing ---------------------------------------------------------------------------------------------------


def test_run_solves_first_and_then_finds_what_is_solved(carbon, empty_store):
    words = ("run", "supply_chains", *(f"{k}={v}" for k, v in DRAWN.items()), "--seed", 1, "--periods", 50)
    first = json.loads(carbon(*words, "--workers", 1, "--json").out)
    assert solved(empty_store) == 2
    times = [path.stat().st_mtime_ns for path in empty_store.glob("*.npz")]
    again = json.loads(carbon(*words, "--json").out)
    assert again["metrics"] == first["metrics"]
    assert [path.stat().st_mtime_ns for path in empty_store.glob("*.npz")] == times


@pytest.fixture
def prepared(monkeypatch):
    """Arguments of the calls of `SupplyChains.prepare`."""
    called, usual = [], SupplyChains.prepare.__func__

    def note(cls, params, **how):
        called.append(params)
        usual(cls, params, **how)

    monkeypatch.setattr(SupplyChains, "prepare", classmethod(note))
    return called


def test_a_sweep_prepares_each_set_of_chains_once(prepared):
    axes = {"phi": "0.7:0.9:0.1", "instance_seed": [1, 2], "price_cap": [0, 140]}
    result = run_sweep("supply_chains", axes, parameters=DRAWN, seeds=2, periods=30)
    assert sorted(params.instance_seed for params in prepared) == [1, 2]
    assert result.failed == result.missing == 0 and len(result.table) == 24


def test_systems_without_preparation_start_at_once(prepared):
    run_sweep("supply_chains", {"phi": [0.8, 0.9]}, periods=20)
    prepare(SupplyChains, SupplyChains.Params())
    assert prepared == []


def test_a_set_of_chains_that_cannot_be_solved_fails_alone(tmp_path, file):
    told = json.loads(file.read_text())
    told["chains"][0]["to_zone_capacity"] = ONE_CUBIC_METRE
    bad = tmp_path / "bad.json"
    bad.write_text(json.dumps(told))
    table = run_sweep("supply_chains", {"instance": [str(bad), str(file)]}, periods=20).table
    assert table["error"][0].startswith("chain 1: ") and table["error"][1] == ""
    assert np.isfinite(table["trading_price"][1])


def test_a_sweep_cancelled_while_it_prepares_has_done_nothing(empty_store):
    result = run_sweep(
        "supply_chains", {"phi": [0.8, 0.9]}, parameters=DRAWN, periods=20, cancelled=lambda: True
    )
    assert result.missing == 2 and result.table.empty and solved(empty_store) == 0


def test_the_line_shows_programs_and_gap_of_every_chain():
    state = {2: (12, 0.0034), 1: (0, 1e-4), 3: (0, float("inf"))}
    expected = "solving plans: chain 1 stored, chain 2 12 programs gap 0.34 %, chain 3 begins"
    assert progress_text(state) == expected


def test_progress_shows_on_a_terminal_only_while_something_is_solved(empty_store, monkeypatch, capsys):
    monkeypatch.setattr("sys.stderr.isatty", lambda: True)
    params = SupplyChains.Params(**DRAWN)
    prepare_with_bar(SupplyChains, params, Here())
    assert "chain 1" in (told := capsys.readouterr().err) and "programs gap" in told
    prepare_with_bar(SupplyChains, params, Here())
    assert capsys.readouterr().err == ""


def test_an_interrupted_solve_keeps_finished_chains_and_resumes(carbon, started, tmp_path, file, empty_store):
    """Ctrl-C once the first chain is there, and the second one is not: somebody else seems to solve it."""
    chains, store = load_instance(file).chains, CurveStore(empty_store)
    with store.lock(chains[1]):
        process = started("instance", "solve", file, "--workers", 2, start_new_session=True)
        wait_until(lambda: solved(empty_store), process)
        process.send_signal(signal.SIGINT)
        _, err = process.communicate(timeout=PATIENCE)
    assert process.returncode == 130 and "the same command continues" in err
    assert not list(empty_store.glob("*.part"))
    assert [store.load(chain) is not None for chain in chains] == [True, False]
    assert carbon("instance", "solve", file, "--workers", 1).code == 0 and solved(empty_store) == 2


def test_prices_do_not_depend_on_who_asks(carbon, file, tmp_path):
    """run, sweep and instance tell the same trading price."""
    told = json.loads(carbon("instance", "solve", file, "--workers", 1, "--phi", 0.85, "--json").out)
    words = ("supply_chains", f"instance={file}", "phi=0.85", "--periods", 10, "--seed", 1)
    price = json.loads(carbon("run", *words, "--json").out)["metrics"]["trading_price"]
    carbon("sweep", *words, "--out", tmp_path / "sweep")
    swept = pd.read_csv(tmp_path / "sweep" / "results.csv")["trading_price"][0]
    assert told["prices"][0]["trading_price"] == pytest.approx(price) == pytest.approx(swept)


def test_infer_derives_the_cost_of_table_5_from_the_papers_profits(carbon):
    done = carbon("instance", "infer")
    assert done.code == 0
    for told in ("-543%", "-426%", "3,250", "1,612", "8,050 €/t x share avoided"):
        assert told in done.out
    facts = json.loads(carbon("instance", "infer", "--json").out)
    assert facts["slope_used"] == 8050.0
    assert facts["average_change_case_2_with_it"] == pytest.approx(-4.26, abs=0.01)
