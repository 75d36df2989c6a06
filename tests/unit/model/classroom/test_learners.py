"""Learners in the place of a class, and published experiments beside it."""

import json

import numpy as np
import pytest

from model.classroom.base import GAMES
from model.classroom.learners import learned_bids, play_learning_bidders, seat_learners
from model.classroom.ledger import Ledger
from model.classroom.published import FINDINGS, published_on

FACTS = {
    "values": np.array([40.0, 30.0, 20.0]),
    "permits": 2,
    "supply": 4,
    "reserve_price": 5.0,
    "auction": "vcg",
}


def test_the_learners_market_has_the_values_of_the_class_and_no_secondary_market():
    model, government, firms = seat_learners(FACTS, "truthful", 1)
    assert model.firms.columns.private_value == pytest.approx(FACTS["values"])
    assert government.issued[-1] - government.issued[-2] == pytest.approx(4.0)
    assert firms.award[-1].tolist() == [2.0, 2.0, 0.0]
    assert not firms.bought.any()


def test_truthful_players_do_what_theory_says():
    measures = play_learning_bidders(FACTS, "truthful", 1)
    assert measures["efficiency"]["value"] == pytest.approx(1.0)
    assert measures["price"]["value"] == pytest.approx(
        20.0
    )  # what a permit would have been worth to the third
    assert measures["revenue"]["value"] == pytest.approx(80.0)
    assert learned_bids(FACTS, "truthful", 1) == pytest.approx(FACTS["values"])


def test_who_values_permits_below_the_reserve_price_bids_nothing():
    assert learned_bids(FACTS | {"reserve_price": 25.0}, "truthful", 1).tolist() == [40.0, 30.0, 0.0]


def test_findings_name_their_source_and_give_no_number_without_a_band():
    assert {finding.source for finding in FINDINGS} >= {
        "Shobe2010",
        "Burtraw2009",
        "Goeree2010",
        "Perkis2016",
    }
    for finding in FINDINGS:
        assert finding.sign
        assert (finding.low is None) == (finding.high is None)
        assert set(finding.games) <= set(GAMES)
    json.dumps(published_on("sealed_bid"))


def test_a_ledger_accounts_for_all_permits_and_money():
    ledger = Ledger(2)
    ledger.sell(5, np.array([3.0, 1.0]), np.array([30.0, 12.0]))
    ledger.give([1.0, 2.0])
    ledger.trade(1, 0, 2, 7.5)
    ledger.produce(0, 100.0, 1.0)
    ledger.comply(1, 4.0, 7.0, 20.0)
    assert ledger.seats.cash.tolist() == [-30.0 + 15.0 + 100.0, -12.0 - 15.0 - 4.0 - 2.0 * 20.0]
    ledger.end_round()
    assert ledger.seats.permits.tolist() == [0.0, 0.0]
    assert ledger.missing() == pytest.approx((0.0, 0.0))
