"""The trading price of chains of the paper's size: programs and processor seconds of three ways to find it; and an
instance from end to end.

All ways solve the same programs with the same solver on one core. The paper's seconds are of its own machine and
include its learning.
"""

import pytest

from agents.supply_chains import plan
from agents.supply_chains.bisection import bisect_price
from agents.supply_chains.curve_builder import CurveBuilder
from agents.supply_chains.draws import draw_instance
from agents.supply_chains.plan import Planner
from model.scenarios import scenarios
from model.systems.supply_chains import model as system
from model.systems.supply_chains.equilibrium import lowest_price, refine_equilibrium
from tests.benchmarks.clock import timed

PAPER_SECONDS = {3: 227, 7: 1487}
"""Of an instance of s1 at a mitigation rate of 15 %, by the number of chains [Esmaeili2022, Table 4]."""
SEED, RATE = 1, 0.15
CHAINS = range(3, 8)
AUCTIONS, GOAL = 1_000_000, 20
PRICES = 0.0, 150.0, 500.0, 2_000.0


def around(chains):
    """Builders that know every chain without a price and around the equilibrium; the permits; the outcome."""
    builders = [CurveBuilder(chain) for chain in chains]
    for builder in builders:
        builder.solve(0.0)
    permits = (1 - RATE) * sum(builder.emissions_at(0.0) for builder in builders)
    return builders, permits, refine_equilibrium(builders, permits)


def refine_all(builders):
    """Certify the curves everywhere."""
    for builder in builders:
        builder.refine()


@pytest.mark.benchmark
@pytest.mark.parametrize("n_chains", PAPER_SECONDS)
def test_the_trading_price(n_chains, report):
    chains = draw_instance(SEED, n_chains).chains
    (builders, permits, found), seconds = timed(lambda: around(chains))
    halved, halving = timed(lambda: bisect_price([Planner(chain) for chain in chains], permits))
    _, further = timed(lambda: refine_all(builders))
    whole = sum(builder.planner.milps for builder in builders)
    price = lowest_price(builders, permits)
    ways = {
        "around the price": (found.milps, seconds, found.price),
        "bisection of the paper": (halved.milps, halving, halved.price),
        "whole curves": (whole, seconds + further, price),
    }
    report(
        f"{n_chains} chains of s1, seed {SEED}, mitigation rate {RATE:.0%}; the paper: {PAPER_SECONDS[n_chains]} s",
        [{"way": way} | dict(zip(("programs", "seconds", "price €/t"), row)) for way, row in ways.items()],
    )
    assert found.gaps.max() <= 1e-4
    assert found.low - 0.01 <= halved.price <= found.high + 0.01
    assert found.milps < halved.milps


def model_of(curves, monkeypatch):
    """A market of chains with these curves, as in the paper's case 1, its rules compiled."""
    monkeypatch.setattr(system, "curves_of", lambda *_: curves)
    preset = scenarios("supply_chains")["esmaeili2022_case_1"]
    about = {"phi": 1 - RATE, "population": "drawn", "n_chains": len(curves), "instance_seed": SEED}
    model = system.SupplyChains(preset.params(**about), rng=SEED)
    model.compile_rules()
    return model


@pytest.mark.benchmark
@pytest.mark.parametrize("n_chains", CHAINS)
def test_an_instance_end_to_end(n_chains, monkeypatch, report, record):
    """Instances of Table 4: plans around the trading price, then a million auctions."""
    chains = draw_instance(SEED, n_chains).chains
    (builders, _, found), solving = timed(lambda: around(chains))
    model = model_of([builder.curve() for builder in builders], monkeypatch)
    _, learning = timed(lambda: model.advance(AUCTIONS))
    government, _ = shown = model.read_out(100)
    paper = PAPER_SECONDS.get(n_chains)
    row = {"programs": found.milps, "solving, s": solving, f"{AUCTIONS:,} auctions, s": learning}
    times = {"the paper's seconds / ours": paper / (solving + learning)} if paper else {}
    for ratio in times.values():
        name = f"supply_chains: {n_chains} chains end to end, beside the paper's seconds"
        record(name, ratio, unit="times as fast", at_least=GOAL)
    report(f"{n_chains} chains from end to end", [row | times])
    assert found.gaps.max() <= 1e-4
    assert shown.model.steps == AUCTIONS + 100
    assert government.trading_price == pytest.approx(found.price)


@pytest.mark.benchmark
def test_the_inequalities(monkeypatch, report):
    """The same least costs with and without them."""
    (chain,) = draw_instance(SEED, 1).chains
    with_cuts = Planner(chain)
    monkeypatch.setattr(plan, "CUTS", ())
    monkeypatch.setattr(plan, "SPLIT", {})
    without = Planner(chain)
    rows = []
    for price in PRICES:
        one, fast = timed(lambda at=price: with_cuts.best(at, 1e-5))
        other, slow = timed(lambda at=price: without.best(at, 1e-5))
        rows.append({"price €/t": price, "with": fast, "without": slow})
        assert one.plan.value(price) == pytest.approx(other.plan.value(price), rel=2.1e-5)
    report("Seconds of a program, with and without the inequalities", rows)
