"""Training of the grid: worlds, governments, stages; resumed and stopped; the policies it leaves."""

import hashlib
import json
import os
import subprocess
import sys

import numpy as np
import pytest

from agents.enterprises.bids import MARKDOWNS
from agents.enterprises.policies import ENTERPRISE_POLICIES
from agents.government_demand import INPUTS, WEIGHED, is_weighed
from agents.trained import SHIPPED, read_trained
from learning import checkpoint
from learning.cross_entropy import CrossEntropySettings
from learning.frozen import Network
from learning.knobs import ParameterError
from model import accounts
from model.envs.grid_batch import GridBatch
from model.envs.grid_episodes import REGIMES, active, play_episodes
from model.envs.grid_governments import RULES, LearnedGovernments, RuleGovernments, Side
from model.envs.grid_players import MIXED, EnterpriseWorlds, GovernmentWorlds, draw_regimes
from model.envs.grid_scores import score_governments, usual_policy
from model.envs.grid_training import GridTraining, GridTrainingSettings, read_training, train
from model.mechanisms.auctions.base import AUCTIONS
from model.systems.grid import Grid
from model.systems.grid.params import GridParams
from model.systems.grid.worlds import no_decisions
from tests.waiting import PATIENCE

SHORT = {"episode": 60, "period_length": 20, "height": 12, "width": 12, "n_firms": 3}
TINY = {
    "worlds": 3,
    "updates": 3,
    "adapting": 2,
    "rounds": 1,
    "government_worlds": 2,
    "government_updates": 2,
}
SEARCH = CrossEntropySettings(population=6, generations=2)


SOLD = {"issuing": "uniform", "bid_updates": 2, "updates": 2}


def training(seed=1, **changes):
    known = GridParams.knobs()
    world = {name: value for name, value in changes.items() if name in known}
    others = {name: value for name, value in changes.items() if name not in known}
    return GridTraining(GridParams(**SHORT | world), GridTrainingSettings(**TINY | others), {}, SEARCH, seed)


def same(one, other):
    """Whether two nested states are equal to the bit, but for the time they took."""
    if isinstance(one, dict):
        return one.keys() == other.keys() and all(same(one[k], other[k]) for k in one if k != "cpu_seconds")
    return np.array_equal(one, other, equal_nan=True) if isinstance(one, np.ndarray) else one == other


# -- governments of a batch ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("rule", RULES, ids="-".join)
def test_a_rule_of_a_batch_is_the_inactive_one_to_the_bit(rule):
    """[Wang2024]: one batch plays all nine rules through an active government's decisions."""
    schedule, indicator = rule
    params = GridParams(schedule=schedule, indicator=indicator, government="rules")
    model = Grid(params, rng=5)
    other = Grid(params.replace({"government": "even"}), rng=5)
    governments = RuleGovernments(params, 1)
    governments.set_rule(0, *rule)
    nothing = no_decisions(params, 1)
    decides = lambda: int(other.government.clock) % params.period_length == 0  # noqa: E731
    other.decide = lambda chance, k: governments.decide(other) if decides() else nothing
    for _ in range(5):
        model.advance(100)
        other.advance(100)
        assert np.array_equal(model.firms.rows.utility, other.firms.rows.utility)
        assert np.array_equal(model.firms.rows.allocation, other.firms.rows.allocation)
        assert np.array_equal(model.world.layers, other.world.layers)
    assert model.firms.rows.allocation.sum() > 0


def test_all_rules_and_a_learned_government_meet_the_same_chance():
    params = GridParams(**SHORT)
    heuristic = usual_policy(params, "heuristic")
    network = read_trained(SHIPPED).government
    own, rules = score_governments(params, heuristic, network, worlds=2, seed=4)
    alone = play_episodes(params, heuristic, LearnedGovernments(params, network), 2, 4)
    assert np.array_equal(own.utility, alone.utility)
    one_rule = RuleGovernments(params, 2)
    one_rule.set_rule(slice(None), *RULES[4])
    alone = play_episodes(params, heuristic, one_rule, 2, 4)
    assert np.array_equal(rules.utility[8:10], alone.utility)


def test_random_rules_issue_no_more_than_there_is():
    params, rng = GridParams(), np.random.default_rng(0)
    rules = RuleGovernments(params, 300)
    rules.draw(rng)
    assert (rules.percentages.sum(1) <= 105.0).all()  # rounded per period
    assert (rules.percentages <= params.most_percent).all()
    assert {tuple(row) for row in rules.weights} > {(5.0, 5.0, 4.0, 3.0, 3.0)}


# -- worlds in which one level learns ------------------------------------------------------------------------------


