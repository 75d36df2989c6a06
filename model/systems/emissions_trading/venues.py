"""Where permits change hands after the auction, and who bids in it."""

EXCHANGES = ("call", "order_book", "regulated", "none")
"""Markets after the auction: a call at one price, an order book, one at a price tied to the auction's, or none."""
CALL, ORDER_BOOK, REGULATED, NONE = range(len(EXCHANGES))
RESALE = ("call", "order_book")
"""Those of them in which traders take part, so that they can sell what they have bought."""
LOT_SHARE = 1e-6
"""A lot, in which permits are traded in the order book, / planned emissions of the first year."""


def trade_of(p, baseline, emitters):
    """Numbers of trade and of who takes part; baseline : planned emissions of a year, t; emitters : firms that emit."""
    traders_bid = p.traders_bid and p.exchange in RESALE
    return {
        "exchange": EXCHANGES.index(p.exchange),
        "emitters": emitters,
        "bidders": emitters + (p.n_traders if traders_bid else 0),
        "order_lot": LOT_SHARE * baseline,
    }
