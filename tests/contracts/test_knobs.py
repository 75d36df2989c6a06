"""Every knob is alive: some value it allows changes the trajectory. A new knob without an effect fails
here.
"""

from functools import cache

import numpy as np
import pytest

import model.systems  # noqa: F401 - registers the systems
from agents.bidders.bidder import BIDDERS, Bidder
from agents.bidders.policies import POLICIES, Policy
from agents.emitters.emitter import EMITTERS, Emitter
from agents.enterprises.enterprise import ENTERPRISES, Enterprise
from agents.farms.farm import FARMS, Farm
from agents.farms.files import write_curves
from agents.firm import FIRMS, Firm
from agents.supply_chains.chain import CHAINS, SupplyChain
from agents.supply_chains.draws import draw_instance
from agents.supply_chains.files import save_instance
from learning.knobs import ParameterError
from learning.ppo_settings import PPOSettings
from model.base import SYSTEMS
from model.envs.grid_training import GridTraining, GridTrainingSettings, train
from model.envs.two_tier_training import train_bidders
from model.systems.escape_permits import EscapePermits
from model.systems.grid.params import GridParams
from model.systems.two_tier.params import TwoTierParams
from tests.contracts.parts import of_system, without_file

PERIODS, READ_OUT = 150, 5

DRAWN = {"population": "drawn", "problem_set": "small"}

CAPS = "95 90 85 80 75 70 65 60 55 50"
ON_A_STEP = {"ccr_price": 45.0, "ccr_share": 1.0, "bid_above": 0.07}
"""Permits for all who bid 45 €/t, and nobody bids exactly this: the step's price differs from the lowest bid served."""
MSR = ("msr_upper", "msr_full", "msr_rate", "msr_lower", "msr_release", "msr_limit", "initial_reserve")
PROJECTS = ("project_share", "project_cost_min", "project_cost_max", "project_lead")
LEVER = ("lever", "lever_most", "lever_steps", "regulator_bins")
DECISIONS = ("markup_most", "markup_steps", "bank_most", "bank_steps", "coverage_bins", "price_bins")

CONTEXT = {
    "penalty": {"compliance": "penalty", "make_good": False},
    "exchange": {"phi": 0.8},
    "compliance": {"penalty": 2.0},  # a fine above every profit per tonne is never worth paying
    "volume_cap_share": {"volume_rule": "cap_share"},
    "output_min": {"volume_rule": "output_range"},
    "output_max": {"volume_rule": "output_range"},
    "alpha_exponent": {"q_learning.alpha_schedule": "visits"},
    "undersubscribed": {
        "phi": 1.5,
        "volume_factor": 1.2,
        "total_permits": 5000.0,
        "ascending_clock.increment": 0.001,  # the lowest bid is a price of the clock above its first
        **ON_A_STEP,
    },  # demand falls short of supply
    "price_rule": {  # demand falls short of supply; else one bid may be both, in part
        "phi": 1.5,
        "volume_factor": 1.2,
        "uniform.undersubscribed": "lowest_bid",
        **ON_A_STEP,
    },
    "tie_rule": {  # equal bids, equal prices
        "cost_min": 1.0,
        "cost_max": 1.0,
        "price_cap": 140.0,
        "skills": "evaluation",  # two enterprises alike, which bid for several permits at a price
        "emission_factor": 4.0,
        "rounding": "none",
        "total_permits": 900.0,
        "bid_steps": 1,  # all firms bid the price expected
        "bid_above": 0.0,
        "bid_below": 0.0,
    },
    "population": {"problem_set": "small"},  # in no time
    "cost_curve": {"problem_set": "small"},
    "n_chains": DRAWN,
    "instance_seed": DRAWN,
    "gap": DRAWN,
    "private_value_min": DRAWN,
    "private_value_max": DRAWN,
    "problem_set": {"population": "drawn", "n_chains": 1, "gap": 0.1},  # roughly solved, so at once
    "repair": {"policy": "random_schedule"},  # true values fall by themselves
    "top_price": {"policy": "random_schedule"},  # the truth does not depend on how it is expressed
    "entropy_final": {"ppo.rounds": 8, "ppo.anneal_rounds": 64},  # else it comes too late to show
    "history": {"policy": "attentive"},  # matters to those who look
    "pollution_factor": {"pollution_threshold": 0.1, "height": 8, "width": 8},  # crowded, so that it is met
    "pollution_cells": {"pollution_threshold": 0.1, "height": 8, "width": 8},
    "reserve_price": {"issuing": "uniform"},
    "spending": {"issuing": "uniform"},
    "utility_in_debt": {"policy": "random_action", "total_permits": 50.0},  # fines that ruin
    "fixed_penalty": {"government": "random_decision"},
    "most_percent": {"government": "random_decision"},
    "government_actions": {"government": "random_decision"},
    "phi_ammonia": {"n_pollutants": 3},
    "increment_ammonia": {"n_pollutants": 3},
    "baseline_ammonia": {"n_pollutants": 3},
    "cost_ammonia": {"n_pollutants": 3},
    "points_ammonia": {"n_pollutants": 3, "cmra.activity": True},
    "points_ghg": {"cmra.activity": True},
    "points_nutrient": {"cmra.activity": True},
    "ties": {"reserve_price": 0.0},  # permits worth nothing can be left or given away
    "kept": {"first_price.bids": "share"},
    "activity": {"farm": "sniper"},  # those who bid straightforwardly are never bound
    "indicator": {"schedule": "decreasing"},  # a flat one splits equally by size, as equal manual weights do
    "manual_percentages": {"schedule": "manual"},
    "manual_weights": {"indicator": "manual"},
    **{name: {"behaviour": "q_learning"} for name in DECISIONS},
    **{name: {"regulator": "q_learning", "ccr_price": 45.0} for name in LEVER},
    "traders_bid": {"n_traders": 2},
    "ecr_share": {"ecr_price": 45.0},
    "ccr_share": {"ccr_price": 45.0},
    "make_good": {"penalty": 20.0},  # less than permits would cost
    "demand_change_in": {"demand_change": 0.2},
    "cost_change_in": {"cost_change": 0.2},
    "cap_change_in": {"cap_change": -0.2},
    "announced": {"cap_change": -0.2},
    **{name: {"projects": 2} for name in PROJECTS},
    "damage_at": {"damage": 20.0, "damage_slope": 1.0},
    "free_rule": {"free_share": 0.5},
    "offset_price": {"offset_limit": 0.1},
    "offset_rise": {"offset_limit": 0.1},
    "consigned_share": {"free_share": 0.5},
    "tax": {"instrument": "tax"},
    "tax_table": {"instrument": "tax"},
    "borrow_share": {"free_share": 0.5, "reserve_price": 0.0, "cap_table": "40 95 40 95 40 95 40 95 40 95"},
    "true_up": {"emission_noise": 0.1},
    "ceiling_at_compliance": {"emission_noise": 0.1, "ceiling_price": 60.0},
    "regulated_margin": {"exchange": "regulated"},
    "order_width": {"exchange": "order_book"},
    "order_rounds": {"exchange": "order_book"},
    **{name: {"n_traders": 2} for name in ("trader", "trader_capital", "memory", "response", "span")},
    **{name: {"stability": "eu", "initial_bank": 120.0, "initial_reserve": 40.0} for name in MSR},
}
"""Parameters under which a knob has an effect, by its last name, if the choice of its part is not enough. A system
uses those that it has.
"""


