"""The replication of [Goyal]: end to end with few instances, judges on auctions made up, faults of closed auctions."""

from types import SimpleNamespace

import numpy as np
import pytest

from batch_runs.replications.common.statistics import share
from batch_runs.replications.goyal import replication as goyal
from batch_runs.replications.goyal.cases import (
    ACTIVITY,
    CMRA,
    COMPARED,
    CONFIGURATIONS,
    DEFAULTS,
    FIRST_PRICE,
    FORMATS,
    OF_CLOCK,
    OF_CMRA,
    OF_FIRST_PRICE,
    STEPS,
    SWEEP,
    UNCORRELATED,
    UNCORRELATED_ALL,
    VCG,
)
from batch_runs.replications.goyal.claims import PROTOTYPE, STATEMENTS
from batch_runs.replications.goyal.measures import holding, lot_ratio, orders, swept
from batch_runs.replications.goyal.outcomes import Auctions
from batch_runs.replications.goyal.runs import (
    CHANGES,
    FAULTS,
    Cell,
    Extent,
    cells,
    faults,
    highest_revenue,
    play_block,
)
from model.mechanisms.combinatorial.base import PACKAGE_AUCTIONS, Outcome
from model.mechanisms.combinatorial.winners.determination import determine_winners
from model.systems.escape_permits.auction import play
from model.systems.escape_permits.comparison import draw_instance
from model.systems.escape_permits.params import EscapePermitsParams
from tests.replications.twice import check_claims, check_report, check_second_start, run_twice

SUPPLY = np.array([36, 10])


@pytest.fixture(scope="module")
def tiny(tmp_path_factory):
    """The quick replication with still fewer instances."""
    out = tmp_path_factory.mktemp("goyal")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(goyal, "QUICK", Extent(instances=12, swept=2))
        return run_twice("goyal", out)


@pytest.mark.replication
def test_every_claim_is_written_with_verdict_value_and_interval(tiny):
    check_claims(tiny.claims, STATEMENTS)


@pytest.mark.replication
def test_a_dozen_instances_show_what_is_certain(tiny):
    """GHG permits stay unsold in all formats that have a reserve, none do without correlation, no promise is broken."""
    value = {c["id"]: c["value"] for c in tiny.claims}
    assert (value["A1"], value["A2"], value["A5"], value["B3"]) == (1.0, 1.0, 0.0, 1.0)
    assert (value["C1"], value["C2"], value["C3"], value["T1"]) == (0.0, 0.0, 1.0, 1.0)
    assert {c["verdict"] for c in tiny.claims if c["id"].startswith("P")} == {"reproduced"}


@pytest.mark.replication
def test_the_report_names_every_claim_and_every_figure_has_its_data(tiny):
    drawn = check_report(tiny, "auctions")
    assert {"figure_1", "figure_2", "sweep_a", "sweep_b"} <= drawn


@pytest.mark.replication
def test_a_second_start_plays_nothing_and_says_the_same(tiny):
    check_second_start(tiny)


def test_the_full_replication_plays_at_least_250_instances_and_50_of_each_of_108_configurations():
    assert goyal.FULL.instances >= 250
    assert goyal.FULL.swept >= 50
    assert len(CONFIGURATIONS) == len(set(CONFIGURATIONS)) == len(SWEEP) == 108


def test_all_registered_formats_are_compared():
    assert set(FORMATS) == set(PACKAGE_AUCTIONS)


def test_what_the_prototype_measured_belongs_to_claims():
    assert set(PROTOTYPE) < {s.id for s in STATEMENTS}


# -- judges on auctions made up --------------------------------------------------------------------------------


def block(award, paid, formats=FORMATS):
    """Four instances in which every format awards and charges the same; a cell without its name."""
    award, paid = np.array(award), np.array(paid, float)
    shape = (4, len(formats))
    return SimpleNamespace(formats=formats, first=1, count=4), {
        "award": np.broadcast_to(award, (*shape, *award.shape)).copy(),
        "payment": np.broadcast_to(paid, (*shape, *paid.shape)).copy(),
        "value": np.full((*shape, len(award)), 1000.0),
        "efficiency": np.ones(shape),
        "rounds": np.full(shape, 7.0),
        "supply": np.tile(SUPPLY, (4, 1)),
        "faults": np.zeros((4, len(FAULTS)), bool),
        "gain": np.zeros((4, len(award))),
        "changed": np.zeros((4, 2, len(CHANGES))),
    }


