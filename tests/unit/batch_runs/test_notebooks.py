"""The notebooks run from their first cell to their last."""

import json
from pathlib import Path

import altair as alt
import pytest

FOLDER = Path(__file__).resolve().parents[3] / "batch_runs" / "notebooks"
NOTEBOOKS = sorted(FOLDER.glob("*.ipynb"))


def cells(notebook):
    return [
        each
        for each in json.loads(notebook.read_text(encoding="utf-8"))["cells"]
        if each["cell_type"] == "code"
    ]


@pytest.fixture
def run(tmp_path, monkeypatch):
    """Run a notebook's cells in an empty folder; returns its names afterwards and the value of the last line."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.syspath_prepend(str(FOLDER.parents[1]))

    def play(notebook):
        names = {}
        for cell in cells(notebook):
            exec(compile("".join(cell["source"]), notebook.name, "exec"), names)
        return names, eval("".join(cells(notebook)[-1]["source"]).splitlines()[-1], names)

    return play


@pytest.mark.parametrize("notebook", NOTEBOOKS, ids=lambda path: path.stem)
def test_a_notebook_is_one_and_keeps_no_outputs(notebook):
    nbformat = pytest.importorskip("nbformat")
    nbformat.validate(nbformat.read(notebook, as_version=4))
    assert all(cell["outputs"] == [] and cell["execution_count"] is None for cell in cells(notebook))


def test_the_model_is_made_stepped_run_and_plotted(run, capsys):
    names, chart = run(FOLDER / "mesa_model.ipynb")
    assert isinstance(chart, alt.Chart) and len(names["lines"]) > 200
    assert names["model"].steps == 5_003 and names["shown"].model.steps == 5_103
    assert "<learning_bidders, seed 7, period 5003>" in capsys.readouterr().out


def test_a_sweep_becomes_a_figure(run, tmp_path):
    names, figure = run(FOLDER / "sweep_to_figure.ipynb")
    assert isinstance(figure, alt.FacetChart) and names["result"].failed == 0
    assert len(names["shown"]) == 3 * 2 * 2 and (names["shown"]["low"] < names["shown"]["high"]).all()
    assert "</svg>" in (tmp_path / "revenue_and_profit.svg").read_text(encoding="utf-8")


def test_the_log_of_a_class_becomes_tables_and_figures(run, tmp_path):
    names, chart = run(FOLDER / "class_log.ipynb")
    assert (tmp_path / "class-bots.sqlite").exists() and names["varied"] == ["auction"]
    for each in (names["price_chart"], names["bid_chart"], chart):
        each.save(tmp_path / "figure.svg")  # Vega-Lite finds faults that Altair lets pass
        assert "</svg>" in (tmp_path / "figure.svg").read_text(encoding="utf-8")
    assert len(names["rows"]) == 6 * 12 and not set(names["rows"]) & {"nickname", "key"}
    assert (names["profits"]["best_reply"] >= names["profits"]["profit"]).all()
