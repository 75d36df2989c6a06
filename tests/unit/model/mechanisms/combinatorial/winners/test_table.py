"""Bids and sums of units that the dynamic program keeps within the gap, in arrays or hash tables."""

from itertools import product

import numpy as np
import pytest

from model.mechanisms.combinatorial.winners.bound import NO_BID, dual_bound, value_packages
from model.mechanisms.combinatorial.winners.pruning import bound_cells, ignore_plenty, keep_bids, sort_pairs
from model.mechanisms.combinatorial.winners.scores import score_bids
from model.mechanisms.combinatorial.winners.search import fill_tables, search, search_kept
from model.mechanisms.combinatorial.winners.table import UNREACHED, collect, count_slots, find_slot
from tests.package_bids import concave_bids, enumerate_winners, random_bids


def test_pairs_are_sorted_in_their_range_only():
    rng = np.random.default_rng(1)
    for length in (0, 1, 2, 50, 1000):
        key = rng.integers(0, 100, length + 4)
        other = np.arange(length + 4)
        before = key.copy()
        sort_pairs(key, other, 2, length + 2)
        assert key[2:-2].tolist() == sorted(before[2:-2])
        assert (before[other] == key).all()
        assert other[[0, 1, -2, -1]].tolist() == [0, 1, length + 2, length + 3]


def test_a_hash_table_keeps_the_least_loss_of_every_cell():
    rng, slots = np.random.default_rng(2), 1024
    table, names = np.full(slots, UNREACHED), np.zeros(slots, np.int64)
    entered = {}
    for cell in (rng.integers(0, 2**58, 60).repeat(8) + rng.integers(0, 3, 480)).tolist():
        slot, loss = find_slot(names, table, slots, cell), int(rng.integers(0, 1000))
        table[slot], names[slot] = min(table[slot], loss), cell
        entered[cell] = min(entered.get(cell, UNREACHED), loss)
    cells, losses = np.zeros(600, np.int64), np.zeros(600, np.int64)
    end = collect(table, names, slots, 0, cells, losses, 5)
    assert dict(zip(cells[5:end].tolist(), losses[5:end].tolist(), strict=True)) == entered
    assert cells[5:end].tolist() == sorted(entered)
    assert (table == UNREACHED).all()


def test_a_table_is_an_array_where_it_is_small_or_full():
    assert count_slots(100, 1000, 10**6) == 0
    assert count_slots(100_000, 1000, 10**6) == 2048
    assert count_slots(10**8, 1000, 10**6) == 2048
    assert count_slots(10**6, 200_000, 10**6) == 0
    assert count_slots(10**8, 200_000, 10**6) == -1


def dominated_bids(score, units):
    """Whether another bid of the same bidder scores more with no more units, bool[n, columns]."""
    fewer = (units[None] <= units[:, None]).all(2)
    return ((score[:, None] > score[:, :, None]) & fewer).any(2)