UNSOLD = [[2, 1], [18, 9]], [[0.5, 4.0], [8.0, 96.0]]
"""GHG permits left, nutrient permits sold, a lower price for the first farm: as in the source."""
SOLD_OUT = [[16, 5], [20, 5]], [[16.0, 100.0], [8.0, 50.0]]
"""Nothing left, a higher price for the first farm."""


def made_up(**changed):
    """All cases alike but those changed: `Auctions`."""
    done = []
    for case in (*COMPARED, *OF_CMRA, *OF_FIRST_PRICE, *OF_CLOCK, *SWEEP):
        cell, result = changed.get(case) or block(*changed.get("others", UNSOLD))
        cell.case = case
        done.append((cell, result))
    return Auctions(done)


def judged(auctions, id):
    return next(s for s in STATEMENTS if s.id == id).judge(auctions)


def value_of(auctions, id):
    return judged(auctions, id).estimate.value


@pytest.mark.parametrize(
    "id", ["A1", "B1", "B3", "B5", "B6", "B7", "B11", "C1", "C2", "C3", "C4", "T6", "T7"]
)
def test_a_judge_of_shares_tells_true_from_false(id):
    sells_everything = id[0] == "C"
    holds, fails = (made_up(others=each) for each in (UNSOLD, SOLD_OUT))
    assert value_of(holds, id) == (0.0 if sells_everything else 1.0)
    assert value_of(fails, id) == (1.0 if sells_everything else 0.0)
    assert judged(holds if sells_everything else fails, id).verdict == "not reproduced"


def test_nutrient_permits_left_unsold_would_be_noticed():
    assert judged(made_up(others=([[2, 1], [18, 8]], UNSOLD[1])), "A2").verdict == "not reproduced"


def test_unsold_permits_without_correlation_would_be_noticed():
    assert judged(made_up(others=SOLD_OUT), "A5").estimate.value == 0.0
    auctions = made_up(others=SOLD_OUT, **{UNCORRELATED: block(*UNSOLD)})
    assert judged(auctions, "A5").verdict == "not reproduced"


def test_a_format_that_leaves_fewer_unsold_makes_the_cmra_the_cause():
    cell, result = block(*UNSOLD)
    result["award"][:, 1:] = np.array(SOLD_OUT[0])
    auctions = made_up(**{DEFAULTS: (cell, result)})
    assert judged(auctions, "A3").verdict == "reproduced"
    assert judged(auctions, "A4").verdict == "not reproduced"
    assert judged(made_up(), "A3").verdict == "not reproduced"


def test_instances_in_which_a_farm_buys_nothing_are_left_out_and_counted():
    cell, result = block(*UNSOLD)
    result["award"][:2, :, 0], result["payment"][:2, :, 0] = 0, 0.0
    auctions = made_up(**{DEFAULTS: (cell, result)})
    assert judged(auctions, "B1").estimate.n == 2
    assert judged(auctions, "B3").estimate.n == 4
    assert orders(auctions) == (2, 0, 0, 2)


def test_equal_prices_are_neither_lower_nor_higher():
    auctions = made_up(others=([[2, 1], [18, 9]], [[1.0, 10.0], [9.0, 90.0]]))
    assert orders(auctions) == (0, 4, 0, 0)
    assert (value_of(auctions, "B1"), value_of(auctions, "B1b")) == (0.0, 1.0)


def test_average_prices_are_those_of_all_lots_or_of_one_pollutant():
    auctions = made_up()
    assert auctions.price(DEFAULTS)[0].tolist() == pytest.approx([1.5, 104.0 / 27.0])
    assert auctions.price(DEFAULTS, pollutant=1)[0].tolist() == pytest.approx([4.0, 96.0 / 9.0])
    assert value_of(auctions, "B2") == pytest.approx(104.0 / 27.0 - 1.5)


def test_the_mixture_tells_the_lower_price_only_where_both_differ():
    more_nutrients, fewer_nutrients, same_mixture = [[2, 2], [18, 8]], [[3, 1], [18, 9]], UNSOLD[0]
    assert value_of(made_up(others=(more_nutrients, UNSOLD[1])), "B13") == 0.0
    assert value_of(made_up(others=(fewer_nutrients, UNSOLD[1])), "B13") == 1.0
    with pytest.raises(ValueError, match="at least one case"):
        value_of(made_up(others=(same_mixture, UNSOLD[1])), "B13")


