"""Firms of one's own: a CSV file instead of drawn ones."""

import warnings
from pathlib import Path

import numpy as np
import pandas as pd

from learning.knobs import ParameterError

COLUMNS = {
    "selling_price": "€/unit",
    "unit_cost": "€/unit",
    "emission_intensity": "t/unit",
    "full_output": "units",
}
"""Columns a file must have, with units; others (a name, a note) are ignored."""

UNREADABLE = pd.errors.ParserError, pd.errors.ParserWarning, pd.errors.EmptyDataError


def read_firms(path):
    """Columns by name, float64[n], of the CSV file ``path``; one row per firm.

    ParameterError naming file, row (1 is the first below the heading) and column where a value is missing, not a
    number, not above zero, or a firm would earn nothing from its product.
    """
    table = _read(path)
    missing = [name for name in COLUMNS if name not in table]
    if missing:
        raise ParameterError(
            f"firms = {path}: column {missing[0]!r} is missing; needed: {', '.join(COLUMNS)}"
        )
    if table.empty:
        raise ParameterError(f"firms = {path}: there is no row below the heading")
    firms = {name: _numbers(path, table, name) for name in COLUMNS}
    losing = np.flatnonzero(firms["selling_price"] <= firms["unit_cost"])
    if losing.size:
        raise ParameterError(
            f"firms = {path}, row {table.index[losing[0]] + 1}, column selling_price: "
            f"{firms['selling_price'][losing[0]]} €/unit must be above unit_cost {firms['unit_cost'][losing[0]]} €/unit"
        )
    return firms


def _read(path):
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", pd.errors.ParserWarning)  # more values than columns
            table = pd.read_csv(path, skipinitialspace=True, skip_blank_lines=False, index_col=False)
    except FileNotFoundError:
        raise ParameterError(f"firms = {path}: no such file") from None
    except (OSError, UnicodeDecodeError, *UNREADABLE) as error:
        raise ParameterError(f"firms = {path}: not a readable CSV file ({error})") from None
    return table.dropna(how="all")


def _numbers(path, table, name):
    """One column as positive numbers."""
    numbers = pd.to_numeric(table[name], errors="coerce").to_numpy(float)
    bad = np.flatnonzero(~(np.isfinite(numbers) & (numbers > 0)))
    if bad.size:
        value = table[name].iloc[bad[0]]
        said = "is missing" if pd.isna(value) else f"= {value}: must be a number above 0"
        raise ParameterError(
            f"firms = {path}, row {table.index[bad[0]] + 1}, column {name} {said} {COLUMNS[name]}".rstrip()
        )
    return numbers


def contents(path):
    """Bytes of the file, which tell one table of firms from another whatever its name."""
    return Path(path).read_bytes()
