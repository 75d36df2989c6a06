"""Many like agents as columns of numbers, and each Mesa agent as one row of them: one state, seen in two
ways.
"""

import copy
import pickle

import mesa
import numpy as np
import pytest

from agents.population import Column, Member, Population, as_rows


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
