"""Winners of package bids: against enumeration, HiGHS, the whole table; ties, limits, and what is refused."""

import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from learning.knobs import ParameterError
from model.mechanisms.combinatorial.winners import determination as winner_determination
from model.mechanisms.combinatorial.winners import program as winner_program
from model.mechanisms.combinatorial.winners.determination import (
    MOST_CELLS,
    SMALL,
    Winners,
    determine_winners,
    find_winners,
    highest_revenue,
)
from model.mechanisms.combinatorial.winners.search import FOUND, NOTHING, TOO_LARGE
from tests.package_bids import EURO, clock_books, concave_bids, enumerate_winners, farm_values, random_bids
from tests.waiting import PATIENCE

ROOT = Path(__file__).parents[5]
WITH_BOUND, WHOLE_TABLE = -1.0, np.inf
"""In place of `SMALL`: always look for shadow prices, never."""
EITHER = pytest.mark.parametrize("optional", [False, True])


def same(found, wanted):
    """Whether two answers agree: choice and revenue, or None."""
    if found is None or wanted is None:
        return found is wanted
    return found[0].tolist() == wanted[0].tolist() and found[1] == wanted[1]


def units_of(packages, choice):
    """Units of a choice, int64[m]."""
    return packages[choice[choice >= 0]].sum(axis=0)


@EITHER
@pytest.mark.parametrize("ties", ["fewest", "most"])
@pytest.mark.parametrize("small", [WITH_BOUND, WHOLE_TABLE])
def test_enumeration_finds_the_same_winners(optional, ties, small, monkeypatch):
    monkeypatch.setattr(winner_determination, "SMALL", small)
    rng, infeasible = np.random.default_rng(1), 0
    for _ in range(300):
        case = random_bids(rng)
        wanted = enumerate_winners(*case, optional, ties)
        assert same(determine_winners(*case, optional=optional, ties=ties), wanted), case
        infeasible += wanted is None
    assert infeasible == 0 if optional else 20 < infeasible < 280


@EITHER
@pytest.mark.parametrize(
    "lots, n, more",
    [
        ((12,), 30, {}),
        ((8, 5), 20, {}),
        ((8, 5), 20, {"holes": 0.9, "noise": 0.3, "share": 0.25}),
        ((4, 3, 3), 15, {"holes": 0.5, "noise": 0.1}),
        ((3, 2, 2, 2), 15, {"holes": 0.7, "noise": 0.2, "share": 0.3}),
    ],
)
def test_highs_finds_the_same_revenue_and_units(optional, lots, n, more):
    packages, amount, supply = concave_bids(np.random.default_rng(2), n, lots, **more)
    exact = determine_winners(packages, amount, supply, optional=optional, method="dynamic_program")
    highs = determine_winners(packages, amount, supply, optional=optional, method="integer_program")
    assert highs.revenue == exact.revenue
    assert units_of(packages, highs.choice).sum() == units_of(packages, exact.choice).sum()


