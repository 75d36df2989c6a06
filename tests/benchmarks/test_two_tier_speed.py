"""Two-tier auctions per second: the compiled batch beside plain numpy, one Mesa step, and one Gymnasium step.

All in one run and in turns. An auction is dealt, bid for by random actions, cleared under VCG with exact
externality payments, and paid; "measured" adds the efficient allocation and all indices.
"""

from contextlib import suppress

import numpy as np
import pytest

from model.streams import Streams
from model.systems.two_tier import TwoTier
from model.systems.two_tier.worlds import Worlds, draw_chance
from tests.benchmarks.clock import take_turns, times_as_fast

AUCTIONS = {2: 4_000, 10: 1_000, 50: 200}
MANY = {100: 41.0, 300: 148.0}
"""Most microseconds for a uniform auction, measured, by the number of firms."""


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


def compared(n):
    """Row of the table: auctions per second of each way, and how many times as fast the batch is."""
    found = ways(n)
    turns = take_turns({name: play for name, (play, _) in found.items()})
    row = {"firms": n} | {name: played / np.median(turns[name]) for name, (_, played) in found.items()}
    work = {name: found["batch"][1] / played for name, (_, played) in found.items()}
    return row | {
        f"batch / {name}": times_as_fast(turns, "batch", name, work[name])
        for name in found
        if name != "batch"
    }


@pytest.mark.benchmark
def test_the_plain_auction_is_the_same_auction():
    """The compared programs do the same: awards and payments agree."""
    for n in AUCTIONS:
        params, worlds, chance = drawn(n)
        worlds.begin(chance)
        worlds.play(chance.action)
        for w in range(200):
            award, payment = plain_numpy(worlds.rows.cost[w], params.need, worlds.supply[w], chance.action[w])
            assert award.tolist() == worlds.rows.award[w].tolist()
            assert payment == pytest.approx(worlds.rows.auction_payment[w])


@pytest.mark.benchmark
def test_the_compiled_batch_is_faster_than_plain_numpy_and_single_steps(report, record):
    rows = [compared(n) for n in AUCTIONS]
    report("Two-tier: VCG auctions per second", rows)
    least = min(row["batch / numpy"] for row in rows)
    record("two_tier: a batch beside plain numpy", least, unit="times as fast", at_least=10)
    for row in rows:
        assert row["batch / numpy"] > 10
        assert row["batch / Mesa step"] > 30
        assert row.get("batch / Gymnasium step", np.inf) > 5


@pytest.mark.benchmark
def test_measuring_many_firms(record):
    """The time grows little faster than the number of firms; looking at all firms for every permit: 8 times."""
    auctions, programs = 200, {}
    for n in MANY:
        params = TwoTier(n_firms=n, policy="random_schedule", rng=1).params
        worlds, chance = Worlds(params, auctions), draw_chance(params, Streams(1), auctions)
        worlds.begin(chance)

        def play(worlds=worlds, action=chance.action):
            worlds.play(action)
            worlds.measure()

        programs[n] = play
    turns = take_turns(programs)
    for n, most in MANY.items():
        now = 1e6 * np.median(turns[n]) / auctions
        record(f"two_tier: an auction among {n} firms, measured", now, unit="µs", at_most=most)
    few, many = MANY
    assert times_as_fast(turns, few, many) < 6.0
