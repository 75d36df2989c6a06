"""Escape permits as a model: an auction by hand with its columns, metrics and accounts; its life over many auctions."""

import numpy as np
import pytest

from agents.farms.curves import MONEY, NO_BID, farm_of, joint_cost
from agents.farms.farm import FARMS, Farm
from agents.farms.pollutants import POLLUTANTS, columns_of
from learning.knobs import ParameterError
from model import accounts
from model.mechanisms.combinatorial import base
from model.mechanisms.combinatorial.base import PACKAGE_AUCTIONS
from model.mechanisms.combinatorial.winners import determination as winner_determination
from model.metrics import METRICS
from model.systems.escape_permits import EscapePermits

of_every_format = pytest.mark.parametrize("mechanism", PACKAGE_AUCTIONS)

BY_HAND = """farm,pollutant,abated,marginal_cost,correlation
north,ghg,0,2,1
north,ghg,1,4,1
north,ghg,2,6,1
south,ghg,0,0,1
south,ghg,1,2,1
south,ghg,2,6,1
"""
"""Abating a lot costs 3, another one 5; and 1, 4: permits are worth 5, 3 and 4, 1."""
SMALL = {"baseline_ghg": 5, "baseline_nutrient": 3, "increment_nutrient": 1.0, "increment_ghg": 0.25}


@pytest.fixture
def curves(tmp_path):
    path = tmp_path / "by_hand.csv"
    path.write_text(BY_HAND, encoding="utf-8")
    return str(path)


@pytest.fixture
def make(curves):
    """Function: the market by hand with other parameters."""

    def made(**values):
        usual = {"curves": curves, "phi": 0.5, "reserve_price": 0.0, "increment_ghg": 1.0}
        return EscapePermits(**usual | values, rng=1)

    return made


def to_the_end(model):
    """Play until an auction closes."""
    model.step()
    while not model.government.closed:
        model.step()
    return model


def test_rounds_by_hand(make):
    """At 3 the first farm has bid 3 for one lot, the second too: as much as 6 for two; see the test of the clock.

    In the second round both bid 2 for two lots: of equal choices the one without the first farm comes first.
    """
    model = make()
    model.advance(4)
    government, farms = model.datacollector.rows()
    assert government.clock_round[:, 0].tolist() == [1, 2, 3, 4]
    assert government.clock_price_ghg[:, 0].tolist() == [0, 1, 2, 3]
    assert farms.demand_ghg.tolist() == [[2, 2], [2, 2], [2, 1], [2, 1]]
    assert government.demand_ghg[:, 0].tolist() == [4, 4, 3, 3]
    assert farms.surplus.tolist() == [[8, 5], [6, 3], [4, 2], [2, 1]]
    assert farms.bids.tolist() == [[1, 1], [1, 2], [2, 2], [2, 2]]
    assert farms.leading.tolist() == [[0, 0], [0, 2], [4, 0], [3, 3]]
    assert government.provisional_ghg[:, 0].tolist() == [0, 2, 2, 2]
    assert government.provisional_revenue[:, 0].tolist() == [0, 2, 4, 6]
    assert government.closed[:, 0].tolist() == [0, 0, 0, 1]


def test_the_end_of_an_auction_by_hand(make):
    model = to_the_end(make())
    farms, public = model.firms.rows, model.government
    assert farms.baseline_ghg.tolist() == [2, 2]
    assert farms.award.tolist() == farms.award_ghg.tolist() == [1, 1]
    assert farms.auction_payment.tolist() == farms.payment_ghg.tolist() == [3, 3]
    assert farms.value.tolist() == [5, 4]
    assert farms.profit.tolist() == [2, 1]
    assert farms.abatement_cost.tolist() == [3, 1]
    assert farms.emissions_ghg.tolist() == [1, 1]
    assert farms.cash.tolist() == [-6, -4]
    assert (public.cap_ghg, public.sold_ghg, public.revenue_ghg, public.value) == (2, 2, 6, 9)
    assert (public.issued_ghg, public.surrendered_ghg, public.expired_ghg, public.permits_ghg) == (2, 2, 0, 0)
    assert (public.cash, public.product_market, public.best_value) == (6, 4, 9)


