"""State of the grid's worlds as arrays with a leading axis of worlds, and the numbers its rules need.

Maps have a margin as wide as an enterprise's view and are stored in the form in which they are observed: the
government's observation needs no copy, and a window on the map is a slice.
"""

from typing import NamedTuple

import numpy as np

from agents.enterprises.bids import STEPS
from agents.enterprises.enterprise import ENTERPRISES
from agents.government import CapGovernment
from agents.population import as_rows
from learning.jit import rule
from model.mechanisms.auctions.base import Scratch, scratch_for
from model.mechanisms.exchange.double_auction import Book, empty_book, empty_room

PROJECT, POLLUTION, GREEN, PROPERTY, SOURCE, INSIDE = range(6)
"""Layers of the map: waiting project, pollution, completed project, property, mark of a project's place, inside."""

LAYERS = 5
GREEN_OWNER, PROPERTY_OWNER, STANDING = range(3)
"""Layers of owners and positions: 0 nobody, j + 2 enterprise j; in its window 1 is the observer."""

NOBODY, SELF, FIRST_CODE = 0, 1, 2

CHANGES = 5
"""Cells an enterprise can change in a step: property, pollution, project, and the two of a move."""

EVERYTHING = -1
"""Stands for the number of changes when any cell may have changed."""


class Setup(NamedTuple):
    """Parameters of the compiled rules as plain numbers; names and units as in `GridParams`."""

    n: int
    height: int
    width: int
    margin: int
    episode: int
    period_length: int
    start_cash: float
    income: float
    emission_factor: float
    produce_labour: float
    invest_labour: float
    pollution_factor: float
    pollution_threshold: float
    symmetric_pollution: bool
    technology: float
    lowest_level: float
    logarithmic: bool
    research_failure: float
    delay: int
    forget: int
    max_price: int
    max_orders: int
    order_duration: int
    order_and_act: bool
    order_labour: float
    move_labour: float
    project_labour: float
    project_cost: float
    eta: float
    labour_cost: float
    labour_warmup: float
    continuous_utility: bool
    climate_cost: float
    active: bool
    clean_actions: bool
    total_permits: float
    most_percent: float
    penalty: float
    fixed_penalty: bool
    rounding: int
    by_rank: bool
    indicator: int
    percentages: np.ndarray
    """float64[periods]."""
    weights: np.ndarray
    """float64[n]."""
    auctioned: bool
    reserve_price: float
    auction: np.ndarray
    """float64[knobs]: settings of the auction format."""


class Desk(NamedTuple):
    """Working arrays for the allocation of permits and for the market; no state, shared by all worlds."""

    share: np.ndarray
    """float64[n]."""
    weights: np.ndarray
    """float64[n]."""
    keys: np.ndarray
    """float64[n]."""
    award: np.ndarray
    """float64[n]."""
    payment: np.ndarray
    """float64[n]."""
    tie_key: np.ndarray
    """float64[n]: equal bids are served in the order of the enterprises."""
    order: np.ndarray
    """int64[n]."""
    price: np.ndarray
    """float64[n, steps]."""
    volume: np.ndarray
    """float64[n, steps]."""
    scratch: Scratch
    lines: np.ndarray
    """int64[2, orders], of the double auction."""


def empty_desk(n, lines):
    """Return working arrays for ``n`` enterprises."""
    return Desk(
        share=np.zeros(n),
        weights=np.zeros(n),
        keys=np.zeros(n),
        award=np.zeros(n),
        payment=np.zeros(n),
        tie_key=np.arange(n) * 1.0,
        order=np.zeros(n, np.int64),
        price=np.zeros((n, STEPS)),
        volume=np.zeros((n, STEPS)),
        scratch=scratch_for(n, STEPS),
        lines=lines,
    )


class World(NamedTuple):
    """One world's arrays; with a leading axis, those of many worlds."""

    firms: np.recarray
    """Records [n]: columns of `Enterprise`."""
    government: np.recarray
    """Record [1]: columns of `CapGovernment`."""
    history: np.ndarray
    """int8[n, length]: 1 a successful investment, 2 a lapse of memory; a ring, see `history_of`."""
    memory: np.ndarray
    """int64[n, 2]: position of the ring's newest entry, and steps since the newest entry other than 0."""
    layers: np.ndarray
    """int8[rows, columns, 6], margin included: 0 or 1."""
    owners: np.ndarray
    """int8[rows, columns, 3], margin included."""
    book: Book
    sales: np.ndarray
    """float64[n, prices]: past sales of each seller at each price; older sales weigh less."""
    valued: np.ndarray
    """float64[n + 2, 2]: coins whose utility was computed last, NaN for none, and that utility; in two rows more,
    exponents of labour's weight and of the welfare left by climate costs, and the exponentials; no state."""
    bids: np.ndarray
    """float64[n, steps, 2]: schedules bid in the last auction of permits, coins/t and t."""
    changes: np.ndarray
    """int32[cells, 2]: cells of the maps that changed since the last observation; see `touch`."""
    trades: np.ndarray
    """int64[orders, columns]: the last trades; no state."""
    desk: Desk