def test_farms_of_one_correlation_are_taken_together():
    award = [[1, 1], [2, 0], [3, 2], [4, 7]]
    auctions = made_up(**{DEFAULTS: block(award, award)})
    assert auctions.bought(DEFAULTS)[0].tolist() == [[4, 3], [6, 7]]


def test_a_share_that_falls_with_the_correlation_is_noticed():
    lower = {f"r = {r}": block(*UNSOLD) for r in STEPS}
    falls = made_up(**lower | {"r = 0.3": block(*SOLD_OUT)})
    assert value_of(falls, "B9") == -1.0
    assert value_of(made_up(**lower), "B9") == 0.0


def test_a_payment_that_rises_with_the_correlation_is_noticed():
    spend = {f"r = {r}": block(UNSOLD[0], [[100.0 * (1 - r), 4.0], [8.0, 96.0]]) for r in STEPS}
    assert value_of(made_up(**spend), "B10") == pytest.approx(10.0)
    rises = judged(made_up(**spend | {"r = 0.4": block(UNSOLD[0], [[80.0, 4.0], [8.0, 96.0]])}), "B10")
    assert (rises.verdict, rises.at) == ("not reproduced", "r = 0.4")


@pytest.mark.parametrize("k", range(len(FAULTS)))
def test_one_fault_of_one_auction_breaks_a_promise(k):
    cell, result = block(*UNSOLD)
    result["faults"][3, k] = True
    auctions = made_up(**{DEFAULTS: (cell, result)})
    verdicts = {j: judged(auctions, f"P{j + 1}").verdict for j in range(len(FAULTS))}
    assert {j for j, verdict in verdicts.items() if verdict != "reproduced"} == {k}


def test_less_revenue_than_vcg_is_noticed():
    assert (value_of(made_up(), "R1"), value_of(made_up(), "R3")) == (1.0, 1.0)
    cell, result = block(*UNSOLD)
    result["payment"][:3, FORMATS.index(VCG)] += 1.0
    auctions = made_up(**{UNCORRELATED: (cell, result)})
    assert (value_of(auctions, "R1"), value_of(auctions, "R3"), value_of(auctions, "R4")) == (1.0, 0.25, 0.25)
    assert value_of(auctions, "R5") == -3.0
    dear = block(UNSOLD[0], [[0.5, 5.0], [9.0, 98.0]])
    more = made_up(**{UNCORRELATED: (cell, result), UNCORRELATED_ALL: dear})
    assert (value_of(more, "R4"), value_of(more, "R5")) == (1.0, 1.0)


def test_one_farm_that_could_gain_at_the_first_price_is_noticed():
    assert judged(made_up(), "R6").verdict == "reproduced"
    cell, result = block(*UNSOLD)
    result["gain"][2, 1] = 0.01
    found = judged(made_up(**{UNCORRELATED: (cell, result)}), "R6")
    assert (found.verdict, found.estimate.value, found.at) == ("not reproduced", 0.01, UNCORRELATED)


def test_one_farm_that_pays_other_prices_than_under_vcg_is_noticed():
    assert judged(made_up(), "R7").verdict == "reproduced"
    cell, result = block(*UNSOLD)
    result["payment"][3, FORMATS.index(FIRST_PRICE), 0, 0] += 0.5
    assert value_of(made_up(**{DEFAULTS: (cell, result)}), "R7") == 0.5


def test_nutrient_lots_are_so_many_times_as_dear():
    assert lot_ratio(made_up()) == pytest.approx((100.0 / 10.0) / (8.5 / 20.0))


def test_activity_rules_that_change_an_auction_are_noticed():
    assert judged(made_up(), "P7").verdict == "reproduced"
    assert value_of(made_up(**{ACTIVITY: block(*SOLD_OUT)}), "P7") == 4.0


def test_a_claim_holds_in_a_configuration_where_it_holds_in_nine_of_ten_instances():
    alike = made_up()
    assert holding(swept(alike)) == (108, 108, 108, 0, 0, 0)  # four instances are never sure
    name = CONFIGURATIONS[5].name
    assert holding(swept(made_up(**{name: block(*SOLD_OUT)})))[:3] == (107, 107, 107)
    nothing = block([[0, 0], [20, 10]], [[0.0, 0.0], [5.0, 9.0]])
    assert holding(swept(made_up(**{name: nothing})))[:3] == (108, 107, 107)


