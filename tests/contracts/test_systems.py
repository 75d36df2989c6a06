"""The contract of every registered system, with every learner and every auction format it offers."""

import copy
import gc
import pickle
import weakref

import mesa
import networkx as nx
import numpy as np
import pytest

import model.systems  # noqa: F401 - registers the systems
from model import accounts
from model.base import SYSTEMS
from model.metrics import METRICS
from model.scenarios import scenarios
from model.seeding import streams_of
from tests.contracts.parts import combinations, every_number, of_system

PERIODS = 25
QUICK = {"collect_every": 1, "problem_set": "small"}
"""Changes to a scenario for a quick trial: few periods, and plans that are solved in an instant."""


PRODUCT = [
    pytest.param(system, chosen, id="-".join([system, *chosen.values()]))
    for system in SYSTEMS
    for chosen in combinations(system)
]
of_every_combination = pytest.mark.parametrize(("system", "chosen"), PRODUCT)
of_every_system = pytest.mark.parametrize("system", SYSTEMS)


def make(system, chosen=None, seed=3, **values):
    return SYSTEMS[system](**(chosen or {}), **values, rng=seed)


@pytest.fixture
def garbage_stays():
    """Python searches for no garbage meanwhile."""
    gc.disable()
    yield
    gc.enable()


def learned(model):
    """State of the model's learner, if it has one: its memory, and its number of rounds."""
    return (model.learner.memory[:, 0].copy(), model.learner.rounds) if hasattr(model, "learner") else ()


def accounts_close(model):
    """Whether every permit and every euro is accounted for, up to rounding."""
    firms, government = model.firms.rows, model.public.rows
    turnover = np.abs(firms.cash).sum() + abs(government.cash[0]) + abs(government.product_market[0])
    return abs(accounts.cash_missing(firms, government)) <= 1e-9 * turnover and all(
        abs(accounts.permits_missing(holders, issuer)) <= 1e-9 * issuer.issued[0]
        for holders, issuer in model.ledgers()
    )


def stepped(model, periods):
    for _ in range(periods):
        model.step()
    return model


def advanced(model, periods):
    model.advance(periods)
    return model


@of_every_combination
def test_steps_and_compiled_periods_agree_to_the_last_bit(system, chosen, same_history):
    same_history(stepped(make(system, chosen), PERIODS), advanced(make(system, chosen), PERIODS))


@of_every_combination
def test_permits_and_money_add_up_after_every_step(system, chosen):
    model = make(system, chosen, **every_number(system))
    for _ in range(PERIODS):
        model.step()
        assert accounts_close(model)
        assert not model.expires or all((holders.permits == 0).all() for holders, _ in model.ledgers())
        assert np.isfinite(model.firms.numbers).all()


@of_every_system
def test_steps_and_compiled_periods_can_be_mixed(system, same_history):
    one = make(system, collect_every=3)
    for periods in (1, 7, 2):
        stepped(advanced(one, periods), periods)
    one.advance(0)
    same_history(one, advanced(make(system, collect_every=3), 20))


@of_every_system
@pytest.mark.parametrize("explore", [True, False])
@pytest.mark.parametrize("learning", [True, False])
def test_every_way_to_play_agrees_to_the_last_bit(system, explore, learning, same_history):
    early = {k: 30 for k in SYSTEMS[system].Params.all_knobs() if k == "q_learning.epsilon_rounds"}
    models = [make(system, **early) for _ in range(2)]
    for each in models:
        each.advance(20)
        each.explore, each.learning = explore, learning
    same_history(stepped(models[0], 30), advanced(models[1], 30))


@of_every_system
def test_blocks_do_not_show(system, monkeypatch, same_history):
    one = advanced(make(system, collect_every=4), 50)
    monkeypatch.setattr("model.base.BLOCK", 7)
    played = []
    other = make(system, collect_every=4)
    other.advance(50, progress=played.append)
    assert sum(played) == 50
    assert max(played) == 7
    same_history(one, other)


@of_every_system
def test_same_seed_same_bits(system, same_history):
    same_history(advanced(make(system), 30), advanced(make(system), 30))


@of_every_system
def test_models_begin_what_is_mesas_when_somebody_looks(system, same_history):
    usual, other = make(system), make(system, seed=streams_of([3])[0])
    usual.be_mesa()
    advanced(usual, 3), advanced(other, 3)
    assert ("_all_agents" in vars(other)) != other.is_compiled()
    for _ in range(2):
        same_history(usual, other)
        assert other.rng.random() == usual.rng.random() and other.random.random() == usual.random.random()
        same = [[(type(each), each.unique_id) for each in model.agents] for model in (usual, other)]
        assert same[0] == same[1] and len(other.agents) == 1 + len(other.firms)
        stepped(usual, 2), stepped(other, 2)
    same_history(usual, stepped(make(system, seed=streams_of([3])[0]), 7))


@of_every_system
def test_another_seed_another_history(system, same_bits):
    one, other = (advanced(make(system, seed=seed), 20) for seed in (1, 2))
    assert not same_bits(one.firms.numbers, other.firms.numbers)


@of_every_system
@pytest.mark.parametrize(
    "copied", [copy.deepcopy, lambda m: pickle.loads(pickle.dumps(m))], ids=["copy", "pickle"]
)
def test_a_copy_continues_identically(system, copied, same_history):
    model = stepped(advanced(make(system), 20), 2)
    twin = copied(model)
    advanced(stepped(twin, 3), 20)
    assert model.steps == 22
    advanced(stepped(model, 3), 20)
    same_history(model, twin)


@of_every_system
def test_compiling_first_changes_nothing(system, same_history):
    model = make(system)
    model.compile_rules()
    assert model.steps == 0 and not model.datacollector.periods
    same_history(advanced(model, 20), advanced(make(system), 20))


