"""Choices of learned enterprises: one action of the list, or an action and an order beside it."""

import numpy as np
import pytest

from agents.enterprises.actions import (
    FIRST_BID,
    act_of,
    count_actions,
    count_with_orders,
    first_move,
    move_of,
    order_of,
    with_order,
)
from agents.enterprises.choices import OrderAndAct, choices_for
from agents.trained import SHIPPED, read_trained

PRICES = 20


def test_every_action_with_every_order_has_its_own_number():
    orders = [0, *range(FIRST_BID, first_move(PRICES))]
    numbers = {with_order(act, order, PRICES) for act in range(count_actions(PRICES)) for order in orders}
    assert len(numbers) == count_actions(PRICES) * len(orders)
    assert max(numbers) == count_with_orders(PRICES) - 1
    assert [with_order(act, 0, PRICES) for act in range(49)] == list(range(49))


def test_an_action_and_the_order_beside_it_are_told_apart():
    left_and_ask_7 = with_order(first_move(PRICES), 24 + 7, PRICES)
    assert (move_of(left_and_ask_7, PRICES), order_of(left_and_ask_7, PRICES)) == (0, (-1, 7))
    assert act_of(left_and_ask_7, PRICES) == first_move(PRICES)


def test_what_is_drawn_and_actions_are_inverse():
    choices = OrderAndAct(PRICES)
    assert choices.sizes == (7, 43) and choices.outputs == count_actions(PRICES) + 1
    drawn = np.stack(np.meshgrid(range(7), range(43), indexing="ij"), -1).reshape(-1, 2)
    actions = choices.to_actions(drawn)
    assert len(set(actions.tolist())) == 7 * 43
    assert np.array_equal(choices.to_drawn(actions), drawn)


@pytest.mark.parametrize("beside", [False, True])
def test_actions_are_drawn_in_proportion_to_their_weights_and_only_if_allowed(beside):
    rng, choices = np.random.default_rng(3), choices_for(PRICES, beside)
    network = read_trained(SHIPPED).enterprises
    if beside:  # one output more, with the weights of another one
        network = type(network)(*widened(network), network.activation)
    seen, mask = rng.normal(0.0, 0.5, 68).astype(np.float32), (rng.random(49) < 0.6).astype(np.int8)
    mask[0] = 1
    weights = choices.weigh(network, seen, mask)
    drawn = choices.draw(
        network, np.tile(seen, (20_000, 1)), np.tile(mask, (20_000, 1)), rng.random((20_000, 2))
    )
    acts, orders = drawn % 49, drawn // 49
    shares = (np.bincount(acts, minlength=49) + np.bincount(orders[orders > 0], minlength=49)) / 20_000
    assert np.abs(shares - weights).max() < 0.015
    assert (weights[mask == 0] == 0).all() and (shares[mask == 0] == 0).all()
    assert (
        weights[np.r_[0:3, 45:49]].sum() == pytest.approx(1.0)
        if beside
        else weights.sum() == pytest.approx(1.0)
    )


def widened(network):
    """Weights and widths of a network with its last output twice."""
    *widths, last = network.widths.tolist()
    cut = widths[-1] * last + last
    matrix, bias = network.weights[-cut:-last].reshape(-1, last), network.weights[-last:]
    end = [np.c_[matrix, matrix[:, -1]].ravel(), bias, bias[-1:]]
    return np.concatenate([network.weights[:-cut], *end]), np.array([*widths, last + 1])