def test_dominated_bids_are_left_out():
    rng = np.random.default_rng(7)
    for _ in range(60):
        packages, amount, supply = random_bids(rng)
        score, units = score_bids(packages, amount, supply, True, bool(rng.integers(2)))
        worth = units @ rng.integers(0, 1 + score.max() // 3, len(supply))
        kept = keep_bids(score, units, worth, 2**50)
        wanted = (score > NO_BID) & ~dominated_bids(score, units)
        for i, row in enumerate(wanted):
            assert sorted(kept.column[kept.start[i] : kept.start[i + 1]]) == np.flatnonzero(row).tolist()


@pytest.mark.parametrize("kind", ["random", "concave"])
def test_all_choices_within_the_gap_stay_in_the_boxes(kind):
    """By enumeration: their bids are kept, and so are the sums of units they pass through."""
    rng, within = np.random.default_rng(3), 0
    for _ in range(60):
        case = random_bids(rng) if kind == "random" else concave_bids(rng, 3, (3, 2), 0.3, 0.2, 0.5)
        packages, amount, supply = case
        score, units = score_bids(packages, amount, supply, True, False)
        price, worth = rng.integers(0, 1 + score.max() // 3, len(supply)), np.empty(len(units), np.int64)
        bound = dual_bound(score, units, supply, price, worth, np.empty_like(supply))
        value_packages(units, price, worth)
        gap = int(rng.integers(1, bound + 2))
        kept = keep_bids(score, units, worth, gap)
        low, high = bound_cells(units, kept, supply, price, gap)
        wanted = (score > NO_BID) & ~dominated_bids(score, units)
        for choice in product(*(np.flatnonzero(row) for row in wanted)):
            used = units[list(choice)]
            total = np.vstack((used[::-1].cumsum(axis=0)[::-1], np.zeros_like(supply)))
            if (total[0] <= supply).all() and bound - score[np.arange(len(score)), choice].sum() <= gap:
                assert all(k in kept.column[kept.start[i] : kept.start[i + 1]] for i, k in enumerate(choice))
                assert (low <= total).all() and (total <= high).all()
                within += 1
    assert within > 100


def test_hash_tables_hold_what_enumeration_finds():
    """Few bids for large packages: the boxes are far larger than what is reached."""
    rng = np.random.default_rng(4)
    for _ in range(5):
        packages, amount, supply = concave_bids(rng, 4, (12, 9, 9), 0.996)
        score, units = score_bids(packages, amount, supply, True, False)
        price, worth = np.zeros(3, np.int64), np.zeros(len(units), np.int64)
        bound = dual_bound(score, units, supply, price, worth, np.empty_like(supply))
        kept = keep_bids(score, units, worth, bound)
        boxes = bound_cells(units, kept, supply, price, bound)
        cells, losses, span = fill_tables(units, kept, boxes, bound, 10**6)
        sizes, pairs = (boxes.high - boxes.low + 1).prod(axis=1), np.diff(span)[1:, 0] * np.diff(kept.start)
        assert sum(count_slots(sizes[i], pairs[i], 10**6) > 0 for i in range(4)) >= 2
        columns = search(score, units, supply, price, worth, bound, 10**6)[1]
        assert (columns - 1).tolist() == enumerate_winners(packages, amount, supply, True)[0].tolist()
        assert all((np.diff(cells[begin:end]) > 0).all() for begin, end in span)
        assert losses[: span[0, 1]].max() <= bound


def test_what_is_plenty_is_not_counted():
    packages, amount, _ = concave_bids(np.random.default_rng(5), 6, (4, 3))
    supply = np.array([24, 9])
    score, units = score_bids(packages, amount, supply, True, False)
    kept = keep_bids(score, units, np.zeros(len(units), np.int64), score.max())
    for price, counted in (([0, 0], [False, True]), ([1, 0], [True, True])):
        left = ignore_plenty(units, kept, supply, np.array(price))
        assert left.any(axis=0).tolist() == counted


def test_a_gap_too_narrow_finds_nothing_and_any_wider_one_the_best():
    packages, amount, supply = concave_bids(np.random.default_rng(6), 8, (4, 3), 0.5, 0.2)
    score, units = score_bids(packages, amount, supply, True, False)
    price, worth = np.full(2, score.max() // 20), np.empty(len(units), np.int64)
    bound = dual_bound(score, units, supply, price, worth, np.empty_like(supply))
    value_packages(units, price, worth)
    best = search(score, units, supply, price, worth, bound, 10**6)[1]
    missed = bound - score[np.arange(8), best].sum()
    assert missed > 0
    assert len(search(score, units, supply, price, worth, missed - 1, 10**6)[1]) == 0
    for gap in (missed, missed + 1, 2 * missed):
        assert search(score, units, supply, price, worth, gap, 10**6)[1].tolist() == best.tolist()


def test_pollutants_of_price_0_need_no_counting_unless_the_choice_does_not_fit():
    """The best choice and the first of equal ones, as by enumeration, whether the free pollutant binds or not."""
    rng, fitted = np.random.default_rng(8), []
    for _ in range(60):
        packages, amount, supply = concave_bids(rng, 4, (4, 3), 0.5, 0.2)
        score, units = score_bids(packages, amount, supply, True, False)
        price, worth = np.array([0, score.max() // 6]), np.empty(len(units), np.int64)
        bound = dual_bound(score, units, supply, price, worth, np.empty_like(supply))
        free = np.where(price == 0, 0, units)
        kept = keep_bids(score, units, worth, bound)
        chosen = search_kept(free, kept, supply, price, bound, 10**6)[1]
        fitted.append(bool((units[chosen].sum(0) <= supply).all()))
        found = search(score, units, supply, price, worth, bound, 10**6)[1]
        assert (found - 1).tolist() == enumerate_winners(packages, amount, supply, True)[0].tolist()
    assert {True, False} == set(fitted)
