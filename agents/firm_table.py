"""Firms from a CSV file, instead of drawn ones."""

import numpy as np
import pandas as pd

from agents.tables import read_table
from learning.knobs import File

COLUMNS = {
    "selling_price": "€/unit",
    "unit_cost": "€/unit",
    "emission_intensity": "t/unit",
    "full_output": "units",
}
"""Required columns, with units; ``name`` may be one more, and others are ignored."""


def read_firms(path):
    """Read columns by name, float64[n], from the CSV file ``path``; one row per firm. Names: `read_firm_names`.

    ParameterError naming file, row (1 is the first below the heading) and column where a value is missing, not a
    number, not above zero, or a firm would earn nothing from its product.
    """
    table = read_table("firms", path, COLUMNS)
    firms = {name: table.numbers(name, unit) for name, unit in COLUMNS.items()}
    losing = np.flatnonzero(firms["selling_price"] <= firms["unit_cost"])
    if losing.size:
        row = losing[0]
        price, cost = firms["selling_price"][row], firms["unit_cost"][row]
        raise table.error(row, "selling_price", f"= {price}: must be above unit_cost {cost} €/unit")
    read_firm_names(path)
    return firms


def read_firm_names(path):
    """Names of the firms in the file, a list; empty without a column ``name``. ParameterError if not all differ."""
    table = read_table("firms", path, COLUMNS)
    return table.different_texts("name") if "name" in table.columns else []


def firms_as_csv(model):
    """Text of a CSV file, readable by `read_firms`, with the present firms of a model."""
    rows = model.firms.rows
    return pd.DataFrame({"name": model.firm_names} | {name: rows[name] for name in COLUMNS}).to_csv(
        index=False
    )


FIRM_FILE = File("firms", read_firms, usual="firms drawn at random", template=firms_as_csv)
