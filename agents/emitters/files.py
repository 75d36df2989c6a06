"""Emitters from a CSV file, instead of drawn ones."""

import pandas as pd

from agents.tables import read_table
from learning.knobs import File

COLUMNS = {"name": "", "baseline": "t", "choke_price": "€/t"}
"""Columns, with units; others but `FREE` are ignored."""
FREE = "free_permits"
"""Column that a file may have: permits, t a year, in proportion to which firms get free ones."""


def read_emitters(path):
    """Read the CSV file ``path``, one row per firm: names, and columns by name, float64[n].

    baseline : emissions a year without abatement; free_permits : if the file has it. ParameterError naming file, row
    (1 is the first below the heading) and column where a name is missing or used twice, a number is missing or not
    above zero (of free permits: below zero), or no firm has free permits in a column of them.
    """
    table = read_table("emitters", path, COLUMNS)
    numbers = {name: table.numbers(name, unit) for name, unit in COLUMNS.items() if unit}
    if FREE in table.columns:
        numbers[FREE] = table.numbers(FREE, "t", least=0.0)
        if not numbers[FREE].any():
            raise table.error(0, FREE, "is 0 in every row: leave the column out")
    return table.different_texts("name"), numbers


def emitters_as_csv(model):
    """Text of a CSV file, readable by `read_emitters`, with the present firms of a model."""
    firms = model.firms.rows[: model.emitters]
    numbers = {"baseline": firms.weight * model.yearly_baseline, "choke_price": firms.choke_price}
    return pd.DataFrame({"name": model.firm_names[: model.emitters]} | numbers).to_csv(index=False)


EMITTER_FILE = File("firms", read_emitters, usual="firms drawn at random", template=emitters_as_csv)
