"""The textbook statements: yardsticks by hand, judges that can fail, the quick form end to end with two populations."""

from types import SimpleNamespace

import numpy as np
import pytest

from agents.supply_chains.table_5 import table_5_curves
from batch_runs.replications.common.evidence import mark
from batch_runs.replications.textbook import cases, policy, replication
from batch_runs.replications.textbook import measures as m
from batch_runs.replications.textbook.claims import CERTAIN, FOLLOWS, SHOWN, STATEMENTS
from batch_runs.replications.textbook.outcomes import Markets
from batch_runs.replications.textbook.runs import Case, Cell, case, cells, deviating_once, play
from batch_runs.replications.textbook.theory import (
    competitive_price,
    earned_without_trade,
    largest_surplus,
    least_cost,
    steps_of,
)
from model.scenarios import scenarios
from tests.replications.twice import check_claims, check_report, check_second_start, run_twice

VALUE, NEED = np.array([1.0, 3.0, 2.0]), np.array([10.0, 10.0, 10.0])


def markets_of(*wanted, populations=2):
    """`Markets` of a few cases, played."""
    return Markets([(cell, play(cell)) for cell in cells(wanted, populations)])


# -- yardsticks ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("cap", "price"), [(5.0, 3.0), (10.0, 3.0), (15.0, 2.0), (30.0, 1.0), (31.0, 0.0)])
def test_the_competitive_price_is_the_value_of_the_permit_that_exhausts_the_cap(cap, price):
    assert competitive_price(VALUE, NEED, cap) == price


@pytest.mark.parametrize(("cap", "surplus"), [(0.0, 0.0), (15.0, 40.0), (30.0, 60.0), (50.0, 60.0)])
def test_the_largest_surplus_serves_the_highest_values_first(cap, surplus):
    assert largest_surplus(VALUE, NEED, cap) == surplus


def test_the_least_cost_takes_the_cheapest_steps_first():
    assert least_cost(VALUE, NEED, 15.0) == 10.0 * 1.0 + 5.0 * 2.0
    assert least_cost(VALUE, NEED, 0.0) == 0.0
    assert np.isnan(least_cost(VALUE, NEED, 30.1))


@pytest.mark.parametrize(
    ("held", "fine", "earned"),
    [(4.0, np.inf, 12.0), (4.0, 2.0, 12.0 + 6.0), (4.0, 3.5, 12.0), (15.0, 2.0, 30.0), (0.0, 2.0, 10.0)],
)
def test_without_trade_a_firm_fills_its_need_and_pays_a_fine_only_where_it_earns_more(held, fine, earned):
    assert earned_without_trade(3.0, 10.0, held, fine) == earned


def test_the_steps_of_curves_avoid_what_the_curves_avoid_at_their_cost():
    curves = table_5_curves()
    price, tonnes = steps_of(curves)
    assert tonnes.sum() == pytest.approx(sum(c.emissions[0] - c.emissions[-1] for c in curves))
    assert (price * tonnes).sum() == pytest.approx(sum(c.cost[-1] - c.cost[0] for c in curves))
    assert (tonnes > 0.0).all()


# -- judges ----------------------------------------------------------------------------------------------------------


def found(**arrays):
    """Markets made up: arrays by case and name, float64[populations, periods, …]."""
    return SimpleNamespace(of=lambda name, case: np.array(arrays[case][name]))


def test_a_statement_about_every_market_fails_by_the_worst_population():
    gains = found(good={"most": [0.0, -1.0]}, bad={"most": [0.0, 1e-6]})
    assert m.always(m.largest_gain, {"": "good"}, m.NOT_ABOVE)(gains).verdict == "reproduced"
    judged = m.always(m.largest_gain, {"a": "good", "b": "bad"}, m.NOT_ABOVE)(gains)
    assert (judged.verdict, judged.estimate.value, judged.at) == ("not reproduced", 1e-6, "b")


def test_an_undefined_number_reproduces_nothing():
    gains = found(undefined={"most": [0.0, np.nan]})
    assert m.always(m.largest_gain, {"": "undefined"}, m.NOT_ABOVE)(gains).verdict == "not reproduced"


