"""Steps of supply from a CSV file, instead of a reserve price and what answers to prices beside it.

An auction's permits fill the steps from the cheapest one up. A step beyond them offers permits that are issued as they
are sold; permits that no step offers stay unsold.
"""

from typing import NamedTuple

import numpy as np
import pandas as pd

from agents.tables import read_table
from learning.jit import rule
from learning.knobs import File, ParameterError
from model.mechanisms.supply_curve import STEP_KINDS, put

KNOB = "supply_steps"
AMOUNTS = {"quantity": "t", "share": "of the permits offered"}
"""Columns, of which a file has one beside ``price``: permits of a step in each auction."""
MOST_STEPS = 100
"""Most steps in a year: rules go through all of them for every price they try."""
ANY_NUMBER = 1000.0
"""Share by which a template writes a ceiling, at which any number of permits is for sale."""


class SupplyTable(NamedTuple):
    """Steps of every year by rising price; years with fewer of them end with steps without permits."""

    price: np.ndarray
    """float64[years, m], €/t: from which a step's permits are offered; m = 0: the policy has no table."""
    amount: np.ndarray
    """float64[years, m]: t, or shares of the permits offered."""
    in_shares: bool


def read_steps(path):
    """Read the CSV file ``path``, a row per step: columns of numbers by name, and whether amounts are shares.

    Columns are ``price`` (€/t, at least 0), ``quantity`` (t) or ``share`` (of the permits offered), above 0, and maybe
    ``year`` (from 1), from which on a step holds; 0 in the answer if there is none. ParameterError naming file, row (1
    is the first below the heading) and column of what is wrong.
    """
    table = read_table(KNOB, path, {"price": "€/t"})
    found = [name for name in AMOUNTS if name in table.columns]
    if len(found) != 1:
        raise ParameterError(
            f"{table.where}: must have one of the columns quantity (t) and share (of the permits offered), "
            f"has {' and '.join(found) or 'neither'}"
        )
    year = _years_in(table)
    for each in np.unique(year):
        rows = np.flatnonzero(year == each)
        if len(rows) > MOST_STEPS:
            raise table.error(
                rows[MOST_STEPS], "price", f"is one step more than a year can have, {MOST_STEPS}"
            )
    steps = {
        "year": year,
        "price": table.numbers("price", "€/t", least=0.0),
        "amount": table.numbers(found[0], AMOUNTS[found[0]]),
    }
    return pd.DataFrame(steps), found == ["share"]


def _years_in(table):
    """The column ``year``, int64[rows]; 0 in all rows if there is none."""
    if "year" not in table.columns:
        return np.zeros(len(table), np.int64)
    years = table.numbers("year", least=1.0)
    for row in np.flatnonzero(years % 1.0):
        raise table.error(row, "year", f"= {years[row]:g}: must be a whole number from 1")
    return years.astype(np.int64)


def supply_table(path, years):
    """Read the `SupplyTable` of the years 1 to ``years``; none for an empty path.

    The steps of a year hold until a later one has its own. ParameterError if the first year has none.
    """
    if not path:
        return SupplyTable(np.zeros((years, 0)), np.zeros((years, 0)), False)
    steps, in_shares = read_steps(path)
    if steps.year.min() > 1:
        raise ParameterError(
            f"{KNOB} = {path}: has no step of year 1, the first is of year {steps.year.min()}"
        )
    by_year = []
    for year in range(1, years + 1):
        latest = steps.year[steps.year <= year].max()
        by_year.append(steps[steps.year == latest].sort_values("price", kind="stable"))
    price = np.zeros((years, max(map(len, by_year))))
    amount = np.zeros_like(price)
    for row, each in enumerate(by_year):
        price[row] = each.price.iloc[-1]
        price[row, : len(each)], amount[row, : len(each)] = each.price, each.amount
    return SupplyTable(price, amount, in_shares)


@rule
def has_steps(table):
    """Whether the policy's supply is a table."""
    return table.price.shape[1] > 0


@rule
def amount_of(table, year, k, offered):
    """Permits, t, of step ``k`` in an auction of ``offered`` t; year : from 0."""
    return table.amount[year, k] * offered if table.in_shares else table.amount[year, k]


@rule
def offered_by(table, year, offered):
    """Permits, t, of all steps in an auction of ``offered`` t; year : from 0."""
    total = 0.0
    for k in range(table.price.shape[1]):
        total += amount_of(table, year, k, offered)
    return total


@rule
def put_table(curve, table, year, offered, factor):
    """Write the steps of an auction of ``offered`` t into its supply curve, all prices times ``factor``."""
    for k in range(table.price.shape[1]):
        put(curve, k, STEP_KINDS.table, factor * table.price[year, k], amount_of(table, year, k, offered))


def steps_as_csv(model):
    """Text of a CSV file, readable by `read_steps`, with the steps of a model's policy.

    Cost containment is limited by the year, in a table by the auction: each gets its part of the year's.
    """
    setup, rows = model.setup, []
    table, is_table = setup.supply, has_steps(setup.supply)
    for year in range(setup.years):
        steps = (
            zip(table.price[year], table.amount[year], strict=True) if is_table else _policy_in(year, setup)
        )
        rows += [(year + 1, price, amount) for price, amount in steps if amount > 0.0]
    amount = "quantity" if is_table and not table.in_shares else "share"
    return pd.DataFrame(rows, columns=["year", "price", amount]).to_csv(index=False)


def _policy_in(year, setup):
    """Steps of the year's policy without a table: prices, €/t, and shares of the permits offered."""
    floor, ceiling, sold = setup.reserve_price[year], setup.ceiling[year], setup.cap[year] - setup.given[year]
    withheld = setup.ecr_share if setup.ecr_price > 0.0 else 0.0
    added = setup.ccr_share * setup.cap[year] / sold if setup.ccr_price > 0.0 and sold > 0.0 else 0.0
    return [
        (floor, 1.0 - withheld),
        (max(setup.ecr_price, floor), withheld),
        (max(setup.ccr_price, floor), added),
        (ceiling, ANY_NUMBER if ceiling < np.inf else 0.0),
    ]


SUPPLY_FILE = File(
    "steps of supply",
    read_steps,
    usual="steps of reserve price, triggers and ceiling",
    by_firm=False,
    template=steps_as_csv,
)
