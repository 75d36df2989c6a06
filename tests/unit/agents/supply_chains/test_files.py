"""Instances in files: exact round trips, and mistakes named by file, row and column."""

import json

import pandas as pd
import pytest

from agents.supply_chains.data import TABLES, Instance
from agents.supply_chains.files import load_instance, read_csv, save_instance, write_csv
from learning.knobs import ParameterError


@pytest.fixture
def instance(tiny_chain):
    return Instance("mine", (tiny_chain(0), tiny_chain(1)), seed=5, redraws=2)


def same_bits(one, other):
    return all(
        getattr(a, name).tobytes() == getattr(b, name).tobytes()
        for a, b in zip(one.chains, other.chains, strict=True)
        for name in TABLES
    )


def test_json_keeps_every_bit(tmp_path, instance):
    save_instance(instance, tmp_path / "i.json")
    back = load_instance(tmp_path / "i.json")
    assert same_bits(instance, back)
    assert (back.name, back.seed, back.redraws) == ("mine", 5, 2)


def test_csv_keeps_every_bit(tmp_path, instance):
    write_csv(instance, tmp_path / "i.csv")
    assert same_bits(instance, load_instance(tmp_path / "i.csv"))


@pytest.fixture
def table(tmp_path, instance):
    """Function: the CSV file after a change of its table, as path."""
    path = tmp_path / "own.csv"
    write_csv(instance, path)

    def write(change=lambda rows: rows):
        change(pd.read_csv(path, dtype=str, keep_default_na=False)).to_csv(path, index=False)
        return str(path)

    return write


def test_an_empty_index_means_all(table, instance):
    def one_row(rows):
        capacity = rows.index[(rows.parameter == "to_zone_capacity") & (rows.chain == "1")]
        rows.loc[capacity[0], ["warehouse", "zone", "mode", "value"]] = "", "", "", "444.5"
        return rows.drop(capacity[1:])

    chains = read_csv(table(one_row)).chains
    assert (chains[0].to_zone_capacity == 444.5).all()
    assert chains[1].digest() == instance.chains[1].digest()


def test_order_of_rows_and_columns_blank_rows_and_spaces_do_not_matter(table, instance):
    def shuffle(rows):
        rows = rows.sample(frac=1, random_state=1)[rows.columns[::-1]]
        rows["parameter"] = " " + rows["parameter"] + " "
        blank = pd.DataFrame([[""] * len(rows.columns)], columns=rows.columns)
        return pd.concat([blank, rows, blank])

    assert same_bits(instance, read_csv(table(shuffle)))


def cell(row, **values):
    """Change: set cells of a row, counted from 1 below the heading."""

    def change(rows):
        for column, value in values.items():
            rows.loc[row - 1, column] = value
        return rows

    return change


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (cell(3, value="many"), "row 3, column value = many: must be 0 or more m³/unit"),
        (cell(1, value=""), "row 1, column value is missing: must be 0 or more units"),
        (cell(1, value="-4"), "row 1, column value = -4: must be 0 or more units"),
        (cell(1, value="inf"), "row 1, column value = inf"),
        (cell(1, period="0"), "row 1, column period = 0: must be a whole number from 1 to 1000"),
        (cell(1, period="1.5"), "row 1, column period = 1.5: must be a whole number"),
        (cell(1, zone="99999"), "row 1, column zone = 99999: must be a whole number from 1 to 1000"),
        (cell(1, machine="1"), "row 1, column machine = 1: demand has none, must be empty"),
        (cell(1, parameter="demnd"), "row 1, column parameter: .*demnd.*demand"),
        (cell(2, period="1"), "row 2, column parameter: demand has a value here already"),
        (cell(1, chain="x"), "row 1, column chain = x: must be a whole number"),
        (
            lambda rows: rows.drop(rows.index[rows.parameter == "to_zone_cost"][1]),
            "chain 1: no row gives to_zone_cost for product 1, warehouse 1, zone 1, mode 2",
        ),
        (lambda rows: rows[rows.parameter != "volume"], "chain 1: parameter 'volume' is missing"),
        (lambda rows: rows[rows.chain != "1"], r"column chain: chains \[2\] must be 1, 2, … without a gap"),
        (lambda rows: rows.drop(columns="zone"), "column 'zone' is missing; needed: chain, parameter"),
        (lambda rows: rows[:0], "there is no row below the heading"),
    ],
)
def test_a_mistake_is_named_with_file_row_and_column(table, change, says):
    path = table(change)
    with pytest.raises(ParameterError, match=says) as error:
        read_csv(path)
    assert path in str(error.value)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("{", "not a readable JSON file"),
        ("[]", "needs a list 'chains'"),
        ('{"chains": []}', "at least one chain"),
        ('{"chains": [1]}', "chain 1: needs tables by name"),
        ('{"chains": [{"volumes": [1]}]}', "chain 1: .*volumes.*volume"),
        ('{"chains": [{"volume": [1]}]}', "chain 1: parameter 'demand' is missing"),
    ],
)
def test_a_json_file_that_is_no_instance_is_named(tmp_path, text, says):
    path = tmp_path / "i.json"
    path.write_text(text)
    with pytest.raises(ParameterError, match=says) as error:
        load_instance(path)
    assert str(path) in str(error.value)


def test_a_table_in_json_that_does_not_fit_is_named(tmp_path, instance):
    path = tmp_path / "i.json"
    save_instance(instance, path)
    stored = json.loads(path.read_text())
    for value, says in (
        (["much"], "chain 2: not a table of numbers"),
        ([-1.0], r"chain 2: volume \(product 1\)"),
    ):
        stored["chains"][1]["volume"] = value
        path.write_text(json.dumps(stored))
        with pytest.raises(ParameterError, match=says):
            load_instance(path)


@pytest.mark.parametrize("name", ["nowhere.json", "nowhere.csv"])
def test_a_file_that_does_not_exist_is_named(tmp_path, name):
    with pytest.raises(ParameterError, match=f"{name}: no such file"):
        load_instance(tmp_path / name)