def test_a_sure_configuration_has_its_whole_interval_above_nine_tenths():
    sure, unsure = share([True] * 100), share([True] * 93 + [False] * 7)
    estimates = {"one": (sure, sure), "two": (sure, unsure), "three": (unsure, None)}
    assert holding(estimates) == (3, 2, 2, 2, 1, 1)


# -- what is played --------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def closed():
    """A closed CMRA and its instance."""
    params = EscapePermitsParams()
    instance = draw_instance(params, 3)
    return play(params, instance), instance


def altered(closed, package=None, payment=None):
    """The same auction with another end."""
    auction, instance = closed
    outcome = auction.outcome
    package = outcome.package if package is None else np.array(package)
    payment = outcome.payment if payment is None else payment
    return SimpleNamespace(book=auction.book, outcome=Outcome(package, payment, 1)), instance


def found(auction, instance):
    return {FAULTS[k] for k in np.flatnonzero(faults(auction, instance))}


def test_a_closed_auction_has_no_faults(closed):
    assert found(*closed) == set()


def test_faults_are_found(closed):
    auction, instance = closed
    outcome, everything = auction.outcome, len(instance.terms.packages.lots) - 1
    assert found(*altered(closed, payment=outcome.payment + 1)) >= {"a payment that is not the winner's bid"}
    greedy = found(*altered(closed, package=[everything, everything]))
    assert greedy >= {"more sold than the cap", "a price below the reserve"}
    nothing = found(*altered(closed, package=[0, 0], payment=0 * outcome.payment))
    assert "less revenue than if somebody were left out" in nothing
    dear = found(*altered(closed, payment=outcome.payment * 1000))
    assert "a payment above the value" in dear


def test_a_package_that_was_not_bid_for_is_noticed(closed):
    auction, _ = closed
    missing = int(np.flatnonzero(auction.book[0] < 0)[0])
    assert "a package won that was not bid for" in found(*altered(closed, package=[missing, 0]))


def test_trying_all_pairs_of_bids_finds_what_the_dynamic_program_finds(closed):
    auction, instance = closed
    terms = instance.terms
    best = determine_winners(terms.packages.lots, auction.book, terms.supply, optional=True)
    assert highest_revenue(auction.book, terms) == best.revenue > 0


def test_cases_of_one_seed_have_the_same_costs():
    def costs(case):
        params = EscapePermitsParams.from_flat((COMPARED | OF_CMRA)[case])
        return draw_instance(params, 7).curves.marginal_cost

    assert np.array_equal(costs(DEFAULTS), costs(UNCORRELATED))
    assert np.array_equal(costs(DEFAULTS), costs("r = 0.2"))
    assert not np.array_equal(costs(DEFAULTS), costs("dairy 0.5, crop 0.1"))


def test_first_price_auctions_report_gains_from_deviations():
    """With profit targets nothing, and less the more a target changes; with a share kept other bids gain much."""
    at_targets = play_block(Cell(DEFAULTS, (), (FIRST_PRICE,), 1, 3))
    assert at_targets["gain"].shape == (3, 2)
    assert np.abs(at_targets["gain"]).max() < 1e-5
    assert (at_targets["changed"] <= 1e-5).all()
    lower = [CHANGES.index(each) for each in (-10.0, -1.0, -0.1)]
    won = at_targets["value"][:, 0] > 10.0 + at_targets["payment"].sum(-1)[:, 0]
    assert won.any()
    assert at_targets["changed"][..., lower][won] == pytest.approx(
        np.tile([-10.0, -1.0, -0.1], (won.sum(), 1))
    )
    share_kept = play_block(Cell("", tuple({"first_price.bids": "share"}.items()), (FIRST_PRICE,), 1, 3))
    assert (share_kept["gain"].max(1) > 1.0).all()
    assert "faults" not in share_kept


def test_equal_parameters_are_played_once():
    by_case = {(c.case, c.first): c.key for c in cells(Extent(1, 1))}
    assert by_case["r = 0.5", 1] == by_case["crop 0.5, dairy 0.1", 1] != by_case["r = 0.4", 1]


def test_a_block_is_the_same_again_and_one_by_one():
    cell = Cell(DEFAULTS, (), (CMRA, VCG), 1, 3)
    one, other = play_block(cell), play_block(cell)
    assert all(np.array_equal(one[part], other[part]) for part in one)
    assert one["award"].shape == (3, 2, 2, 2)
    third = play_block(Cell(DEFAULTS, (), (CMRA, VCG), 3, 1))
    assert all(np.array_equal(one[part][2:], third[part]) for part in one)