def test_rewards_add_up_to_the_change_of_utility():
    params = GridParams(**SHORT)
    worlds = EnterpriseWorlds(params, RuleGovernments(params, 4), 4, np.random.default_rng(2), "first")
    worlds.reset()
    before = worlds.batch.worlds.state.firms.utility.copy()
    earned, played = 0.0, np.zeros(before.shape)
    for _ in range(params.episode - 1):
        played += worlds.step(np.ones((1, 12), np.int64)).reward.reshape(4, 3) * 20.0
    earned = worlds.batch.worlds.state.firms.utility - before
    assert played == pytest.approx(earned)


def test_decisions_before_an_allocation_are_idle_and_no_others():
    params = GridParams(**SHORT)
    worlds = EnterpriseWorlds(params, RuleGovernments(params, 1), 1, np.random.default_rng(2), "first")
    turn, idle = worlds.reset(), []
    for step in range(params.episode):
        if turn.idle:
            idle.append(step)
        turn = worlds.step(np.zeros((1, 3), np.int64))
    assert idle == [0, 20, 40]


def test_a_government_earns_the_change_of_welfare_with_what_is_missing():
    params = GridParams(**SHORT)
    for settled in (True, False):
        heuristic = usual_policy(params, "heuristic")
        worlds = GovernmentWorlds(params, heuristic, 3, np.random.default_rng(3), settled)
        worlds.reset()
        start, total = worlds.welfare.copy(), 0.0
        for _ in range(2):
            total = total + worlds.step(np.full((1, 9, 1), -2.0)).reward.reshape(3, 3) * 200.0
        public = worlds.batch.worlds.state.government
        now = public.welfare_if_settled if settled else public.welfare
        assert total == pytest.approx(np.repeat(now - start[:, None], 3, axis=1))


def test_a_mixture_of_regimes_has_first_episodes_full_labour_and_some_between():
    drawn = draw_regimes(np.random.default_rng(0), MIXED, 4000)
    shares = [(drawn == 0).mean(), (drawn == REGIMES["full"]).mean()]
    assert shares == pytest.approx([0.5, 0.25], abs=0.03)
    assert (draw_regimes(None, "full", 3) == REGIMES["full"]).all()


# -- trainings -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "changes",
    [
        {"what": "both"},
        {"what": "government", "government_learner": "ppo"},
        {"what": "government", "government_learner": "categories"},
        {"start": "scratch", "regime": "full"},
    ],
    ids=str,
)
@pytest.mark.parametrize("stopped", [1, 2, 4])
def test_a_resumed_training_equals_an_uninterrupted_one(changes, stopped, tmp_path):
    whole, parts = tmp_path / "whole.npz", tmp_path / "parts.npz"
    train(training(**changes), whole)
    count = []
    train(training(**changes), parts, lambda report: count.append(report) or len(count) < stopped)
    assert len(count) <= stopped
    train(training(**changes), parts, resume=True)
    one, other = (checkpoint.load(path, "grid training") for path in (whole, parts))
    assert same(one, other)


def test_a_training_of_bids_resumes_to_the_same_bits(tmp_path):
    whole, parts = tmp_path / "whole.npz", tmp_path / "parts.npz"
    train(training(**SOLD), whole)
    count = []
    train(training(**SOLD), parts, lambda report: count.append(report) or len(count) < 4)
    train(training(**SOLD), parts, resume=True)
    one, other = (checkpoint.load(path, "grid training") for path in (whole, parts))
    assert same(one, other) and one["bids"]["widths"][-1] == sum(MARKDOWNS)


@pytest.mark.parametrize("changes", [{}, {"order_and_act": True}])
def test_one_core_and_two_train_to_the_same_bits(changes):
    """Products large enough for the library of numpy to share them out among threads."""
    done = [
        subprocess.run(
            [sys.executable, __file__, json.dumps(changes)],
            env=os.environ | {"OPENBLAS_NUM_THREADS": threads},
            capture_output=True,
            text=True,
            timeout=PATIENCE,
            check=True,
        ).stdout
        for threads in ("1", "2")
    ]
    assert done[0] == done[1] != ""


def test_seeds_decide_everything(tmp_path):
    one, again, other = (train(training(seed)).policies["enterprises"]["weights"] for seed in (1, 1, 2))
    assert np.array_equal(one, again) and not np.array_equal(one, other)


def test_a_training_stops_between_two_steps_and_keeps_what_was_improved(tmp_path):
    asked, file = [], tmp_path / "kept.npz"

    def stop():
        asked.append(None)
        return len(asked) > 150  # in the second improvement of 60 steps, after the demonstrations

    trainer = train(training(start="scratch"), file, stop=stop)
    assert len(trainer.history) == 2 and len(asked) < 155
    assert len(checkpoint.load(file, "grid training")["history"]) == 2


