"""Between the last emissions of a year and compliance: what nobody could foresee, a true-up, an open ceiling."""

import numpy as np
import pytest

from model.systems.emissions_trading import EmissionsTrading

ONE_FIRM = {
    "common_spread": 0.0,
    "own_spread": 0.0,
    "reserve_price": 0.0,
    "n_firms": 1,
    "quarters": 1,
    "choke_mean": 200.0,
}
NOISY = ONE_FIRM | {
    "n_firms": 5,
    "years": 30,
    "cap_first": 0.8,
    "cap_last": 0.8,
    "emission_noise": 0.04,
    "true_up": True,
    "make_good": False,
}
"""Emissions of 100 t with an error of 4 t after abatement, 80 permits a year, a fine of 100 €/t."""


def played(seed=3, **values):
    """Metrics of a run, float64[quarters] by name, and the rows of firms."""
    model = EmissionsTrading(rng=seed, **values)
    model.advance(model.params.cycle)
    found = {name: np.array(each) for name, each in model.datacollector.model_vars.items()}
    return found, model.datacollector.rows()[1]


def test_what_was_not_foreseen_is_emitted_and_costs_no_abatement():
    found, firms = played(**NOISY)
    assert firms.noise.sum(1).std() == pytest.approx(4.0, rel=0.4)
    assert found["emissions"] == pytest.approx(
        80.0 + firms.noise.sum(1) + found["abatement"][0] - found["abatement"]
    )
    assert found["abatement_cost"] == pytest.approx(found["abatement"] ** 2)


def test_without_a_bank_the_true_up_costs_nothing_or_the_fine():
    found, _ = played(**NOISY, banking=False)
    surplus = 80.0 - found["emissions"]
    assert found["true_up_price"] == pytest.approx(np.where(surplus > 0.0, 0.0, 100.0))
    assert found["shortfall"] == pytest.approx(np.maximum(-surplus, 0.0), abs=1e-9)


def test_a_buffer_in_the_bank_steadies_the_true_up_at_a_cost():
    """Mestelman and Muller's question: a bank steadies prices where it holds permits for what nobody can foresee."""
    spread, cost = {}, {}
    for name, values in {
        "none": {"banking": False},
        "bank": {},
        "buffer": {"outlook.buffer": 0.08},
    }.items():
        runs = [played(seed, **NOISY, **values)[0] for seed in range(6)]
        spread[name] = np.mean([run["true_up_price"].std() for run in runs])
        cost[name] = np.mean([run["abatement_cost"].mean() for run in runs])
    assert spread["buffer"] < 0.5 * spread["bank"]
    assert spread["bank"] < 0.8 * spread["none"]
    assert cost["buffer"] > 1.02 * cost["none"]


def test_a_permit_that_is_owed_costs_no_more_than_the_fine_and_another_one():
    found, _ = played(**NOISY | {"make_good": True, "penalty": 20.0, "banking": False})
    most = 20.0 + found["carbon_price"]
    most[-1] = 20.0  # nothing is owed after the last year
    short = found["emissions"] + np.concatenate([[0.0], found["debt"][:-1]]) > 80.0
    assert found["true_up_price"] == pytest.approx(np.where(short, most, 0.0))


def test_a_ceiling_that_is_open_at_compliance_holds():
    """With 60 permits for 100 t at 2 €/t per t and a ceiling of 50 €/t, 75 t are emitted, and 15 permits added."""
    values = ONE_FIRM | {"cap_table": "60", "years": 1, "ceiling_price": 50.0, "price_growth": 0.0}
    found, firms = played(**values, free_share=1.0, ceiling_at_compliance=True)
    assert found["carbon_price"] == pytest.approx(50.0)
    assert found["emissions"] == pytest.approx(75.0)
    assert found["public_revenue"] == pytest.approx(50.0 * 15.0)
    assert found["shortfall"] == pytest.approx(0.0)
    assert firms.profit[:, 0] == pytest.approx(-(50.0 * 15.0) - found["abatement_cost"])


def test_a_ceiling_in_auctions_alone_does_not_cover_what_comes_after_them():
    limited = NOISY | {"ceiling_price": 60.0, "price_growth": 0.0, "banking": False}
    alone, opened = (played(**limited, ceiling_at_compliance=is_open)[0] for is_open in (False, True))
    assert alone["true_up_price"].max() == pytest.approx(100.0)
    assert alone["shortfall"].sum() > 1.0
    assert opened["true_up_price"].max() == pytest.approx(60.0)
    assert opened["shortfall"].sum() == pytest.approx(0.0, abs=1e-9)


def test_nobody_buys_at_a_ceiling_above_the_fine():
    limited = NOISY | {"ceiling_price": 150.0, "price_growth": 0.0, "banking": False}
    found, firms = played(**limited, ceiling_at_compliance=True)
    assert firms.ceiling_award.sum() == 0.0
    assert found["shortfall"].sum() > 1.0
