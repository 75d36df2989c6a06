"""Judges of which rule pays a single firm, beyond [Esmaeili2021]: invasion tests and random play as a yardstick.

The paper compares populations that all learn alike. Their mean profit also measures how well firms that learn alike
keep prices low together. An invasion test changes the rule of one firm: the same firm, among the same others, with
the same random numbers. Same form as `measures`.
"""

import numpy as np

from batch_runs.replications.common.claims import judge
from batch_runs.replications.common.statistics import mean
from batch_runs.replications.esmaeili2021.measures import judge_at_every_phi, keywords
from batch_runs.replications.esmaeili2021.runs import LEARNERS, RANDOM, among

FIRST = 0
"""The firm whose rule changes."""


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
    word = "gain" if sign > 0 else "loss"

    def judged(reading):
        return judge(mean(sign * gain_of_invader(reading, auction, invader, others).mean(1)))

    def facts(reading):
        gains = gain_of_invader(reading, auction, invader, others).mean(0)
        at = ", ".join(
            f"{gain:+.0f} € at phi {phi:.2f}" for gain, phi in zip(gains, reading.phis, strict=True)
        )
        return f"The firm's gain by {words(invader)} instead of {words(others)}: {at}."

    return keywords(f"{word} of the one firm, mean over phi", "€", judged, facts)


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


def words(learner):
    """Name of a learner in a sentence.

    >>> words("roth_erev")
    'Roth-Erev'
    """
    return {"q_learning": "Q-learning", "roth_erev": "Roth-Erev", RANDOM: "random play"}[learner]
