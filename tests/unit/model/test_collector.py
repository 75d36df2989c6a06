"""Mesa's DataCollector, fed by periods or by blocks."""

import numpy as np
import pandas as pd
import pytest

from agents.firm import Firm
from model.metrics import METRICS
from model.systems.learning_bidders import LearningBidders


@pytest.fixture
def played():
    model = LearningBidders(n_firms=3, collect_every=2, rng=1)
    model.advance(5)
    for _ in range(3):
        model.step()
    model.advance(4)
    return model


def test_model_frame_has_a_row_per_period_and_a_column_per_metric(played):
    frame = played.datacollector.get_model_vars_dataframe()
    assert frame.index.name == "Step"
    assert frame.index.tolist() == [2, 4, 6, 8, 10, 12]
    assert list(frame.columns) == list(played.metrics)


def test_agent_frame_has_a_row_per_period_and_firm(played):
    frame = played.datacollector.get_agent_vars_dataframe()
    assert frame.index.names == ["Step", "AgentID"]
    assert len(frame) == 6 * 3
    assert list(frame.columns) == list(Firm.column_declarations())
    firm = played.firms[1]
    now = frame.loc[(12, firm.unique_id)]
    assert {name: now[name] for name in frame.columns} == {
        name: getattr(firm, name) for name in frame.columns
    }


def test_frames_and_rows_are_the_same_numbers(played):
    collector = played.datacollector
    government, firms = collector.rows()
    frame = collector.get_model_vars_dataframe()
    assert (frame["clearing_price"].to_numpy() == government.clearing_price[:, 0]).all()
    assert (collector.get_agent_vars_dataframe()["profit"].to_numpy() == firms.profit.ravel()).all()
    pd.testing.assert_index_equal(frame.index, pd.Index(collector.periods, name="Step"))


@pytest.mark.parametrize("last", [1, 2, 4, 6, 100])
def test_the_last_rows_are_the_end_of_all_rows(played, same_bits, last):
    lately = played.datacollector.rows(last)  # before the blocks are joined
    for some, whole in zip(lately, played.datacollector.rows(), strict=True):
        assert same_bits(some, whole[-last:])
    for some, whole in zip(played.datacollector.rows(last), played.datacollector.rows(), strict=True):
        assert same_bits(some, whole[-last:])


@pytest.mark.parametrize("positions", [[0], [5], [0, 3, 5], [1, 2, 3, 4]])
def test_rows_at_positions(played, same_bits, positions):
    some = played.datacollector.rows_at(positions)
    for part, whole in zip(some, played.datacollector.rows(), strict=True):
        assert same_bits(part, whole[positions])


def test_rows_do_not_change_while_the_model_continues(played):
    _, firms = played.datacollector.rows()
    kept = firms.profit.copy()
    played.advance(6)
    assert (firms.profit == kept).all()


def test_mean_over_the_last_periods(played):
    values = played.datacollector.model_vars["clearing_price"]
    assert played.summary(4)["clearing_price"] == played.summary(3)["clearing_price"]
    assert played.summary(4)["clearing_price"] == pytest.approx(np.mean(values[-2:]))
    assert played.summary()["clearing_price"] == pytest.approx(np.mean(values))


def test_a_row_of_several_periods_counts_as_these_periods(played):
    values = played.datacollector.model_vars["revenue"]
    every, firms = np.array(values), played.datacollector
    firms.aggregate(8)  # periods 2 to 8 are one row of four, which stand for two periods each
    mean = every[:4].mean(), every[4], every[5]
    assert firms.periods == [8, 10, 12] and firms.weights == [4, 1, 1]
    assert played.summary()["revenue"] == pytest.approx(np.average(mean, weights=[4, 1, 1]))
    assert played.summary(6)["revenue"] == pytest.approx(np.average(mean, weights=[2, 1, 1]))
    assert played.summary(4)["revenue"] == pytest.approx(np.mean(mean[1:]))


def test_thinning_keeps_every_kth_period(played, same_bits):
    whole = played.datacollector.rows()
    played.datacollector.thin(4)
    assert played.datacollector.periods == [4, 8, 12]
    for some, all_of_it in zip(played.datacollector.rows(), whole, strict=True):
        assert same_bits(some, all_of_it[1::2])
    assert len(played.datacollector.get_model_vars_dataframe()) == 3
    played.advance(2)
    assert played.datacollector.periods == [4, 8, 12, 14]
    assert len(played.datacollector.rows()[0]) == 4


@pytest.mark.parametrize("periods", [0, 3])
def test_before_the_first_period_collected_there_are_no_rows(periods):
    model = LearningBidders(collect_every=10, rng=1)
    model.advance(periods)
    with pytest.raises(ValueError, match="no period has been collected yet"):
        model.datacollector.rows()
    assert model.datacollector.get_model_vars_dataframe().empty


def test_a_summary_of_no_period_is_refused():
    model = LearningBidders(rng=1, collect_every=10)
    with pytest.raises(ValueError, match="no period has been collected yet"):
        model.summary()
    model.advance(24)
    with pytest.raises(ValueError, match="no period has been collected since period 20: the last is 20"):
        model.summary(last=4)
    assert model.summary(last=5) == model.summary(last=14)


@pytest.mark.parametrize("by_step", [False, True])
def test_a_long_run_stays_within_memory(by_step, same_bits):
    model, whole = (LearningBidders(n_firms=3, rng=1) for _ in range(2))
    model.datacollector.most, whole.keeps_all = 20, True
    for _ in range(10):
        for periods in [1] * 7 if by_step else [7]:
            model.step() if by_step else model.advance(periods)
    whole.advance(70)
    periods = model.datacollector.periods
    assert periods == list(range(4, 71, 4)) and model.collect_every == 4
    for some, every in zip(model.datacollector.rows(), whole.datacollector.rows(), strict=True):
        assert same_bits(some, every[np.array(periods) - 1])
    for name, values in model.datacollector.model_vars.items():
        assert same_bits(np.array(values), np.array(whole.datacollector.model_vars[name])[3::4])


def test_a_read_out_is_kept_whole():
    model = LearningBidders(n_firms=3, rng=1)
    model.datacollector.most = 20
    model.advance(10)
    assert len(model.read_out(50)[0]) == 50 and not model.keeps_all


def test_metrics_do_not_depend_on_when_they_are_read(played, same_bits):
    other = LearningBidders(n_firms=3, collect_every=2, rng=1)
    for _ in range(12):
        other.advance(1)
        assert len(other.datacollector.model_vars["cap"]) == len(other.datacollector.periods)
    for name, values in played.datacollector.model_vars.items():
        assert same_bits(np.array(values), np.array(other.datacollector.model_vars[name]))


def test_one_metric_is_read_without_the_others_and_is_the_same(played):
    collector = played.datacollector
    assert len(collector.numbers_of("revenue")) == 6 and not collector._values.get("emissions")
    played.advance(4)
    assert len(collector.numbers_of("emissions")) == 8
    collector.thin(4)
    played.advance(4)
    apart = {name: list(collector.numbers_of(name)) for name in ("revenue", "emissions", "sold")}
    frame = collector.get_model_vars_dataframe()
    assert frame.notna().all(axis=1).any() and len(frame) == len(collector.periods)
    pd.testing.assert_frame_equal(frame[list(apart)], pd.DataFrame(apart, index=frame.index))


def test_a_metric_of_the_present_period_is_that_collected(played):
    for name in ("revenue", "clearing_price", "efficiency"):
        now = METRICS[name](played.public.rows, played.firms.rows)
        assert played.datacollector.numbers_of(name)[-1] == now
