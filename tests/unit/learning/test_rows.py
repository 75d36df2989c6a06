"""Compiled questions about a row."""

import numba
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from learning.jit import rule
from learning.rows import (
    draw,
    fetch_ahead,
    first_of_largest,
    natural,
    order_falling,
    put_in_order,
    total,
)

shares = st.lists(st.one_of(st.just(0.0), st.floats(1e-200, 1e200)), min_size=1, max_size=10).map(np.array)
uniform = st.floats(0.0, 1.0, exclude_max=True)


@pytest.mark.parametrize(("row", "first"), [([3.0], 0), ([1, 2, 2], 1), ([-5, -1, -3], 1), ([0, 0, 0], 0)])
def test_first_of_largest(row, first):
    assert first_of_largest(np.array(row, float)) == first


@given(st.lists(st.floats(-1e9, 1e9), min_size=1).map(np.array))
def test_first_of_largest_is_argmax(row):
    assert first_of_largest(row) == row.argmax()


@pytest.mark.parametrize("length", [1, 7, 15, 16, 17, 31, 32, 33, 96, 100])
def test_first_of_largest_is_the_first_wherever_it_stands(length):
    rng, plain = np.random.default_rng(length), getattr(first_of_largest, "py_func", first_of_largest)
    for levels in (1, 2, 3, 10**9):
        row = rng.integers(-levels, levels, length).astype(float)
        row[row == 0.0] = -0.0
        row[rng.integers(length)] = 0.0
        assert first_of_largest(row) == plain(row) == row.tolist().index(max(row.tolist()))
    for place in range(length):
        row = np.zeros(length)
        row[place] = 1.0
        assert first_of_largest(row) == place
        row[place] = np.inf
        assert first_of_largest(row) == first_of_largest(np.repeat(row, 2)[::2]) == place


@given(st.lists(st.floats(-1e9, 1e9)).map(np.array))
def test_put_in_order_keeps_the_numbers_and_lets_them_fall(row):
    expected = np.sort(row)[::-1].tolist()
    put_in_order(row, len(row))
    assert row.tolist() == expected


@pytest.mark.parametrize(
    "m", [0, 1, 5, 8, 9, 15, 16, 17, 31, 32, 33, 63, 64, 65, 100, 101, 127, 128, 129, 255, 256, 257]
)
@pytest.mark.parametrize("levels", [1, 6, 10**9])
def test_order_falling_is_stable(m, levels):
    values = np.random.default_rng(m).integers(0, levels, m).astype(float)
    for sort in (order_falling, getattr(order_falling, "py_func", order_falling)):
        order, spare = np.full((2, m), -1)
        sort(values, order, spare)
        assert order.tolist() == np.argsort(-values, kind="stable").tolist()


def test_total_adds_from_left_to_right():
    row = np.array([1e16, 1.0, -1e16])
    assert total(row) == (1e16 + 1.0) - 1e16
    assert total(np.array([])) == 0.0


@pytest.mark.parametrize(
    ("u", "position"), [(0.0, 1), (0.0999, 1), (0.1, 2), (0.3999, 2), (0.4, 4), (0.9999999, 4)]
)
def test_draw_follows_the_cumulated_shares(u, position):
    """Shares 0, 1, 3, 0, 6 of 10: [0, 0.1) is position 1, [0.1, 0.4) position 2, [0.4, 1) position 4."""
    assert draw(np.array([0.0, 1.0, 3.0, 0.0, 6.0]), u) == position


@given(row=shares, u=uniform)
def test_draw_never_takes_what_has_no_share(row, u):
    position = draw(row, u)
    assert 0 <= position < len(row)
    assert row[position] > 0 or row.sum() == 0


@pytest.mark.parametrize(("u", "position"), [(0.0, 0), (0.26, 1), (0.999, 3)])
def test_draw_from_nothing_is_even(u, position):
    assert draw(np.zeros(4), u) == position


@given(row=shares, u=uniform)
def test_draw_compiled_equals_interpreted(row, u):
    plain = getattr(draw, "py_func", draw)
    assert draw(row, u) == plain(row, u)


def test_draw_has_the_frequencies_of_the_shares():
    row, rng = np.array([1.0, 2.0, 7.0]), np.random.default_rng(1)
    counts = np.bincount([draw(row, u) for u in rng.random(20_000)], minlength=3)
    assert counts / 20_000 == pytest.approx(row / 10, abs=0.015)


@rule
def pick(row, order, picked):
    """Write the entries of ``row`` at the positions in ``order``."""
    for k in range(order.shape[0]):
        picked[k] = row[natural(order[k])]


@pytest.mark.parametrize("kind", [np.int64, np.int32, np.uint8, np.uint64])
def test_natural_indices_pick_the_same_entries(kind):
    row, order, picked = np.arange(8.0), np.array([7, 0, 3, 3, 6], kind), np.zeros(5)
    pick(row, order, picked)
    assert picked.tolist() == [7.0, 0.0, 3.0, 3.0, 6.0]


def test_interpreted_an_index_is_itself():
    assert natural(3) == 3 and type(natural(3)) is int


@pytest.mark.skipif(numba.config.DISABLE_JIT, reason="nothing is compiled")
def test_natural_indices_are_not_compared_with_zero():
    """Seen in the instructions, so that the point of it cannot get lost."""

    def comparisons(function):
        compiled = numba.njit(function, no_cpython_wrapper=True)
        compiled.compile("float64(float64[::1], int64[::1])")
        (instructions,) = compiled.inspect_llvm().values()
        return instructions.count("icmp slt")

    assert comparisons(lambda row, order: row[order[0]]) == 1
    assert comparisons(lambda row, order: row[natural(order[0])]) == 0


@rule
def fill_fetched(rows):
    """Number the rows, each of which is fetched while those before it are written."""
    fetch_ahead(rows, 0)
    for k in range(rows.shape[0]):
        fetch_ahead(rows, k + 1)
        for j in range(rows.shape[1]):
            rows[k, j] = k


@pytest.mark.parametrize("shape", [(5, 1), (3, 154), (2, 8), (1, 0), (0, 3)])
@pytest.mark.parametrize("play", [fill_fetched, getattr(fill_fetched, "py_func", fill_fetched)])
def test_fetching_writes_nothing_and_may_go_beyond_the_end(shape, play):
    whole = np.full((shape[0] + 2, *shape[1:]), -1.0)
    play(whole[1:-1])
    assert (whole[[0, -1]] == -1.0).all()
    assert (whole[1:-1] == np.arange(shape[0])[:, None]).all()


@pytest.mark.skipif(numba.config.DISABLE_JIT, reason="nothing is compiled")
def test_what_is_fetched_is_asked_for_before_it_is_needed():
    compiled = numba.njit(lambda rows: fetch_ahead(rows, 1), no_cpython_wrapper=True)
    compiled.compile("void(float64[:, ::1])")
    (instructions,) = compiled.inspect_llvm().values()
    assert "call void @llvm.prefetch" in instructions
