"""Reading CSV files of users, with errors that name file, row and column."""

import warnings

import numpy as np
import pandas as pd

from learning.knobs import ParameterError, check_is_file


def read_table(knob, path, columns):
    """Read the CSV file ``path`` of the parameter ``knob``; ParameterError if columns or all rows are missing."""
    check_is_file(knob, path)
    unreadable = pd.errors.ParserError, pd.errors.ParserWarning, pd.errors.EmptyDataError
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", pd.errors.ParserWarning)  # more values than columns
            table = pd.read_csv(path, skipinitialspace=True, skip_blank_lines=False, index_col=False)
    except (OSError, UnicodeDecodeError, *unreadable) as error:
        raise ParameterError(f"{knob} = {path}: not a readable CSV file ({error})") from None
    table = table.dropna(how="all")
    missing = [name for name in columns if name not in table]
    if missing:
        raise ParameterError(
            f"{knob} = {path}: column {missing[0]!r} is missing; needed: {', '.join(columns)}"
        )
    if table.empty:
        raise ParameterError(f"{knob} = {path}: there is no row below the heading")
    return table


def numbers_of(knob, path, table, name, unit, *, least=None):
    """Check one column and return it as float64[rows]: numbers above 0, or at least ``least``.

    ParameterError naming row (1 is the first below the heading) and column for other values.
    """
    numbers = pd.to_numeric(table[name], errors="coerce").to_numpy(float)
    right = numbers > 0 if least is None else numbers >= least
    bad = np.flatnonzero(~(np.isfinite(numbers) & right))
    if bad.size:
        value = table[name].iloc[bad[0]]
        wanted = "a number above 0" if least is None else f"a number of at least {least:g}"
        problem = "is missing" if pd.isna(value) else f"= {value}: must be {wanted}"
        raise ParameterError(
            f"{knob} = {path}, row {table.index[bad[0]] + 1}, column {name} {problem} {unit}".rstrip()
        )
    return numbers
