"""Shared verbs of a period in the systems in which firms learn to bid a price and a volume from a grid.

Each system's ``play_periods`` puts these and its own in the order of its paper.
"""

from typing import NamedTuple

import numpy as np

from agents.grid_bidder import grid_bid
from learning.jit import rule
from learning.rows import fetch_ahead, natural
from model import accounts
from model.mechanisms.auctions.base import AGAIN, EVERY_BID, EVERY_BID_KEPT, Scratch, scratch_for
from model.systems.bidding.learners import round_of

AHEAD = 2
"""Rows from the one written now to the one fetched."""


class Book(NamedTuple):
    """The auction's bids and results as arrays, one step per bid; scratch that a period writes and reads."""

    price: np.ndarray
    """float64[n, 1], €/t."""
    volume: np.ndarray
    """float64[n, 1], t."""
    award: np.ndarray
    """float64[n], t."""
    payment: np.ndarray
    """float64[n], €."""
    required: np.ndarray
    """float64[n], t: permits each firm requires."""
    held: np.ndarray
    """float64[n], t: permits each firm held before the auction."""
    holding: np.ndarray
    """float64[n], t: permits each firm has after it."""
    supply: np.ndarray
    """float64[1], t: permits that the government holds for sale."""
    valid: np.ndarray
    """float64[n, periods], t: each firm's permits by the periods for which they are still valid (`model.vintages`)."""
    traded: np.ndarray
    """float64[periods], t: permits that change hands, likewise."""
    tie_key: np.ndarray
    """float64[n] in [0, 1): order of equal bids, where the auction's tie rule uses it."""
    scratch: Scratch


class Recorder(NamedTuple):
    """Record of a compiled block of periods: the numbers of every ``every``-th period since period 0."""

    every: int
    before: int
    """Periods played before the block."""
    firms_now: np.ndarray
    """float64[n, columns], the live numbers."""
    government_now: np.ndarray
    firms: np.ndarray
    """float64[rows, n, columns]."""
    government: np.ndarray


def recorder_for(model, rows):
    """Make the `Recorder` of a model's next block, of which ``rows`` periods are collected."""
    government, firms = model.datacollector.room(rows)
    return Recorder(
        every=model.collect_every,
        before=model.steps,
        firms_now=model.firms.numbers,
        government_now=model.public.numbers,
        firms=firms,
        government=government,
    )


def empty_book(required, supply=0.0, held=0.0, validity=1):
    """A book for firms that require float64[n] permits, t, and hold ``held``, t, where ``supply``, t, is for sale.

    validity : periods for which permits are valid.
    """
    n = len(required)
    return Book(
        price=np.zeros((n, 1)),
        volume=np.zeros((n, 1)),
        award=np.zeros(n),
        payment=np.zeros(n),
        required=np.array(required),
        held=np.full(n, held, float),
        holding=np.zeros(n),
        supply=np.full(1, supply),
        valid=np.zeros((n, validity)),
        traded=np.zeros(validity),
        tie_key=np.zeros(n),
        scratch=scratch_for(n),
    )


# -- parts of the verbs ---------------------------------------------------------------------------------------------


@rule
def state_of(price, setup):
    """Bin of a clearing price, €/t, among ``price_bins`` equal ones from the reserve to the highest private value."""
    width = setup.highest_value - setup.reserve_price
    bin_number = int((price - setup.reserve_price) / width * setup.price_bins) if width > 0.0 else 0
    return min(max(bin_number, 0), setup.price_bins - 1)


@rule
def bid_of(firm, action, setup):
    """Bid ``(price €/t, volume t)`` that an action means for one firm."""
    return grid_bid(
        setup.reserve_price,
        firm.highest_price,
        firm.lowest_volume,
        firm.highest_volume,
        action,
        setup.shares,
    )


@rule
def submit_bids(book, firms):
    """Copy every firm's bid into the book."""
    price, volume = book.price, book.volume
    book.scratch.again[AGAIN.changed] = EVERY_BID
    for i in range(firms.shape[0]):
        price[i, 0], volume[i, 0] = firms[i].bid_price, firms[i].bid_volume


