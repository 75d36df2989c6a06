"""Who decides in a market over years: mixtures, foresight, plain Python, and firms that learn to bid."""

import numpy as np
import pytest

from agents.emitters.behaviours import BEHAVIOURS, Behaviour
from agents.emitters.curves import market_row
from agents.emitters.learned import decision_of, state_of
from agents.emitters.outlook import worst_shortage
from agents.emitters.planning import groups_of
from learning.knobs import ParameterError, Settings, knob, settings
from model.systems.emissions_trading import EmissionsTrading
from model.systems.emissions_trading.learning_firms import price_taking

ALIKE = {"reserve_price": 0.0, "n_firms": 4, "size_spread": 0.0}


def played(quarters=40, seed=3, **values):
    model = EmissionsTrading(rng=seed, **values)
    model.advance(quarters)
    return model


def series(model, name):
    return np.array(model.datacollector.model_vars[name])


# -- the shortage ahead ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "values",
    [{}, {"curve_base": "planned", "cost_change": 0.5}, {"choke_min": 50.0}, {"banking": False}],
    ids=["plain", "planned", "some emit nothing", "no bank"],
)
def test_on_lines_the_shortage_is_that_of_the_sum_over_quarters(values):
    """For the market and for each firm, also at prices at which some quarter has no emissions and lines end."""
    model = EmissionsTrading(rng=3, n_firms=3, years=6, **values)
    for _ in range(7):
        model.step()
        outlook = model.outlook
        for row in range(4):
            for price in np.linspace(0.0, outlook.top, 30):
                summed = worst_shortage(price, outlook._replace(years=0), row)
                assert worst_shortage(price, outlook, row) == pytest.approx(summed, rel=1e-12, abs=1e-11)
    assert outlook.lines.holds_to[outlook.years - 1] > 0.5


@pytest.mark.parametrize("values", [{"offset_limit": 0.1}, {"validity": 2}, {"holding_limit": 0.1}])
def test_lines_hold_nowhere_where_offsets_or_limits_change_the_shortage(values):
    model = EmissionsTrading(rng=3, **values)
    model.step()
    assert (model.outlook.lines.holds_to[: model.outlook.years] < 0.0).all()


# -- mixtures -------------------------------------------------------------------------------------------------------


def test_the_first_firms_have_the_first_behaviour():
    assert groups_of("outlook:6+q_learning:4", 5) == [("outlook", 0, 3), ("q_learning", 3, 5)]
    with pytest.raises(
        ParameterError, match="behaviour = outlook:9\\+thumb: thumb gets none of the 2 players"
    ):
        groups_of("outlook:9+thumb", 2)


def test_a_mixture_of_one_behaviour_with_itself_changes_nothing(same_bits):
    alone, twice = played(behaviour="outlook"), played(behaviour="outlook:3+outlook:7")
    assert same_bits(alone.firms.numbers, twice.firms.numbers)


def test_an_unknown_behaviour_is_refused_with_the_nearest_name():
    with pytest.raises(ParameterError, match="did you mean 'foresight'"):
        EmissionsTrading(behaviour="foresigth")


# -- foresight ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "values",
    [
        {"reserve_price": 0.0},
        {"reserve_price": 40.0, "price_growth": 0.0},
        {"reserve_price": 0.0, "banking": False, "n_firms": 3},
        {"reserve_price": 0.0, "ceiling_price": 50.0},
        {"reserve_price": 0.0, "curve_base": "planned"},
        {"reserve_price": 0.0, "choke_min": 50.0, "own_spread": 0.3, "n_firms": 4},
    ],
    ids=["plain", "floor", "no bank", "ceiling", "planned", "some emit nothing"],
)
def test_firms_with_foresight_find_the_equilibrium(values):
    """Exact to rounding, whatever the shocks: with a floor or a ceiling too, and where some firms emit nothing."""
    model = played(behaviour="foresight", **values)
    assert series(model, "carbon_price") == pytest.approx(series(model, "foreseen_price"), rel=1e-9, abs=1e-6)


def test_foresight_of_a_fine_that_settles_the_debt():
    model = played(behaviour="foresight", reserve_price=0.0, penalty=45.0, make_good=False)
    price = series(model, "carbon_price")
    assert price.max() == 45.0
    assert price == pytest.approx(series(model, "foreseen_price"), rel=1e-8)


def test_with_foresight_the_price_rises_at_the_rate_of_interest_whatever_happens():
    """Hotelling's rule, shocks or not: the price jumps at no news, since nothing is news."""
    model = played(behaviour="foresight", reserve_price=0.0, demand_change=0.1)
    price, bank = series(model, "carbon_price"), series(model, "bank")
    assert (bank[:-1] > 0.0).all()
    assert price[1:] / price[:-1] == pytest.approx(1.05**0.25, rel=1e-9)


def test_with_foresight_it_does_not_matter_who_gets_permits_free():
    """Montgomery's theorem with shocks."""
    bought = played(behaviour="foresight", reserve_price=0.0)
    given = played(behaviour="foresight", reserve_price=0.0, free_share=0.5, free_rule="first")
    assert series(given, "emissions") == pytest.approx(series(bought, "emissions"), rel=1e-9)


# -- plain Python ---------------------------------------------------------------------------------------------------


@settings
class HoardSettings(Settings):
    """Knobs of firms that hoard."""

    times: float = knob(1.0, low=0.0, high=5.0, help="permits held / the shortage ahead")


