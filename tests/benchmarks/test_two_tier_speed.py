"""Two-tier auctions per second: the compiled batch beside plain numpy, one Mesa step, and one Gymnasium step.

All in one run and in turns, so that every way meets the same machine; seconds are those of the processor,
which other work lengthens less. An auction is dealt, bid for by random actions, cleared under VCG with exact
externality payments, and paid; "measured" adds the efficient allocation and all indices.
"""

import time
from contextlib import suppress

import numpy as np
import pytest

from model.streams import Streams
from model.systems.two_tier import TwoTier
from model.systems.two_tier.worlds import Worlds, draw_chance

PROTOTYPE = {2: 880_000, 10: 190_000, 50: 18_000}
"""VCG auctions per second on one idle core, of an earlier prototype, by the number of firms."""
AUCTIONS = {2: 4_000, 10: 1_000, 50: 200}
SECONDS = 2.0


def plain_numpy(cost, need, supply, action):
    """One VCG auction of two steps in plain numpy, reserve 0: award and payment of each firm, t and €.

    The externality of a winner is what the others would have got for the permits it takes.
    """
    high = action[:, 0] * cost * need
    price = np.stack([high, action[:, 2] * high], 1)
    first = np.floor(action[:, 1] * need + 0.5)
    second = np.minimum(np.floor(action[:, 3] * need + 0.5), need - first)
    volume = np.stack([first, second], 1)
    order = np.argsort(-price.ravel(), kind="stable")
    prices, volumes, owner = price.ravel()[order], volume.ravel()[order], order // 2
    served = np.clip(supply - (np.cumsum(volumes) - volumes), 0.0, volumes)
    award = np.bincount(owner, served, len(cost))
    payment = np.zeros(len(cost))
    for i in np.flatnonzero(award):
        others = np.where(owner == i, 0.0, volumes)
        without = np.clip(supply - (np.cumsum(others) - others), 0.0, others)
        payment[i] = prices @ (without - np.where(owner == i, 0.0, served))
    return award, payment


def drawn(n):
    """Parameters, worlds and chance of a batch of auctions among ``n`` firms."""
    params = TwoTier(n_firms=n, auction="vcg", policy="random_schedule", rng=1).params
    return params, Worlds(params, AUCTIONS[n]), draw_chance(params, Streams(1), AUCTIONS[n])


def ways(n):
    """Functions that play auctions among ``n`` firms, by name, each with the number it plays."""
    params, worlds, chance = drawn(n)
    model, few = TwoTier(params, rng=1), 50

    def batch():
        worlds.begin(chance)
        worlds.play(chance.action)

    def measured():
        batch()
        worlds.measure()

    def numpy_loop():
        for w in range(few):
            plain_numpy(worlds.rows.cost[w], params.need, worlds.supply[w], chance.action[w])

    found = {"batch": (batch, AUCTIONS[n]), "measured": (measured, AUCTIONS[n]), "numpy": (numpy_loop, few)}
    found["Mesa step"] = (lambda: [model.step() for _ in range(few)], few)
    with suppress(ImportError):  # the environments are an extra
        found["Gymnasium step"] = (gymnasium_steps(params, few), few)
    return found


def gymnasium_steps(params, steps):
    """A function that takes steps of the single-agent environment; ImportError without Gymnasium."""
    from model.envs.carbon_permit_auction import CarbonPermitAuctionEnv

    env = CarbonPermitAuctionEnv(params)
    env.reset(seed=1)
    env.action_space.seed(1)
    actions = [env.action_space.sample() for _ in range(steps)]

    def play():
        for action in actions:
            env.step(action)
            env.reset()

    return play


def rates(n):
    """Auctions per second of each way: the fastest of its turns."""
    found = ways(n)
    best, start = dict.fromkeys(found, np.inf), time.perf_counter()
    for play, _ in found.values():
        play()
    while time.perf_counter() - start < SECONDS * len(found):
        for name, (play, auctions) in found.items():
            before = time.thread_time()
            play()
            best[name] = min(best[name], (time.thread_time() - before) / auctions)
    return {name: 1.0 / seconds for name, seconds in best.items()}


@pytest.fixture(scope="module")
def table():
    return {n: rates(n) for n in PROTOTYPE}


@pytest.mark.benchmark
def test_the_plain_auction_is_the_same_auction():
    """The compared programs do the same: awards and payments agree."""
    for n in PROTOTYPE:
        params, worlds, chance = drawn(n)
        worlds.begin(chance)
        worlds.play(chance.action)
        for w in range(200):
            award, payment = plain_numpy(worlds.rows.cost[w], params.need, worlds.supply[w], chance.action[w])
            assert award.tolist() == worlds.rows.award[w].tolist()
            assert payment == pytest.approx(worlds.rows.auction_payment[w])


@pytest.mark.benchmark
def test_the_compiled_batch_is_faster_than_plain_numpy_and_single_steps(table, capsys):
    with capsys.disabled():
        print("\nVCG auctions per second (in brackets: the compiled batch is so many times as fast)")
        for n, row in table.items():
            shown = [f"{name} {rate:,.0f} ({row['batch'] / rate:,.0f})" for name, rate in row.items()]
            print(f"  {n:2} firms: {', '.join(shown)}; prototype {PROTOTYPE[n]:,}")
    for row in table.values():
        assert row["batch"] > 10 * row["numpy"]
        assert row["batch"] > 30 * row["Mesa step"]
        assert row["batch"] > 5 * row.get("Gymnasium step", 0.0)


@pytest.mark.benchmark
def test_the_compiled_batch_is_as_fast_as_the_prototype(table):
    """Half of it will do, as the prototype had an idle core to itself, and another one."""
    assert all(row["batch"] >= 0.5 * PROTOTYPE[n] for n, row in table.items()), table
