"""Arrays that the rules of a market over years write and read: plans, bids, and room to work in."""

from typing import NamedTuple

import numpy as np

from agents.emitters.curves import Curves, cost_of_all, curves_of
from agents.emitters.foresight import STEPS
from agents.emitters.lines import Lines, empty_lines
from agents.emitters.outlook import Foreseen
from agents.emitters.projects import Projects
from agents.emitters.tabulated import POINTS
from learning.crossing import empty_search
from model.mechanisms.auctions.base import Scratch, scratch_for
from model.mechanisms.exchange.double_auction import Book, Matching, empty_book, empty_room
from model.mechanisms.supply_curve import SupplyCurve
from model.systems.emissions_trading.plans import HIGHEST
from model.systems.emissions_trading.yardsticks import Past, empty_past

MEMORY = 40
"""Past quarters whose prices are kept."""
STEPS_OF_POLICY = 4
"""Steps of supply without a table: from the reserve price, held back, added, at the ceiling."""


class Room(NamedTuple):
    """Arrays of one market. Those over the quarters ahead are the ones of `agents.emitters.outlook.Outlook`."""

    auctions: np.ndarray
    """float64[years], t: permits that each year's auctions are planned to sell."""
    surprise: np.ndarray
    """float64[years], t: part of the cap that nobody expects yet."""
    baseline: np.ndarray
    base: np.ndarray
    level: np.ndarray
    growth: np.ndarray
    supply: np.ndarray
    ends: np.ndarray
    kept: np.ndarray
    stale: np.ndarray
    offsets: np.ndarray
    lines: Lines
    dated: np.ndarray
    """float64[years], t: permits of all firms by the year of their issue, after the last compliance."""
    weight: np.ndarray
    """float64[n]."""
    free_weight: np.ndarray
    """float64[n]: part of each firm in the free permits that go by size."""
    choke_price: np.ndarray
    """float64[n], €/t."""
    mean_choke_price: np.ndarray
    """float64[1], €/t: that of all firms together."""
    curves: Curves
    """Marginal cost of abatement of each firm, and of all."""
    whole_cost: np.ndarray
    """float64[n], € per t: cost of avoiding all emissions."""
    foreseen: Foreseen
    markup: np.ndarray
    bank_share: np.ndarray
    table: np.ndarray
    highest_price: np.ndarray
    """float64[1], €/t: at which no firm emits anything."""
    most_worth: np.ndarray
    """float64[1], €/t: the most that a permit is worth in the quarter."""
    past_prices: np.ndarray
    money: np.ndarray
    held: np.ndarray
    tried: np.ndarray
    """float64[1, n], €/t: a price at which firms are asked what they want."""
    asked_at: np.ndarray
    """float64[steps, n], €/t: prices for whose demand each firm bids."""
    wanted: np.ndarray
    """float64[steps, n], t: permits wanted for later, at each of these prices; at one price, in the first row."""
    price: np.ndarray
    """float64[n, steps], €/t: the bids."""
    volume: np.ndarray
    """float64[n, steps], t."""
    award: np.ndarray
    payment: np.ndarray
    orders: np.ndarray
    """float64[n, 3], by firm: permits that it orders on the exchange, t, below zero sells, its limit, €/t, and what it
    had bought when it ordered, t; NaN: it trades as it plans."""
    traded: np.ndarray
    """float64[n], t: permits bought in a call; below zero: sold."""
    curve: SupplyCurve
    """Supply of the quarter's auction."""
    taken: np.ndarray
    """float64[steps of supply], t: permits sold of each."""
    scratch: Scratch
    projects: Projects
    past: Past
    search: np.ndarray
    """Room for `learning.crossing`."""
    book: Book
    """Orders, one of each firm, in ticks and lots."""
    matching: Matching
    """What the order book needs to match them, and the trades."""


def room_to_foresee(quarters, n, listed):
    """Make empty arrays for so many quarters ahead, firms, and steps of supply from a table."""
    return Foreseen(
        baseline=np.zeros((quarters, n)),
        base=np.zeros((quarters, n)),
        level=np.zeros(quarters),
        lines=empty_lines(quarters),
        price=np.zeros((quarters, STEPS + listed)),
        quantity=np.zeros((quarters, STEPS + listed)),
    )


def room_for(weight, free_weight, knots, mean_choke_price, projects, setup, bid_steps):
    """Make the arrays for firms of these sizes, parts in free permits, `Knots` and `Projects` under a `Setup`."""
    choke_price = np.array([each.cost[-1] for each in knots])
    n, ahead, listed = len(weight), len(setup.planned), setup.supply.price.shape[1]
    steps = listed or STEPS_OF_POLICY
    plans = {
        name: np.zeros(ahead)
        for name in ("baseline", "base", "level", "growth", "supply", "ends", "kept", "stale", "offsets")
    }
    return Room(
        **{name: np.zeros(setup.years) for name in ("auctions", "surprise", "dated")},
        lines=empty_lines(setup.years + setup.beyond // setup.quarters + 2),
        weight=np.array(weight),
        free_weight=np.array(free_weight),
        choke_price=choke_price,
        mean_choke_price=np.array([mean_choke_price]),
        curves=curves_of(knots, weight),
        whole_cost=np.array([cost_of_all(each) for each in knots]),
        highest_price=np.array([np.max(choke_price) * HIGHEST * max(setup.cost_level.max(), 1.0)]),
        most_worth=np.array([np.inf]),
        foreseen=room_to_foresee(ahead if setup.foresees else 0, n, listed),
        markup=np.zeros(n),
        bank_share=np.ones(n),
        table=np.zeros((n if setup.tabulates else 0, POINTS)),
        past_prices=np.full(MEMORY, np.nan),
        **{name: np.zeros(n) for name in ("money", "held", "award", "payment", "traded")},
        tried=np.zeros((1, n)),
        asked_at=np.zeros((bid_steps, n)),
        wanted=np.zeros((bid_steps, n)),
        price=np.zeros((n, bid_steps)),
        volume=np.zeros((n, bid_steps)),
        orders=np.full((n, 3), np.nan),
        curve=SupplyCurve(np.zeros(steps), np.zeros(steps), np.zeros(steps, np.int64)),
        taken=np.zeros(steps),
        scratch=scratch_for(n, bid_steps),
        projects=projects,
        past=empty_past(setup, n),
        search=empty_search(),
        book=empty_book(n, 1),
        matching=empty_room(n),
        **plans,
    )
