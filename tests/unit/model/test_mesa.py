"""Works where Mesa's own models work: batch_run, the agents' set, the data collector, a generator as seed."""

import copy
import pickle
from concurrent.futures import ThreadPoolExecutor

import mesa
import numpy as np
import pytest

from model.systems.learning_bidders import LearningBidders

MESA = tuple(int(x) for x in mesa.__version__.split(".")[:2])


def batch(parameters, **keywords):
    """Rows of a batch run, one per period; seeds are given in the way of the Mesa version."""
    seeds = {"rng": 1} if MESA >= (3, 4) else {}
    own = {} if seeds else {"rng": 1}
    return mesa.batch_run(
        LearningBidders,
        parameters | own,
        number_processes=1,
        max_steps=4,
        data_collection_period=1,
        display_progress=False,
        **seeds,
        **keywords,
    )


@pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::FutureWarning")
def test_a_batch_run_sweeps_parameters_and_collects_metrics():
    rows = batch({"phi": [0.8, 0.9], "auction": "discriminatory"})
    assert {row["phi"] for row in rows} == {0.8, 0.9}
    model = LearningBidders(phi=0.9, auction="discriminatory", rng=1)
    model.advance(4)
    collected = [row["clearing_price"] for row in rows if row["phi"] == 0.9][:4]
    assert collected == model.datacollector.model_vars["clearing_price"]


@pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::FutureWarning")
def test_every_row_of_a_batch_run_says_its_seed_and_iterations_differ():
    rows = mesa.batch_run(
        LearningBidders,
        {"phi": 0.8},
        iterations=3,
        max_steps=4,
        data_collection_period=1,
        display_progress=False,
    )
    seeds = {row["iteration"]: row["seed"] for row in rows}
    assert len(set(seeds.values())) == 3
    for iteration, seed in seeds.items():
        again = LearningBidders(phi=0.8, rng=seed)
        again.advance(4)
        played = [
            row["clearing_price"] for row in rows if (row["iteration"], row["seed"]) == (iteration, seed)
        ]
        assert played[:4] == again.datacollector.metrics["clearing_price"]
    assert {row["seed"] for row in batch({"phi": [0.8, 0.9]})} == {1}


def test_what_is_set_before_mesas_part_begins_stays():
    model = LearningBidders(rng=1)
    model.running, model.mine = False, 7
    model.advance(5)
    assert model.random.random() == LearningBidders(rng=1).random.random()
    assert (model.running, model.mine, model.steps) == (False, 7, 5)
    model.step()
    assert model.steps == 6


def test_copies_and_what_python_asks_do_not_begin_mesas_part():
    model = LearningBidders(rng=1)
    twin = pickle.loads(pickle.dumps(copy.deepcopy(model)))
    assert repr(model) and not hasattr(model, "__array__")
    assert all("_mesa_seed" in vars(each) for each in (model, twin))
    assert twin.running and twin.rng.random() == model.rng.random()


def test_mesas_part_begins_once_though_several_threads_look():
    for seed in range(20):
        model = LearningBidders(rng=seed)
        with ThreadPoolExecutor(8) as threads:
            found = list(threads.map(lambda _, model=model: model.rng, range(8)))
        assert all(each is model.rng for each in found)


def test_the_collector_offers_its_periods_as_newer_mesa_reads_them():
    model = LearningBidders(collect_every=3, rng=1)
    model.advance(10)
    collector = model.datacollector
    assert collector._collection_steps == collector.periods == [3, 6, 9]
    assert list(collector.model_vars["seed"]) == collector.model_vars["seed"][:] == [1, 1, 1]
    with pytest.raises(IndexError, match="only 3 are kept"):
        collector.model_vars["seed"][9]


def test_a_model_reads_like_any_mesa_model():
    model = LearningBidders(rng=np.random.default_rng(1))
    assert isinstance(model, mesa.Model)
    assert isinstance(model.datacollector, mesa.DataCollector)
    assert model.running
    for _ in range(3):
        model.step()
    assert model.steps == 3
    assert len(model.agents) == 1 + len(model.firms)
    by_type = {kind.__name__: len(agents) for kind, agents in model.agents_by_type.items()}
    assert by_type == {"ExchangeGovernment": 1, "Firm": len(model.firms)}
    assert model.agents.select(lambda agent: agent is model.government).get("cap") == [model.government.cap]
    profits = model.agents_by_type[type(model.firms[0])].get("profit")
    assert profits == model.firms.rows.profit.tolist()


def test_a_scenario_as_newer_mesa_passes_it_is_taken():
    model = LearningBidders(rng=1, scenario=None)
    assert model.seed == 1


def test_ids_are_different_and_follow_the_rows():
    model = LearningBidders(rng=1)
    model.advance(2)
    assert model.government.unique_id == 0
    assert model.firms.get("unique_id") == [1, 2, 3, 4, 5] and model.firm_names[4] == "firm 5"
    table = model.datacollector.get_agent_vars_dataframe()
    assert table.loc[2]["profit"].to_dict() == {firm.unique_id: firm.profit for firm in model.firms}


def test_columns_of_the_firms_are_read_as_from_agents():
    model = LearningBidders(rng=1)
    model.step()
    assert model.firms.get("profit") == model.firms.rows.profit.tolist()
    both = model.firms.get(["profit", "award"])
    assert both == model.agents_by_type[type(model.firms[0])].get(["profit", "award"])


def test_a_seed_may_have_its_older_name():
    assert LearningBidders(seed=5).seed == LearningBidders(rng=5).seed == 5
    with pytest.raises(TypeError, match=r"rng = 1 and seed = 2: give one of them"):
        LearningBidders(rng=1, seed=2)


def test_a_model_says_who_it_is():
    model = LearningBidders(rng=5)
    model.advance(12)
    assert repr(model) == "<learning_bidders, seed 5, period 12>"


def test_one_model_more_does_not_disturb_another(same_history):
    one = LearningBidders(rng=1)
    one.advance(5)
    LearningBidders(rng=2).advance(5)
    one.advance(5)
    other = LearningBidders(rng=1)
    other.advance(10)
    same_history(one, other)
