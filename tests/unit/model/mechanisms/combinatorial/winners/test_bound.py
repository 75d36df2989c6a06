"""The dual bound: above every choice, as low as the linear program's, and proof that nothing fits."""

from itertools import product

import numpy as np
import pytest
from scipy.optimize import linprog

from model.mechanisms.combinatorial.winners.bound import (
    NO_BID,
    drop_prices,
    dual_bound,
    find_prices,
    shrink,
)
from model.mechanisms.combinatorial.winners.scores import lowest_sum, score_bids
from tests.package_bids import concave_bids, random_bids


def bound_at(score, units, supply, price):
    """The bound, and units left over, at prices."""
    slack = np.empty_like(supply)
    return dual_bound(score, units, supply, price, np.empty(len(units), np.int64), slack), slack


def relaxed(score, units, supply):
    """The largest score if bids could be accepted in part; None if even so nothing fits."""
    bidder, column = np.nonzero(score > NO_BID)
    one_each = (bidder == np.arange(len(score))[:, None]).astype(float)
    scale = np.abs(score[bidder, column]).max()
    solved = linprog(
        -score[bidder, column] / scale, units[column].T, supply, one_each, np.ones(len(score)), method="highs"
    )
    return None if solved.status == 2 else -solved.fun * scale


def test_no_choice_scores_more_than_the_bound_at_any_prices():
    rng = np.random.default_rng(1)
    for _ in range(200):
        packages, amount, supply = random_bids(rng)
        score, units = score_bids(packages, amount, supply, True, bool(rng.integers(2)))
        bound, _ = bound_at(score, units, supply, rng.integers(0, 20, len(supply)))
        bids = [np.flatnonzero(row > NO_BID) for row in score]
        for choice in list(product(*bids))[:: rng.integers(1, 20)]:
            if (units[list(choice)].sum(axis=0) <= supply).all():
                assert score[np.arange(len(score)), list(choice)].sum() <= bound


@pytest.mark.parametrize("optional", [False, True])
@pytest.mark.parametrize("lots", [(30,), (8, 5), (4, 3, 3), (3, 2, 2, 2)])
def test_the_bound_found_is_that_of_the_linear_program(lots, optional):
    rng = np.random.default_rng(2)
    for holes, share in ((0.0, 0.6), (0.8, 0.3), (0.9, 0.5)):
        packages, amount, supply = concave_bids(rng, 30, lots, holes, 0.2, share)
        score, units = score_bids(packages, amount, supply, optional, False)
        if (score.max(axis=1) == NO_BID).any():
            continue  # somebody has not bid at all
        lowest, best = lowest_sum(score), relaxed(score, units, supply)
        tolerance = 1e-4 * float(score.max(axis=1).sum() - lowest)
        price, bound = find_prices(score, units, supply, tolerance, lowest)
        assert bound == bound_at(score, units, supply, price)[0]
        if best is None:
            assert bound < lowest
        else:
            assert best * (1.0 - 1e-9) <= bound <= best + 1.01 * tolerance + 1e-9 * abs(best)


def test_prices_prove_that_nothing_fits():
    """Three bidders take two units each, of which pollutant they like: six do not fit into five."""
    packages, supply = np.array([[0, 2], [2, 0]]), np.array([3, 2])
    amount = np.array([[7, 9], [5, 8], [1, 1]])
    score, units = score_bids(packages, amount, supply, False, False)
    lowest = lowest_sum(score)
    assert find_prices(score, units, supply, 0.0, lowest)[1] < lowest


def test_the_gradient_is_what_is_left_over():
    packages, amount, supply = concave_bids(np.random.default_rng(3), 5, (4, 3))
    score, units = score_bids(packages, amount, supply, True, False)
    price = score.max() // 20 * np.array([1, 2])
    bound, slack = bound_at(score, units, supply, price)
    for j in range(2):
        more = price.copy()
        more[j] += 1
        assert bound_at(score, units, supply, more)[0] - bound == slack[j]


def test_prices_of_plenty_are_dropped():
    packages, amount, supply = concave_bids(np.random.default_rng(4), 5, (4, 3))
    supply[0] = 20
    score, units = score_bids(packages, amount, supply, True, False)
    worth, price = np.empty(len(units), np.int64), np.array([5, score.max() // 30])
    bound, _ = bound_at(score, units, supply, price)
    kept = price[1]
    after = drop_prices(score, units, supply, price, worth, bound, bound)
    assert price.tolist() == [0, kept]
    assert after == bound_at(score, units, supply, price)[0] <= bound


@pytest.mark.parametrize("m", [1, 2, 4])
@pytest.mark.parametrize("deep", [0.0, 0.3])
def test_the_smaller_ellipsoid_holds_what_the_cut_leaves(m, deep):
    rng = np.random.default_rng(5)
    root = rng.standard_normal((m, m))
    shape, centre, gradient = root @ root.T, rng.standard_normal(m), rng.standard_normal(m)
    points = rng.standard_normal((4000, m))
    points = centre + points / np.linalg.norm(points, axis=1, keepdims=True) @ root.T
    reach = np.sqrt(gradient @ shape @ gradient)
    left = points[(points - centre) @ gradient <= -deep * reach]
    before = np.linalg.det(shape)
    assert shrink(centre, shape, gradient, deep * reach, np.empty(m)) == pytest.approx(reach)
    away = left - centre
    assert len(left)
    assert (np.einsum("pa,ab,pb->p", away, np.linalg.inv(shape), away) <= 1.0 + 1e-9).all()
    assert np.linalg.det(shape) < before


def test_a_cut_beyond_the_ellipsoid_ends_the_search():
    assert shrink(np.zeros(2), np.eye(2), np.array([1.0, 0.0]), 2.0, np.empty(2)) == 0.0