def test_metrics_by_hand(make):
    model = make()
    model.advance(4)
    found = {name: values[-1] for name, values in model.datacollector.metrics.items()}
    expected = {
        "rounds": 4,
        "provisional_revenue": 6,
        "auction_revenue": 6,
        "valve_revenue": 0,
        "auction_efficiency": 1,
        "surplus": 3,
        "joint_abatement_cost": 4,
        "winners": 2,
        "clock_price_ghg": 3,
        "excess_demand_ghg": 1,
        "share_sold_ghg": 1,
        "average_price_ghg": 3,
        "valve_sold_ghg": 0,
        "emissions_ghg": 2,
    }
    assert {name: found[name] for name in expected} == expected
    assert all(np.isnan(found[name]) for name in set(found) - set(expected))
    early = {name: values[1] for name, values in model.datacollector.metrics.items()}
    known = {name for name, value in early.items() if not np.isnan(value)}
    assert known == {"provisional_revenue", "clock_price_ghg", "excess_demand_ghg"}


def test_the_safety_valve_by_hand(make):
    """At a reserve price of 4.5 one lot is sold; at 3.5 the second farm buys the other one, worth 4 to it."""
    model = to_the_end(make(reserve_price=4.5, valve_price=3.5))
    farms, public = model.firms.rows, model.government
    assert farms.award.tolist() == [1, 0]
    assert farms.auction_payment.tolist() == [4.5, 0]
    assert farms.valve_ghg.tolist() == [0, 1]
    assert farms.valve_payment.tolist() == [0, 3.5]
    assert farms.profit.tolist() == [0.5, 0.5]
    assert farms.abatement_cost.tolist() == [3, 1]
    assert (public.valve_sold_ghg, public.revenue_ghg, public.cash) == (1, 4.5, 8)
    found = model.summary(last=1)
    assert (found["auction_revenue"], found["valve_revenue"], found["surplus"]) == (4.5, 3.5, 1.0)
    closed = to_the_end(make(reserve_price=4.5))
    assert closed.firms.rows.valve_ghg.tolist() == [0, 0]
    assert closed.government.expired_ghg == 1
    assert to_the_end(make(reserve_price=4.5, valve_price=4.0)).government.valve_sold_ghg == 0


def test_auctions_follow_each_other_and_are_alike_where_nothing_is_drawn(make):
    model = make()
    model.advance(12)
    government, _ = model.datacollector.rows()
    assert government.auction[:, 0].tolist() == [1] * 4 + [2] * 4 + [3] * 4
    assert government.closed[:, 0].tolist() == [0, 0, 0, 1] * 3
    assert government.issued_ghg[-1, 0] == 6
    assert government.cash[-1, 0] == 18


@pytest.mark.parametrize(("costs", "same"), [("every_auction", False), ("once", True)])
def test_costs_are_drawn_for_every_auction_or_once(costs, same, same_bits):
    model = to_the_end(EscapePermits(**SMALL, costs=costs, rng=5))
    first = model.curves.cost.copy()
    model.step()
    assert model.government.auction == 2
    assert same_bits(first, model.curves.cost) == same


def test_another_policy_takes_effect_with_the_next_auction(make):
    model = make()
    model.advance(2)
    model.change_policy(phi=1.0, reserve_price=0.5, increment_ghg=2.0)
    model.step()
    assert (model.government.cap_ghg, model.government.clock_price_ghg) == (2, 2)
    to_the_end(model)
    assert model.government.sold_ghg == 2
    model.step()
    assert (model.government.cap_ghg, model.government.clock_price_ghg) == (4, 0.5)
    assert model.government.closed == 1


@of_every_format
@pytest.mark.parametrize("values", [{}, {"valve_price": 0.6}, {"n_pollutants": 3}, {"n_farms": 1}], ids=str)
def test_outcomes_make_sense(mechanism, values):
    """Emissions are covered by permits, costs are those of the abatement that is left, profits add up."""
    model = EscapePermits(**SMALL, **{"n_farms": 4} | values, mechanism=mechanism, rng=2)
    m = len(model.pollutants)
    for _ in range(3):
        to_the_end(model)
        farms, public = model.firms.rows, model.public.rows
        award, valve, emissions = (columns_of(farms, name, m) for name in ("award", "valve", "emissions"))
        held = award + valve
        assert (held.sum(0) <= columns_of(public, "cap", m)[0]).all()
        assert (emissions <= held + 1e-9).all()
        due = np.maximum(model.curves.baseline - held, 0)
        costs = [joint_cost(farm_of(model.curves, i), due[i]) for i in range(len(model.firms))]
        assert farms.abatement_cost == pytest.approx(costs)
        all_due = model.curves.baseline.astype(float)
        saved = [
            joint_cost(farm_of(model.curves, i), all_due[i]) for i in range(len(model.firms))
        ] - np.array(costs)
        assert farms.profit == pytest.approx(saved - farms.auction_payment - farms.valve_payment, abs=1e-5)
        assert columns_of(farms, "payment", m).sum(1) == pytest.approx(farms.auction_payment)
        assert columns_of(public, "revenue", m).sum() == pytest.approx(farms.auction_payment.sum())
        assert columns_of(public, "sold", m)[0] == pytest.approx(award.sum(0))
        assert 0 <= public.value[0] <= public.best_value[0] + 1e-9
        if mechanism != "separate_uniform":
            assert (farms.profit >= -1e-9).all()