class Chance(NamedTuple):
    """Random numbers for one step; with a leading axis, for one step of many worlds."""

    work_order: np.ndarray
    """int64[n]: order in which enterprises work."""
    luck: np.ndarray
    """float64[n] in [0, 1]: an investment succeeds above the probability of failure."""
    spread: np.ndarray
    """float64[n] in [0, 1): selects the polluted cell."""
    move_order: np.ndarray
    """int64[n]: order in which enterprises move."""
    cells: np.ndarray
    """int64[tries, 2]: rows and columns tried for projects; used in the first step of a period only."""

    def of(self, w):
        """Return the chance of one of many worlds."""
        return Chance(*(part[w] for part in self))

    def as_batch(self):
        """Return the chance of one world with a leading axis of worlds."""
        return Chance(*(part[None] for part in self))


def empty_worlds(setup, worlds, firms=None, government=None):
    """Return worlds before any episode; firms, government : float64[worlds, n or 1, columns], memory to use."""
    kinds = list(ENTERPRISES["enterprise"].column_declarations()), list(CapGovernment.column_declarations())
    firms = np.zeros((worlds, setup.n, len(kinds[0]))) if firms is None else firms
    government = np.zeros((worlds, 1, len(kinds[1]))) if government is None else government
    matching = empty_room(worlds, setup.n * setup.max_orders)
    shape = worlds, setup.height + 2 * setup.margin, setup.width + 2 * setup.margin
    return World(
        firms=as_rows(firms, kinds[0]),
        government=as_rows(government, kinds[1]),
        history=np.zeros((worlds, setup.n, max(setup.delay, setup.forget)), np.int8),
        memory=np.zeros((worlds, setup.n, 2), np.int64),
        layers=np.zeros((*shape, LAYERS + 1), np.int8),
        owners=np.zeros((*shape, 3), np.int8),
        book=empty_book(worlds, setup.n, setup.max_orders),
        sales=np.zeros((worlds, setup.n, setup.max_price + 1)),
        valued=np.full((worlds, setup.n + 2, 2), np.nan),
        bids=np.zeros((worlds, setup.n, STEPS, 2)),
        changes=np.full((worlds, CHANGES * setup.n + 1, 2), EVERYTHING, np.int32),
        trades=matching.trades,
        desk=empty_desk(setup.n, matching.lines),
    )


def view_world(worlds, w):
    """Return one of many worlds as views of their arrays."""
    book = worlds.book
    return World(
        firms=worlds.firms[w],
        government=worlds.government[w],
        history=worlds.history[w],
        memory=worlds.memory[w],
        layers=worlds.layers[w],
        owners=worlds.owners[w],
        book=Book(side=book.side[w], price=book.price[w], age=book.age[w], volume=book.volume[w]),
        sales=worlds.sales[w],
        valued=worlds.valued[w],
        bids=worlds.bids[w],
        changes=worlds.changes[w],
        trades=worlds.trades[w],
        desk=worlds.desk,
    )


world_at = rule(view_world)


def history_of(world, i):
    """Return the research memory of enterprise i, int8[length], newest first."""
    return np.roll(world.history[i], -int(world.memory[i, 0]))


@rule
def chance_at(chance, w):
    """Return the chance of one of many worlds."""
    return Chance(
        work_order=chance.work_order[w],
        luck=chance.luck[w],
        spread=chance.spread[w],
        move_order=chance.move_order[w],
        cells=chance.cells[w],
    )


@rule
def place_of(firm, setup):
    """Row and column of an enterprise on the maps, margin included."""
    return int(firm.cell_row) + setup.margin, int(firm.cell_col) + setup.margin


@rule
def touch(world, r, c):
    """List a cell of the maps as changed, so that observations are renewed only where needed.

    Entry 0 counts the cells that follow; `EVERYTHING` once the list is full.
    """
    changes = world.changes
    count = changes[0, 0]
    if count != EVERYTHING and count + 1 < changes.shape[0]:
        changes[count + 1, 0], changes[count + 1, 1] = r, c
        changes[0, 0] = count + 1
    else:
        changes[0, 0] = EVERYTHING


@rule
def is_blank(world, r, c):
    """Return whether nothing is or was on a cell of the map; enterprises standing there do not count."""
    blank = world.layers[r, c, INSIDE] != 0
    for layer in range(LAYERS):
        blank = blank and world.layers[r, c, layer] == 0
    return blank


@rule
def may_stand(cell, owners, own):
    """Return whether who has code ``own`` can enter: inside, nobody there, no property or project of others."""
    return (
        cell[INSIDE] != 0
        and owners[STANDING] == NOBODY
        and (owners[PROPERTY_OWNER] == NOBODY or owners[PROPERTY_OWNER] == own)
        and (owners[GREEN_OWNER] == NOBODY or owners[GREEN_OWNER] == own)
    )


@rule
def is_free_site(cell):
    """Return whether a cell allows production: no property, no waiting or completed project; pollution may be there."""
    return cell[PROJECT] == 0 and cell[PROPERTY] == 0 and cell[GREEN] == 0


@rule
def phase_of(world, setup):
    """Steps since the last compliance period ended: fines in 0, allocation in 1; enterprises act in all but 1."""
    return int(world.government[0].clock) % setup.period_length