class Hoard(Behaviour):
    """Holds a multiple of the shortage ahead: a behaviour as a user writes it."""

    Settings = HoardSettings

    def provide(prices, outlook, settings, first, last, wanted):
        """Write the permits wanted."""
        for k, price in enumerate(prices[:, first]):
            shortage = worst_shortage(price, outlook, market_row(outlook.curves))
            wanted[k, first:last] = outlook.weight[first:last] * settings[0] * shortage


class Eager(Behaviour):
    """Wants more of what is dearer."""

    def provide(prices, outlook, settings, first, last, wanted):
        """Write the permits wanted."""
        wanted[:] = prices


def test_a_plain_function_plans_as_its_compiled_twin():
    compiled = played(8, reserve_price=0.0)
    with BEHAVIOURS.temporarily("hoard", Hoard):
        model = EmissionsTrading(rng=3, behaviour="hoard", reserve_price=0.0)
        assert not model.is_compiled()
        model.advance(8)
        eager = EmissionsTrading(rng=3, behaviour="hoard", reserve_price=0.0, **{"hoard.times": 1.5})
        eager.advance(8)
    assert series(model, "carbon_price") == pytest.approx(series(compiled, "carbon_price"), rel=1e-4)
    assert (series(eager, "carbon_price") > 1.005 * series(model, "carbon_price")).all()


def test_a_plain_function_that_wants_more_of_what_is_dearer_is_refused():
    with (
        BEHAVIOURS.temporarily("eager", Eager),
        pytest.raises(
            ValueError, match=r"behaviour eager, firm 1: wants .* a dearer permit must not be wanted more"
        ),
    ):
        EmissionsTrading(rng=3, behaviour="outlook:1+eager:3", n_firms=4).step()


# -- firms that learn -----------------------------------------------------------------------------------------------


def test_decisions_are_points_of_a_grid():
    grid = EmissionsTrading(rng=1).setup.decisions
    assert decision_of(0, grid) == (-0.2, 0.0)
    assert decision_of(12, grid) == pytest.approx((0.0, 1.0))
    assert decision_of(24, grid) == pytest.approx((0.2, 2.0))
    assert price_taking(grid) == 12


def test_the_state_is_the_bin_of_the_price_and_of_the_coverage():
    model = EmissionsTrading(rng=1, n_firms=1)
    firm, grid = model.firms.rows[0], model.setup.decisions
    for price, permits, state in ((0.0, 0.0, 0), (60.0, 0.0, 4), (60.0, 30.0, 5), (900.0, 900.0, 15)):
        firm.permits = permits
        assert state_of(firm, price, 100.0, grid) == state


def test_truthful_learners_are_price_takers():
    usual, truthful = played(), played(behaviour="truthful")
    for name in ("carbon_price", "emissions", "bank"):
        assert series(truthful, name) == pytest.approx(series(usual, name), rel=1e-9)


def test_what_a_firm_gains_adds_up_to_its_profits():
    """Gains in value of permits cancel: discounted to the start, those of a run are its profits and abatement saved."""
    model = played(behaviour="random:1+outlook:3", n_firms=4, initial_bank=20.0)
    _, firms = model.datacollector.rows()
    discount = (1.0 + 0.05) ** (-np.arange(40) / 4)[:, None]
    saved = 0.5 * firms.choke_price * firms.baseline
    assert (discount * firms.gain).sum(0) == pytest.approx(
        (discount * (firms.profit + saved)).sum(0), rel=1e-9
    )


def gain_of(action, **values):
    """What the market brings the first firm in ten runs with a fixed decision among price takers, discounted, €."""
    model = played(400, behaviour="fixed:1+outlook:3", **ALIKE, **values, **{"fixed.action": action})
    _, firms = model.datacollector.rows()
    return float(firms.gain[:, 0] @ 1.05 ** (-(np.arange(400) % 40) / 4))


LESS, SINCERE, MORE = 7, 12, 17
"""A mark-down by a tenth, none, and a mark-up by a tenth, with the whole shortage banked."""


def test_a_large_buyer_gains_by_bidding_less():
    """With a quarter of all emissions: it pays less for what it buys, more than what it abates too much costs it."""
    assert gain_of(LESS) > 1.005 * gain_of(SINCERE) > gain_of(MORE)


def test_a_large_seller_gains_by_holding_permits_back():
    """With all permits given to it [Hahn's dominant firm]: market power of a seller needs no auction."""
    sold = {"free_share": 1.0, "free_rule": "first"}
    assert gain_of(MORE, **sold) > 1.005 * gain_of(SINCERE, **sold) > gain_of(LESS, **sold)


def test_learners_find_that_out():
    """On average: single learners may stop at other mark-ups, as gains are small beside chance."""
    values = ALIKE | {"behaviour": "q_learning:1+outlook:3", "q_learning.alpha_schedule": "visits"}
    markups = []
    for seed in range(5):
        _, firms = played(40_000, seed, collect_every=4_000, **values).read_out(400)
        markups.append(firms.markup[:, 0].mean())
        assert (firms.markup[:, 1:] == 0.0).all()
    assert np.mean(markups) < -0.05


def test_shading_firms_abate_up_to_what_a_permit_is_worth_to_them():
    model = played(1, behaviour="fixed:1+outlook:3", **ALIKE, **{"fixed.action": LESS})
    firms, price = model.firms.rows, model.government.carbon_price
    assert firms.worth == pytest.approx([price / 0.9, price, price, price])
    assert model.firms.rows.shortfall.sum() == 0.0


def test_a_learner_that_needs_every_payoff_is_refused():
    with pytest.raises(ParameterError, match="behaviour = regret_matching"):
        EmissionsTrading(behaviour="regret_matching")
