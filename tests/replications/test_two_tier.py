"""The replication of the two-tier auctions: theory, the quick form end to end, numbers on small cases."""

import numpy as np
import pytest

from batch_runs.replications.two_tier import replication as two_tier
from batch_runs.replications.two_tier import theory as two_tier_theory
from batch_runs.replications.two_tier.claims import LARGE, PROTOTYPE, SMALL
from batch_runs.replications.two_tier.runs import (
    CURVES,
    FORMATS,
    MEASURED,
    TYPES,
    YARDSTICK,
    Cell,
    first_below,
    params_of,
    play,
    random_play,
    shading_by_half,
    true_values,
    unit_bids,
)
from batch_runs.replications.two_tier.theorems import THEOREMS, results
from model.envs.auction_games import AuctionGame
from model.mechanisms.auctions.base import AUCTIONS
from model.systems.two_tier.worlds import Worlds
from tests.replications.twice import check_claims, check_report, check_second_start, run_twice

TINY = {two_tier.SMALL: (2, 2048, 100), two_tier.LARGE: (2, 1024, 50)}


@pytest.fixture(scope="module")
def tiny(tmp_path_factory):
    """The quick replication with still shorter trainings."""
    out = tmp_path_factory.mktemp("two_tier")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(two_tier, "QUICK", TINY)
        return run_twice("two_tier", out)


@pytest.mark.replication
@pytest.mark.parametrize("result", results(quick=True), ids=lambda r: r.id)
def test_every_claim_of_theory_holds(result):
    assert result.verdict == "reproduced", result
    assert result.n >= 1


def test_only_what_the_source_says_is_attributed_to_it():
    """It says that firms reduce demand at uniform prices, and that shading a second bid can lower the price."""
    cited = {one.id: one.source for one in (*THEOREMS, *SMALL, *LARGE) if "TwoTier" in one.source}
    assert set(cited) == {"L3a", "L4a", "T4b", "T4d"}
    assert set(cited.values()) == {"TwoTier, Problem Statement", "TwoTier, Technical Approach"}


@pytest.mark.replication
def test_every_claim_is_written_with_verdict_value_and_interval(tiny):
    check_claims(tiny.claims, (*THEOREMS, *SMALL, *LARGE))


@pytest.mark.replication
def test_the_report_names_every_claim_and_every_figure_has_its_data(tiny):
    drawn = check_report(tiny, "trainings")
    assert len(drawn) == 12


@pytest.mark.replication
def test_a_second_start_trains_nothing_and_says_the_same(tiny):
    check_second_start(tiny)


@pytest.mark.replication
def test_a_short_training_tells_the_formats_apart():
    """32,000 auctions: VCG bids are near the truth, highest rejected reduces demand, pay-as-bid shades."""
    found = {f: play(Cell(3, 2, f, 1, 32_768, 500)) for f in ("vcg", "uniform_hrb", "discriminatory")}
    index = {f: dict(zip(MEASURED, r["numbers"]))["dri_marginal"] for f, r in found.items()}
    assert abs(index["vcg"]) < 0.12
    assert index["uniform_hrb"] > index["vcg"] + 0.03
    assert index["discriminatory"] > index["vcg"] + 0.2


@pytest.mark.replication
def test_a_training_is_the_same_again():
    cell = Cell(3, 2, "uniform_lab", 4, 2048, 100)
    one, other = play(cell), play(cell)
    assert all(np.array_equal(one[part], other[part], equal_nan=True) for part in one)
    assert one["bids"].shape == (TYPES, 3, 2)
    assert one["curve"].shape[1] == 1 + len(CURVES)
    assert one["curve"][-1, 0] == 2048


def test_the_full_replication_has_at_least_five_seeds_of_256_000_auctions():
    assert two_tier.FULL[two_tier.SMALL][0] >= 5
    assert {samples for _, samples, _ in two_tier.FULL.values()} == {256_000}


def test_all_sealed_formats_are_replicated():
    """The clock, which is ours, is not in the source."""
    assert {knobs["auction"] for knobs in FORMATS.values()} == set(AUCTIONS) - {"ascending_clock"}
    assert set(PROTOTYPE) == set(FORMATS)


def played(actions, need=2):
    worlds = Worlds(params_of("vcg", n_firms=1, need=need), 1)
    worlds.rows.cost, worlds.supply, worlds.tie_key = 1.0, np.ones(1), np.zeros((1, 1))
    worlds.play(np.array([[actions]]))
    return worlds


def test_random_play_wins_the_same_permits_in_every_format_at_other_prices():
    found = {}
    for name in FORMATS:
        _, worlds = AuctionGame(params_of(name, n_firms=3, need=2)).deal(np.random.default_rng(1), 500)
        found[name] = random_play(worlds, np.random.default_rng(2))
        assert tuple(found[name]) == YARDSTICK
    efficiencies = {round(numbers["random_efficiency"], 12) for numbers in found.values()}
    assert len(efficiencies) == 1
    assert 0.5 < efficiencies.pop() < 0.95
    profits = [found[name]["random_profit"] for name in ("discriminatory", "uniform_lab", "uniform_hrb")]
    assert profits[0] < profits[1] < profits[2]


def test_shading_by_half_counts_permits_not_asked_for_as_bids_of_zero():
    """Values (2, 1). A bid of 1 for one permit: half of the first value is shaded, all of the second."""
    assert shading_by_half(played([0.5, 0.5, 0.9, 0.0])) == pytest.approx([0.5, 1.0])
    assert shading_by_half(played([1.0, 0.5, 0.5, 0.5])) == pytest.approx([0.0, 0.0])


def test_unit_bids_follow_the_steps():
    """Five permits worth 5, 4, …: two at 5, one at 2.5, none beyond."""
    assert unit_bids(played([1.0, 0.4, 0.5, 0.2], need=5), 5).tolist() == [[[5.0, 5.0, 2.5, 0.0, 0.0]]]


def test_true_values_fall_by_the_cost():
    values = true_values(params_of("vcg", need=3))
    assert values[0].tolist() == [1.5, 1.0, 0.5]
    assert values[-1].tolist() == [4.5, 3.0, 1.5]


def test_first_below_is_the_first_point_near_the_truth():
    curve = np.array([[0, 1, 0.5, 0, 0], [1024, 1, -0.04, 0, 0], [2048, 1, 0.2, 0, 0]])
    assert first_below(curve) == 1024
    assert first_below(curve[:1]) == np.inf


@pytest.mark.parametrize(("value", "bid"), [(0.3, 0.1412), (0.6, 0.2571), (0.9, 0.3273)])
def test_the_formula_for_three_bidders_gives_the_published_bids(value, bid):
    assert two_tier_theory.two_of_three(value) == pytest.approx(bid, abs=5e-5)
