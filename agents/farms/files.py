"""Farms from a file: abatement cost curves in CSV."""

import io

import numpy as np
import pandas as pd

from agents.farms.curves import curves_from
from agents.farms.pollutants import POLLUTANTS
from agents.tables import read_table
from learning.knobs import File, ParameterError

COLUMNS = {"abated": "lots", "marginal_cost": "€/lot", "correlation": "lots/lot"}
"""Required columns of numbers, besides ``farm`` and ``pollutant``."""
MOST = 1e9
"""Largest number in a file: prices are computed in millionths of a euro, as whole numbers."""


def read_curves(path):
    """Read `Curves` from the CSV file ``path``: a row per knot, with farm, pollutant and the `COLUMNS`.

    Knots of a farm and pollutant rise from 0 abated lots to the baseline, a whole number; marginal costs do not
    fall. correlation : lots of this pollutant abated with a lot of the first one, the same in all rows of a curve.
    Every farm has the same pollutants, the first of `POLLUTANTS` among them. ParameterError naming file, farm,
    pollutant and what would be right.
    """
    table = _read_knots(path)
    pollutants = _pollutants(path, table)
    farms = list(table["farm"].unique())
    curves = [[_curve(path, table, farm, pollutant) for pollutant in pollutants] for farm in farms]
    return _assemble(curves)


def _read_knots(path):
    """Read the table of knots and check its columns; ParameterError naming row and column."""
    table = read_table("curves", path, ("farm", "pollutant", *COLUMNS))
    named = {name: table.texts(name) for name in ("farm", "pollutant")}
    numbers = {name: table.numbers(name, unit, least=0.0, most=MOST) for name, unit in COLUMNS.items()}
    return pd.DataFrame(named | numbers)


def _pollutants(path, table):
    """The pollutants of the file, in the order of `POLLUTANTS`."""
    named = set(table["pollutant"])
    if named - set(POLLUTANTS):
        raise ParameterError(
            f"curves = {path}: unknown pollutant {min(named - set(POLLUTANTS))!r}; known: {', '.join(POLLUTANTS)}"
        )
    found = [p for p in POLLUTANTS if p in named]
    if found != list(POLLUTANTS[: len(found)]):
        raise ParameterError(
            f"curves = {path}: has {', '.join(found)}; takes the first ones of {', '.join(POLLUTANTS)}"
        )
    return found


def _curve(path, table, farm, pollutant):
    """Check the rows of one curve; return its abated lots, marginal costs and correlation."""
    rows = table[(table["farm"] == farm) & (table["pollutant"] == pollutant)]
    abated, marginal = rows["abated"].to_numpy(), rows["marginal_cost"].to_numpy()
    for wanted, right in _requirements(abated, marginal, rows["correlation"], pollutant).items():
        if not right:
            raise ParameterError(f"curves = {path}, farm {farm}, pollutant {pollutant}: needs {wanted}")
    return abated, marginal, rows["correlation"].iloc[0]


def _requirements(abated, marginal, correlation, pollutant):
    """Requirements of a curve, in the order of checking, and whether it meets them."""
    some, of_itself = len(abated) > 0, pollutant == POLLUTANTS[0]
    return {
        "at least two knots": len(abated) >= 2,
        "abated lots that rise from 0": some and abated[0] == 0.0 and (np.diff(abated) > 0).all(),
        "a whole number of lots as last abated, the baseline": some and abated[-1] == round(abated[-1]),
        "marginal costs that do not fall": (np.diff(marginal) >= 0).all(),
        "one correlation in all its rows": correlation.nunique() == 1,
        "a correlation of 1 with itself": not of_itself or (correlation == 1).all(),
    }


def _assemble(curves):
    """Make `Curves` from nested lists of curves; curves with fewer knots get more on the same lines."""
    n, m = len(curves), len(curves[0])
    knots = max(len(abated) for farm in curves for abated, _, _ in farm)
    abated, marginal = np.empty((n, m, knots)), np.empty((n, m, knots))
    for i, farm in enumerate(curves):
        for j, (x, y, _) in enumerate(farm):
            abated[i, j], marginal[i, j] = _refine(x, y, knots)
    baseline = np.array([[round(abated[-1]) for abated, _, _ in farm] for farm in curves], np.int64)
    return curves_from(abated, marginal, baseline, np.array([[r for _, _, r in farm] for farm in curves]))


def _refine(x, y, knots):
    """Refine a piecewise linear curve to ``knots`` knots by halving its widest pieces."""
    while len(x) < knots:
        k = int(np.argmax(np.diff(x)))
        x = np.insert(x, k + 1, (x[k] + x[k + 1]) / 2.0)
        y = np.insert(y, k + 1, (y[k] + y[k + 1]) / 2.0)
    return x, y


def write_curves(curves, path):
    """Write `Curves` to a file that `read_curves` reads, as an example to edit."""
    farm, pollutant, _ = np.indices(curves.abated.shape)
    table = pd.DataFrame(
        {
            "farm": farm.ravel() + 1,
            "pollutant": np.array(POLLUTANTS)[pollutant.ravel()],
            "abated": curves.abated.ravel(),
            "marginal_cost": curves.marginal_cost.ravel(),
            "correlation": np.repeat(curves.correlation.ravel(), curves.abated.shape[-1]),
        }
    )
    table.to_csv(path, index=False)


def curves_as_csv(model):
    """Text of a CSV file, readable by `read_curves`, with the cost curves of a model's present farms."""
    text = io.StringIO()
    write_curves(model.curves, text)
    return text.getvalue()


CURVE_FILE = File("farms", read_curves, usual="farms drawn at random", template=curves_as_csv)
