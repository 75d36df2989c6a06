"""Rows in one array that grows."""

import copy
import pickle
import threading
import time

import numpy as np
import pytest

from model.kept_rows import SMALL, SPARE, KeptRows, Numbering, drop_spare
from tests.waiting import PATIENCE

SHAPE = (3, 4)


def numbered(first, count):
    """Rows that say their number in every place, float64[count, 3, 4]."""
    return np.arange(first, first + count, dtype=float)[:, None, None] + np.zeros(SHAPE)


def shown(kept):
    """The numbers of the rows."""
    return kept.numbers[:, 0, 0].tolist()


@pytest.fixture
def kept():
    rows = KeptRows(SHAPE, most=1000)
    rows.append(numbered(0, 7))
    return rows


def test_rows_written_to_their_room_are_not_copied(kept):
    room = kept.room(5)
    room[:] = numbered(7, 5)
    kept.append(room)
    assert shown(kept) == list(range(12))
    assert np.may_share_memory(kept.numbers, room)


def test_a_room_of_which_nothing_is_appended_is_free_again(kept):
    kept.room(5)[:] = -1.0
    kept.append(numbered(7, 2))
    assert shown(kept) == list(range(9)) and len(kept) == 9


@pytest.mark.parametrize("count", [1, 50, 5000, SMALL // 96])
def test_growing_keeps_all_rows(kept, count):
    kept.append(numbered(7, count))
    kept.append(numbered(7 + count, 1))
    assert (kept.numbers == numbered(0, count + 8)).all()


@pytest.mark.parametrize("count", [1, 7, 3000, 20_000])
def test_dropping_keeps_the_others_in_order(count):
    kept = KeptRows(SHAPE, most=1000)
    kept.append(numbered(0, count))
    stays = np.random.default_rng(1).random(count) < 0.6
    kept.keep(stays)
    assert shown(kept) == np.flatnonzero(stays).tolist()
    kept.append(numbered(count, 2))
    assert shown(kept)[-2:] == [count, count + 1]


@pytest.mark.parametrize("copied", [copy.deepcopy, lambda rows: pickle.loads(pickle.dumps(rows))])
def test_a_copy_is_of_its_own_and_without_unused_room(kept, copied):
    kept.room(100_000)
    assert len(pickle.dumps(kept)) < 2_000
    twin = copied(kept)
    twin.append(numbered(7, 3))
    twin.numbers[0] = -1.0
    assert shown(kept) == list(range(7))
    assert shown(twin) == [-1, *range(1, 10)]


@pytest.fixture
def none_spare():
    """No memory of earlier runs, before and after."""
    drop_spare()
    yield
    drop_spare()


def address(kept):
    return kept.numbers.__array_interface__["data"][0]


def grown(rows=SMALL // 96 + 1):
    """Rows whose memory is lent."""
    kept = KeptRows(SHAPE, most=rows)
    kept.append(numbered(0, rows))
    return kept


def test_the_memory_of_a_run_that_is_over_serves_the_next(none_spare):
    first = grown()
    where = address(first)
    second = grown()
    assert address(second) != where
    del first
    assert address(grown()) == where


def test_memory_that_somebody_looks_at_is_not_lent_again(none_spare):
    first = grown()
    where, seen = address(first), first.numbers[3:5, 1]
    del first
    second = grown()
    second.numbers[:] = -1.0
    assert address(second) != where and (seen == numbered(3, 2)[:, 1]).all()
    del seen
    assert address(grown()) == where


def test_the_smallest_memory_that_is_large_enough_is_lent(none_spare):
    large, small = grown(SMALL // 24), grown()
    at_large, at_small = address(large), address(small)
    del small, large
    first, second = grown(), grown(SMALL // 24)
    assert (address(first), address(second)) == (at_small, at_large)


def test_little_memory_is_kept(none_spare):
    """Addresses of four runs are larger than what is kept: the oldest are given back."""
    from model import kept_rows

    runs = [grown(SPARE // 300) for _ in range(4)]
    del runs
    assert 0 < sum(each.nbytes for each in kept_rows._spare.values()) <= SPARE
    drop_spare()
    assert not kept_rows._spare


PIECES = [3], range(4, 10, 2), np.array([11, 12]), range(13, 13), range(20, 21)
NUMBERS = [3, 4, 6, 8, 11, 12, 20]


@pytest.mark.parametrize("reads", [(), (0,), (2,), (0, 1, 4)])
def test_numbers_are_the_same_whenever_they_are_read(reads):
    numbering, expected = Numbering([1]), [1]
    for k, piece in enumerate(PIECES):
        numbering.extend(piece)
        expected += list(piece)
        assert numbering.count == len(expected)
        assert k not in reads or numbering.read() == expected
    assert numbering.as_array().tolist() == numbering.read() == numbering.read() == [1, *NUMBERS]
    assert {type(number) for number in numbering.read()} == {int}


@pytest.mark.parametrize("read_before", [False, True])
def test_numbers_that_do_not_stay_are_dropped(read_before):
    numbering = Numbering()
    for piece in PIECES:
        numbering.extend(piece)
    assert not read_before or numbering.read() == NUMBERS
    numbering.keep(numbering.as_array() % 4 == 0)
    numbering.extend(range(24, 29, 4))
    assert numbering.count == 6 and numbering.read() == [4, 8, 12, 20, 24, 28]


class Slow(list):
    """Numbers at which other threads have their turn."""

    def __iter__(self):
        for number in super().__iter__():
            time.sleep(1e-3)
            yield number


def test_threads_that_read_while_another_appends_lose_and_repeat_nothing():
    numbering, most = Numbering(), 40

    def look():
        while len(seen := numbering.read()) < most:
            assert seen == list(range(len(seen)))

    readers = [threading.Thread(target=look) for _ in range(3)]
    for reader in readers:
        reader.start()
    for k in range(0, most, 4):
        numbering.extend(Slow(range(k, k + 4)))
    for reader in readers:
        reader.join(PATIENCE)
    assert numbering.read() == numbering.as_array().tolist() == list(range(most))
