"""Many auctions at once: each as if alone, and the Mesa model is the case of one [TwoTier]."""

import pytest

from model.mechanisms.auctions.base import AUCTIONS
from model.streams import Streams
from model.systems.two_tier import TwoTier
from model.systems.two_tier.worlds import Chance, Worlds, draw_chance


def played(params, chance, size):
    """Worlds played by chance itself."""
    worlds = Worlds(params, size)
    worlds.begin(chance)
    worlds.play(chance.action)
    worlds.measure()
    return worlds


def test_worlds_do_not_touch_each_other(same_bits):
    """A world among others is the world alone, and what happens in one does not show in the next."""
    params = TwoTier(auction="vcg", n_firms=4).params
    chance = draw_chance(params, Streams(3), 6)
    together = played(params, chance, 6)
    for w in range(6):
        alone = played(params, Chance(*(part[w : w + 1] for part in chance)), 1)
        assert same_bits(alone.numbers[0], together.numbers[w])
        assert same_bits(alone.prices[0], together.prices[w])
    other = Chance(*(part.copy() for part in chance))
    other.cost[2], other.action[2], other.supply[2] = 0.9, 0.1, 0.99
    changed = played(params, other, 6)
    same = [same_bits(changed.numbers[w], together.numbers[w]) for w in range(6)]
    assert same == [True, True, False, True, True, True]


@pytest.mark.parametrize("name", AUCTIONS)
def test_a_batch_of_worlds_is_the_mesa_model_on_the_same_chance(name, same_bits):
    model = TwoTier(auction=name, policy="random_schedule", rng=7)
    worlds = played(model.params, draw_chance(model.params, Streams(7), 12), 12)
    for w in range(12):
        model.step()
        for column in model.firms.positions:
            if column != "cash":  # the model's goes on from auction to auction
                assert same_bits(model.firms.rows[column], worlds.rows[column][w]), column
        assert same_bits(model.government.clearing_price, worlds.prices[w, 0])


def test_every_format_meets_the_same_costs_and_supplies(same_bits):
    """Common random numbers: formats differ by what they do, not by luck."""
    found = []
    for name in AUCTIONS:
        model = TwoTier(auction=name, rng=5)
        model.advance(10)
        public, firms = model.datacollector.rows()
        found.append((public.cap.copy(), firms.cost.copy()))
    assert all(same_bits(a, b) for one in found for a, b in zip(one, found[0], strict=True))
