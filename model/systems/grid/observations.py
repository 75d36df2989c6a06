"""Observations of enterprises and government [Wang2024, simulator]; layout: `agents.enterprises.senses`."""

from typing import NamedTuple

import numpy as np

from agents.enterprises.actions import count_actions
from agents.enterprises.policies import Seen
from agents.enterprises.senses import GOODS_SCALE, RECENT, senses_for
from learning.jit import rule
from model.mechanisms.exchange.double_auction import BID, FREE
from model.systems.grid.government_seen import (
    GovernmentSeen,
    Room,
    empty_government_seen,
    empty_room,
    list_goods,
    write,
    write_government_numbers,
)
from model.systems.grid.masks import mask_enterprise, mask_government
from model.systems.grid.rewards import labour_weight
from model.systems.grid.state import LAYERS, world_at
from model.systems.grid.windows import Strips, strips_of, write_window
from model.systems.grid.work import SUCCESS, entry_of

LEAST_SALES = 0.001


def empty_seen(setup, worlds):
    """Return empty observations of the enterprises of ``worlds`` worlds."""
    side, prices = 2 * setup.margin + 1, setup.max_price + 1
    return Seen(
        window=np.zeros((worlds, setup.n, side, side, LAYERS + 1), np.int8),
        owners=np.zeros((worlds, setup.n, side, side, 3), np.int8),
        flat=np.zeros((worlds, setup.n, senses_for(prices).length), np.float32),
        mask=np.zeros((worlds, setup.n, count_actions(setup.max_price)), np.int8),
        labour=np.zeros((worlds, setup.n)),
        recent=np.zeros((worlds, setup.n, len(RECENT)), np.float32),
    )


class Sight(NamedTuple):
    """Arrays that an observation writes."""

    seen: Seen
    public: GovernmentSeen
    room: Room
    strips: Strips
    at: np.ndarray
    """int64[worlds, n, 3]: first cells of the windows and highest bids allowed, as last written."""


class Observer:
    """Observations in many worlds: ``seen``, `Seen` of the enterprises, and ``public``, `GovernmentSeen`."""

    def __init__(self, setup, worlds):
        self.seen, self.public = empty_seen(setup, worlds), empty_government_seen(setup, worlds)
        self.room, self.at = empty_room(setup), np.full((worlds, setup.n, 3), -1)

    def sight(self, state):
        """Return the `Sight` that the compiled rules write for these worlds."""
        strips = strips_of(state, self.seen)
        return Sight(seen=self.seen, public=self.public, room=self.room, strips=strips, at=self.at)

    def look(self, state, setup):
        """Write the observations of the present state; state : `World` with a leading axis of worlds."""
        observe_worlds(state, setup, self.sight(state))


@rule
def observe_worlds(worlds, setup, sight):
    """Write all observations in every world."""
    for w in range(worlds.firms.shape[0]):
        observe_world(world_at(worlds, w), setup, sight, w)


@rule
def observe_world(world, setup, sight, w):
    """Write all observations in one world."""
    seen, public, room = sight.seen, sight.public, sight.room
    count_orders(world, setup, room.orders, seen.flat[w])
    add_up_sales(world.sales, room)
    rate = market_rate(room.sales)
    labour = setup.labour_cost * labour_weight(
        world.government[0].positive_steps, world.valued[setup.n], setup
    )
    for i in range(setup.n):
        at = sight.at[w, i]
        seen.labour[w, i] = labour
        news = write_window(world, setup, i, sight.strips, w, at)
        write_numbers(world, setup, i, room, rate, seen.flat[w, i])
        write_recent(world, setup, i, seen.recent[w, i])
        around = seen.window[w, i], seen.owners[w, i]
        mask_enterprise(world.firms[i], setup, *around, seen.mask[w, i], news, at[2:])
    write_government_numbers(world, setup, room, rate, public.flat[w])
    list_goods(setup, seen.flat[w], public.enterprises[w])
    mask_government(world, setup, public.mask[w])
    world.changes[0, 0] = 0


@rule
def count_orders(world, setup, orders, flat):
    """Count the open orders at every price: of each enterprise into its row of ``flat``, of all into ``orders``."""
    book, prices = world.book, setup.max_price + 1
    at = senses_for(prices)
    for k in range(orders.shape[0]):
        orders[k] = 0.0
    for i in range(setup.n):
        own = flat[i, at.own_asks : at.past_sales]
        for k in range(own.shape[0]):
            own[k] = 0.0
        if world.firms[i].open_orders > 0.0:
            for slot in range(setup.max_orders):
                side = book.side[i, slot]
                if side != FREE:
                    k = book.price[i, slot] + (prices if side == BID else 0)
                    own[k] += 1.0
                    orders[k] += 1.0


@rule
def add_up_sales(sales, room):
    """Sum past sales, float64[n, prices], over the sellers."""
    for price in range(sales.shape[1]):
        room.sales[price] = sales[0, price]
    for i in range(1, sales.shape[0]):
        for price in range(sales.shape[1]):
            room.sales[price] += sales[i, price]
    for price in range(sales.shape[1]):
        room.shown[price] = GOODS_SCALE * room.sales[price]


@rule
def market_rate(sales):
    """Mean price of past sales, float64[prices], coins/t; 0 without any."""
    total, weighted = 0.0, 0.0
    for price in range(sales.shape[0]):
        total += sales[price]
        weighted += price * sales[price]
    return weighted / max(LEAST_SALES, total)


@rule
def write_numbers(world, setup, i, room, rate, flat):
    """Write the numbers that enterprise i observes."""
    firm, public, at = world.firms[i], world.government[0], senses_for(setup.max_price + 1)
    flat[at.average_level], flat[at.period], flat[at.market_rate] = public.average_level, public.period, rate
    subtract(room.orders, flat[at.own_asks : at.past_sales], flat[at.others_asks : at.market_rate])
    write(room.shown, flat[at.past_sales : at.level])
    flat[at.level], flat[at.scale], flat[at.ability] = firm.level, firm.scale, firm.ability
    flat[at.effective_investments] = firm.effective_investments
    flat[at.time] = public.clock / setup.episode
    flat[at.permits], flat[at.projects] = GOODS_SCALE * firm.permits, GOODS_SCALE * firm.projects
    flat[at.cash] = GOODS_SCALE * firm.cash
    flat[at.column], flat[at.row] = firm.cell_col / setup.width, firm.cell_row / setup.height


@rule
def write_recent(world, setup, i, recent):
    """Write the fine, and what enterprise i remembers of its own acts; layout: `agents.enterprises.senses.RECENT`."""
    firm, coming = world.firms[i], 0.0
    for age in range(setup.delay):
        coming += entry_of(world, i, age) == SUCCESS
    recent[RECENT.penalty], recent[RECENT.action] = world.government[0].penalty, firm.action
    recent[RECENT.coming], recent[RECENT.quiet] = coming, world.memory[i, 1]


@rule
def subtract(whole, part, target):
    """Write ``whole - part``."""
    for k in range(target.shape[0]):
        target[k] = whole[k] - part[k]
