"""Bids of past auctions: kept as they were, in bounded memory, and only for those who look."""

import numpy as np
import pytest

from model.systems.emissions_trading import EmissionsTrading
from model.systems.emissions_trading import past_bids as module
from model.systems.emissions_trading.past_bids import empty_past_bids, kept_quarters, table_of_bids
from model.views.pages.emissions_trading.charts.auction import auction_rows, auctions_of

SMALL = {"n_firms": 3, "years": 2, "quarters": 3, "bid_steps": 2, "cap_first": 0.8}


def made(**values):
    model = EmissionsTrading(rng=4, **SMALL | values)
    model.keep_for_page()
    return model


def test_nobody_who_does_not_look_keeps_any():
    model = EmissionsTrading(rng=4, **SMALL)
    model.advance(4)
    assert not kept_quarters(model.past_bids)
    assert not model.past_bids.price.nbytes
    assert table_of_bids(model.past_bids, model.names).empty


@pytest.mark.parametrize("quarters", [4, 8])
def test_steps_and_compiled_quarters_keep_the_same_bids(quarters, same_bits):
    stepped, compiled = made(), made()
    compiled.advance(quarters)
    for _ in range(quarters):
        stepped.step()
    assert kept_quarters(compiled.past_bids) == list(range(max(quarters - 5, 1), quarters + 1))
    for one, other in zip(stepped.past_bids, compiled.past_bids, strict=True):
        assert same_bits(one, other)


def test_memory_is_bounded(monkeypatch):
    monkeypatch.setattr(module, "MOST_BYTES", 100_000)
    kept = empty_past_bids(1000, 40, 5, 4)
    assert sum(array.nbytes for array in kept) <= 100_000
    assert 1 < len(kept.quarter) < 1000
    assert len(empty_past_bids(1000, 100_000, 5, 4).quarter) == 1


def test_keeping_them_changes_no_bit_of_the_run(same_history):
    looked, alone = made(), EmissionsTrading(rng=4, **SMALL)
    for model in (looked, alone):
        model.advance(6)
    same_history(looked, alone)


def test_a_past_auction_is_drawn_as_it_was_then():
    model, seen = made(ccr_price=60.0), {}
    for quarter in range(1, 7):
        model.advance(1)
        seen[quarter] = auction_rows(model)
    options = auctions_of(model)["auction"]
    assert list(options)[:2] == ["the latest", "year 1, quarter 1"]
    assert list(options.values()) == [0, 1, 2, 3, 4, 5, 6]
    for quarter, rows in seen.items():
        assert auction_rows(model, auction=quarter) == rows
    model.advance(1)  # another run begins
    assert list(auctions_of(model)["auction"].values()) == [0, 7]
    assert auction_rows(model, auction=1) == auction_rows(model)  # no longer kept


def test_the_table_adds_up_to_awards_and_bids():
    model = made(auction="discriminatory")
    model.advance(6)
    table = table_of_bids(model.past_bids, model.names)
    _, firms = model.datacollector.rows()
    by_quarter = table.groupby("quarter")[["bid_volume", "award"]].sum()
    assert by_quarter.award.to_numpy() == pytest.approx(firms.award.sum(1))
    assert by_quarter.bid_volume.to_numpy() == pytest.approx(firms.bid_volume.sum(1))
    assert set(table.firm) <= set(model.names)
    assert (table.award <= table.bid_volume * (1.0 + 1e-9)).all()
    assert np.isfinite(table.drop(columns="firm").to_numpy()).all()
