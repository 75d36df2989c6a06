"""The picture of a two-tier auction: all schedules against the supply, and what the permits are worth."""

import numpy as np

from agents.abatement import marginal_value
from model.systems.two_tier.what_if import book_of
from model.views.charts.auction_picture import Pieces, Result, draw_auction, picture_rows, price_in_words
from model.views.charts.base import chart

SYSTEM = "two_tier"

MOST_PERMITS = 400
"""Permits up to which the worth of each is shown; of more, the mean worth of each step of a schedule."""


def pieces_of(book, firm, fine):
    """Columns of `Pieces` of one firm's schedule, cut at every permit if ``fine``."""
    asked = np.flatnonzero(book.volume[firm] > 0.0)
    price, ends = book.price[firm][asked], book.volume[firm][asked].cumsum()
    cuts = np.concatenate([[0.0], ends, np.arange(1.0, ends[-1] if ends.size else 0.0) if fine else []])
    cuts = np.unique(cuts)
    total = np.concatenate([[0.0], np.cumsum(book.values(firm))])
    volume, worth = np.diff(cuts), np.diff(np.interp(cuts, np.arange(total.size), total))
    return np.full(volume.size, firm), price[np.searchsorted(ends, cuts[1:])], volume, worth / volume


def true_pieces(model):
    """`Pieces` of the permits needed, before there are bids."""
    firms, parts = model.firms.rows, []
    for firm, (cost, need) in enumerate(zip(firms.cost, firms.need, strict=True)):
        worth = np.array([marginal_value(cost, need, k) for k in np.arange(1.0, need + 1.0)])
        parts.append((np.full(worth.size, firm), np.zeros(worth.size), np.ones(worth.size), worth))
    return Pieces(*map(np.concatenate, zip(*parts, strict=True)))


def auction_rows(model, positions):
    """Steps of all schedules in merit order, €/t over cumulated t, with areas of money."""
    if not model.steps:
        return picture_rows(model, true_pieces(model))
    book, firms, public = book_of(model), model.firms.rows, model.government
    fine = book.need.sum() <= MOST_PERMITS
    parts = [pieces_of(book, firm, fine) for firm in range(len(book.cost))]
    pieces = Pieces(*map(np.concatenate, zip(*parts, strict=True)))
    price = float(public.clearing_price if model.params.auction == "uniform" else public.equilibrium_price)
    words = price_in_words(model.params.auction, public)
    result = Result(
        award=firms.award, payment=firms.auction_payment, supply=book.supply, crossing=price, price=words
    )
    return picture_rows(model, pieces, result)


@chart(
    title="The auction: bids from the highest down, and the supply, €/t",
    rows=auction_rows,
    needs=("clearing_price", "equilibrium_price", "equal_split_efficiency"),
    system=SYSTEM,
    section="bids",
)
def schedule_picture():
    """Blue: the steps of all schedules from the highest down. The supply ends where the black line stands; bids left
    of it are served. Green: what these permits are worth to their bidders, which they alone know. Violet: what the
    government gets. Green area: what the winners gain; red: what they pay beyond the worth."""
    return draw_auction()