@of_every_format
def test_accounts_of_every_pollutant_close(mechanism):
    model = EscapePermits(**SMALL, n_pollutants=3, n_farms=3, valve_price=0.5, mechanism=mechanism, rng=3)
    for _ in range(25):
        model.step()
        assert len(model.ledgers()) == 3
        for farms, government in model.ledgers():
            assert abs(accounts.permits_missing(farms, government)) <= 1e-9
            assert abs(accounts.cash_missing(farms, government)) <= 1e-7
            assert (farms.permits == 0).all()


@of_every_format
def test_unknown_metrics_give_a_reason(mechanism):
    model = EscapePermits(**SMALL, mechanism=mechanism, rng=1)
    reason = {name: METRICS[name].why_unknown(model) for name in model.metrics}
    assert (
        "ghg, nutrient" in reason["share_sold_ammonia"] and "ghg, nutrient" in reason["clock_price_ammonia"]
    )
    assert reason["share_sold_nutrient"] == ""
    sealed = PACKAGE_AUCTIONS[mechanism].asks == "sealed"
    assert reason["clock_price_ghg"] == reason["excess_demand_ghg"] == ("bids are sealed" if sealed else "")
    kept = PACKAGE_AUCTIONS[mechanism].keeps_bids
    assert bool(reason["provisional_revenue"]) != kept
    assert reason["rounds"] == ""
    assert all(METRICS[name].applies(model) == (not why) for name, why in reason.items())


def test_farms_of_a_file_bring_their_pollutants_and_baselines(tmp_path):
    lines = ["farm,pollutant,abated,marginal_cost,correlation"]
    for farm, size in (("a", 2), ("b", 4), ("c", 3)):
        for pollutant, r in zip(POLLUTANTS, (1, 0.5, 0.2), strict=True):
            lines += [f"{farm},{pollutant},0,1,{r}", f"{farm},{pollutant},{size},{1 + size},{r}"]
    path = tmp_path / "three.csv"
    path.write_text("\n".join(lines), encoding="utf-8")
    model = to_the_end(EscapePermits(curves=str(path), rng=1))
    assert len(model.firms) == 3
    assert model.pollutants == POLLUTANTS
    assert model.firms.rows.baseline_ammonia.tolist() == [2, 4, 3]
    assert (model.firms.rows.award_ghg <= [2, 4, 3]).all()
    assert model.government.cap_ghg == round(0.9 * 9)


def test_what_is_of_drawn_farms_is_refused_beside_a_file(make, curves):
    words = (
        f"n_farms = 4, costs = once, cost_ghg = 2.0: of no effect, .* curves = {curves}; leave n_farms = 2, "
        "costs = every_auction, cost_ghg = 1.0"
    )
    with pytest.raises(ParameterError, match=words):
        make(n_farms=4, cost_ghg=2.0, costs="once")
    assert len(make(n_farms=2).firms) == 2


def test_one_farm_buys_what_it_likes_at_the_reserve_price():
    model = to_the_end(EscapePermits(n_farms=1, rng=1))
    assert model.government.clock_round == 1
    assert model.firms.rows.auction_payment[0] == pytest.approx(0.25 * model.firms.rows.award[0])
    assert model.firms.rows.award[0] > 0


def test_fifty_farms_play():
    model = to_the_end(EscapePermits(n_farms=50, rng=1))
    assert model.summary(last=1)["auction_efficiency"] > 0.95
    assert model.summary(last=1)["share_sold_nutrient"] == 1.0


class PayAsYouSay(Farm):
    """Bids three quarters of a package's value from the first round on; demands all it emits."""

    def bid(self, market):
        value = market.instance.value[self.row]
        return int(market.instance.terms.packages.number(market.curves.baseline[self.row])), value * 3 // 4


