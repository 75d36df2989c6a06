"""Levers of the policy: what a regulator can make stricter or laxer than announced, and how it acts."""

from typing import NamedTuple

from learning.jit import rule

LEVERS = ("reserve_price", "cap", "ccr_price")
"""The reserve price, permits auctioned in the year, or the trigger of cost containment. Stricter is a higher price, or
a smaller number."""
RESERVE_PRICE, CAP, CCR_PRICE, TAX = range(len(LEVERS) + 1)


class Reach(NamedTuple):
    """A lever: what it changes, how far, and what a regulator who learns tells apart; names as the parameters'."""

    lever: int
    """Position in `LEVERS`; or `TAX`."""
    lever_most: float
    lever_steps: int
    regulator_bins: int
    top_price: float
    """€/t: upper end of the bins of last year's price."""


def lever_of(p):
    """Number of the lever of the parameters' regulator: the tax, if there is one."""
    return TAX if p.instrument == "tax" else LEVERS.index(p.lever)


@rule
def stricter_by(government, setup, lever):
    """Factor of a price that is a lever of the policy, if it is the regulator's."""
    return 1.0 + government[0].stricter if setup.regulator.lever == lever else 1.0


@rule
def change_cap(government, room, setup):
    """Auction fewer permits in the year, or more, if the cap is the regulator's lever; return the change, t."""
    year = int(government[0].year) - 1
    change = -government[0].stricter * room.auctions[year] if setup.regulator.lever == CAP else 0.0
    room.auctions[year] += change
    return change


@rule
def set_lever(government, setup, stricter):
    """Make the year's policy stricter by a share, within the limits."""
    most = setup.regulator.lever_most
    government[0].stricter = min(max(stricter, -most), most)
