"""Years of emissions trading: compiled blocks beside Mesa steps, against the number of firms, in turns."""

from functools import partial

import numpy as np
import pytest

from model.systems.emissions_trading import EmissionsTrading
from tests.benchmarks.clock import take_turns, times_as_fast

FIRMS = (5, 20, 100)


def step_on(model, quarters):
    """Play that many quarters agent by agent."""
    for _ in range(quarters):
        model.step()


@pytest.mark.benchmark
def test_quarters_of_many_firms(report, record):
    rows = []
    for n in FIRMS:
        blocks, steps = (EmissionsTrading(n_firms=n, rng=1, collect_every=1000) for _ in range(2))
        cycle, few = blocks.params.cycle, 8
        ways = {"block": partial(blocks.advance, cycle), "steps": partial(step_on, steps, few)}
        turns = take_turns(ways)
        rows.append(
            {
                "firms": n,
                "block, µs per quarter": 1e6 * float(np.median(turns["block"])) / cycle,
                "step, µs": 1e6 * float(np.median(turns["steps"])) / few,
                "block / steps": times_as_fast(turns, "block", "steps", cycle / few),
            }
        )
    report("Emissions trading: a quarter", rows)
    record(
        "emissions_trading: blocks beside Mesa steps, 5 firms",
        rows[0]["block / steps"],
        unit="times as fast",
        at_least=10,
    )
    assert rows[0]["block / steps"] > 2.0
