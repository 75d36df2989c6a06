"""Runs of a market over years per second: the Mesa loop with its DataCollector and the compiled loop, in turns.

Goals: 300 times the Mesa loop (reached: 340 to 390), 300 runs a second of 10 firms and 40 quarters (about 3,100), and
1,000 firms and 40 quarters within 2 s of processor time. At 300 times a quarter would take 9 to 11 µs. It takes 8
without collecting (about 420 times): 6.2 to play it, 1.4 to draw it, and 0.3 for what a block of quarters costs once
(20 runs are one block). Collecting copies 3,840 bytes, less than 1 µs in memory that an earlier run has used
(`model.kept_rows`); a process's first run needs new memory, 2 to 8 µs more on a virtual machine.
"""

from functools import partial

import numpy as np
import pytest

from model.systems.emissions_trading import EmissionsTrading
from tests.benchmarks.clock import take_turns, times_as_fast

QUARTERS, RUNS, NEVER = 40, 20, 100_000_000
FIRMS = (5, 20, 100)
LEAST = 20.0
"""Asserted speed of the compiled loop over that of the Mesa loop."""

pytestmark = pytest.mark.benchmark


def stepping():
    """Play one run by Mesa steps, collecting every quarter."""
    model = EmissionsTrading(rng=1)
    for _ in range(QUARTERS):
        model.step()


def compiled(runs=RUNS, **values):
    """Function that plays so many runs in the compiled loop."""
    model = EmissionsTrading(rng=1, **values)
    return lambda: model.advance(runs * QUARTERS)


def test_runs_per_second(report, record):
    turns = take_turns(
        {
            "Mesa loop, collecting": stepping,
            "compiled, collecting": compiled(),
            "compiled": compiled(collect_every=NEVER),
            "compiled, order book": compiled(collect_every=NEVER, exchange="order_book"),
        }
    )
    work = {name: 1 if name.startswith("Mesa") else RUNS for name in turns}
    speed = {name: work[name] / float(np.median(each)) for name, each in turns.items()}
    report(
        "emissions_trading, 10 firms, 40 quarters",
        [{"way": k, "runs per second": v} for k, v in speed.items()],
    )
    ratio = times_as_fast(turns, "compiled, collecting", "Mesa loop, collecting", RUNS)
    record("run of emissions_trading: compiled over the Mesa loop", ratio, unit="×", at_least=300.0)
    record("runs of emissions_trading, 10 firms", speed["compiled"], unit="a second", at_least=300.0)
    assert ratio > LEAST
    assert speed["compiled"] > speed["compiled, order book"]


def test_a_run_of_1000_firms(report, record):
    turns = take_turns(
        {
            name: compiled(1, collect_every=NEVER, n_firms=1000, exchange=name)
            for name in ("call", "order_book")
        }
    )
    seconds = {name: float(np.median(each)) for name, each in turns.items()}
    report(
        "emissions_trading, 1,000 firms, 40 quarters",
        [{"exchange": k, "seconds": v} for k, v in seconds.items()],
    )
    record("run of emissions_trading, 1,000 firms", seconds["call"], unit="s", at_most=2.0)
    assert seconds["call"] < seconds["order_book"]


def step_on(model, quarters):
    """Play that many quarters agent by agent."""
    for _ in range(quarters):
        model.step()


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