def test_a_steady_rise_fails_by_one_step_down():
    shares = found(a={"share": [1.0, 1.1]}, b={"share": [2.0, 2.2]}, c={"share": [1.9, 2.0]})
    assert m.steadily(m.share, {"a": "a", "b": "b"})(shares).verdict == "reproduced"
    judged = m.steadily(m.share, {x: x for x in "abc"})(shares)
    assert (judged.verdict, judged.at) == ("not reproduced", "b to c")
    assert m.steadily(m.share, {"b": "b", "c": "c"}, -1.0)(shares).estimate.value > 0.0


def test_under_a_regulated_exchange_emissions_do_follow_the_awards():
    """Montgomery's theorem needs a market in which everybody trades as much as it wants at the price."""
    regulated = case("textbook_any_bids")
    markets = markets_of(regulated, populations=1)
    assert m.always(m.follows_awards, {"": regulated}, m.SAME)(markets).verdict == "not reproduced"


def test_a_cap_kept_by_the_wrong_chains_costs_more():
    """Swapping two chains' plans keeps emissions and raises the cost: the judge notices one part in a million."""
    chains = cases.CHAINS[0.8]
    markets = markets_of(chains, populations=1)
    held = m.always(m.excess_cost, {"": chains}, m.SAME)
    assert held(markets).verdict == "reproduced"
    for _, result in markets.blocks[chains]:
        result["abatement_cost"] *= 1.0 + 1e-6
    assert held(markets).verdict == "not reproduced"


def test_where_some_permits_always_trade_nothing_is_said_of_prices_without_trade():
    prices = found(
        traded={"traded_volume": [[1.0, 2.0]], "trading_price": [[1.0, 1.0]]},
        idle={"traded_volume": [[1.0, 0.0]], "trading_price": [[1.0, np.nan]]},
        quoted={"traded_volume": [[0.0, 0.0]], "trading_price": [[np.nan, 1.0]]},
    )
    shares = [m.priced_without_trade(prices, case)[0] for case in ("traded", "idle", "quoted")]
    assert shares == pytest.approx([np.nan, 0.0, 0.5], nan_ok=True)


def test_compulsory_trade_does_hurt_somebody():
    """Under the default exchange all firms short of permits buy, whatever a permit is worth to them."""
    compulsory = case("textbook_any_bids")
    judged = m.always(m.least_gain_from_trade, {"": compulsory}, m.NOT_BELOW)(markets_of(compulsory))
    assert judged.verdict == "not reproduced"


def test_the_efficiency_that_the_model_reports_is_its_surplus_over_the_optimum():
    any_bids = cases.ANY_BIDS["one price, one bid"]
    markets = markets_of(any_bids)
    share = markets.surplus(any_bids) / markets.largest_surplus(any_bids)[:, None]
    assert markets.of("efficiency", any_bids) == pytest.approx(share)
    assert share.min() < 0.99


def test_a_reserve_price_is_a_share_of_the_populations_own_competitive_price():
    preset = scenarios()["textbook_reserve_price"].params()
    half, whole = (Case("textbook_reserve_price", reserve_share=share) for share in (0.5, 1.0))
    assert half.params(3).reserve_price == pytest.approx(0.5 * whole.competitive_price(preset, 3))
    assert whole.params(4).reserve_price != whole.params(3).reserve_price
    markets = markets_of(whole)
    assert markets.competitive_price(whole)[0] == pytest.approx(whole.params(1).reserve_price)


def test_truthful_bids_are_best_under_vcg_only_without_resale():
    """With a cap above all needs nobody is outbid, so nothing can be resold and nothing gained."""
    resold = cases.VCG_RESALE
    nothing_scarce = case("textbook_vcg_resale", {"phi": 2.0, "reserve_price": 0.0}, measure=deviating_once)
    markets = markets_of(resold, nothing_scarce, cases.VCG)
    assert (markets.of("share", resold) > 0.01).all()
    assert (markets.of("share", nothing_scarce) <= m.ROUNDING).all()
    assert m.always(m.largest_gain, {"": cases.VCG}, m.NOT_ABOVE)(markets).verdict == "reproduced"