SAME_THERE = {(system, "tie_rule"): {"largest_remainder"} for system in ("grid", "two_tier")}
"""Choices that need not differ: equal bids are for equal volumes there, so that all lose the same by rounding."""


def of_every_knob(which=lambda system, name, declared: True):
    """Parametrize over the knobs of all systems for which ``which`` holds."""
    knobs = [
        pytest.param(system, name, id=f"{system}-{name}")
        for system, made in SYSTEMS.items()
        for name, declared in made.Params.all_knobs().items()
        if which(system, name, declared)
    ]
    return pytest.mark.parametrize(("system", "name"), knobs)


def has_choices(system, name, declared):
    """Whether a knob has a list of choices."""
    return declared.choices is not None


def is_of_another_part(system, name, declared):
    """Whether a knob belongs to a part that is not chosen unless one says so."""
    part, _, _ = name.rpartition(".")
    return bool(part) and part not in SYSTEMS[system].Params().values().values()


def context_of(system, name):
    """Parameters under which the knob should matter: its part is chosen, and what `CONTEXT` says."""
    part, _, knob = name.rpartition(".")
    chosen = {
        k: part
        for k, declared in SYSTEMS[system].Params.knobs().items()
        if part and part in (declared.choices or ())
    }
    return chosen | of_system(CONTEXT.get(knob, {}), system)


def other_values(declared):
    """Values a knob allows besides its default."""
    if declared.choices is not None:
        values = list(declared.choices)
    elif declared.type is bool:
        values = [True, False]
    elif declared.type is str:
        values = [CAPS]
    else:
        near = [declared.default * 1.04, declared.default * 0.96]
        values = near if declared.type is float else [declared.default + 1, declared.default - 1]
        values += [declared.low, declared.high]
    return [v for v in values if v is not None and v != declared.default]


def trajectory(system, values, periods=PERIODS):
    """Bits of everything firms and government did, in a run and a read-out after it."""
    model = SYSTEMS[system](**values, rng=5)
    model.advance(periods)
    shown = model.read_out(READ_OUT).model
    return tuple(rows.tobytes() for rows in shown.datacollector.rows())


def trajectory_if_any(system, values):
    """The trajectory, or None where these values do not go together, or nothing is collected."""
    try:
        return trajectory(system, values)
    except ParameterError:
        return None
    except ValueError as error:
        if "no period has been collected" not in str(error):
            raise
        return None


@cache
def usual_trajectory(system, context):
    """`trajectory_if_any` under items of parameters that many knobs share."""
    return trajectory_if_any(system, dict(context))


