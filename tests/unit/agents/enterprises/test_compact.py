"""Compact senses: by hand on a small window, finite and small everywhere, and the same in any batch."""

import numpy as np
import pytest

from agents.enterprises.actions import INVEST, PRODUCE, count_actions, first_ask, first_move
from agents.enterprises.compact import COMPACT, sense_all
from agents.enterprises.land import FAR
from agents.enterprises.learned import law_from, sense
from agents.enterprises.policies import Seen
from agents.enterprises.senses import RECENT, senses_for
from model.envs.grid_batch import GridBatch
from model.envs.grid_scores import usual_policy
from model.systems.grid.params import GridParams

PRICES = 21
LAW = law_from(GridParams().everything())
AT = senses_for(PRICES)
STATE, MARKET, CHOICES, LAND = 0, 25, 34, 48
PROJECT, POLLUTION, GREEN, PROPERTY, SOURCE, INSIDE = range(6)


@pytest.fixture
def one():
    """What one enterprise sees: free land all around, no orders, everything allowed."""
    window, owners = np.zeros((1, 1, 11, 11, 6), np.int8), np.zeros((1, 1, 11, 11, 3), np.int8)
    window[..., INSIDE] = 1
    owners[0, 0, 5, 5, 2] = 1
    flat = np.zeros((1, 1, AT.length), np.float32)
    flat[..., AT.level], flat[..., AT.scale], flat[..., AT.ability] = 0.5, 1.6, 1.2
    flat[..., AT.cash], flat[..., AT.permits], flat[..., AT.time] = 0.2, 0.04, 0.05
    mask = np.ones((1, 1, count_actions(PRICES - 1)), np.int8)
    recent = np.array([[[30.0, 0.0, 2.0, 5.0]]], np.float32)
    return Seen(window, owners, flat, mask, np.full((1, 1), 0.02), recent)


def sensed(seen):
    return sense(seen, LAW)[0, 0]


def test_state_by_hand(one):
    """Step 25 of 500, 25 of 50 of the period; 1.6 x 0.5 = 0.8 t per production; 4 t held."""
    row = sensed(one)
    assert row[:2] == pytest.approx([0.05, 0.5])
    assert row[2:4] == pytest.approx([0.3, 30 * 0.8 / 16])
    assert row[4:9] == pytest.approx([0.5, 0.6, 0.2, 0.0, 0.6])
    need = 0.8 * LAW.activity * 25
    assert row[9:12] == pytest.approx([0.4, 0.5, (4 - need) / (need + 1)], rel=1e-5)
    assert row[12:17].tolist() == pytest.approx([0.0, 1.0, np.log1p(20) / 5, 0.0, 1.0])
    assert row[17] == pytest.approx(0.2)
    assert row[18] == pytest.approx(10 * 0.02 * 20**0.23 / 16, rel=1e-5)
    assert row[20:22] == pytest.approx([2 / 3, 5 / 25])


def test_debts_are_seen(one):
    one.flat[..., AT.cash], one.flat[..., AT.permits] = -0.5, -0.03
    row = sensed(one)
    assert row[9] == pytest.approx(-0.3) and row[12] == 1.0 and row[13] == 0.0
    assert row[14] == 0.0 and row[15] == pytest.approx(np.log1p(50) / 5) and row[16] == 0.0


def test_best_prices_and_numbers_of_orders(one):
    one.flat[0, 0, AT.others_asks + 7], one.flat[0, 0, AT.others_asks + 9] = 1, 2
    one.flat[0, 0, AT.others_bids + 3], one.flat[0, 0, AT.own_bids + 2] = 4, 1
    row = sensed(one)[MARKET:CHOICES]
    assert row == pytest.approx([1, 7 / 21, 1, 4 / 21, 3 / 5, 4 / 5, 0, 1 / 5, 0])
    one.flat[..., AT.others_asks : AT.level] = 0
    assert sensed(one)[MARKET : MARKET + 4] == pytest.approx([0, 1, 0, 0])


def test_choices_and_the_last_action(one):
    one.mask[..., INVEST] = 0
    one.mask[..., first_move(PRICES - 1) + 2] = 0
    for last, kind in ((0, 0), (PRODUCE, 1), (INVEST, 2), (5, 3), (first_ask(PRICES - 1), 4), (48, 5)):
        one.recent[..., RECENT.action] = last
        row = sensed(one)[CHOICES:LAND]
        assert row[:8].tolist() == [1, 0, 1, 1, 1, 1, 0, 1]
        assert row[8:].tolist() == [float(kind == k) for k in range(6)]


def test_ways_lead_around_what_cannot_be_entered(one):
    """Built land of others all around but a gap below: every free cell is reached through it, first down."""
    one.window[0, 0, 4:7, 4:7, PROPERTY] = 1
    one.owners[0, 0, 4:7, 4:7, 1] = 3
    one.window[0, 0, 5:7, 5, PROPERTY] = 0
    one.owners[0, 0, 5:7, 5, 1] = 0
    row = sensed(one)[LAND:]
    free, land = row[1:6], row[11:15]
    assert free == pytest.approx([0, 0, 0, 1, FAR])
    assert land[3] > 0 and (land[:3] == 0).all()
    assert row[19] == pytest.approx(2 / 9)


def test_the_nearest_project_and_nothing_beyond_it(one):
    """A project two cells to the left is found, and ways do not lead over projects."""
    one.window[0, 0, :, 3, PROJECT] = 1  # a column of them
    row = sensed(one)[LAND:]
    assert row[6:11] == pytest.approx([1, 0, 0, 0, FAR**2])
    one.window[0, 0, :, :3, PROPERTY] = 1  # nothing free beyond: no difference
    assert sensed(one)[LAND:] == pytest.approx(row)


def test_others_are_seen_by_direction(one):
    one.owners[0, 0, 5, 8, 2], one.owners[0, 0, 2, 4, 2] = 4, 3
    row = sensed(one)[LAND + 15 : LAND + 19]
    assert row == pytest.approx([FAR**4, FAR**3, FAR**4, 0])


def test_all_numbers_are_finite_and_small_and_vary_in_whole_episodes():
    params = GridParams()
    heuristic, rng = usual_policy(params, "heuristic"), np.random.default_rng(0)
    batch = GridBatch(params, 6, 1)
    low, high = np.full(COMPACT, np.inf), np.full(COMPACT, -np.inf)
    for _ in range(params.episode):
        row = sense(batch.seen, LAW)
        assert np.isfinite(row).all()
        low, high = np.minimum(low, row.min((0, 1))), np.maximum(high, row.max((0, 1)))
        actions = heuristic.act(batch.seen, rng.random((6, 5, 2)))
        some = rng.random((6, 5)) < 0.2
        batch.step(np.where(some, rng.integers(0, 49, (6, 5)), actions))
    assert max(-low.min(), high.max()) <= 10.0
    still = np.flatnonzero(high == low)
    assert set(still) <= {2, 48}  # the fine is fixed; at the usual threshold nothing pollutes


def test_senses_do_not_depend_on_the_batch():
    batch, rng = GridBatch(GridParams(), 3, 1), np.random.default_rng(0)
    for _ in range(40):
        batch.step(rng.integers(0, 49, (3, 5)))
    alone = np.empty((1, 5, COMPACT), np.float32)
    together = sense(batch.seen, LAW)
    for w in range(3):
        sense_all(*(part[w : w + 1] for part in batch.seen), LAW, alone)
        assert np.array_equal(alone[0], together[w])
