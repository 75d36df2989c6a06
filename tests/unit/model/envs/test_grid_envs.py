"""The grid for learners: PettingZoo's own checks pass, and the batch plays what the model plays."""

import warnings

import numpy as np
import pytest

from learning.knobs import ParameterError
from model.envs.grid_batch import GridBatch
from model.systems.grid.observations import Observer
from model.systems.grid.state import EVERYTHING, STANDING, view_world

SMALL = {"height": 8, "width": 7, "n_firms": 3, "episode": 40, "period_length": 10, "view": 2}


def parallel_env(**arguments):
    pytest.importorskip("pettingzoo")
    from model.envs.grid_parallel import GridParallelEnv

    return GridParallelEnv(**SMALL | arguments)


@pytest.mark.parametrize(
    "arguments",
    [
        {},
        {"government": "even"},
        {"government": "even", "government_actions": "clean"},
        {"issuing": "vcg"},
        {"order_and_act": True},
        {"players": ["enterprise_1"], "policy": "heuristic"},
        {"players": ["enterprise_0"], "policy": "learned", "government": "learned", "issuing": "uniform"},
        {"players": ["government", "enterprise_2"], "policy": "random_action", "government": "even"},
    ],
    ids=str,
)
def test_pettingzoo_checks_pass(arguments):
    parallel_env()
    from pettingzoo.test import parallel_api_test, parallel_seed_test

    with warnings.catch_warnings():
        warnings.simplefilter("error")
        parallel_api_test(parallel_env(**arguments), num_cycles=60)
        parallel_seed_test(lambda: parallel_env(**arguments), num_cycles=30)


@pytest.mark.parametrize("government", ["rules", "random_decision"])
def test_observations_are_in_their_space_to_the_end(government):
    env = parallel_env(government=government)
    seen, infos = env.reset(seed=2)
    steps = 0
    while env.agents:
        for name in env.agents:
            assert env.observation_space(name).contains(seen[name])
            assert infos[name]["action_mask"] is seen[name]["action_mask"]
        actions = {n: env.action_space(n).sample(mask=seen[n]["action_mask"]) for n in env.agents}
        seen, rewards, ended, truncated, infos = env.step(actions)
        assert set(rewards) == set(env.possible_agents)
        assert not any(truncated.values())
        steps += 1
    assert steps == 40
    assert all(ended.values())
    assert seen["government"]["time"] == 1.0


def test_rivals_play_as_the_policy_does_in_the_batch():
    """One player that acts by the policy itself meets what a batch meets in which all do."""
    env = parallel_env(players="enterprise_1", policy="heuristic", government="even")
    seen, _ = env.reset(seed=3)
    batch, chance = env.batch, np.random.default_rng(np.random.SeedSequence(3, spawn_key=(1,)))
    other = GridBatch(batch.params, 1, restart=False)
    other.rng = np.random.default_rng(3)
    other.reset(0.0)
    while env.agents:
        acts = other.bidder.act(other.seen, chance.random((1, 3, 2)))
        decision = env.governing.decide(other.public, chance.random((1, 5)))
        assert list(seen) == env.agents == ["enterprise_1"]
        seen, rewards, *_ = env.step({"enterprise_1": acts[0, 1]})
        earned = other.step(acts, decision)
        assert rewards == {"enterprise_1": earned.enterprises[0, 1]}
    assert np.array_equal(batch.seen.flat, other.seen.flat)
    assert batch.worlds.state.firms.properties.sum() > 0


@pytest.mark.parametrize("players", [[], ["enterprise_3"], ["government", "government"]])
def test_players_that_are_none_are_refused(players):
    with pytest.raises(ValueError, match="players"):
        parallel_env(players=players)


def test_an_enterprise_orders_and_acts_in_one_step():
    env = parallel_env(order_and_act=True, players="enterprise_0", policy="idle", start_cash=50.0)
    env.reset(seed=1)
    for _ in range(2):
        seen, *_ = env.step({"enterprise_0": np.array([1, 1 + 7])})  # produce, bid 7
    firm = env.batch.worlds.state.firms[0, 0]
    assert firm.properties == 1 and firm.cash_escrow == 7 and firm.cash == 50.0 + 10.0 * firm.scale - 7.0
    assert [len(mask) for mask in seen["enterprise_0"]["action_mask"]] == [7, 43]


def test_actions_that_are_none_are_refused():
    env = parallel_env()
    env.reset(seed=1)
    with pytest.raises(ValueError, match="enterprise_1"):
        env.step({"enterprise_0": 0, "enterprise_1": 49, "enterprise_2": 0, "government": 0})


def test_an_action_that_is_missing_is_named_and_an_episode_that_is_over_is_not_played_on():
    env = parallel_env(episode=10)
    nothing = dict.fromkeys(env.possible_agents, 0)
    with pytest.raises(ValueError, match="call reset"):
        env.step(nothing)
    env.reset(seed=1)
    for name in env.possible_agents:
        with pytest.raises(ValueError, match=f"{name}: no action"):
            env.step({other: 0 for other in nothing if other != name})
    for _ in range(10):
        env.step(nothing)
    with pytest.raises(ValueError, match="call reset"):
        env.step(nothing)


def returns(env, **reset):
    """Rewards of an episode in which everybody does the same whenever it is played, enterprises mostly produce."""
    env.reset(**reset)
    actions, total = np.random.default_rng(5), 0.0
    while env.agents:
        chosen = {name: int(actions.choice([1, 2, 46, 48])) for name in env.enterprises}
        total += sum(env.step(chosen | {"government": 0})[1].values())
    return total