def test_the_statements_without_runs_hold_and_would_fail_by_a_wrong_rule(monkeypatch):
    judged = {one.id: one.judge(None).verdict for one in policy.POLICY}
    assert set(judged.values()) == {"reproduced"}
    monkeypatch.setattr(policy, "EU_RULE", policy.EU_RULE._replace(rate=0.12))
    monkeypatch.setattr(policy, "gain_of_tax", lambda problem, shock: 0.0 * shock)
    monkeypatch.setattr(
        policy, "two_periods", lambda slope, baseline, caps, interest: slope * (baseline - caps)
    )
    wrong = {one.id: one.judge(None).verdict for one in policy.POLICY}
    assert {id for id, verdict in wrong.items() if verdict != "reproduced"} == {"Y1", "Q1", "E1", "E2"}


# -- tasks and presets -----------------------------------------------------------------------------------------------


def test_a_task_is_another_one_with_other_populations_or_another_measure():
    one = case("textbook_vcg_resale")
    keys = [
        Cell(one, (1, 2)).key,
        Cell(one, (3,)).key,
        Cell(case("textbook_vcg_resale", {"phi": 0.8}), (1, 2)).key,
        Cell(case("textbook_vcg_resale", measure=deviating_once), (1, 2)).key,
    ]
    assert len(set(keys)) == len(keys)
    assert Cell(case("textbook_vcg_resale"), (1, 2)).key == keys[0]


def test_every_statement_on_markets_has_a_preset_and_every_preset_a_statement():
    textbook = {name for name in scenarios() if name.startswith("textbook_")}
    assert {s.preset for s in SHOWN if s.preset} == textbook


def test_the_statements_have_names_of_their_own():
    assert len({s.id for s in STATEMENTS}) == len(STATEMENTS)


def test_ceilings_and_fines_are_one_mechanism_counted_once():
    """Of R1 to R4 and F1 to F3 only one, that emissions fall as the ceiling rises, is evidence of its own."""
    marked = mark(STATEMENTS, FOLLOWS, CERTAIN)
    alone = {one.id for one in marked if not (one.by_construction or one.follows_from)}
    assert {id for id in alone if id[0] in "RF"} == {"R3"}
    assert not {"W1", "M1", "R2", "T2"} & alone
    assert {"V2", "V4"} <= alone  # those that fail count


# -- end to end ------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def tiny(tmp_path_factory):
    """The quick replication with two populations, also of policies drawn at random."""
    out = tmp_path_factory.mktemp("textbook")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(replication, "QUICK_POPULATIONS", 2)
        patch.setattr(replication, "QUICK_DRAWN", 2)
        return run_twice("textbook", out)


@pytest.mark.replication
def test_every_statement_is_written_with_verdict_value_and_interval(tiny):
    check_claims(tiny.claims, STATEMENTS)


@pytest.mark.replication
def test_what_holds_in_every_market_holds_in_two_populations(tiny):
    verdicts = {claim["id"]: claim["verdict"] for claim in tiny.claims}
    exact = [
        "M1",
        "M2",
        "Z1",
        "S1",
        "R1",
        "R2",
        "R3",
        "R4",
        "F1",
        "F3",
        "T1",
        "T2",
        "W1",
        "V1",
        "V3",
        "P2",
        "P3",
        "P4",
        "Y3",
        "M3",
        "H1",
        "B2",
        *(one.id for one in policy.POLICY),
    ]
    assert {verdicts[id] for id in exact} == {"reproduced"}
    assert {verdicts["V2"], verdicts["V4"]} == {"not reproduced"}


@pytest.mark.replication
def test_the_report_names_every_statement_and_every_figure_has_its_data(tiny):
    check_report(tiny, "runs")


@pytest.mark.replication
def test_a_second_start_plays_nothing_and_says_the_same(tiny):
    check_second_start(tiny)
