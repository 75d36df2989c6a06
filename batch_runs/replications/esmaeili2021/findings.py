"""What runs show beyond [Esmaeili2021]: distance from equilibrium, tacit collusion; judged as claims."""

import numpy as np

from batch_runs.replications.common.claims import Result, judge, judge_everywhere
from batch_runs.replications.common.statistics import mean, paired
from batch_runs.replications.esmaeili2021.reading import LOW, D, U
from batch_runs.replications.esmaeili2021.runs import YARDSTICK

SOURCE = "this replication"


def findings(reading):
    """Every finding judged on one reading: list of `Result`."""
    return [
        _below_equilibrium(reading, U),
        _below_equilibrium(reading, D),
        _richer_than_equilibrium(reading, U),
        _richer_than_equilibrium(reading, D),
        _more_exploitable(reading),
        _equilibria_exist(reading, U),
        _equilibria_exist(reading, D),
    ]


def _result(number, text, judgement, unit, measured):
    verdict, estimate, at = judgement
    where = f", at phi = {at:.2f}" if at is not None else ""
    interval = (estimate.low, estimate.high)
    return Result(number, SOURCE, text, verdict, estimate.value, interval, estimate.n, unit, measured + where)


def _everywhere(reading, gap):
    """Judge float64[populations, phis] above zero at every phi where any population has a number."""
    known = ~np.isnan(gap).all(0)
    return judge_everywhere({float(f): mean(gap[:, k]) for k, f in enumerate(reading.phis) if known[k]})


def _below_equilibrium(reading, auction):
    gap = reading.of("equilibrium_low", auction, YARDSTICK) - reading.of("clearing_price", auction)
    text = f"learned clearing prices lie below those of every pure equilibrium found, at every phi, {auction}"
    return _result(
        f"F1 {auction}", text, _everywhere(reading, gap), "€/t", "lowest equilibrium price - learned price"
    )


def _richer_than_equilibrium(reading, auction):
    gap = reading.of("mean_profit", auction) - reading.of("equilibrium_profit", auction, YARDSTICK)
    text = f"learning firms earn more than in pure equilibria, at every phi, {auction}"
    return _result(f"F2 {auction}", text, _everywhere(reading, gap), "€", "learned - equilibrium mean profit")


def _more_exploitable(reading):
    gap = paired(reading.average("exploitability", D, LOW), reading.average("exploitability", U, LOW))
    text = "at phi < 0.9 learned bids are more exploitable under D"
    return _result("F3", text, judge(gap), "% of full margin", "D - U, mean over phi < 0.9")


def _equilibria_exist(reading, auction):
    share = (reading.of("equilibria", auction, YARDSTICK) > 0).mean(1) - 0.9
    text = f"a pure equilibrium is found for more than 9 in 10 populations and phi, {auction}"
    return _result(f"F4 {auction}", text, judge(mean(share)), "share", "share with one found - 0.9")
