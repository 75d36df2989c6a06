"""Judges of statements beyond [Esmaeili2021]: distance from equilibrium, tacit collusion; same form as `measures`."""

import numpy as np

from batch_runs.replications.common.claims import ABOVE_ZERO, judge, keywords
from batch_runs.replications.common.statistics import paired
from batch_runs.replications.esmaeili2021.measures import in_range, judge_at_every_phi
from batch_runs.replications.esmaeili2021.outcomes import LOW, D, U
from batch_runs.replications.esmaeili2021.runs import YARDSTICK


def below_equilibria(auction):
    """The clearing price is below that of every pure equilibrium found, at every phi at which one was."""

    def gap(reading):
        return reading.of("equilibrium_low", auction, YARDSTICK) - reading.of("clearing_price", auction)

    return keywords("lowest equilibrium price - learned price", "€/t", _where_known(gap))


def richer_than_in_equilibria(auction):
    """The mean profit is above that in pure equilibria, at every phi at which one was found."""

    def gap(reading):
        return reading.of("mean_profit", auction) - reading.of("equilibrium_profit", auction, YARDSTICK)

    return keywords("learned - equilibrium mean profit", "€", _where_known(gap))


def _where_known(values):
    def judged(reading):
        found = values(reading)
        return judge_at_every_phi(reading, found, np.flatnonzero(~np.isnan(found).all(0)))

    return judged


def more_exploitable_at_low_phi():
    """Learned bids are more exploitable under D than under U on average over phi < 0.9."""

    def judged(reading):
        return judge(paired(*(reading.average("exploitability", auction, LOW) for auction in (D, U))))

    return keywords("D - U, mean over phi < 0.9", "% of full margin", judged)


def equilibria_exist(auction):
    """A pure equilibrium is found for more than 9 in 10 populations and phi."""

    def number(reading):
        return (reading.of("equilibria", auction, YARDSTICK) > 0).mean(1) - 0.9

    return in_range(number, "share with one found - 0.9", "share", ABOVE_ZERO)