@of_every_system
def test_a_copy_is_one_state_seen_twice(system):
    """In a copy too, an agent is a row of its population, and the model's agents are these agents."""
    twin = pickle.loads(pickle.dumps(advanced(make(system), 3)))
    twin.firms[0].cash = 123.0
    assert twin.firms.rows.cash[0] == 123.0
    assert twin.firms.numbers[0, twin.firms.positions["cash"]] == 123.0
    assert set(twin.agents) == {twin.government, *twin.firms}
    assert all(agent.model is twin for agent in twin.agents)


@of_every_system
def test_collect_every_keeps_only_these_periods(system, same_bits):
    every, third = advanced(make(system), 20), advanced(make(system, collect_every=3), 20)
    assert third.datacollector.periods == [3, 6, 9, 12, 15, 18]
    assert same_bits(third.datacollector.rows()[1], every.datacollector.rows()[1][2::3])
    assert same_bits(third.firms.numbers, every.firms.numbers)


@of_every_system
def test_metrics_are_known_and_finite(system):
    model = advanced(make(system, **every_number(system)), 20)
    assert set(model.metrics) <= set(METRICS)
    frame = model.datacollector.get_model_vars_dataframe()
    assert list(frame.columns) == list(model.metrics)
    for name in model.metrics:
        numbers = frame[name][frame[name].notna()]
        assert np.isfinite(numbers).all()
        assert len(numbers) == len(frame) or METRICS[name].sparse, name
        assert len(numbers) or METRICS[name].why_unknown(model), name
    assert set(model.summary()) == set(model.metrics)


@of_every_system
def test_reading_out_neither_learns_nor_changes_the_model(system, same_bits, same_history):
    model, unread = (advanced(make(system, collect_every=5), 50) for _ in range(2))
    before = learned(model)
    government, firms = shown = model.read_out(8)
    assert government.shape == (8, 1)
    assert firms.shape == (8, len(model.firms))
    assert shown.model.datacollector.periods[-8:] == list(range(51, 59))
    assert all(same_bits(a, b) for a, b in zip(before, learned(shown.model), strict=True))
    assert shown.summary() == pytest.approx(shown.model.summary(8), nan_ok=True)
    assert (model.explore, model.learning, model.collect_every) == (True, True, 5)
    assert (model.steps, model.datacollector.periods[-1]) == (50, 50)
    same_history(advanced(model, 10), advanced(unread, 10))


@of_every_system
def test_agents_are_government_and_firms_on_different_cells(system):
    model = make(system)
    assert set(model.agents) == {model.government, *model.firms}
    assert len({agent.pos for agent in model.agents}) == len(model.agents)
    for agent in model.agents:
        assert isinstance(agent, mesa.Agent)
        assert agent in model.grid.get_cell_list_contents([agent.pos])


@of_every_system
def test_agents_looked_at_late_are_those_looked_at_from_the_start(system):
    early, late = make(system), make(system)
    assert len(early.agents) == 1 + len(early.firms) and early.grid is early.grid
    for each in (early, late):
        each.advance(3)
    assert late.firms._members is None or not late.is_compiled(), "compiled rules need no agents"
    places = [[(firm.unique_id, firm.pos) for firm in each.firms] for each in (early, late)]
    assert places[0] == places[1] and None not in dict(places[0]).values()
    assert early.government.pos == late.government.pos
    assert early.firms.numbers.tobytes() == late.firms.numbers.tobytes()


@of_every_system
def test_a_run_that_nobody_looks_at_is_free_again_at_once(system, garbage_stays):
    model = advanced(make(system, collect_every=1), 20)
    assert model.is_compiled()
    model.compile_rules(), model.read_out(2), model.summary(), model.datacollector.get_agent_vars_dataframe()
    pickle.dumps(model)
    seen = weakref.ref(model)
    del model
    assert seen() is None


@of_every_system
def test_columns_and_metrics_carry_unit_and_help(system):
    model = make(system)
    for agent in (model.government, model.firms[0]):
        for name, column in type(agent).column_declarations().items():
            assert column.unit, name
            assert column.help, name
            assert isinstance(getattr(agent, name), float)
    for name in model.metrics:
        assert METRICS[name].unit
        assert METRICS[name].help


@of_every_system
def test_metrics_of_many_periods_are_those_of_each(system, same_bits):
    model = advanced(make(system), 12)
    government, firms = model.datacollector.rows()
    for metric in map(METRICS.__getitem__, model.metrics):
        each = [metric(government[t], firms[t]) for t in range(12)]
        assert same_bits(np.array(each, float), metric(government, firms))


@pytest.mark.parametrize("system", [name for name, made in SYSTEMS.items() if hasattr(made, "trades")])
def test_trades_balance(system):
    model = advanced(make(system, phi=0.9), 10)
    graph = model.trades(last=10)
    assert isinstance(graph, nx.DiGraph)
    assert set(graph) == set(range(len(model.firms)))
    _, firms = model.datacollector.rows(10)
    for row, node in graph.nodes(data=True):
        net = firms.bought[:, row].sum()
        assert node["bought"] - node["sold"] == pytest.approx(net, abs=1e-9)


@pytest.mark.parametrize("name", scenarios())
def test_every_scenario_loads_steps_and_closes_its_accounts(name, same_history):
    scenario = scenarios()[name]
    assert name in scenarios(scenario.system)
    assert scenario.title
    assert scenario.source
    assert scenario.about
    params = scenario.params().replace(of_system(QUICK, scenario.system))
    one, other = (SYSTEMS[scenario.system](params, rng=4) for _ in range(2))
    same_history(stepped(one, 10), advanced(other, 10))
    assert accounts_close(one)