def test_learning_from_nothing_improves():
    first, *_, last = (
        score for _, _, score in train(training(start="scratch", updates=30, worlds=8)).history
    )
    assert last > first + 5.0


def test_a_clone_acts_much_like_the_heuristic():
    params = GridParams()
    made = GridTraining(params, GridTrainingSettings(updates=1, worlds=12), {"learning_rate": 0.0}, SEARCH, 1)
    trainer = train(made)
    heuristic = usual_policy(params, "heuristic")
    rules = RuleGovernments.published(params, 2)
    own = play_episodes(params, trainer.enterprises(), rules, 18, 3).utility.mean()
    idle = play_episodes(params, usual_policy(params, "random_action"), rules, 18, 3).utility.mean()
    shown = play_episodes(params, heuristic, rules, 18, 3).utility.mean()
    assert idle + 0.7 * (shown - idle) < own


def test_another_training_is_not_gone_on_with(tmp_path):
    file = tmp_path / "one.npz"
    train(training(updates=1), file)
    assert read_training(file) == training(updates=1)
    with pytest.raises(ParameterError, match=r"one\.npz: cannot go on with updates = 3, it was begun with 1"):
        train(training(), file, resume=True)


# -- bids, categories, orders beside actions -----------------------------------------------------------------------


@pytest.fixture(scope="module")
def bidders(tmp_path_factory):
    """File of a training in which enterprises learned to bid, and a government the source's categories."""
    file = tmp_path_factory.mktemp("bids") / "bidders.npz"
    settings = {"what": "both", "rounds": 0, "government_learner": "categories"}
    train(training(**SOLD | settings), file)
    return file


@pytest.mark.parametrize("issuing", list(AUCTIONS))
def test_learned_bids_play_in_every_format_and_lose_no_permit_and_no_coin(issuing, bidders):
    chosen = {"policy": "learned", "government": "learned", "learned.file": str(bidders), "issuing": issuing}
    model, other = Grid(rng=3, **SHORT | chosen), Grid(rng=3, **SHORT | chosen)
    at_worth = Grid(rng=3, **SHORT | chosen | {"learned.file": ""})
    for _ in range(3):
        for each in (model, other, at_worth):
            each.advance(20) if each is not other else [each.step() for _ in range(20)]
        firms, public = model.firms.rows, model.public.rows
        assert abs(accounts.permits_missing(firms, public)) < 1e-9
        assert abs(accounts.cash_missing(firms, public)) < 1e-6
    assert np.array_equal(model.firms.numbers, other.firms.numbers)
    assert model.government.auction_proceeds > 0
    assert not np.array_equal(model.world.bids, at_worth.world.bids)


def test_a_file_without_bids_bids_what_permits_are_worth(tmp_path):
    file = tmp_path / "no_bids.npz"
    train(training(**SOLD | {"bid_updates": 0, "updates": 1}), file)
    assert read_trained(file).bids is None
    model = Grid(rng=3, issuing="uniform", policy="learned", **SHORT | {"learned.file": str(file)})
    worth = np.zeros_like(model.worlds.state.bids)
    usual_policy(model.params, "heuristic").bid(model.observer.seen, None, worth)
    model.advance(1)
    assert np.array_equal(model.worlds.state.bids, worth) and worth.any()


def test_categories_mean_what_the_source_says(bidders):
    """Weights and percentage are the numbers chosen; the penalty is ten times its number, if it is not fixed."""
    chosen = {"government": "learned", "learned.file": str(bidders), "fixed_penalty": False}
    model = Grid(rng=3, **SHORT | chosen)
    decided = model.decide(model.draw_chance(1), 0)[0]
    assert model.governing.network.widths.tolist() == [3 * INPUTS, 32, 5 * 102]
    model.decide = lambda chance, k: decided[None]
    model.advance(1)
    *weights, percent, penalty = decided.tolist()
    assert set(decided.tolist()).isdisjoint({1}) and 0 < percent <= 26 and sum(weights) > 0
    pool = 200.0 * percent / 100.0
    assert model.firms.rows.allocation.tolist() == [int(pool * 9 / 10 * w / sum(weights)) for w in weights]
    assert model.government.penalty == 10.0 * penalty


@pytest.mark.parametrize("changes", [{"n_firms": 4}, {"government_actions": "clean"}])
def test_categories_of_another_world_are_refused(changes, bidders):
    with pytest.raises(ParameterError, match="the government was trained with 3 enterprises and 510 choices"):
        Grid(**SHORT | {"government": "learned", "learned.file": str(bidders)} | changes)


