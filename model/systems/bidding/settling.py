"""Whether firms have settled on their bids, and how far these are from best replies, over a run.

A mean over bids that still change says little about what firms learn. Two numbers tell it: how often best bids
change, which is collected as the metric ``best_bid_changes``, and how much a firm could gain by another bid, which
costs an auction per possible bid and is therefore computed from the recorded bids of a few periods.
"""

from dataclasses import dataclass

import numpy as np

from model.systems.bidding.equilibrium import relative_exploitability

SETTLED = 0.01
"""Largest share of firms whose best bid changes in a period that counts as settled: once in 100 periods for each.

Measured on four populations of five firms: 0.003 to 0.007 after 10,000 rounds in which epsilon falls to 0.001; 0.3 to
0.4 after 1,000 of them or where epsilon stays 0.5; 0.02 and 0.03 with 25 firms after 10,000.
"""
LAST_PART, FEWEST = 10, 100
"""Changes are averaged over the last tenth of a run, and over at least 100 periods."""
JUDGED = 5
"""Number of periods whose bids are judged by what other bids would have earned."""
MOST_AUCTIONS = 20_000
"""Number of auctions that a line of exploitability over time may cost."""
MOST_POINTS = 25


@dataclass(frozen=True)
class Settling:
    """How settled the firms are at the end of a run."""

    changes: float
    """Share of the firms whose best bid changes in a period, mean over the last periods."""
    periods: int
    """The number of these periods."""

    @property
    def settled(self):
        """Whether best bids hardly change any more."""
        return self.changes <= SETTLED

    def warning(self):
        """Return why figures are not yet those of what firms learn; "" where they have settled."""
        if self.settled:
            return ""
        return (
            f"firms have not settled yet: in the last {self.periods:,} periods {100 * self.changes:.1f} % of them per "
            f"period changed the bid that they hold for best (settled: at most {100 * SETTLED:g} %), so these numbers "
            "may still move. Firms settle in longer runs, or where they try out less and less"
        )


def settling(model):
    """`Settling` of a `BiddingModel`; None before its firms have learned in a period collected."""
    collector = model.datacollector
    periods, changes = np.array(collector.periods), np.array(collector.numbers_of("best_bid_changes"))
    last = (periods > model.steps - max(model.steps // LAST_PART, FEWEST)) & ~np.isnan(changes)
    if not last.any():
        return None
    return Settling(float(changes[last].mean()), int(periods[-1] - periods[last.argmax()] + 1))


def exploitability_at(model, positions):
    """Gain of the best other bid at these positions of the collector, mean over firms, share of their full margin.

    The bids of each period are judged by the rules now in force: float64[positions].
    """
    _, firms = model.datacollector.rows_at(positions)
    return np.array([relative_exploitability(model, bids).mean() for bids in firms])


def last_exploitability(model):
    """Mean of `exploitability_at` over `JUDGED` of the last `FEWEST` periods collected; NaN if there are none."""
    at = spread(len(model.datacollector.periods), JUDGED, FEWEST)
    return float(exploitability_at(model, at).mean()) if len(at) else float("nan")


def points_over_time(model):
    """Positions of the collector at which exploitability over time is computed: evenly spread, few if that is slow."""
    auctions = len(model.firms) * model.learner.game.actions
    points = min(max(MOST_AUCTIONS // auctions, 2), MOST_POINTS)
    return spread(len(model.datacollector.periods), points)


def spread(count, points, last=None):
    """At most ``points`` different positions spread evenly over the last ``last`` of ``count`` (all by default)."""
    first = max(count - last, 0) if last else 0
    return np.unique(np.linspace(first, count - 1, points).astype(int)) if count else np.zeros(0, int)
