"""The English clock: prices rise while there is excess demand; bidders then buy their demand at those prices."""

import numpy as np

from learning.knobs import Settings, knob, settings
from model.mechanisms.combinatorial.base import PACKAGE_AUCTIONS, Outcome, PackageAuction

LAST_DEMAND, RATIONED = CLOSINGS = "last_demand", "rationed"


@settings
class EnglishClockSettings(Settings):
    """Rule by which the clock closes."""

    closing: str = knob(
        LAST_DEMAND,
        choices=CLOSINGS,
        source="Goyal",
        help="lots that the last rise of a clock leaves over: unsold, or rationed to those who demanded them at the "
        "price before, at which all lots of that pollutant are then sold",
    )


@PACKAGE_AUCTIONS.register("english_clock")
class EnglishClock(PackageAuction):
    """One price per pollutant, no package bids: demand that drops by several lots at once leaves lots unsold.

    With ``closing = rationed`` they go to those who demanded them before the clock's last rise. These may get a part of
    a package, worth less to them than it costs.

    before, after : int64[n, m], lots demanded in the rounds before and after the last rise of each clock;
    price_before : int64[m], clock prices before it; rose : bool[m], clocks that rose after the last round;
    standing : int64[n, m], lots demanded so far, summed over rounds.
    """

    Settings = EnglishClockSettings
    asks = "demand"

    def __init__(self, settings, terms, n):
        super().__init__(settings, terms, n)
        self.rose = np.zeros(len(terms.supply), bool)
        self.before, self.after, self.standing = np.zeros((3, n, len(terms.supply)), np.int64)
        self.price_before = self.price

    @staticmethod
    def exposes(settings):
        """Return whether bidders may get parts of packages: where lots are rationed."""
        return settings.closing == RATIONED

    def end_round(self):
        """Raise the prices of pollutants in excess demand; close when there are none."""
        lots = self.terms.packages.lots[self.headline]
        over = lots.sum(0) > self.terms.supply
        self.note(lots, over)
        if over.any():
            return self.next_round(over)
        more = self.rationed(lots) if self.settings.closing == RATIONED else np.zeros_like(lots)
        price = np.where(more.any(0), self.price_before, self.price)
        package = self.terms.packages.number(lots + more)
        self.outcome = Outcome(package, (lots + more) * price, self.round)

    def note(self, lots, over):
        """Keep what each pollutant's last rise changes: lots demanded before and after it, and the price before.

        lots : int64[n, m], demanded in this round; over : bool[m], pollutants whose prices rise after it.
        """
        self.after = np.where(self.rose, lots, self.after)
        self.before = np.where(over, lots, self.before)
        self.price_before = np.where(over, self.price, self.price_before)
        self.standing += lots
        self.rose = over

    def rationed(self, lots):
        """Divide the lots that each clock's last rise left over among those who gave them up, int64[n, m].

        lots : int64[n, m], demand at the close. Lots given up later, because other prices rose, are not divided.
        """
        given_up = np.maximum(self.before - np.maximum(self.after, lots), 0)
        left = self.terms.supply - np.maximum(self.after.sum(0), lots.sum(0))
        columns = zip(given_up.T, left, self.standing.T, strict=True)
        return np.stack([ration(*column) for column in columns], axis=1)


def ration(claim, left, standing):
    """Divide ``left`` lots in proportion to claims, int64[n], nobody beyond its claim: int64[n].

    Odd lots go to the largest remainders, among equal ones to the bidders with the largest ``standing``, int64[n],
    the lots demanded over all rounds. Where bidders are equal in both, no rule but their order could tell them apart:
    odd lots that do not suffice for all of them stay unsold.

    >>> ration(np.array([2, 2, 0]), 3, np.array([7, 8, 9]))
    array([1, 2, 0])
    """
    total = claim.sum()
    if total <= left:
        return claim
    share, remainder = claim * left // total, claim * left % total
    keys = np.stack([remainder, standing], axis=1)
    rank = np.unique(keys, axis=0, return_inverse=True)[1].reshape(-1)
    no_worse = (rank >= rank[:, None]).sum(1)
    return share + (no_worse <= left - share.sum())
