"""Marginal cost curves of abatement from a CSV file, instead of a registered form."""

from itertools import pairwise

import pandas as pd

from agents.emitters.curves import knots_from, knots_of
from agents.tables import read_table
from learning.knobs import File, ParameterError

COLUMNS = {"share": "share", "cost": "€/t"}
"""Columns, with units; a column ``name`` of the firm may stand beside them, others are ignored."""
KNOB = "abatement_curves"


def read_curves(path):
    """Read the CSV file ``path``, a row per corner: `Knots` by the firm's name, or of all under an empty name.

    The corners of a firm rise from share 0 to 1; equal shares are a jump of the marginal cost, €/t, equal costs a
    flat step. ParameterError naming file, row (1 is the first below the heading) and column of what is wrong.
    """
    table = read_table(KNOB, path, COLUMNS)
    share = table.numbers("share", "share", least=0.0, most=1.0)
    cost = table.numbers("cost", "€/t", least=0.0)
    rows = {}
    for row, name in enumerate(table.texts("name") if "name" in table.columns else [""] * len(table)):
        rows.setdefault(name, []).append(row)
    for each in rows.values():
        _check_corners(table, each, share, cost)
    return {name: knots_from(share[each], cost[each]) for name, each in rows.items()}


def _check_corners(table, rows, share, cost):
    """ParameterError naming row and column of the first corner of a curve that cannot follow the one before."""
    first, last = rows[0], rows[-1]
    if share[first] != 0.0:
        raise table.error(first, "share", f"= {share[first]:g}: must be 0, for the cost of the first tonne")
    for before, row in pairwise(rows):
        for name, values in (("share", share), ("cost", cost)):
            if values[row] < values[before]:
                raise table.error(row, name, f"= {values[row]:g}: must not fall, {values[before]:g} before")
    if share[last] != 1.0 or (share[rows] == 1.0).sum() > 1:
        raise table.error(
            last, "share", f"= {share[last]:g}: must be 1, once, for the cost of the last tonne"
        )
    if cost[last] == 0.0:
        raise table.error(last, "cost", "= 0: must be above 0 €/t for the last tonne")


def knots_in_file(path, names):
    """`Knots` of the firms of these names; ParameterError if the file has no curve of one.

    Curves of other firms have no effect, so that fewer firms can be drawn; a name misspelt leaves a firm without one.
    """
    curves = read_curves(path)
    if "" in curves:
        return [curves[""] for _ in names]
    for name in names:
        if name not in curves:
            raise ParameterError(
                f"{KNOB} = {path}: has no curve of {name!r}; leave out the column name for one of all"
            )
    return [curves[name] for name in names]


def curves_as_csv(model):
    """Text of a CSV file, readable by `read_curves`, with the present curves of a model's firms."""
    tables = []
    for row, name in enumerate(model.firm_names[: model.emitters]):
        share, cost = knots_of(model.room.curves, row)
        tables.append(pd.DataFrame({"name": name, "share": share, "cost": cost}))
    return pd.concat(tables).to_csv(index=False)


CURVE_FILE = File(
    "curves of abatement", read_curves, usual="curves of a registered form", template=curves_as_csv
)
