"""Orders beside other actions: a switch; off, as in the source, an order takes its step."""

import numpy as np
import pytest

from agents.enterprises.actions import PRODUCE, act_of, count_actions, order_of, with_order
from agents.enterprises.enterprise import ENTERPRISES, Enterprise
from model.envs.grid_batch import GridBatch
from model.systems.grid import Grid
from model.systems.grid.episodes.replay import replay
from model.systems.grid.episodes.writer import log_of

SMALL = {"episode": 100, "period_length": 20, "height": 12, "width": 12}


def test_steps_and_compiled_blocks_agree_to_the_bit():
    one, other = (Grid(order_and_act=True, rng=4, **SMALL) for _ in range(2))
    one.advance(70)
    for _ in range(70):
        other.step()
    assert np.array_equal(one.firms.numbers, other.firms.numbers)
    assert one.firms.rows.sales.sum() > 0


def test_the_heuristic_orders_and_acts_in_one_step():
    model = Grid(order_and_act=True, rng=4, **SMALL)
    recorder = model.start_recording()
    model.advance(60)
    actions = np.array([shot.actions for shot in recorder.shots[1:]])
    both = actions >= count_actions(20)
    assert both.any() and (np.vectorize(lambda a: order_of(a, 20)[0])(actions[both]) != 0).all()
    assert (np.vectorize(lambda a: act_of(a, 20))(actions) == PRODUCE).any()


def test_episodes_with_orders_beside_actions_are_replayed():
    model = Grid(order_and_act=True, rng=4, **SMALL)
    recorder = model.start_recording()
    model.advance(100)
    log = log_of(recorder.last_episode(), model.params)
    assert any(len(entry["0"]) == 2 for entry in log["actions"])
    report = replay(log)
    assert report.first is None and report.agreeing == report.steps == 100


@pytest.mark.parametrize("switch", [False, True])
def test_without_the_switch_an_order_beside_an_action_is_not_posted(switch):
    batch = GridBatch(worlds=1, rng=1, order_and_act=switch, start_cash=50.0)
    for _ in range(2):
        batch.step(np.full((1, 5), with_order(PRODUCE, 3 + 7, 20)))
    firms = batch.worlds.state.firms[0]
    assert (firms.properties == 1).all()
    assert (firms.open_orders == switch).all() and (firms.cash_escrow == 7.0 * switch).all()


def test_an_enterprise_in_plain_python_may_do_so_only_where_it_is_allowed():
    class Both(Enterprise):
        """Produces and bids 5 in every step."""

        def choose(self, market):
            return with_order(PRODUCE, 3 + 5, 20)

    with ENTERPRISES.temporarily("both", Both):
        model = Grid(order_and_act=True, enterprise="both", rng=1)
        model.advance(2)
        assert (model.firms.rows.open_orders == 1).all() and (model.firms.rows.properties == 1).all()
        with pytest.raises(ValueError, match="must be a whole number from 0 to 48"):
            Grid(enterprise="both", rng=1).advance(1)


def test_without_open_orders_nobody_trades():
    model = Grid(order_and_act=True, max_orders=0, rng=4, **SMALL)
    model.advance(100)
    assert model.firms.rows.sales.sum() == 0 and model.firms.rows.open_orders.sum() == 0
