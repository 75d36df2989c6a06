"""Firms with different learners in one market: each plays as its own learner says, in both ways to run."""

import numpy as np
import pytest

from batch_runs.values import axis_values
from learning.base import LEARNERS
from learning.knobs import ParameterError
from learning.shares import one_among
from model.base import SYSTEMS
from model.systems.learning_bidders import LearningBidders
from model.views.links import link_to, read_link
from model.views.parameter_panel import groups_shown

SMALL = {"price_steps": 4, "volume_steps": 3, "q_learning.epsilon_rounds": 30}
MIXED = [name for name, kind in SYSTEMS.items() if "learner" in kind.Params.knobs()]
"""Systems with learners of bids; the behaviours of emitters have a contract of their own."""


def market(learner, system="learning_bidders", **changed):
    return SYSTEMS[system](rng=7, learner=learner, **SMALL | changed)


@pytest.mark.parametrize("system", MIXED)
@pytest.mark.parametrize(
    "learner",
    [
        "q_learning:1+roth_erev:4",
        "exp3:2+regret_matching+truthful:2",
        "random+modified_roth_erev:3+q_learning",
    ],
)
def test_steps_and_compiled_periods_agree_to_the_last_bit(system, learner, same_history):
    one, other = market(learner, system), market(learner, system)
    one.advance(60)
    for _ in range(60):
        other.step()
    same_history(one, other)


@pytest.mark.parametrize("learner", ["q_learning", "roth_erev", "regret_matching"])
def test_groups_of_one_learner_play_as_one(learner):
    """A group is only a way of writing: the same rule for all firms gives the same bits however they are grouped."""
    one, other = market(learner), market(f"{learner}+{learner}:3+{learner}")
    assert (len(one.learner.groups), len(other.learner.groups)) == (1, 3)
    one.advance(50)
    other.advance(50)
    assert one.firms.numbers.tobytes() == other.firms.numbers.tobytes()
    together = np.concatenate([group.learner.memory for group in other.learner.groups])
    assert one.learner.memory.tobytes() == together.tobytes()


def test_every_firm_has_the_learner_of_its_place():
    model = market("truthful:2+random:2+truthful")
    model.advance(40)
    _, firms = model.datacollector.rows()
    constant = [bool((firms.action[:, i] == firms.action[0, i]).all()) for i in range(5)]
    assert constant == [True, True, False, False, True]
    assert [firms.bid_price[0, i] == firms.private_value[0, i] for i in (0, 1, 4)] == [True] * 3
    with_places = [(group.first, group.learner.game.players) for group in model.learner.groups]
    assert with_places == [(0, 2), (2, 2), (4, 1)]
    assert [model.learner.of(i).first for i in range(5)] == [0, 0, 2, 2, 4]


def test_the_others_are_the_same_firms_with_the_same_chance():
    """Only the first firm's learner differs: in the first period all others bid the same as without it."""
    alone, invaded = market("roth_erev"), market(one_among("fixed", "roth_erev", 5))
    alone.advance(1)
    invaded.advance(1)
    assert (alone.firms.rows.action[1:] == invaded.firms.rows.action[1:]).all()
    assert alone.firms.rows.action[0] != invaded.firms.rows.action[0]
    assert invaded.summary(1)["first_profit"] == invaded.firms.rows.profit[0]


def test_a_read_out_neither_teaches_nor_counts():
    model = market("q_learning+roth_erev:4")
    model.advance(20)
    before = [group.learner.memory.copy() for group in model.learner.groups]
    model = model.read_out(10).model
    assert model.learner.rounds == 20
    for group, memory in zip(model.learner.groups, before, strict=True):
        assert group.learner.rounds == 20
        assert (group.learner.memory == memory).all()


def test_a_learner_in_plain_python_makes_the_mixture_play_step_by_step():
    kind = LEARNERS["truthful"]

    class Plain(kind):
        choose = staticmethod(kind.choose.function)
        learn = staticmethod(kind.learn.function)

    with LEARNERS.temporarily("plain", Plain):
        one, other = market("plain+q_learning:4"), market("truthful+q_learning:4")
    assert (one.is_compiled(), other.is_compiled()) == (False, True)
    one.advance(5)
    other.advance(5)
    assert one.firms.numbers.tobytes() == other.firms.numbers.tobytes()


@pytest.mark.parametrize(
    ("learner", "message"),
    [
        ("q_learning+roth_erf", "learner = .*unknown choice 'roth_erf'; did you mean 'roth_erev'"),
        ("q_learning:none", "learner = q_learning:none: .*positive weight"),
        ("", "learner = : no name is given"),
        ("q_learning+random+truthful+exp3+roth_erev+fixed", "learner = .*: fixed gets none of the 5 players"),
        ("q_learning:1+roth_erev:99", "learner = .*: q_learning gets none of the 5 players"),
    ],
)
def test_a_mixture_that_cannot_be_is_refused(learner, message):
    with pytest.raises(ParameterError, match=message):
        LearningBidders(learner=learner, rng=1)


def test_settings_of_all_its_learners_count_and_are_shown():
    params = LearningBidders.Params(learner="q_learning+roth_erev:4+q_learning")
    parts = {name.partition(".")[0] for name in params.flat() if "." in name}
    assert {"q_learning", "roth_erev"} <= parts and not parts & {"exp3", "ppo", "fixed"}
    groups = groups_shown(type(params), params.everything())
    assert {"q learning", "roth erev"} <= set(groups) and "exp3" not in groups


def test_a_mixture_survives_sweeps_and_links():
    knobs = LearningBidders.Params.all_knobs()
    assert axis_values("learner", "q_learning,q_learning:1+roth_erev:4", knobs) == (
        "q_learning",
        "q_learning+roth_erev:4",
    )
    model = market("q_learning+roth_erev:4")
    assert "learner=q_learning%2Broth_erev%3A4" in link_to(model)
    typed = read_link(LearningBidders, {"learner": "q_learning:1 roth_erev:4"})  # what is left of + in a link
    assert (typed.values, typed.wrong) == ({"learner": "q_learning+roth_erev:4"}, {})