@rule
def add_up_holdings(book):
    """Write what each firm has after the auction: what it held before, and its award."""
    held, award, holding = book.held, book.award, book.holding
    for i in range(held.shape[0]):
        holding[i] = held[i] + award[i]


@rule
def clear_book(clear, book, setup):
    """Sell what is for sale to the bids in the book; returns clearing price and equilibrium price, €/t."""
    return clear(
        book.price,
        book.volume,
        book.supply[0],
        setup.reserve_price,
        book.tie_key,
        setup.auction,
        book.scratch,
        book.award,
        book.payment,
    )


@rule
def try_action(clear, book, firm, i, action, setup, price_before):
    """Clear the book again with the bid of an action in place of firm ``i``'s, after other actions of the same firm.

    Returns the clearing price, €/t, and whether all awards, that price and the firm's payment are those of the action
    before; price_before : its clearing price, NaN for the first action.
    """
    again, paid = book.scratch.again, book.payment[i]
    again[AGAIN.changed] = i if again[AGAIN.changed] != EVERY_BID else EVERY_BID_KEPT
    again[AGAIN.same] = 0
    book.price[i, 0], book.volume[i, 0] = bid_of(firm, action, setup)
    price, _ = clear_book(clear, book, setup)
    return price, again[AGAIN.same] == 1 and price == price_before and book.payment[i] == paid


@rule
def keep(now, record):
    """Copy the numbers of a period, float64[n, columns], into the record."""
    for i in range(now.shape[0]):
        for k in range(now.shape[1]):
            record[i, k] = now[i, k]


# -- the verbs, in the order of a period ---------------------------------------------------------------------------


@rule
def issue_permits(government, setup):
    """Issue the cap, t, to the government."""
    government[0].cap = setup.cap
    accounts.issue(government, setup.cap)


@rule
def collect_bids(learners, firms, government, setup, chance, t):
    """Let the learners choose every firm's bid of the block's period ``t`` in the state that all see."""
    for learning in learners:
        first, players = learning.first, learning.memory.shape[0]
        learning.states[:] = int(government[0].state)
        learning.choose(
            learning.memory,
            learning.numbers,
            round_of(learning, t),
            learning.states,
            chance.bidding[t][first : first + players],
            learning.explores,
            learning.actions,
        )
        for k in range(players):
            firm, action = firms[natural(first + k)], learning.actions[k]
            firm.action = action
            firm.bid_price, firm.bid_volume = bid_of(firm, action, setup)


@rule
def hold_auction(clear, book, firms, government, setup, tie_key):
    """Clear the auction of the firms' bids and settle it; tie_key : float64[n], puts equal bids in order, or [0]."""
    keys, public = book.tie_key, government[0]
    for i in range(tie_key.shape[0]):
        keys[i] = tie_key[i]
    book.supply[0] = public.permits
    submit_bids(book, firms)
    public.clearing_price, public.equilibrium_price = clear_book(clear, book, setup)
    award, payment = book.award, book.payment
    for i in range(firms.shape[0]):
        firms[i].award, firms[i].auction_payment = award[i], payment[i]
    accounts.settle_auction(firms, government)


@rule
def show_price(government, price, setup):
    """Show bidders the ``price``, €/t: its bin is the state they see from now on."""
    government[0].state = state_of(price, setup)


@rule
def is_recorded(recorder, t):
    """Return whether the block's period ``t`` is to be recorded."""
    return (recorder.before + t + 1) % recorder.every == 0


@rule
def is_seen(recorder, chance, t):
    """Return whether the numbers of the block's period ``t`` are seen: it is recorded, or the last of the block."""
    return is_recorded(recorder, t) or t == chance.bidding.shape[0] - 1


@rule
def record(recorder, t, kept):
    """Write the numbers of the block's period ``t`` to row ``kept`` if it is to be recorded; return the next row."""
    if not is_recorded(recorder, t):
        return kept
    keep(recorder.firms_now, recorder.firms[kept])
    keep(recorder.government_now, recorder.government[kept])
    fetch_ahead(recorder.firms, kept + AHEAD)
    fetch_ahead(recorder.government, kept + AHEAD)
    return kept + 1
