"""Judges of which rule pays a single firm, beyond [Esmaeili2021]: invasion tests and random play as a yardstick.

The paper compares populations that all learn alike; `common.invasion` says why that is not enough. Same form as
`measures`.
"""

import numpy as np

from batch_runs.replications.common import invasion
from batch_runs.replications.common.claims import keywords
from batch_runs.replications.common.invasion import FIRST, RANDOM, words
from batch_runs.replications.esmaeili2021.measures import judge_at_every_phi
from batch_runs.replications.esmaeili2021.runs import LEARNERS, among


def gain_of_invader(reading, auction, invader, others):
    """Profit, €, of the first firm with the rule ``invader`` less that with the rule of all others.

    float64[populations, phis].
    """
    profits = [
        reading.of_firms("profit", auction, learner)[:, :, FIRST]
        for learner in (among(invader, others), others)
    ]
    return profits[0] - profits[1]


def invader_earns(auction, invader, others, sign=1.0):
    """One firm earns more by the rule ``invader`` than by that of the others, on average over phi; sign -1: less."""
    known = invasion.invader_earns(
        lambda reading: gain_of_invader(reading, auction, invader, others),
        invader,
        others,
        places=lambda reading: [f"at phi {phi:.2f}" for phi in reading.phis],
        player="firm",
        sign=sign,
    )
    return known | {"measured": f"{known['measured']}, mean over phi"}


def above_random_play(auction):
    """Q-learning's mean profit is above that of firms that bid at random, at every phi."""

    def lead(reading):
        return reading.of("mean_profit", auction) - reading.of("mean_profit", auction, RANDOM)

    def facts(reading):
        ahead = int((lead(reading).mean(0) > 0).sum())
        rule = LEARNERS[1]
        other = (reading.of("mean_profit", auction, rule) - reading.of("mean_profit", auction, RANDOM)).mean(
            0
        )
        above = int(np.sum(other > 0))
        return f"Q-learning is ahead at {ahead} of {len(reading.phis)} phi, {words(rule)} at {above}."

    return keywords(
        "smallest lead over random play, over phi", "€", lambda r: judge_at_every_phi(r, lead(r)), facts
    )
