"""Judges of which rule pays a single player: invasion tests, and random play as the yardstick of all rules.

The profit of a population that all learn alike also measures how well players that learn alike keep prices low
together. An invasion test changes the rule of one player: the same player, among the same others, with the same
random numbers.
"""

from batch_runs.replications.common.claims import judge, keywords
from batch_runs.replications.common.statistics import mean

FIRST = 0
"""The player whose rule changes."""
RANDOM = "random"
"""Yardstick of all learners: what players earn that learn nothing."""


def invader_earns(gains, invader, others, places, player, sign=1.0):
    """Judge that one player earns more by the rule ``invader`` than by that of the others; sign -1: less.

    gains : ``gains(runs)`` -> float64[populations, places], €, its mean over places is judged; places :
    ``places(runs)`` -> names of the places, such as "at phi 0.80"; player : word for it, such as "firm".
    """
    word = "gain" if sign > 0 else "loss"

    def judged(runs):
        return judge(mean(sign * gains(runs).mean(1)))

    def facts(runs):
        at = ", ".join(
            f"{gain:+.0f} € {place}" for gain, place in zip(gains(runs).mean(0), places(runs), strict=True)
        )
        return f"The {player}'s gain by {words(invader)} instead of {words(others)}: {at}."

    return keywords(f"{word} of the one {player}", "€", judged, facts)


def words(learner):
    """Name of a learner in a sentence.

    >>> words("roth_erev")
    'Roth-Erev'
    """
    return {"q_learning": "Q-learning", "roth_erev": "Roth-Erev", RANDOM: "random play"}[learner]
