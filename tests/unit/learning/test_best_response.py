"""Best responses in games whose equilibria everybody knows."""

import numpy as np
import pytest

from learning.best_response import best_response, iterate_best_responses, pure_equilibria


def two_players(row, column):
    """payoffs_of for a bimatrix game, row[a, b] and column[a, b]."""
    row, column = np.array(row, float), np.array(column, float)
    return lambda actions, player: row[:, actions[1]] if player == 0 else column[actions[0]]


PRISONERS = two_players([[3, 0], [5, 1]], [[3, 5], [0, 1]])
SEXES = two_players([[2, 0], [0, 1]], [[1, 0], [0, 2]])
PENNIES = two_players([[1, -1], [-1, 1]], [[-1, 1], [1, -1]])


def test_prisoners_defect():
    found = iterate_best_responses(PRISONERS, [0, 0])
    assert found.actions.tolist() == [1, 1]
    assert found.sweeps == 2


def test_both_equilibria_of_a_coordination_game_are_found_once():
    found = pure_equilibria(SEXES, [[0, 0], [1, 1], [0, 1], [0, 0]])
    assert [e.actions.tolist() for e in found] == [[0, 0], [1, 1]]


def test_matching_pennies_has_no_pure_equilibrium():
    assert iterate_best_responses(PENNIES, [0, 0], sweeps=20) is None
    assert pure_equilibria(PENNIES, [[0, 0], [0, 1]]) == []


def test_the_start_is_left_as_it_was():
    start = np.array([0, 0])
    iterate_best_responses(PRISONERS, start)
    assert start.tolist() == [0, 0]


@pytest.mark.parametrize(
    ("payoffs", "action", "best"), [([1, 2, 2], 2, 2), ([1, 2, 2], 0, 1), ([1, 2, 2 + 1e-12], 1, 1)]
)
def test_nobody_moves_for_a_rounding(payoffs, action, best):
    assert best_response(np.array(payoffs, float), action) == best
