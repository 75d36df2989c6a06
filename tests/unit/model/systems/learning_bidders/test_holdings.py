"""Permits that are held: firms bid for what they lack, and permits stay valid for as many periods as they say."""

import numpy as np
import pytest

from model import accounts
from model.systems.learning_bidders import LearningBidders

LOOSE = {"phi": 1.4, "learner": "fixed", "fixed.action": 95, "uniform.undersubscribed": "reserve"}
"""More permits than firms require, and bids of the highest price for twice of it."""


def with_bank(times, **values):
    """A market whose firms hold so many times what a period requires, valid for all periods."""
    model = LearningBidders(rng=2, **values)
    firms, government = model.firms.rows, model.public.rows
    bank = times * firms.required_permits
    accounts.issue(government, bank.sum())
    for firm, volume in zip(firms, bank, strict=True):
        accounts.give(firm, government, volume)
    model.book.valid[:, -1] = bank
    return model


def periods(model, number):
    """Rows of government and firms in the next periods."""
    model.advance(number)
    return model.datacollector.rows(number)


@pytest.mark.parametrize("auction", ["uniform", "discriminatory", "vcg"])
def test_with_a_full_bank_nobody_bids(auction):
    government, firms = periods(with_bank(5.0, validity=20, auction=auction), 4)
    assert firms.bid_volume.sum() == firms.award.sum() == government.traded_volume.sum() == 0.0
    assert firms.emissions == pytest.approx(firms.required_permits)
    assert firms.held[3] == pytest.approx(2.0 * firms.required_permits[3])


def test_a_firm_bids_for_what_it_lacks():
    """With half of what it needs it can bid for at most the other half times volume_factor."""
    _, firms = periods(with_bank(0.5, validity=2), 1)
    assert firms.highest_volume == pytest.approx(0.5 * 2.0 * firms.required_permits)


def test_permits_left_over_lower_the_next_bids():
    _, kept = periods(LearningBidders(rng=2, validity=10, **LOOSE), 3)
    _, gone = periods(LearningBidders(rng=2, **LOOSE), 3)
    assert (kept.award[0] == gone.award[0]).all()
    left = kept.permits[0]
    assert left.sum() == pytest.approx(0.4 * kept.required_permits[0].sum())
    lacking = np.maximum(kept.required_permits[1] - left, 0.0)
    assert kept.bid_volume[1] == pytest.approx(2.0 * lacking)
    assert gone.bid_volume[1] == pytest.approx(2.0 * gone.required_permits[1])


@pytest.mark.parametrize("validity", [2, 3, 5])
def test_permits_expire_when_their_time_is_over(validity):
    """A bank that nobody uses up: the oldest are surrendered first, and what is left of them expires together."""
    model = with_bank(9.0, validity=validity)
    required = model.firms.rows.required_permits.copy()
    government, firms = periods(model, validity)
    assert firms.permits[-2] == pytest.approx((9.0 - validity + 1) * required)
    assert (firms.permits[-1] == 0.0).all()
    expired = government.expired[:, 0]
    assert expired[-1] - expired[-2] == pytest.approx(((9.0 - validity) * required).sum() + model.setup.cap)


@pytest.mark.parametrize("exchange", ["compulsory", "voluntary"])
@pytest.mark.parametrize("compliance", ["curtail", "penalty", "best"])
def test_holdings_by_age_are_all_holdings(exchange, compliance, same_history):
    values = {"validity": 3, "phi": 1.1, "exchange": exchange, "compliance": compliance}
    model = LearningBidders(rng=4, **values)
    for _ in range(30):
        model.step()
        firms, government = model.firms.rows, model.public.rows
        assert model.book.valid.sum(1) == pytest.approx(firms.permits, abs=1e-9)
        assert abs(accounts.permits_missing(firms, government)) <= 1e-9 * government.issued[0]
    compiled = LearningBidders(rng=4, **values)
    compiled.advance(30)
    same_history(model, compiled)
    assert firms.permits.max() > 0.0
