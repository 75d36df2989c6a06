"""The contract of every regulator: one file in `agents/regulators` with a registered class passes it."""

import numpy as np
import pytest

from agents.regulators.regulator import REGULATORS, Regulator, View, rule_of
from model import accounts
from model.mechanisms.supply_curve import STEP_KINDS
from model.systems.emissions_trading import EmissionsTrading
from model.systems.emissions_trading.levers import LEVERS

SMALL = {"n_firms": 3, "years": 4, "quarters": 2, "damage": 60.0, "ccr_price": 45.0}
QUARTERS = 16
COST_CONTAINMENT = STEP_KINDS.cost_containment
RULES = [name for name in REGULATORS if rule_of(name)]

of_every_regulator = pytest.mark.parametrize("name", list(REGULATORS))
of_every_lever = pytest.mark.parametrize("lever", [*LEVERS, "tax"])


def made(name, lever="reserve_price", **values):
    under = {"instrument": "tax"} if lever == "tax" else {"lever": lever}
    return EmissionsTrading(rng=8, regulator=name, **under, **SMALL | values)


@of_every_regulator
@of_every_lever
def test_it_keeps_within_its_limits_and_all_accounts_add_up(name, lever):
    model = made(name, lever, lever_most=0.3, free_share=0.2)
    for _ in range(QUARTERS):
        model.advance(1)
        assert abs(model.government.stricter) <= 0.3
        ledger = model.ledgers()[0]
        assert abs(accounts.permits_missing(*ledger)) <= 1e-9 * ledger[1][0].issued
        assert abs(accounts.cash_missing(*ledger)) <= 1e-9 * np.abs(model.firms.rows.cash).sum()
        assert np.isfinite(model.firms.numbers).all()


@of_every_regulator
def test_steps_and_compiled_quarters_agree_to_the_last_bit(name, same_history, same_bits):
    stepped, compiled = made(name), made(name)
    compiled.advance(QUARTERS)
    for _ in range(QUARTERS):
        stepped.step()
    same_history(stepped, compiled)
    if compiled.regulator:
        assert same_bits(stepped.regulator.memory, compiled.regulator.memory)
        assert stepped.regulator.rounds == compiled.regulator.rounds == QUARTERS / SMALL["quarters"]


@of_every_regulator
def test_policy_changes_when_years_begin_only(name):
    model = made(name)
    model.advance(QUARTERS)
    stricter = model.datacollector.rows()[0].stricter[:, 0].reshape(-1, SMALL["quarters"])
    assert (stricter == stricter[:, :1]).all()
    if rule_of(name):
        assert stricter[0, 0] == stricter[SMALL["years"], 0] == 0.0


@pytest.mark.parametrize("name", RULES)
def test_a_rule_answers_with_a_number(name):
    settings = np.array(rule_of(name).Settings().vector(), float)
    for price in (0.0, 30.0, 400.0):
        for emissions in (0.0, 0.7, 1.2):
            view = View(3.0, 10.0, price, emissions, 0.3, 0.1)
            assert np.isfinite(rule_of(name).decide(view, settings))


@pytest.mark.parametrize("lever", ["reserve_price", "cap", "ccr_price"])
def test_every_lever_acts_on_its_part_of_the_policy(lever):
    class Strict(Regulator):
        """Always stricter by a quarter, in plain Python."""

        @staticmethod
        def decide(view, settings):
            """A quarter."""
            return 0.25

    with REGULATORS.temporarily("strict", Strict):
        strict, usual = made("strict", lever), made("announced", lever)
        for model in (strict, usual):
            model.advance(SMALL["quarters"] + 1)  # into the second year
        assert not strict.is_compiled() and usual.is_compiled()
    seen = {
        "reserve_price": lambda model: model.government.reserve_price,
        "cap": lambda model: model.government.yearly_cap,
        "ccr_price": lambda model: model.room.curve.price[model.room.curve.kind == COST_CONTAINMENT][0],
    }[lever]
    assert seen(strict) == pytest.approx((0.75 if lever == "cap" else 1.25) * seen(usual))