class Modest:
    """Bids a little less than it would."""

    def bid(self, market):
        """Propose (price €/t, volume t)."""
        price, volume = super().bid(market)
        return 0.9 * price, volume


class ModestEnterprise(Enterprise):
    """Does nothing every other step."""

    def choose(self, market):
        """Propose an action."""
        return super().choose(market) if market.steps % 2 else 0


class ModestFarm(Farm):
    """Demands nothing every third round."""

    def bid(self, market):
        """Propose a headline demand and amounts."""
        headline, amount = super().bid(market)
        return (headline, amount) if market.auction.round % 3 else (0, np.minimum(amount, 0))


class Attentive(Policy):
    """Bids by everything it sees."""

    def act(self, situation, chance):
        """Actions between 0 and 1 that fall with what is seen."""
        seen = situation.observations.sum(-1, keepdims=True)
        return chance / (1.0 + seen * seen)


@pytest.fixture
def other_parts():
    """Second kinds of firm, bidder, chain and enterprise, and a policy that looks at what it sees, for a while."""
    with (
        FIRMS.temporarily("modest", type("ModestFirm", (Modest, Firm), {})),
        BIDDERS.temporarily("modest", type("ModestBidder", (Modest, Bidder), {})),
        CHAINS.temporarily("modest", type("ModestChain", (Modest, SupplyChain), {})),
        POLICIES.temporarily("attentive", Attentive),
        ENTERPRISES.temporarily("modest", ModestEnterprise),
        FARMS.temporarily("modest", ModestFarm),
        EMITTERS.temporarily("modest", type("ModestEmitter", (Modest, Emitter), {})),
    ):
        yield


@pytest.fixture(scope="module")
def values(tmp_path_factory):
    """`special_values`, by knob."""
    return special_values(tmp_path_factory.mktemp("files"))


def special_values(folder):
    """A value for each knob whose neighbours and ends do not do: a file in ``folder``, a list, a cap that binds."""
    firms, trained = folder / "firms.csv", folder / "trained.npz"
    firms.write_text("selling_price,unit_cost,emission_intensity,full_output\n13,8,1.5,120\n12,7,2,100\n")
    train_bidders(TwoTierParams(), PPOSettings(samples=64, batch=64, hidden=4), out=trained)
    emitters = folder / "emitters.csv"
    emitters.write_text("name,baseline,choke_price\nsteel,60,220\ncement,40,180\n")
    corners = folder / "abatement.csv"
    corners.write_text("share,cost\n0,20\n0.3,80\n0.5,80\n0.5,120\n1,400\n")
    supply = folder / "supply.csv"
    supply.write_text("price,share\n30,0.8\n40,0.4\n")
    save_instance(draw_instance(5, 5, "small"), folder / "chains.json")
    write_curves(EscapePermits(n_farms=3, rng=8).curves, folder / "curves.csv")
    small = GridParams(episode=20, period_length=10, height=8, width=8, n_firms=2)
    train(GridTraining(small, GridTrainingSettings(updates=1, worlds=2)), folder / "policies.npz")
    return {
        "firms": str(firms),
        "emitters": str(emitters),
        "abatement_curves": str(corners),
        "supply_steps": str(supply),
        "cap_table": CAPS,
        "tax_table": CAPS,
        "ccr_price": 45.0,
        "ceiling_price": 45.0,
        "holding_limit": 0.05,
        "offset_limit": 0.05,
        "lot": 0.5,
        "largest_bid": 0.1,
        "instance": str(folder / "chains.json"),
        "ppo_schedule.checkpoint": str(trained),
        "private_values": "150,160,170,180,190",
        "manual_percentages": "30 5",
        "manual_weights": "3 1",
        "price_cap": 140.0,
        "valve_price": 0.25,
        "curves": str(folder / "curves.csv"),
        "learned.file": str(folder / "policies.npz"),
    }


@of_every_knob()
def test_some_allowed_value_changes_the_trajectory(system, name, other_parts, values):
    declared = SYSTEMS[system].Params.all_knobs()[name]
    context = context_of(system, name)
    usual = usual_trajectory(system, tuple(context.items()))
    for value in [values[name]] if name in values else other_values(declared):
        if trajectory_if_any(system, context | {name: value}) not in (usual, None):
            return
    pytest.fail(f"no value of {name} changes anything under {context}")


@of_every_knob(has_choices)
def test_every_choice_is_a_different_one(system, name, other_parts):
    declared = SYSTEMS[system].Params.all_knobs()[name]
    context = context_of(system, name)
    found = {}
    for choice in set(without_file(declared.choices)) - SAME_THERE.get(
        (system, name.rpartition(".")[2]), set()
    ):
        found.setdefault(trajectory(system, context | {name: choice}), []).append(choice)
    assert not [same for same in found.values() if len(same) > 1]


@of_every_knob(is_of_another_part)
def test_a_part_not_chosen_has_no_effect(system, name, values):
    declared = SYSTEMS[system].Params.all_knobs()[name]
    value = values[name] if name in values else other_values(declared)[0]
    assert trajectory(system, {name: value}, 20) == trajectory(system, {}, 20)
