"""Emitters from a CSV file, instead of drawn ones."""

import pandas as pd

from agents.tables import read_table
from learning.knobs import File

COLUMNS = {"name": "", "baseline": "t", "choke_price": "€/t"}
"""Columns, with units; others are ignored."""


def read_emitters(path):
    """Read the CSV file ``path``, one row per firm: names, and columns by name, float64[n].

    baseline : emissions a year without abatement. ParameterError naming file, row (1 is the first below the heading)
    and column where a name is missing or used twice, or a number is missing or not above zero.
    """
    table = read_table("emitters", path, COLUMNS)
    numbers = {name: table.numbers(name, unit) for name, unit in COLUMNS.items() if unit}
    return table.different_texts("name"), numbers


def emitters_as_csv(model):
    """Text of a CSV file, readable by `read_emitters`, with the present firms of a model."""
    firms = model.firms.rows[: model.emitters]
    numbers = {"baseline": firms.weight * model.yearly_baseline, "choke_price": firms.choke_price}
    return pd.DataFrame({"name": model.firm_names[: model.emitters]} | numbers).to_csv(index=False)


EMITTER_FILE = File("firms", read_emitters, usual="firms drawn at random", template=emitters_as_csv)
