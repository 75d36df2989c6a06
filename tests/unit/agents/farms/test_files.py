"""Own cost curves in files: exact round trips, and mistakes named by file, farm, pollutant and row."""

import numpy as np
import pandas as pd
import pytest

from agents.farms.curves import farm_of, joint_cost
from agents.farms.draws import KNOTS, draw_curves
from agents.farms.files import read_curves, write_curves
from learning.knobs import ParameterError


def drawn(n=3, m=2):
    noise = np.random.default_rng(1).standard_normal((n, m, KNOTS))
    return draw_curves(
        noise, ("crop", "dairy"), (0.5, 0.1), baseline=(4, 3, 2)[:m], factor=[1.0] * m, spread=0.2
    )


@pytest.fixture
def table(tmp_path):
    """Function: the file after a change of its table, as path."""
    path = tmp_path / "own.csv"

    def write(change=lambda rows: rows, m=2):
        write_curves(drawn(m=m), path)
        change(pd.read_csv(path, dtype=str, keep_default_na=False)).to_csv(path, index=False)
        return str(path)

    return write


def put(rows, by, of, knot, **values):
    """The table with other values in the row of a knot."""
    chosen = rows.index[(rows.farm == by) & (rows.pollutant == of)]
    for name, value in values.items():
        rows.loc[chosen if knot is None else chosen[knot], name] = value
    return rows


@pytest.mark.parametrize("m", [1, 2, 3])
def test_a_file_keeps_every_bit(tmp_path, m, same_bits):
    write_curves(drawn(m=m), tmp_path / "own.csv")
    back = read_curves(tmp_path / "own.csv")
    assert all(same_bits(a, b) for a, b in zip(back, drawn(m=m), strict=True))


def test_farms_and_pollutants_may_come_in_any_order(table):
    as_written, mixed = (
        read_curves(table()),
        read_curves(table(lambda rows: pd.concat([rows[25:], rows[:25]]))),
    )
    assert mixed.baseline.tolist() == as_written.baseline[[2, 0, 1]].tolist()
    assert mixed.cost == pytest.approx(as_written.cost[[2, 0, 1]])


def test_curves_with_fewer_knots_stay_the_same_functions(tmp_path):
    path = tmp_path / "own.csv"
    path.write_text(
        "farm,pollutant,abated,marginal_cost,correlation\n"
        "north,ghg,0,1,1\nnorth,ghg,2,2,1\nnorth,ghg,3,6,1\nnorth,ghg,4,7,1\n"
        "north,nutrient,0,10,0.5\nnorth,nutrient,5,20,0.5\n"
        "south,ghg,0,3,1\nsouth,ghg,6,3,1\nsouth,nutrient,0,0,0\nsouth,nutrient,1,8,0\n",
        encoding="utf-8",
    )
    curves = read_curves(path)
    assert curves.baseline.tolist() == [[4, 5], [6, 1]]
    assert curves.correlation.tolist() == [[1.0, 0.5], [1.0, 0.0]]
    assert curves.cost[:, :, -1] == pytest.approx(np.array([[3 + 4 + 6.5, 75], [18, 4]]))
    # of the nutrient 1.5 are left once 3 lots are abated: 3 + 4 + 15 + 1.5 * 1.5; a lot more costs 6, saves 6.5
    assert joint_cost(farm_of(curves, 0), np.array([4.0, 3.0])) == pytest.approx(13.5 + 10 + 1)
    assert joint_cost(farm_of(curves, 1), np.array([0.0, 0.5])) == pytest.approx(1)


def drop(name):
    return lambda rows: rows.drop(columns=name)


MISTAKES = {
    "column 'marginal_cost' is missing": drop("marginal_cost"),
    "column 'farm' is missing": drop("farm"),
    "there is no row below the heading": lambda rows: rows[:0],
    "row 7, column marginal_cost = dear: must be a number of at least 0 €/lot": lambda rows: put(
        rows, "1", "nutrient", 1, marginal_cost="dear"
    ),
    "row 3, column abated = -1: must be a number of at least 0 lots": lambda rows: put(
        rows, "1", "ghg", 2, abated="-1"
    ),
    "row 6, column correlation is missing": lambda rows: put(rows, "1", "nutrient", 0, correlation=""),
    "unknown pollutant 'methane'; known: ghg, nutrient, ammonia": lambda rows: put(
        rows, "2", "nutrient", None, pollutant="methane"
    ),
    "has ghg, ammonia; takes the first ones of ghg, nutrient, ammonia": lambda rows: rows.replace(
        "nutrient", "ammonia"
    ),
    "farm 2, pollutant nutrient: needs at least two knots": lambda rows: rows[
        (rows.farm != "2") | (rows.pollutant != "nutrient")
    ],
    "farm 1, pollutant ghg: needs abated lots that rise from 0": lambda rows: put(
        rows, "1", "ghg", 0, abated="0.5"
    ),
    "farm 3, pollutant nutrient: needs abated lots that rise from 0": lambda rows: put(
        rows, "3", "nutrient", 2, abated="0.75"
    ),
    "farm 2, pollutant ghg: needs a whole number of lots as last abated, the baseline": lambda rows: put(
        rows, "2", "ghg", -1, abated="4.5"
    ),
    "farm 1, pollutant nutrient: needs marginal costs that do not fall": lambda rows: put(
        rows, "1", "nutrient", -1, marginal_cost="0"
    ),
    "farm 1, pollutant nutrient: needs one correlation in all its rows": lambda rows: put(
        rows, "1", "nutrient", 1, correlation="0.25"
    ),
    "farm 3, pollutant ghg: needs a correlation of 1 with itself": lambda rows: put(
        rows, "3", "ghg", None, correlation="0.5"
    ),
}


@pytest.mark.parametrize("message", MISTAKES)
def test_mistakes_are_named(table, message):
    path = table(MISTAKES[message])
    with pytest.raises(ParameterError) as told:
        read_curves(path)
    assert str(told.value).startswith(f"curves = {path}")
    assert message in str(told.value)


def test_pollutants_that_are_missing_are_named_by_row(table):
    path = table(lambda rows: put(put(rows, "1", "ghg", 1, pollutant=""), "1", "ghg", 2, pollutant="soot"))
    with pytest.raises(ParameterError, match="row 2, column pollutant is missing"):
        read_curves(path)


def test_farms_without_a_name_are_named_by_row(table):
    path = table(lambda rows: put(rows, "1", "nutrient", 1, farm=""))
    with pytest.raises(ParameterError, match="row 7, column farm is missing"):
        read_curves(path)


def test_a_file_that_is_not_there_is_named(tmp_path):
    with pytest.raises(ParameterError, match=r"curves = .*none\.csv: no such file"):
        read_curves(tmp_path / "none.csv")
