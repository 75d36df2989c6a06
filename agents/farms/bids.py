"""Bids of a farm: headline demand and additional bids of a clock auction, sealed bids for packages [Goyal].

Amounts, values and prices are int64, millionths of a euro (per lot); packages go by their number.
"""

from agents.farms.curves import NO_BID
from learning.jit import rule

ADDITIONAL_BIDS = "below", "all", "none", "capped"
"""Packages bid for besides the headline demand: those with no more of any pollutant, at the same surplus; every
package at that surplus; none; and, to show why it is a bad strategy, every package at the lower of value and price."""
BELOW, ALL, NONE, CAPPED = range(4)


@rule
def price_of(lots, price):
    """Price, millionths of a euro, of a package of int64[m] lots."""
    total = 0
    for j in range(price.shape[0]):
        total += lots[j] * price[j]
    return total


@rule
def headline_demand(value, lots, units, price, allowed):
    """Number of the allowed package with the highest surplus; among equal ones that with most lots, then the first."""
    best, surplus = 0, 0
    for k in range(value.shape[0]):
        if value[k] != NO_BID and allowed[k]:
            here = value[k] - price_of(lots[k], price)
            if here > surplus or (here == surplus and units[k] > units[best]):
                best, surplus = k, here
    return best


@rule
def is_within(lots, limit):
    """Whether a package has no more lots of any pollutant than ``limit``."""
    within = True
    for j in range(limit.shape[0]):
        within = within and lots[j] <= limit[j]
    return within


@rule
def clock_bids(value, lots, price, headline, option, amount):
    """Write the bids, int64[K], for a headline demand: its price, and additional bids.

    At constant surplus pi = V(h) - p h, the bid for a package is V(x) - pi, at most its price because h is the best
    package. The empty package is bid for, at 0, only if pi is 0.
    """
    surplus = value[headline] - price_of(lots[headline], price)
    for k in range(value.shape[0]):
        amount[k] = NO_BID
        if value[k] == NO_BID:
            continue
        if option == CAPPED:
            amount[k] = min(value[k], price_of(lots[k], price))
        elif k == headline or option == ALL or (option == BELOW and is_within(lots[k], lots[headline])):
            amount[k] = max(value[k] - surplus, NO_BID)
        elif k == 0 and surplus == 0:
            amount[k] = 0


@rule
def sealed_bids(value, kept, target, amount):
    """Write the bids, int64[K], of a farm that keeps the share ``kept`` of every package's value, and ``target``.

    Negative amounts are not bid.
    """
    for k in range(value.shape[0]):
        bid = NO_BID if value[k] == NO_BID else int(value[k] * (1.0 - kept)) - target
        amount[k] = max(bid, NO_BID)