def test_highs_obeys_the_tie_rules_and_sees_when_nothing_fits():
    rng = np.random.default_rng(3)
    for k in range(40):
        case, optional, ties = random_bids(rng), bool(k % 2), ("fewest", "most")[k // 2 % 2]
        found = determine_winners(*case, optional=optional, ties=ties, method="integer_program")
        wanted = enumerate_winners(*case, optional, ties)
        assert (found is None) == (wanted is None)
        if wanted is not None:
            assert found.revenue == wanted[1]
            assert units_of(case[0], found.choice).sum() == units_of(case[0], wanted[0]).sum()


@EITHER
@pytest.mark.parametrize("scale", [1, 1_000_000], ids=["many ties", "few ties"])
def test_what_is_left_out_changes_nothing(optional, scale):
    """The kept bids and cells give the winners of the whole table, to the last choice."""
    rng = np.random.default_rng(4)
    for lots, n in (((15,), 40), ((6, 4), 12), ((3, 2, 2), 8)):
        for holes in (0.0, 0.6):
            packages, amount, supply = concave_bids(rng, n, lots, holes=holes, noise=0.1)
            amount = np.where(amount >= 0, amount // (1_000_000 // scale), -1)
            for most in (False, True):
                asked = (packages, amount, supply, optional, most, MOST_CELLS)
                kept, whole = find_winners(*asked, WITH_BOUND), find_winners(*asked, WHOLE_TABLE)
                assert kept[0] == whole[0] == FOUND
                assert kept[1].tolist() == whole[1].tolist()


@EITHER
def test_bid_books_of_a_clock_have_the_winners_of_the_whole_table(optional):
    rng, supply = np.random.default_rng(5), np.array([60, 16])
    packages, value = farm_values(rng, 6, (12, 6))
    found = []
    for _, book in zip(range(20), clock_books(packages, value, supply)):
        asked = (packages, book, supply, optional, False, MOST_CELLS)
        kept, whole = find_winners(*asked, WITH_BOUND), find_winners(*asked, WHOLE_TABLE)
        assert kept[0] == whole[0]
        assert kept[1].tolist() == whole[1].tolist()
        found.append(kept[0])
    assert found[-1] == FOUND
    assert optional or found[0] == NOTHING


@EITHER
def test_order_of_bidders_matters_for_ties_only(optional):
    rng = np.random.default_rng(6)
    packages, amount, supply = concave_bids(rng, 20, (6, 4), holes=0.7, noise=0.2, share=0.3)
    first = determine_winners(packages, amount, supply, optional=optional)
    for _ in range(5):
        order = rng.permutation(20)
        found = determine_winners(packages, amount[order], supply, optional=optional)
        assert found.revenue == first.revenue
        assert units_of(packages, found.choice).sum() == units_of(packages, first.choice).sum()


@EITHER
def test_more_supply_never_lowers_revenue(optional):
    rng, revenues = np.random.default_rng(7), []
    packages, amount, supply = concave_bids(rng, 12, (6, 4), holes=0.8, noise=0.2, share=0.05)
    for _ in range(25):
        found = determine_winners(packages, amount, supply, optional=optional)
        revenues.append(-1 if found is None else found.revenue)
        supply = supply + rng.integers(0, 3, 2)
    assert revenues == sorted(revenues)
    assert len(set(revenues)) > 10
    assert optional or revenues[0] == -1


def test_optional_bidders_bring_at_least_as_much():
    rng = np.random.default_rng(8)
    for _ in range(50):
        case = random_bids(rng)
        forced, free = (determine_winners(*case, optional=optional) for optional in (False, True))
        assert forced is None or forced.revenue <= free.revenue


def test_winners_by_hand():
    """Two farms, one lot of nutrient between them: the one that pays more for it gets it."""
    packages, supply = np.array([[0, 0], [1, 0], [1, 1]]), np.array([2, 1])
    amount = np.array([[0, 3, 9], [0, 4, 8]])
    found = determine_winners(packages, amount, supply, optional=False)
    assert isinstance(found, Winners)
    assert found.choice.tolist() == [2, 1]
    assert found.revenue == 13
    amount[1, :2] = -1  # the second bids for nutrient only: the first must go without
    found = determine_winners(packages, amount, supply, optional=False)
    assert (found.choice.tolist(), found.revenue) == ([1, 2], 11)
    amount[0, :2] = -1  # now both must have it
    assert determine_winners(packages, amount, supply, optional=False) is None
    found = determine_winners(packages, amount, supply, optional=True)
    assert (found.choice.tolist(), found.revenue) == ([2, -1], 9)


def test_ties_go_by_units_then_to_the_first_allocation():
    packages, supply = np.array([[0], [1], [2]]), np.array([2])
    free = np.zeros((2, 3), np.int64)
    chosen = {
        (optional, ties): determine_winners(packages, free, supply, optional=optional, ties=ties)[0].tolist()
        for optional in (False, True)
        for ties in ("fewest", "most")
    }
    assert chosen[False, "fewest"] == [0, 0]
    assert chosen[True, "fewest"] == [-1, -1]
    assert chosen[False, "most"] == [0, 2]
    assert chosen[True, "most"] == [-1, 2]


@EITHER
def test_nobody_and_nothing_on_offer(optional):
    packages, supply = np.array([[1, 1]]), np.array([3, 3])
    nobody = determine_winners(packages, np.zeros((0, 1), np.int64), supply, optional=optional)
    assert (nobody.choice.tolist(), nobody.revenue) == ([], 0)
    silent = determine_winners(packages, np.array([[-1]]), supply, optional=optional)
    assert same(silent, (np.array([-1]), 0) if optional else None)
    no_packages = determine_winners(np.zeros((0, 2), int), np.zeros((2, 0), int), supply, optional=optional)
    assert same(no_packages, (np.array([-1, -1]), 0) if optional else None)


def test_a_table_that_is_too_large_goes_to_highs(monkeypatch):
    case = concave_bids(np.random.default_rng(9), 10, (5, 4), holes=0.3, noise=0.1)
    wanted = determine_winners(*case, optional=True)
    assert find_winners(*case, True, False, 5, SMALL)[0] == TOO_LARGE
    monkeypatch.setattr(winner_determination, "MOST_CELLS", 5)
    assert determine_winners(*case, optional=True).revenue == wanted.revenue
    with pytest.raises(ValueError, match="more than 5 cells"):
        determine_winners(*case, optional=True, method="dynamic_program")


def test_highest_revenue_is_bounded_where_the_table_is_too_large(monkeypatch):
    for seed in range(10):
        case = concave_bids(np.random.default_rng(seed), 10, (5, 4), holes=0.3, noise=0.1)
        exact = determine_winners(*case, optional=True).revenue
        assert highest_revenue(*case) == exact
        with monkeypatch.context() as patched:
            patched.setattr(winner_determination, "MOST_CELLS", 5)
            assert exact <= highest_revenue(*case) < 1.1 * exact


def test_highs_gives_up_and_suggests_a_smaller_problem(monkeypatch):
    case = concave_bids(np.random.default_rng(9), 10, (5, 4), holes=0.3, noise=0.1)
    monkeypatch.setattr(winner_program, "PATIENCE", 0.0)
    with pytest.raises(
        ParameterError, match=r"of 10 farms for \[.*\] lots: not found within 0 s; take fewer farms"
    ):
        determine_winners(*case, optional=True, method="integer_program")
    monkeypatch.setattr(winner_program, "MOST_BIDS", 10)
    with pytest.raises(
        ParameterError, match=r"bids of 10 farms for .* lots: more than 10 that may win; take fewer"
    ):
        determine_winners(*case, optional=True, method="integer_program")


def test_hundreds_of_farms_are_within_the_dynamic_program():
    """Scores with the tie rule are large numbers: shadow prices must still reach what nutrients are worth."""
    packages, value = farm_values(np.random.default_rng(1), 500, (8, 4))
    supply = np.array([3600, 1000])
    amount = np.round(value * EURO).astype(np.int64)
    found = determine_winners(packages, amount, supply, optional=True, method="dynamic_program")
    assert (
        found.revenue <= winner_determination.bound_revenue(packages, amount, supply) < 1.0001 * found.revenue
    )


def test_large_numbers_stay_exact():
    """Amounts near the highest allowed, one millionth apart."""
    packages, supply = np.array([[0], [1], [2]]), np.array([3])
    most = 2**58 // (4 * 3) - 1
    amount = np.array([[0, most - 5, most], [0, most - 5, most - 1], [0, most - 4, most]])
    for small in (WITH_BOUND, WHOLE_TABLE):
        found = find_winners(packages, amount, supply, True, False, MOST_CELLS, small)[1]
        assert found.tolist() == enumerate_winners(packages, amount, supply, True)[0].tolist() == [1, 1, 1]


def found_in_a_small_case():
    """Choices found with and without shadow prices, where all bids may be left out and where none may."""
    case = concave_bids(np.random.default_rng(10), 5, (3, 2), holes=0.3, noise=0.2)
    return [
        find_winners(*case, optional, False, 10**6, small)[1].tolist()
        for optional in (False, True)
        for small in (WITH_BOUND, WHOLE_TABLE)
    ]


def test_interpreted_rules_find_the_same():
    place = "tests.unit.model.mechanisms.combinatorial.winners.test_determination"
    done = subprocess.run(
        [sys.executable, "-c", f"import {place} as here; print(here.found_in_a_small_case())"],
        cwd=ROOT,
        env=os.environ | {"PYTHONPATH": str(ROOT), "NUMBA_DISABLE_JIT": "1"},
        capture_output=True,
        text=True,
        check=True,
        timeout=PATIENCE,
    )
    found = found_in_a_small_case()
    assert done.stdout.strip() == str(found)
    assert len(found) == 4 and all(found)


FINE = {"packages": np.array([[0, 0], [1, 0]]), "amount": np.array([[0, 5]]), "supply": np.array([1, 1])}


@pytest.mark.parametrize(
    "wrong, words",
    [
        ({"packages": np.array([[1, 0], [0, 0]])}, r"packages\[1\] = \[0, 0\]: must come after \[1, 0\]"),
        ({"packages": np.array([[0, 0], [0, 0]])}, "lexicographic order"),
        ({"packages": np.array([[0, -1], [0, 0]])}, r"packages\[0\] = \[0, -1\]: units must not be negative"),
        ({"packages": np.array([[0], [1]])}, "packages have 1 pollutants, supply 2: must be the same"),
        ({"amount": np.array([[0, -2]])}, r"amount of bidder 0 = -2: must be from -1 \(no bid\) to"),
        ({"amount": np.array([[0, 2**60]])}, r"amount of bidder 0 = 1152921504606846976: must be from -1"),
        ({"amount": np.array([[0.0, 1.5]])}, "amount: float64 of shape .*must be whole numbers"),
        ({"amount": np.array([[1]])}, "amount has 1 columns: must be 2"),
        ({"supply": np.array([1, -1])}, r"supply\[1\] = -1: must be from 0"),
        ({"supply": np.array(3)}, "supply: int64 of shape .* with 1 axes"),
        ({"ties": "random"}, "ties = 'random': must be one of fewest, most"),
        ({"method": "guess"}, "method = 'guess': must be one of auto, dynamic_program, integer_program"),
    ],
)
def test_senseless_values_are_rejected(wrong, words):
    with pytest.raises(ValueError, match=words):
        determine_winners(**(FINE | {"optional": True} | wrong))
