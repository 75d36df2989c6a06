"""Abatement curves: corners, pieces, emissions at a price, cost of abatement, and files."""

import numpy as np
import pytest
from scipy.integrate import quad

from agents.emitters.curve_files import knots_in_file, read_curves
from agents.emitters.curve_forms import CURVE_FORMS, knots_by_form
from agents.emitters.curves import (
    cost_of,
    cost_of_all,
    curves_of,
    emissions_at,
    knots_from,
    knots_of,
    market_row,
    straight,
)
from agents.emitters.lines import line_of_firms
from learning.knobs import ParameterError

BASE = 80.0
MEASURED = knots_from([0.0, 0.25, 0.25, 0.5, 1.0], [10.0, 10.0, 40.0, 60.0, 240.0])
"""A quarter at 10 €/t, then from 40 €/t on; a flat step, a jump and two slopes."""


def emitted(price, curves, row=0, level=1.0):
    return emissions_at(price, BASE, BASE / level, curves, row, level)


@pytest.mark.parametrize("level", [1.0, 1.5])
@pytest.mark.parametrize(
    ("price", "avoided"), [(9.9, 0.0), (25.0, 0.25), (50.0, 0.375), (150.0, 0.75), (300, 1)]
)
def test_emissions_by_hand(price, avoided, level):
    curves = curves_of([MEASURED], [1.0])
    assert emitted(level * price, curves, level=level) == pytest.approx(BASE * (1.0 - avoided), abs=1e-8)


@pytest.mark.parametrize("level", [1.0, 1.5])
def test_the_cost_is_the_area_under_the_curve(level):
    """In € per t of base: 0.25 × 10 + 0.25 × 50 + 0.5 × 150."""
    curves = curves_of([MEASURED], [1.0])
    assert cost_of(BASE, BASE / level, curves, 0, level) == pytest.approx(90.0 * BASE * level, rel=1e-5)
    assert cost_of_all(MEASURED) == pytest.approx(90.0, rel=1e-5)
    for avoided in (0.0, 0.1, 0.25, 0.3, 0.75):
        area, _ = quad(lambda x: np.interp(x, *MEASURED), 0.0, avoided, points=[0.25], epsabs=1e-9)
        cost = cost_of(avoided * BASE, BASE / level, curves, 0, level)
        assert cost == pytest.approx(area * BASE * level, rel=1e-6, abs=1e-9)


@pytest.mark.parametrize("name", list(CURVE_FORMS))
def test_a_form_runs_from_nothing_to_the_choke_price_and_never_falls(name):
    knots = knots_by_form(name, {name: CURVE_FORMS[name].Settings()}, 200.0)
    assert knots.share[[0, -1]].tolist() == [0.0, 1.0] and knots.cost[-1] == 200.0
    assert (np.diff(knots.share) >= 0.0).all() and (np.diff(knots.cost) > 0.0).all()
    prices = np.linspace(0.0, 210.0, 400)
    found = [emitted(price, curves_of([knots], [1.0])) for price in prices]
    assert (np.diff(found) <= 1e-9).all() and found[-1] == 0.0


def test_corners_are_read_back():
    curves = curves_of([straight(150.0), MEASURED], [0.5, 0.5])
    for row, knots in enumerate((straight(150.0), MEASURED)):
        for one, other in zip(knots_of(curves, row), knots, strict=True):
            assert one == pytest.approx(other, rel=1e-12)


def test_all_together_avoid_what_each_does():
    weight, knots = np.array([0.2, 0.5, 0.3]), [straight(150.0), MEASURED, straight(300.0)]
    curves = curves_of(knots, weight)
    for price in (5.0, 30.0, 45.0, 140.0, 200.0, 290.0):
        each = sum(w * emitted(price, curves, row) for row, w in enumerate(weight))
        assert emitted(price, curves, market_row(curves)) == pytest.approx(each, abs=1e-6)


def test_straight_lines_add_up_to_one():
    curves = curves_of([straight(150.0), straight(300.0)], [0.5, 0.5])
    assert knots_of(curves, market_row(curves)).cost.tolist() == [0.0, pytest.approx(200.0)]


