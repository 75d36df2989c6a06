"""Fewer auctions than quarters: when permits are sold, and that prices do not depend on it."""

import numpy as np
import pytest

from learning.knobs import ParameterError
from model import accounts
from model.systems.emissions_trading import EmissionsTrading

SURE = {"common_spread": 0.0, "own_spread": 0.0, "reserve_price": 0.0}


def played(periods=16, **values):
    model = EmissionsTrading(rng=3, **({"years": 4, "n_firms": 4} | values))
    model.advance(periods)
    return model


def series(model, name):
    return np.array(model.datacollector.model_vars[name])


@pytest.mark.parametrize("auctions", [1, 2])
def test_permits_are_sold_in_as_many_auctions(auctions):
    found = played(auctions=auctions, **SURE)
    held = np.arange(16) % (4 // auctions) == 0
    assert (series(found, "offered")[~held] == 0.0).all() and (series(found, "sold")[~held] == 0.0).all()
    assert series(found, "offered")[held] == pytest.approx(series(found, "yearly_cap")[held] / auctions)
    assert series(found, "sold").reshape(4, 4).sum(1) == pytest.approx(series(found, "yearly_cap")[::4])
    assert (series(found, "floor_hit")[~held] == 0.0).all()
    assert (series(found, "bidders")[~held] == 0.0).all()


def test_without_surprises_prices_do_not_depend_on_when_permits_are_sold():
    """Permits are due at the end of a year only, and can be kept until then."""
    usual, once = played(**SURE), played(auctions=1, **SURE)
    for name in ("carbon_price", "emissions", "foreseen_price"):
        assert series(once, name) == pytest.approx(series(usual, name), rel=1e-9)
    assert series(once, "carbon_price") == pytest.approx(series(once, "foreseen_price"), rel=1e-9)


@pytest.mark.parametrize(
    "extra", [{"ccr_price": 55.0}, {"ecr_price": 48.0}, {}], ids=["added", "held back", "plain"]
)
def test_firms_with_foresight_know_when_permits_are_sold(extra):
    found = played(behaviour="foresight", auctions=2, **(SURE | extra))
    assert series(found, "carbon_price") == pytest.approx(series(found, "foreseen_price"), rel=1e-6)


@pytest.mark.parametrize("unsold", ["reserve", "cancel", "roll", "return"])
def test_consigned_and_unsold_permits_wait_for_the_next_auction(unsold):
    model = played(auctions=1, free_share=0.5, consigned_share=1.0, unsold=unsold, reserve_price=60.0)
    government, firms = model.datacollector.rows()
    assert np.abs(accounts.permits_missing(firms, government)).max() <= 1e-9 * 400.0
    sold = firms.consigned_sold.sum(-1)
    assert (sold[np.arange(16) % 4 > 0] == 0.0).all() and sold.sum() > 0.0


def test_they_must_divide_the_quarters():
    with pytest.raises(ParameterError, match=r"auctions = 3: must divide quarters = 4"):
        EmissionsTrading(auctions=3)


def test_the_policy_says_how_many():
    assert EmissionsTrading(auctions=2).params.in_words()["auctions"].startswith("2 a year")
    assert EmissionsTrading(auctions=1).params.in_words()["auctions"].startswith("one a year")
