"""Templates that are read back, rows that mean nothing, and a table as Excel writes it in Germany."""

import pandas as pd
import pytest

from agents import tables
from batch_runs.work.plan import make_plan
from model.base import SYSTEMS

GERMAN = (
    "Name;Selling_Price;Unit_Cost;Emission_Intensity;Full_Output\r\n"
    "Hütte Süd;13,5;8,25;1,8;110\r\nWerk;12,75;7,5;1,6;140\r\n"
)
SPARSE = (
    "selling_price,unit_cost,emission_intensity,full_output\n13,8,1.8,110\n"
    "13,8,1.8,0\n13,8,,100\n13,8,Excluded,90\n13,8,1.7,-1\n"
)
WITH_FIRMS = [
    (system, name) for system, kind in SYSTEMS.items() for name, knob in kind.Params.knobs().items()
    if knob.file and knob.file.template
]  # fmt: skip


@pytest.fixture
def skipping(monkeypatch):
    """Whether rows are left out is as before after the test."""
    monkeypatch.setenv(tables.SKIP, "")
    monkeypatch.setattr(tables, "_LEFT_OUT", {})


@pytest.mark.parametrize(("system", "knob"), WITH_FIRMS)
def test_a_template_is_read_back(system, knob, carbon, tmp_path):
    small = ["problem_set=small"] if system == "supply_chains" else []
    done = carbon("template", knob, system, "--out", tmp_path / "own.csv")
    assert done.code == 0, done.err
    assert f"carbon run {system} {knob}=" in done.out
    SYSTEMS[system].Params.knobs()[knob].file.read(tmp_path / "own.csv")
    assert carbon("template", "firms", system, *small).code == 0


def test_what_has_no_template_is_named(carbon):
    assert "two_tier has templates of nothing" in carbon("template", "firms", "two_tier").err
    assert "unknown system 'grit'" in carbon("template", "firms", "grit").err
    assert carbon("template").code == 2


def test_rows_that_mean_nothing_are_left_out_and_counted_if_asked(carbon, tmp_path, skipping):
    path = tmp_path / "sparse.csv"
    path.write_text(SPARSE, encoding="utf-8")
    words = ["run", "learning_bidders", f"firms={path}", "--periods", "5"]
    refused = carbon(*words)
    assert refused.code == 2 and "row 3, column emission_intensity is missing" in refused.err
    done = carbon(*words, "--skip-empty")
    assert done.code == 0 and f"firms = {path}: 4 rows left out" in done.err


def test_runs_with_and_without_these_rows_are_different_runs(tmp_path, skipping):
    path = tmp_path / "whole.csv"
    path.write_text(SPARSE[: SPARSE.index("13,8,1.8,0")], encoding="utf-8")

    def keys():
        plan = make_plan(
            "learning_bidders", {"phi": "0.8"}, parameters={"firms": str(path)}, periods=5, window=5
        )
        return [job.key for _, job in plan.runs]

    whole = keys()
    tables.skip_empty()
    assert keys() != whole


@pytest.mark.parametrize(("encoding", "seen"), [("cp1252", "Hütte"), ("mac_roman", "HŸtte"), ("utf-8", "")])
def test_a_guessed_encoding_is_named_with_a_word_to_judge_it_by(encoding, seen, carbon, tmp_path):
    path = tmp_path / "firmen.csv"
    path.write_bytes(GERMAN.encode(encoding))
    done = carbon("run", "learning_bidders", f"firms={path}", "--periods", "3")
    assert done.code == 0, done.err
    note = f"note: {path} was read as cp1252, for example '{seen}'; if that is wrong, save it as UTF-8"
    assert (note in done.err) == bool(seen) and ("note:" in done.err) == bool(seen)
    assert "note:" not in carbon("run", "learning_bidders", "--periods", "3").err


@pytest.mark.parametrize("encoding", ["cp1252", "utf-8-sig", "utf-16"])
def test_names_of_a_german_table_reach_the_firms_that_are_written(encoding, carbon, tmp_path):
    path, out = tmp_path / "firmen.csv", tmp_path / "out.csv"
    path.write_bytes(GERMAN.encode(encoding))
    done = carbon("run", "learning_bidders", f"firms={path}", "--periods", "3", "--firms-out", out)
    assert done.code == 0, done.err
    rows = pd.read_csv(out)
    assert list(rows["name"][:2]) == ["Hütte Süd", "Werk"] and rows["selling_price"][0] == 13.5
