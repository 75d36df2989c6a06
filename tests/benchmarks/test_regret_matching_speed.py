"""Rounds of learners that ask what every bid would have earned, beside formats that are cleared anew for each bid."""

from functools import partial

import pytest

from learning.jit import kernel
from model.mechanisms.auctions import merit_order, uniform
from model.mechanisms.auctions.base import AUCTIONS, CLEAR
from model.systems.learning_bidders import LearningBidders
from tests.benchmarks.clock import take_turns, times_as_fast

FIRMS = (5, 30, 100)


@kernel(CLEAR)
def clear_anew(price, volume, supply, reserve, tie_key, settings, scratch, award, payment):
    """Sell at one price, the lowest accepted, from the beginning for every bid."""
    accepted, _ = merit_order.serve(price, volume, supply, reserve, tie_key, settings, scratch, award)
    for i in range(award.shape[0]):
        payment[i] = accepted * award[i]
    return accepted, accepted


class Anew(uniform.Uniform):
    """The uniform format without `serve_again`."""

    clear = clear_anew


@pytest.mark.benchmark
def test_rounds_of_regret_matching(report, record):
    """96 possible bids per firm."""
    rows = []
    with AUCTIONS.temporarily("anew", Anew):
        for n in FIRMS:
            models = {
                name: LearningBidders(learner="regret_matching", auction=name, n_firms=n, rng=1)
                for name in AUCTIONS
            }
            periods = 2000 // n
            turns = take_turns({name: partial(model.advance, periods) for name, model in models.items()})
            rows.append(
                {"firms": n}
                | {f"{name}, ms": 1e3 * min(each) / periods for name, each in turns.items()}
                | {"anew / uniform": times_as_fast(turns, "uniform", "anew")}
            )
    report("Regret matching: a round", rows)
    for name in ("uniform", "discriminatory", "vcg"):
        record(
            f"regret matching: a round of 100 firms, {name}", rows[-1][f"{name}, ms"], unit="ms", at_most=2
        )
    assert rows[-1]["anew / uniform"] > 4.0
