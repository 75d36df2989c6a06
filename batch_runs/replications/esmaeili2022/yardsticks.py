"""Judges of statements beyond [Esmaeili2022]: random play, the least possible price, and invasion tests.

All on the instances of Table 4. Populations that win the same permits differ in mean profit only by what they pay
the government: it measures how low all together keep the price, not how well one of them bids.
"""

import numpy as np

from agents.supply_chains.table_5 import PRIVATE_VALUE, TEC
from batch_runs.replications.common import invasion
from batch_runs.replications.common.claims import judge, keywords
from batch_runs.replications.common.invasion import FIRST, RANDOM
from batch_runs.replications.common.statistics import mean, resampled
from batch_runs.replications.esmaeili2022.measures import RESERVE
from batch_runs.replications.esmaeili2022.runs import INVASIONS, Q_LEARNING, TABLE_4_RATE, USUAL

PAPERS_PROFITS = (504_453.0, 747_148.0)
"""Lowest and highest mean profit of Q-learning in the paper's Table 4, €."""


def above_random_play(auction, rule):
    """The mean profit of chains that learn by ``rule`` is above that of chains that bid at random."""

    def judged(learners):
        return judge(mean(mean_profit(learners, rule, auction) - mean_profit(learners, RANDOM, auction)))

    def facts(learners):
        part = share_of_random_play(learners, rule, auction).value
        return f"Random play earns {100 * part:.0f} % of its profit."

    return keywords("learner - random play, mean profit per chain", "€", judged, facts)


def share_of_random_play(learners, rule, auction):
    """Estimate of (mean profit of random play) / (that of ``rule``), with a bootstrap interval."""
    rows = np.array([mean_profit(learners, played, auction) for played in (RANDOM, rule)]).T
    return resampled(lambda profit: float(profit[0] / profit[1]), rows)


def mean_profit(learners, rule, auction):
    """Mean profit per chain, €: float64[instances]."""
    return learners.of("mean_profit", rule, auction)


def largest_profit(learners, auction):
    """Mean profit per chain, €, if Q-learners got their permits at the reserve price: float64[instances].

    No bids pay less for these permits; trade and the cost of avoiding emissions are the same.
    """
    saved = learners.of("price_paid", Q_LEARNING, auction) - RESERVE
    return mean_profit(learners, Q_LEARNING, auction) + saved * learners.mean_award(Q_LEARNING, auction)


def largest_lead(learners, auction):
    """Estimate of the lead over Roth-Erev at the reserve price, with a bootstrap interval."""
    rows = np.array([largest_profit(learners, auction), mean_profit(learners, USUAL, auction)]).T
    return resampled(lambda profit: float(profit[0] / profit[1] - 1.0), rows)


def largest_profit_in_table_5():
    """Most that the chains of Table 5 can earn on average at the rate of Table 4, €.

    They sell as much as without a policy, pay the reserve price for all permits issued, and nothing to avoid the rest.

    >>> round(largest_profit_in_table_5())
    232810
    """
    value, tec = np.array(PRIVATE_VALUE), np.array(TEC)
    return float((value * tec - RESERVE * (1.0 - TABLE_4_RATE) * tec).mean())


def limits(auction):
    """Facts: how far the lead could go here, and with the values of Table 5."""

    def facts(learners):
        return (
            f"At the reserve price for every permit the lead would be {100 * largest_lead(learners, auction).value:.0f}"
            f" %. The chains of Table 5 can earn at most {largest_profit_in_table_5():,.0f} € on average at this rate, "
            f"where Table 4 has {PAPERS_PROFITS[0]:,.0f} to {PAPERS_PROFITS[1]:,.0f}."
        )

    return facts


def gain_of_invader(learners, auction, name):
    """Profit, €, of the first chain in an invasion less that by the rule of all others: float64[instances, 1]."""
    others = USUAL if INVASIONS[name][1] != Q_LEARNING else Q_LEARNING
    profits = [learners.of_chain("profit", rule, auction, FIRST) for rule in (name, others)]
    return (profits[0] - profits[1])[:, None]


def invader_earns(auction, name, sign=1.0):
    """One chain earns more by another rule than by that of all others; sign -1: less."""
    return invasion.invader_earns(
        lambda learners: gain_of_invader(learners, auction, name),
        *INVASIONS[name],
        places=lambda _: ("on average",),
        player="chain",
        sign=sign,
    )