def test_enterprises_that_order_and_act_are_refused_where_an_order_takes_its_step(tmp_path):
    file = tmp_path / "both.npz"
    train(training(order_and_act=True, updates=1), file)
    chosen = SHORT | {"policy": "learned", "learned.file": str(file)}
    Grid(order_and_act=True, **chosen).advance(5)
    with pytest.raises(ParameterError, match="order_and_act = False: the enterprises were trained with"):
        Grid(**chosen)
    Grid(order_and_act=True, policy="learned", **SHORT).advance(5)  # the shipped ones do one or the other


# -- what is shipped -----------------------------------------------------------------------------------------------


def test_shipped_policies_are_small_and_say_how_they_were_made():
    found = read_trained(SHIPPED)
    assert SHIPPED.stat().st_size <= 300_000
    assert found.enterprises is not None and found.government is not None
    assert found.about["command"].startswith("carbon train grid") and found.about["cpu_seconds"] > 0


def test_learned_actions_are_the_same_in_any_batch():
    params = GridParams(**SHORT)
    learned = ENTERPRISE_POLICIES["learned"](params.parts["learned"])
    learned.learn_parameters(params.everything())
    worlds = EnterpriseWorlds(params, RuleGovernments(params, 5), 5, np.random.default_rng(2))
    worlds.reset()
    for _ in range(30):
        seen, chance = worlds.batch.seen, np.random.default_rng(1).random((5, 3, 2))
        together = learned.act(seen, chance)
        alone = [
            learned.act(type(seen)(*(part[w : w + 1] for part in seen)), chance[w : w + 1]) for w in range(5)
        ]
        assert np.array_equal(together, np.concatenate(alone))
        worlds.step(together.reshape(1, -1))


def test_a_side_decides_in_its_own_worlds():
    params = GridParams(**SHORT)
    flat, hump = RuleGovernments(params, 4), RuleGovernments(params, 4)
    flat.set_rule(slice(None), "flat", "size")
    hump.set_rule(slice(None), "convex", "size")
    worlds = EnterpriseWorlds(params, flat, 4, np.random.default_rng(2))
    worlds.reset()
    decided = Side(flat, 1, hump).decide(worlds.batch)
    assert (decided[0] == flat.decide(worlds.batch)[0]).all()
    assert (decided[1:] == hump.decide(worlds.batch)[1:]).all()
    assert not (decided[0] == decided[1]).all()


@pytest.mark.parametrize(("learner", "times"), [("cross_entropy", 1.0), ("ppo", 20.0)])
def test_a_confined_government_goes_by_what_no_enterprise_can_change(learner, times):
    """Level, coins and debts change; what it gives does not, though it does for a government that sees them."""
    params, decided = GridParams(**SHORT), {}
    batch = GridBatch(active(params), 4, 3)
    for weighs in WEIGHED:
        settings = {"what": "government", "government_learner": learner, "government_weighs": weighs}
        network = train(training(**settings)).policies["government"]
        network = Network.from_state(
            network | {"weights": times * network["weights"]}
        )  # PPO has learned little
        governments = LearnedGovernments(params, network)
        shown = []
        for level in (0.1, 0.9):
            public = batch.public._replace(
                flat=batch.public.flat.copy(), enterprises=batch.public.enterprises.copy()
            )
            n = params.n_firms
            public.flat[:, n : 2 * n] = np.linspace(level, 0.5, n)
            public.enterprises[:, :, :3] = 40.0 * level * np.arange(-1, n - 1)[:, None]
            shown.append(governments.policy.decide(public, batch.nothing))
        decided[weighs] = np.array_equal(*shown)
    assert decided == {"all": False, "given": True}


def test_categories_of_a_confined_government_weigh_the_same_inputs_of_every_enterprise():
    params, kept = GridParams(**SHORT), is_weighed("given")
    settings = {"what": "government", "government_learner": "categories", "government_weighs": "given"}
    network = Network.from_state(train(training(**settings)).policies["government"])
    inputs, outputs = network.widths[:2]
    first = network.weights[: inputs * outputs].reshape(params.n_firms, INPUTS, outputs)
    assert (first[:, ~kept] == 0.0).all()
    assert (first[:, kept] != 0.0).all()


if __name__ == "__main__":  # in another process: digest of a training with large products of matrices
    made = GridTraining(
        GridParams(episode=20, period_length=10, **json.loads(sys.argv[1])),
        GridTrainingSettings(updates=1, worlds=36),
        seed=1,
    )
    print(hashlib.sha256(train(made).policies["enterprises"]["weights"].tobytes()).hexdigest())