def test_an_episode_depends_on_its_seed_and_actions_only():
    """The weight of labour goes on from episode to episode, but begins anew with a seed."""
    env = parallel_env(labour_warmup=50.0)
    first = returns(env, seed=5)
    assert returns(env, seed=5) == first
    assert env.batch.worlds.state.government.positive_steps[0, 0] > 0
    assert returns(env, seed=5, options={"positive_steps": 100}) < first
    env.reset(options={"positive_steps": 7})
    assert env.batch.worlds.state.government.positive_steps[0, 0] == 7
    env.reset()
    assert env.batch.worlds.state.government.positive_steps[0, 0] == 7
    for wrong in (-1, float("nan"), "many"):
        with pytest.raises(ValueError, match=r"positive_steps = .*at least 0"):
            env.reset(options={"positive_steps": wrong})


def random_actions(batch, rng):
    u = rng.random(batch.seen.mask.shape[:2])
    order = np.cumsum(batch.seen.mask, axis=-1)
    return np.argmax(order > (u * order[..., -1]).astype(int)[..., None], axis=-1)


def test_rewards_add_up_to_the_change_of_utility_and_welfare():
    batch, rng = GridBatch(worlds=6, rng=3, restart=False, **SMALL), np.random.default_rng(1)
    state = batch.worlds.state
    start = np.array(state.firms.utility), np.array(state.government.welfare[:, 0])
    earned = [batch.step(random_actions(batch, rng)) for _ in range(40)]
    assert earned[-1].over.all() and not earned[-2].over.any()
    gained = sum(e.enterprises for e in earned), sum(e.government for e in earned)
    np.testing.assert_allclose(start[0] + gained[0], state.firms.utility, rtol=1e-9, atol=1e-9)
    np.testing.assert_allclose(start[1] + gained[1], state.government.welfare[:, 0], rtol=1e-9, atol=1e-9)


def test_worlds_do_not_see_each_other(same_bits):
    """A world plays the same alone and beside others, from the same state with the same chance."""
    batch, rng = GridBatch(worlds=4, rng=5, **SMALL), np.random.default_rng(2)
    for _ in range(15):
        batch.step(random_actions(batch, rng))
    alone = GridBatch(worlds=1, rng=5, **SMALL)
    for name, part in batch.worlds.state._asdict().items():
        if name == "desk":
            continue  # room, not state
        mine = getattr(alone.worlds.state, name)
        pairs = zip(mine, part) if name == "book" else [(mine, part)]
        for target, source in pairs:
            target[:] = source[2:3]
    actions, chance = random_actions(batch, rng), batch.draw_chance()
    batch.worlds.play(chance, actions, batch.nothing)
    alone.worlds.play(type(chance)(*(part[2:3] for part in chance)), actions[2:3], alone.nothing)
    one, other = view_world(alone.worlds.state, 0), view_world(batch.worlds.state, 2)
    assert same_bits(one.firms, other.firms)
    assert same_bits(one.layers, other.layers)


def test_episodes_that_end_begin_anew_and_labour_goes_on_costing_more():
    batch, rng = GridBatch(worlds=3, rng=1, **SMALL), np.random.default_rng(3)
    for _ in range(40):
        earned = batch.step(random_actions(batch, rng))
    assert earned.over.all()
    public = batch.worlds.state.government
    assert (public.clock == 0).all()
    assert (public.positive_steps > 0).all()
    assert (batch.seen.flat[..., 0] == 1.0).all()  # mean level of the period before
    assert batch.maps.sum() == 0
    batch.reset(positive_steps=500.0)
    assert (public.positive_steps == 500.0).all()


def test_governments_observe_the_map_itself():
    batch, rng = GridBatch(worlds=2, rng=1, **SMALL), np.random.default_rng(3)
    for _ in range(20):
        batch.step(random_actions(batch, rng))
    firms = batch.worlds.state.firms
    for w in range(2):
        for i in range(3):
            cell = int(firms.cell_row[w, i]), int(firms.cell_col[w, i])
            assert batch.owners[(w, *cell, STANDING)] == i + 2
    assert batch.maps.shape == (2, 8, 7, 5)


def test_wrong_shapes_and_sizes_are_errors():
    with pytest.raises(ParameterError, match="worlds = 0"):
        GridBatch(worlds=0)
    batch = GridBatch(worlds=2, **SMALL)
    with pytest.raises(ValueError, match=r"actions have shape \(2,\): must be \(2, 3\)"):
        batch.step(np.zeros(2))


def test_a_batch_equals_its_worlds_in_observations_and_rewards(same_bits):
    """Windows and masks are renewed where something changed; looked at as if for the first time, they are the same."""
    batch, rng = GridBatch(worlds=5, rng=4, **SMALL), np.random.default_rng(6)
    state, setup = batch.worlds.state, batch.worlds.setup
    for k in range(90):
        earned = batch.step(random_actions(batch, rng))
        if not earned.over.any():
            assert same_bits(earned.enterprises, np.array(state.firms.reward))
            assert same_bits(earned.government, np.array(state.government.reward[:, 0]))
        assert earned.over.all() == ((k + 1) % 40 == 0)
        assert batch.placing == batch.worlds.needs_cells()
        anew = Observer(setup, 5)
        changes = state.changes.copy()
        state.changes[:, 0] = EVERYTHING
        anew.look(state, setup)
        state.changes[:] = changes
        for mine, fresh in zip((*batch.seen, *batch.public), (*anew.seen, *anew.public)):
            assert same_bits(mine, fresh)
