"""Instances in files: JSON, which preserves every bit, and CSV for users' own data.

CSV: one row per number, columns ``chain,parameter,product,machine,centre,warehouse,zone,mode,period,value``;
chains and indices count from 1. A parameter's row fills the columns of its own indices; one left empty means all
of them, so ``1,volume,,,,,,,,0.65`` gives every product of chain 1 that volume.
"""

import io
import json
from pathlib import Path

import numpy as np
import pandas as pd

from agents.supply_chains.data import AXES, TABLES, ChainData, Instance, limits
from agents.supply_chains.draws import draw_instance
from agents.tables import read_table
from learning.budget import check_numbers
from learning.files import LARGEST as LARGEST_FILE
from learning.files import read_json
from learning.knobs import File, ParameterError
from learning.registry import unknown

COLUMNS = ("chain", "parameter", *AXES.values(), "value")
LARGEST = 1000
"""Highest index, so that a typing error does not create a table of millions."""


def save_instance(instance, path):
    """Write an `Instance` to a JSON file."""
    chains = [{name: getattr(chain, name).tolist() for name in TABLES} for chain in instance.chains]
    about = {"name": instance.name, "seed": instance.seed, "redraws": instance.redraws}
    Path(path).write_text(json.dumps({**about, "chains": chains}), encoding="utf-8")


def load_instance(path):
    """Read an `Instance` from a file that ends in .json or .csv; ParameterError naming file and place."""
    if str(path).lower().endswith(".csv"):
        return read_csv(path)
    stored = read_json(path, "instance")
    if not isinstance(stored, dict) or not isinstance(stored.get("chains"), list) or not stored["chains"]:
        raise ParameterError(f"instance = {path}: needs a list 'chains' with at least one chain")
    chains = tuple(_chain(path, k + 1, tables) for k, tables in enumerate(stored["chains"]))
    return Instance(
        str(stored.get("name", Path(path).stem)), chains, stored.get("seed"), stored.get("redraws", 0)
    )


def _chain(path, number, tables):
    """Make `ChainData` from the tables of one chain, by name."""
    where = f"instance = {path}, chain {number}"
    if not isinstance(tables, dict):
        raise ParameterError(f"{where}: needs tables by name")
    for name in tables:
        if name not in TABLES:
            raise ParameterError(f"{where}: {unknown('parameter', name, list(TABLES))}")
    missing = [name for name in TABLES if name not in tables]
    if missing:
        raise ParameterError(
            f"{where}: parameter {missing[0]!r} is missing ({TABLES[missing[0]]['meaning']})"
        )
    try:
        return ChainData(**{name: np.array(values, float) for name, values in tables.items()})
    except ParameterError as error:
        raise ParameterError(f"{where}: {error}") from None
    except (TypeError, ValueError) as error:
        raise ParameterError(f"{where}: not a table of numbers ({error})") from None


def write_csv(instance, path):
    """Write the chains of an `Instance` as CSV to a path or an open file, a row per number."""
    rows = [
        {"chain": number, "parameter": name, **place, "value": repr(float(value))}
        for number, chain in enumerate(instance.chains, 1)
        for name, about in TABLES.items()
        for place, value in _cells(about["axes"], getattr(chain, name))
    ]
    pd.DataFrame(rows, columns=COLUMNS, dtype=object).to_csv(path, index=False)


def _cells(axes, values):
    for place, value in np.ndenumerate(values):
        yield {AXES[letter]: k + 1 for letter, k in zip(axes, place, strict=True)}, value


def read_csv(path):
    """Read an `Instance` from a CSV file; ParameterError naming file, row (1: first below the heading), column."""
    table = read_table("instance", path, COLUMNS)
    rows = [
        _parse(f"instance = {path}, row {number}", {name: table.columns[name][k] for name in COLUMNS})
        for k, number in enumerate(table.row_numbers)
    ]
    numbers = sorted({row["chain"] for row in rows})
    if numbers != list(range(1, len(numbers) + 1)):
        raise ParameterError(
            f"instance = {path}, column chain: chains {numbers} must be 1, 2, … without a gap"
        )
    chains = tuple(
        _chain(path, number, _tables(path, number, [row for row in rows if row["chain"] == number]))
        for number in numbers
    )
    return Instance(Path(path).stem, chains)


def _parse(where, cells):
    """Parse one row: chain, parameter, place (index from 0, or None for all) by letter, value, where."""
    name = cells["parameter"]
    if name not in TABLES:
        raise ParameterError(f"{where}, column parameter: {unknown('parameter', name, list(TABLES))}")
    about, place = TABLES[name], {}
    for letter, column in AXES.items():
        if letter in about["axes"]:
            place[letter] = _index(where, column, cells[column]) - 1 if cells[column] else None
        elif cells[column]:
            raise ParameterError(
                f"{where}, column {column} = {cells[column]}: {name} has none, must be empty"
            )
    value = _value(where, about, cells["value"])
    return {
        "chain": _index(where, "chain", cells["chain"]),
        "name": name,
        "place": place,
        "value": value,
        "where": where,
    }


def _index(where, column, text):
    if not text.isdecimal() or not 1 <= int(text) <= LARGEST:
        raise ParameterError(f"{where}, column {column} = {text}: must be a whole number from 1 to {LARGEST}")
    return int(text)


def _value(where, about, text):
    try:
        number = float(text)
    except ValueError:
        number = np.nan
    whole = about["unit"] != "0 or 1" or number in (0, 1)
    if not (np.isfinite(number) and about["low"] <= number <= about["high"] and whole):
        said = f"= {text}: must be" if text else "is missing: must be"
        raise ParameterError(f"{where}, column value {said} {limits(about)} {about['unit']}")
    return number


def _tables(path, number, rows):
    """Make the tables of one chain by name, and check that every cell is given exactly once."""
    size = dict.fromkeys(AXES, 0)
    for row in rows:
        for letter, index in row["place"].items():
            size[letter] = max(size[letter], 0 if index is None else index + 1)
    for name, about in TABLES.items():
        shape = [size[letter] for letter in about["axes"]]
        check_numbers(f"instance = {path}, chain {number}, {name}", shape, "make the chain smaller")
    tables = {}
    for row in rows:
        axes = TABLES[row["name"]]["axes"]
        table = tables.setdefault(row["name"], np.full([size[a] for a in axes], np.nan))
        cells = tuple(slice(None) if row["place"][a] is None else row["place"][a] for a in axes)
        if np.isfinite(table[cells]).any():
            raise ParameterError(f"{row['where']}, column parameter: {row['name']} has a value here already")
        table[cells] = row["value"]
    for name, table in tables.items():
        if np.isnan(table).any():
            gap = zip(TABLES[name]["axes"], np.argwhere(np.isnan(table))[0], strict=True)
            place = ", ".join(f"{AXES[letter]} {k + 1}" for letter, k in gap)
            raise ParameterError(f"instance = {path}, chain {number}: no row gives {name} for {place}")
    return tables


def chains_as_csv(model):
    """Text of a CSV file, readable by `load_instance`, with a model's chains; one drawn chain if they have no data."""
    text = io.StringIO()
    write_csv(model.instance or draw_instance(1, 1, "small"), text)
    return text.getvalue()


CHAIN_FILE = File(
    "chains",
    load_instance,
    form="CSV or JSON file",
    suffixes=(".csv", ".json"),
    usual="chains of the population",
    template=chains_as_csv,
    largest=LARGEST_FILE,
)
