"""What systems have in common in which firms bid a price and a volume from a grid, one step each, and learn.

Each system writes its own period, of these rules and its own.
"""

from typing import NamedTuple

import numpy as np

from agents.grid_bidder import grid_bid
from learning.jit import rule
from model import accounts
from model.mechanisms.auctions.base import Scratch, scratch_for


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
    tie_key: np.ndarray
    """float64[n] in [0, 1): puts equal bids in order, where the auction's tie rule asks for it."""
    scratch: Scratch


def empty_book(required):
    """A book for firms that require float64[n] permits, t."""
    n = len(required)
    return Book(
        price=np.zeros((n, 1)),
        volume=np.zeros((n, 1)),
        award=np.zeros(n),
        payment=np.zeros(n),
        required=np.array(required),
        tie_key=np.zeros(n),
        scratch=scratch_for(n),
    )


@rule
def bid_actions(book, firms, actions, tie_key, rules):
    """Let every firm bid what its action means; ``tie_key`` : float64[n], the numbers that put equal bids in order."""
    keys = book.tie_key
    for i in range(firms.shape[0]):
        firms[i].action = actions[i]
        firms[i].bid_price, firms[i].bid_volume = bid_of(firms[i], actions[i], rules)
        keys[i] = tie_key[i]


@rule
def state_of(price, rules):
    """Bin of a clearing price, €/t, among ``price_bins`` equal ones from the reserve to the highest private value."""
    width = rules.highest_value - rules.reserve_price
    bin_number = int((price - rules.reserve_price) / width * rules.price_bins) if width > 0.0 else 0
    return min(max(bin_number, 0), rules.price_bins - 1)


@rule
def bid_of(firm, action, rules):
    """Bid ``(price €/t, volume t)`` that an action means for one firm."""
    return grid_bid(
        rules.reserve_price,
        firm.highest_price,
        firm.lowest_volume,
        firm.highest_volume,
        action,
        rules.price_steps,
        rules.volume_steps,
    )


@rule
def issue_cap(government, rules):
    """Issue the permits of the period."""
    government[0].cap = rules.cap
    accounts.issue(government, rules.cap)


@rule
def submit_bids(book, firms):
    """Copy every firm's bid into the book."""
    price, volume = book.price, book.volume
    for i in range(firms.shape[0]):
        price[i, 0], volume[i, 0] = firms[i].bid_price, firms[i].bid_volume


@rule
def clear_book(clear, book, rules):
    """Clear the bids in the book; returns clearing price and equilibrium price, €/t."""
    return clear(
        book.price,
        book.volume,
        rules.cap,
        rules.reserve_price,
        book.tie_key,
        rules.auction,
        book.scratch,
        book.award,
        book.payment,
    )


@rule
def hold_auction(clear, book, firms, government, rules):
    """Clear the auction of the period and settle it."""
    submit_bids(book, firms)
    public = government[0]
    public.clearing_price, public.equilibrium_price = clear_book(clear, book, rules)
    award, payment = book.award, book.payment
    for i in range(firms.shape[0]):
        firms[i].award, firms[i].auction_payment = award[i], payment[i]
    accounts.settle_auction(firms, government)