@pytest.mark.parametrize(
    ("share", "cost", "problem"),
    [
        ([1.0], [10.0], "two corners"),
        ([0.0, 0.6, 0.5, 1.0], [0.0, 1.0, 2.0, 3.0], "shares that do not fall"),
        ([0.0, 0.5, 1.0], [0.0, 20.0, 10.0], "costs that do not fall"),
        ([0.1, 1.0], [0.0, 20.0], "0 as its first share"),
        ([0.0, 0.9], [0.0, 20.0], "1 as its last share"),
        ([0.0, 1.0, 1.0], [0.0, 20.0, 30.0], "1 as its last share, once"),
        ([0.0, 1.0], [0.0, 0.0], "above 0"),
    ],
)
def test_corners_that_make_no_curve_are_refused(share, cost, problem):
    with pytest.raises(ValueError, match=problem):
        knots_from(share, cost)


# -- files ----------------------------------------------------------------------------------------------------------


def written(tmp_path, text):
    path = tmp_path / "curves.csv"
    path.write_text(text)
    return str(path)


def test_a_file_has_one_curve_for_all_or_one_for_each(tmp_path):
    one = written(tmp_path, "share;cost\n0;0\n0,4;20\n1;200\n")
    for knots in knots_in_file(one, ["A", "B"]):
        assert knots.share.tolist() == [0.0, 0.4, 1.0] and knots.cost.tolist() == [0.0, 20.0, 200.0]
    each = written(tmp_path, "Name,share,cost,note\nA,0,5,x\nB,0,0,\nA,1,100,\nB,1,200,\n")
    first, second = knots_in_file(each, ["B", "A"])
    assert (first.cost.tolist(), second.cost.tolist()) == ([0.0, 200.0], [5.0, 100.0])
    with pytest.raises(ParameterError, match="has no curve of 'C'"):
        knots_in_file(each, ["A", "B", "C"])
    assert len(knots_in_file(each, ["A"])) == 1


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("share\n0\n", "column 'cost' is missing"),
        ("share,cost\n0,1\n1.2,2\n", "row 2, column share = 1.2: must be from 0 to 1"),
        ("share,cost\n0,1\n1,x\n", "row 2, column cost = x: must be a number of at least 0 €/t"),
        ("share,cost\n0,1\n0.5,3\n1,2\n", "row 3, column cost = 2: must not fall, 3 before"),
        ("share,cost\n0,1\n0.5,3\n0.4,4\n1,5\n", "row 3, column share = 0.4: must not fall, 0.5 before"),
        ("share,cost\n0.1,1\n1,2\n", "row 1, column share = 0.1: must be 0"),
        ("share,cost\n0,1\n0.9,2\n", "row 2, column share = 0.9: must be 1"),
        ("share,cost\n0,0\n1,0\n", "row 2, column cost = 0: must be above 0"),
        ("share,cost\n0,3\n", "row 1, column share = 0: must be 1"),
        ("name,share,cost\nA,0,1\n,1,2\n", "row 2, column name is missing"),
        (
            "name,share,cost\nA,0,1\nB,0,1\nA,1,0.5\nB,1,2\n",
            "row 3, column cost = 0.5: must not fall, 1 before",
        ),
    ],
)
def test_what_is_wrong_in_a_file_is_named_with_row_and_column(tmp_path, text, problem):
    with pytest.raises(ParameterError, match=problem.replace("(", r"\(")):
        read_curves(written(tmp_path, text))


def test_straight_curves_add_up_to_a_line_until_the_first_firm_emits_nothing():
    baseline, base = np.array([80.0, 50.0, 0.0]), np.array([100.0, 50.0, 0.0])  # the third is a trader
    curves = curves_of([straight(200.0), straight(100.0), straight(150.0)], [0.6, 0.4, 0.0])
    line = line_of_firms(baseline, base, curves)
    assert line.holds_to == 100.0
    for price in (0.0, 37.0, 100.0):
        each = [emissions_at(price, baseline[i], base[i], curves, i, 1.0) for i in range(3)]
        assert line.total - line.fall * price == pytest.approx(sum(each), rel=1e-14)
    bent = curves_of([straight(200.0), MEASURED, straight(150.0)], [0.6, 0.4, 0.0])
    assert line_of_firms(baseline, base, bent).holds_to < 0.0
