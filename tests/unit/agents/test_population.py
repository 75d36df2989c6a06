"""Many like agents as columns of numbers, and each Mesa agent as one row of them: one state, seen in two
ways.
"""

import copy
import gc
import pickle
from concurrent.futures import ThreadPoolExecutor

import mesa
import numpy as np
import pytest

from agents.population import Column, Columns, Member, Population, as_rows


class Sheep(Member):
    weight = Column("kg", "how heavy it is")
    wool = Column("kg", "wool it carries")


class Ram(Sheep):
    horns = Column("1", "number of horns")


@pytest.fixture
def flock():
    return Population(Ram, mesa.Model(rng=1), 3)


def test_an_agent_reads_and_writes_its_row(flock):
    flock.rows.weight = [50.0, 60.0, 70.0]
    assert [ram.weight for ram in flock] == [50.0, 60.0, 70.0]
    flock[1].weight = 65
    assert flock.rows[1].weight == flock.rows.weight[1] == flock.numbers[1, 0] == 65.0
    assert flock.rows.wool.sum() == 0


def test_a_number_read_is_a_plain_float(flock):
    flock[0].weight = np.float64(3)
    assert type(flock[0].weight) is float


def test_inherited_columns_come_first(flock):
    assert list(Ram.column_declarations()) == ["weight", "wool", "horns"] == list(flock.positions)
    assert Ram.weight.unit == "kg"
    assert Ram.horns.help == "number of horns"


def test_members_are_mesa_agents_of_the_model(flock):
    assert len(flock) == 3
    assert list(flock) == flock.members
    assert set(flock[0].model.agents) == set(flock)


def test_rows_follow_the_numbers_into_a_copy(flock):
    for twin in (copy.deepcopy(flock), pickle.loads(pickle.dumps(flock))):
        twin[0].wool = 9.0
        assert twin.rows.wool[0] == 9.0
        assert flock.rows.wool[0] == 0.0
        assert twin[0].population is twin


def test_rows_of_recorded_periods_share_their_memory(flock):
    record = flock.record(4)
    assert record.shape == (4, 3, 3)
    record[:] = 0.0
    record[2, 1, 1] = 7.0
    rows = as_rows(record, flock.positions)
    assert rows.shape == (4, 3)
    assert rows.wool[2, 1] == rows[2, 1].wool == 7.0
    rows.horns[:] = 2.0
    assert (record[..., 2] == 2.0).all()


class Market(mesa.Model):
    """A model that keeps its populations, as all of ours do."""

    def __init__(self):
        super().__init__(rng=1)
        self.populations = []


class Counted(Ram):
    """A kind with a constructor of its own."""

    def __init__(self, model, population, row):
        super().__init__(model, population, row)
        self.horns = 2.0


def test_agents_are_made_when_somebody_looks_in_the_order_of_their_populations():
    market = Market()
    rams, sheep = Population(Ram, market, 2), Population(Sheep, market, 3)
    rams.columns.wool = [1.0, 2.0]
    assert len(market.agents) == 0 and len(sheep) == 3
    assert [each.unique_id for each in sheep] == [2, 3, 4]
    assert [each.unique_id for each in rams] == [0, 1] and rams[1].wool == 2.0
    assert rams[0] is rams.members[0] and len(market.agents) == 5


def test_agents_whose_model_nobody_has_kept_are_not_made():
    flock = Population(Ram, Market(), 2)
    gc.collect()
    flock.columns.wool = 3.0
    assert flock.rows.wool.tolist() == [3.0, 3.0]
    for look in (list, copy.copy, pickle.dumps):
        with pytest.raises(LookupError, match=r"the model of these agents \(Ram\) is gone: keep it"):
            look(flock)


def test_a_kind_with_a_constructor_of_its_own_is_made_at_once():
    market = Market()
    Population(Ram, market, 2)
    assert Population(Counted, market, 2).rows.horns.tolist() == [2.0, 2.0]
    assert [each.unique_id for each in market.agents] == [0, 1, 2, 3]


def test_agents_that_two_threads_look_for_are_made_once():
    market = Market()
    flock = Population(Ram, market, 200)
    with ThreadPoolExecutor(8) as threads:
        found = list(threads.map(lambda _: flock.members, range(8)))
    assert len(market.agents) == 200 and all(each is found[0] for each in found)


def test_columns_read_and_write_the_rows(flock):
    columns = flock.columns
    columns.weight = [50.0, 60.0, 70.0]
    columns["wool"] = 3.0
    columns.horns[1] = 2.0
    assert flock.rows.weight.tolist() == columns["weight"].tolist() == [50.0, 60.0, 70.0]
    assert flock[1].horns == 2.0 and flock[2].wool == 3.0
    assert len(columns) == columns.size == 3 and columns[1].horns == 2.0
    assert not hasattr(columns, "tail")
    with pytest.raises(AttributeError, match="tail"):
        columns.tail = 1.0


def test_columns_of_periods_are_those_of_the_record_array(flock):
    record = flock.record(4)
    record[:] = np.arange(record.size).reshape(record.shape)
    columns, rows = Columns(record, flock.positions), as_rows(record, flock.positions)
    for name in flock.positions:
        assert (getattr(columns, name) == getattr(rows, name)).all()
        assert getattr(columns, name).strides == getattr(rows, name).strides