class Latecomer(Farm):
    """Demands nothing first and then everything, whatever the rules."""

    def bid(self, market):
        nothing = np.full(len(market.instance.terms.packages.units), NO_BID)
        return (0 if market.auction.round == 1 else len(nothing) - 1), nothing


@pytest.fixture
def own():
    """Function: register a kind of farm for this test."""
    with FARMS.unchanged():
        yield lambda name, kind: FARMS.register(name)(kind)


def test_farms_in_plain_python_bid_for_themselves(own, make):
    """3.75, 6 and 3, 3.75 (of 5, 8 and 4, 5): the closing rule holds in the first round, with 3.75 + 3."""
    own("pay_as_you_say", PayAsYouSay)
    model = make(farm="pay_as_you_say")
    assert not model.is_compiled()
    model.advance(1)
    assert model.government.closed == 1
    assert model.firms.rows.auction_payment.tolist() == [3.75, 3]


def test_farms_in_plain_python_may_call_on_the_usual_bids(own, make, same_bits):
    class Same(Farm):
        """Bids as farms do."""

        def bid(self, market):
            return super().bid(market)

    own("same", Same)
    one, other = make(), make(farm="same")
    one.advance(9)
    other.advance(9)
    assert same_bits(one.firms.numbers, other.firms.numbers)


def test_a_farm_that_breaks_the_activity_rules_is_named(own, make):
    own("latecomer", Latecomer)
    model = make(farm="latecomer", **{"cmra.activity": True})
    model.step()
    with pytest.raises(ValueError, match=r"farm 0 demands \[2\] lots in round 2: .*activity"):
        model.step()
    free = make(farm="latecomer")
    free.advance(3)
    assert free.government.demand_ghg == 4


class Silent(Farm):
    """The second farm never bids for anything, not even for nothing; the first one as usual."""

    def bid(self, market):
        headline, amount = super().bid(market)
        return (0, np.full_like(amount, NO_BID)) if self.row == 1 else (headline, amount)


def test_a_farm_that_keeps_an_auction_open_forever_is_named(own, make, monkeypatch):
    monkeypatch.setattr(base, "MOST_ROUNDS", 40)
    own("silent", Silent)
    with pytest.raises(
        ParameterError, match=r"open after 40 rounds, at clock prices of 39\.00 €/lot: farm 1 is without any"
    ):
        make(farm="silent").advance(50)
    slow = make(mechanism="english_clock", increment_ghg=0.01)
    with pytest.raises(ParameterError, match=r"farms 0, 1 are still demanding permits; larger increments"):
        slow.advance(50)


def test_permits_worth_more_than_can_be_added_up_are_refused():
    with pytest.raises(ParameterError, match=r"worth up to .* €.*with 500 farms .*take fewer farms"):
        EscapePermits(n_farms=500, cost_nutrient=1000.0, cost_ghg=1000.0, rng=1)


def test_the_largest_number_of_farms_plays():
    model = to_the_end(EscapePermits(n_farms=1000, rng=1))
    assert 0.99 < model.summary(last=1)["auction_efficiency"] <= 1.0


@pytest.mark.parametrize(
    "values", [{"additional_bids": "all", "n_farms": 200}, {"value": "literal", "n_farms": 200}]
)
def test_many_bids_of_many_farms_are_within_the_dynamic_program(values, monkeypatch):
    monkeypatch.setattr(winner_determination, "solve_program", None)
    to_the_end(EscapePermits(**values, rng=1))


def test_who_waits_keeps_the_auction_open():
    """Snipers bid nothing while they wait, not even zero for nothing; farms between them bid."""
    model = EscapePermits(**SMALL, farm="sniper", **{"sniper.waits": 5}, rng=1)
    model.advance(5)
    government, farms = model.datacollector.rows()
    assert not government.closed.any()
    assert farms.bids.all(0).tolist() == [True, False]
    assert not farms.bids[:, 1].any()
    to_the_end(model)
    assert model.government.sold_ghg > 0


def test_more_packages_than_can_be_kept_are_refused_when_the_model_is_made():
    with pytest.raises(ParameterError, match="packages each"):
        EscapePermits(baseline_ghg=1000, baseline_nutrient=1000, n_farms=100, rng=1)


def test_amounts_are_whole_units_of_money():
    model = to_the_end(EscapePermits(**SMALL, rng=4))
    paid = columns_of(model.firms.rows, "payment", 2) * MONEY
    assert paid == pytest.approx(np.rint(paid), abs=1e-3)
