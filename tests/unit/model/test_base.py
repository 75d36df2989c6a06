"""Common behaviour of all systems: seeds, policy changes, progress, and errors that leave the model as it was."""

import copy
import threading

import numpy as np
import pytest

from agents.firm import FIRMS, Firm
from learning.jit import rule, when_compiling
from learning.knobs import ParameterError
from model.base import SYSTEMS, MarketModel
from model.systems.learning_bidders import LearningBidders


def test_a_system_is_registered_under_its_name():
    assert SYSTEMS[LearningBidders.name] is LearningBidders


def test_a_name_is_given_to_one_system_only():
    with pytest.raises(ValueError, match="system 'learning_bidders' is registered already"):

        class Another(MarketModel, name="learning_bidders"):
            """Takes a name that is taken."""


def test_a_variant_needs_no_name():
    class Variant(LearningBidders):
        """Not registered."""

    assert Variant not in SYSTEMS.values()
    assert len(Variant(rng=1).firms) == len(LearningBidders(rng=1).firms)


@pytest.mark.parametrize("verb", ["build", "run_period", "draw_chance", "run_compiled"])
def test_an_incomplete_system_names_what_it_lacks(verb):
    arguments = {"run_period": (None,), "draw_chance": (1,), "run_compiled": (1, None)}.get(verb, ())
    with pytest.raises(TypeError, match=rf"must define {verb}\(\)"):
        getattr(MarketModel, verb)(LearningBidders(rng=1), *arguments)


def test_the_seed_is_shown_and_repeats_the_run(same_history):
    one = LearningBidders()
    one.advance(10)
    other = LearningBidders(rng=one.seed)
    other.advance(10)
    same_history(one, other)


def test_fresh_models_differ():
    assert LearningBidders().seed != LearningBidders().seed


def test_policy_changes_from_the_next_period_on_and_is_logged():
    model = LearningBidders(rng=1, phi=0.9)
    model.advance(5)
    before = model.firms.rows.required_permits.sum()
    model.change_policy(phi=0.8, reserve_price="0.75")
    assert model.government.cap == pytest.approx(0.9 * before)
    model.advance(1)
    assert model.government.cap == pytest.approx(0.8 * before)
    assert model.params.phi == 0.8
    assert model.events == [
        {"step": 5, "name": "phi", "before": 0.9, "after": 0.8},
        {"step": 5, "name": "reserve_price", "before": 0.5, "after": 0.75},
    ]


def test_changed_policy_agrees_compiled_and_stepped(same_history):
    models = [LearningBidders(rng=1) for _ in range(2)]
    for model, many in zip(models, (True, False), strict=True):
        for values in ({}, {"compliance": "penalty", "penalty": 2.0}, {"phi": 0.7}, {"trade_margin": 0.0}):
            model.change_policy(**values)
            model.advance(8) if many else [model.step() for _ in range(8)]
    same_history(*models)


@pytest.mark.parametrize(
    "name", [n for n, declared in LearningBidders.Params.all_knobs().items() if not declared.live]
)
def test_only_live_knobs_can_change_while_running(name):
    model = LearningBidders(rng=1)
    before, setup = model.params, model.setup
    with pytest.raises(ParameterError, match=f"{name} cannot change while the model runs"):
        model.change_policy(**{name: model.params.everything()[name]})
    assert model.params is before
    assert model.setup is setup
    assert model.events == []


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"phi": 5}, "phi = 5.0 share: above"),
        ({"fi": 1}, "did you mean"),
        ({"reserve_price": -1}, "reserve_price = -1.0"),
    ],
)
def test_a_policy_that_is_not_possible_changes_nothing(values, message):
    model = LearningBidders(rng=1)
    before, setup = model.params, model.setup
    with pytest.raises(ParameterError, match=message):
        model.change_policy(**values)
    assert model.params == before
    assert model.setup is setup
    assert model.events == []
    model.advance(3)


def test_progress_adds_up_block_by_block():
    played = []
    LearningBidders(rng=1, collect_every=1000).advance(9000, progress=played.append)
    assert sum(played) == 9000
    assert len(played) > 1


def test_a_block_begins_as_long_as_time_allowed_before(monkeypatch):
    monkeypatch.setattr("model.base.BLOCK_SECONDS", 1e9)
    model, played = LearningBidders(rng=1), []
    for _ in range(2):
        model.advance(600, progress=played.append)
    assert played == [256, 344, 600]


def test_periods_must_not_be_negative():
    with pytest.raises(ValueError, match="periods = -1: must be at least 0"):
        LearningBidders(rng=1).advance(-1)


def test_an_error_in_progress_leaves_a_model_that_goes_on(same_history):
    def interrupt(periods):
        raise KeyboardInterrupt

    one = LearningBidders(rng=1, collect_every=100)
    with pytest.raises(KeyboardInterrupt):
        one.advance(9000, progress=interrupt)
    other = LearningBidders(rng=1, collect_every=100)
    other.advance(one.steps)
    one.advance(200)
    other.advance(200)
    same_history(one, other)


def test_chance_does_not_depend_on_blocks(same_bits):
    one, other = LearningBidders(rng=1), LearningBidders(rng=1)
    whole = one.draw_chance(10)
    pieces = [other.draw_chance(k) for k in (1, 6, 3)]
    assert same_bits(whole.bidding, np.concatenate([p.bidding for p in pieces]))
    assert same_bits(whole.margin, np.concatenate([p.margin for p in pieces]))


def doubled_shade(share):
    """A rule that a bidder brings along."""
    return 1.0 - 2.0 * share


class Plain(Firm):
    """Bids in plain Python, with a rule of its own."""

    def bid(self, market):
        """Propose (price €/t, volume t)."""
        return self.private_value * market.shade(0.1), self.required_permits


class Locked(Plain):
    """Holds what cannot be copied."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.lock = threading.Lock()


class Shading(LearningBidders):
    """Has a rule that nobody has compiled yet."""

    def build(self):
        super().build()
        self.shade = rule(doubled_shade)


@pytest.fixture
def plain():
    """Function: a model whose firms bid in plain Python."""
    with FIRMS.temporarily("plain", Plain), FIRMS.temporarily("locked", Locked):
        yield lambda firm="plain": Shading(firm=firm, rng=1)


def nothing_compiled():
    return when_compiling(lambda: pytest.fail("a rule is compiled that should have been"))


def test_a_model_of_agents_in_plain_python_is_compiled_before_it_plays(plain):
    model = plain()
    assert not model.is_compiled() and not model.shade.signatures
    model.compile_rules()
    with nothing_compiled():
        model.advance(3)
    assert model.shade.signatures


def test_compiling_leaves_agents_in_plain_python_as_they_are(plain, same_history):
    one, other = plain(), plain()
    one.compile_rules()
    assert one.steps == 0 and not one.datacollector.periods
    one.advance(5)
    other.advance(5)
    same_history(one, other)


def test_agents_that_cannot_be_copied_compile_as_they_play(plain, same_history):
    one, other = plain("locked"), plain("locked")
    with pytest.raises(TypeError, match="pickle"):
        copy.deepcopy(one)
    one.compile_rules()
    one.advance(5)
    other.advance(5)
    same_history(one, other)
