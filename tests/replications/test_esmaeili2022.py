"""The replication of [Esmaeili2022] from end to end on a small scale, and its measures on made-up runs."""

from dataclasses import replace
from itertools import product

import numpy as np
import pytest

from batch_runs.replications.common.claims import result
from batch_runs.replications.common.invasion import RANDOM
from batch_runs.replications.esmaeili2022 import claims, findings, measures, yardsticks
from batch_runs.replications.esmaeili2022 import replication as esmaeili2022
from batch_runs.replications.esmaeili2022.outcomes import Learners, Outcomes
from batch_runs.replications.esmaeili2022.runs import (
    CASE_1,
    CASE_2,
    CHAIN_COLUMNS,
    DRAWN,
    INVASIONS,
    METRICS,
    Q_LEARNING,
    RATES,
    ROTH_EREV,
    TABLE_4_CHAINS,
    TABLE_4_RATE,
    TABLE_5,
    Cell,
    D,
    Extent,
    U,
    cells,
    chains_of_table_4,
    instances,
    play,
)
from tests.replications.twice import check_claims, check_report, check_second_start, run_twice

TINY = Extent(seeds=2, instances=2, sensitivity=1, rounds=20_000, problem_set="small")
RIGHT_IN_ANY_SAMPLE = {"5a", "5b", "6a", "6b", "7a", "7b", "10a", "11a", "11b", "14a", "15a", "16a"}
"""Claims with such large effects that two seeds and short learning are enough."""


@pytest.fixture(scope="module")
def tiny(tmp_path_factory):
    """The quick replication with small chains and shorter learning, started twice."""
    out = tmp_path_factory.mktemp("esmaeili2022")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("CARBON_CURVES", str(tmp_path_factory.mktemp("curves")))
        patch.setattr(esmaeili2022, "QUICK", TINY)
        return run_twice("esmaeili2022", out)


@pytest.mark.replication
def test_every_claim_is_written_with_verdict_value_and_interval(tiny):
    check_claims(tiny.claims, claims.STATEMENTS)


@pytest.mark.replication
def test_strong_effects_are_reproduced_even_on_a_small_scale(tiny):
    assert {c["id"] for c in tiny.claims if c["verdict"] == "reproduced"} >= RIGHT_IN_ANY_SAMPLE


@pytest.mark.replication
def test_claims_have_a_verdict_on_each_population(tiny):
    by_id = {c["id"]: c["populations"] for c in tiny.claims}
    assert set(by_id["6a"]) == {TABLE_5, DRAWN}
    assert set(by_id["7a"]) == {TABLE_5}
    assert set(by_id["18a"]) == set(by_id["19a"]) == {DRAWN}


@pytest.mark.replication
def test_the_report_names_every_claim_and_every_figure_has_its_data(tiny):
    drawn = check_report(tiny, "runs", "chains", "curves")
    assert {"green_technology_drawn", "market_shares_table_5", "learners"} <= drawn


@pytest.mark.replication
def test_a_second_start_runs_nothing_and_says_the_same(tiny):
    check_second_start(tiny)


@pytest.mark.replication
def test_progress_counts_instances_and_runs_and_never_falls(tiny):
    total = len(instances(TINY)) + len(cells(TINY))
    assert {told for _, told in tiny.told} == {total}
    counts = [done for done, _ in tiny.told]
    assert counts == sorted(counts)
    assert (counts[0], counts[-1]) == (0, total)


def test_the_full_replication_has_twenty_seeds_and_a_million_auctions():
    full = esmaeili2022.FULL
    assert min(full.seeds, full.instances) >= 20
    assert (full.rounds, full.problem_set) == (1_000_000, "s1")
    assert {chains_of_table_4(k + 1) for k in range(full.instances)} == set(TABLE_4_CHAINS)


def test_instances_have_all_chains_that_runs_need():
    largest = {i.seed: i.n_chains for i in instances(esmaeili2022.FULL)}
    needed = [c for c in cells(esmaeili2022.FULL) if c.population == DRAWN]
    assert all(c.n_chains <= largest[c.seed] for c in needed)


def test_a_cell_plays_the_paper_s_schedule_of_learning():
    params = Cell(TABLE_5, CASE_2, Q_LEARNING, D, 1, RATES, 500).params(0.1)
    learner = params.parts["q_learning"]
    assert (params.phi, params.price_cap, params.volume_cap) == (0.9, 140.0, 3000.0)
    assert (learner.schedule, learner.epsilon_rounds, learner.gamma) == ("stages", 500, 0.3)


def test_settings_of_roth_erev_reach_the_learner():
    name = "modified, slow and exploring"
    params = Cell(TABLE_5, CASE_1, name, U, 1, RATES, 10).params(0.15)
    settings = params.parts["modified_roth_erev"]
    assert params.learner == "modified_roth_erev"
    assert (settings.recency, settings.experimentation, settings.initial_scale) == (0.04, 0.96, 1.0)


def test_a_run_is_the_same_again():
    cell = Cell(TABLE_5, CASE_1, Q_LEARNING, U, 3, (0.0, 0.4), 200)
    one, other = play(cell), play(cell)
    assert all(np.array_equal(one[part], other[part], equal_nan=True) for part in one)
    assert one["model"].shape == (2, len(METRICS))
    assert one["chains"].shape == (2, 5, len(CHAIN_COLUMNS))


# -- measures on made-up runs ------------------------------------------------------------------------------------


def made_up(metrics=None, chains=None):
    """Outcomes of 4 seeds: metric -> {format: curve over RATES}, column of chains -> float[5], at every rate."""
    columns = {"private_value": (140.0, 150.0, 225.0, 160.0, 220.0), "no_policy_profit": np.full(5, 2.0)}
    done = []
    for cell in cells(Extent(4, 0, 0, 1)):
        model, values = np.zeros((5, len(METRICS))), np.zeros((5, 5, len(CHAIN_COLUMNS)))
        model[:, METRICS.index("cap")] = 10.0
        for metric, curves in (metrics or {}).items():
            model[:, METRICS.index(metric)] = np.array(curves[cell.auction]) * (1 + 0.001 * cell.seed)
        for column, numbers in (columns | (chains or {})).items():
            values[..., CHAIN_COLUMNS.index(column)] = numbers
        done.append((cell, {"model": model, "chains": values}))
    return Outcomes(TABLE_5, done)


def verdict(number, outcomes):
    statement = next(s for s in claims.STATEMENTS if s.id == number)
    return statement.judge(outcomes).verdict


def test_one_chain_that_bids_less_breaks_a_claim_on_every_chain():
    assert verdict("1a", made_up(chains={"bid_price": np.full(5, 140.0)})) == "reproduced"
    assert verdict("1a", made_up(chains={"bid_price": (140, 140, 138, 140, 140)})) == "not reproduced"
    assert verdict("2a", made_up(chains={"bid_volume": (3000, 3000, 3000, 3000, 2600)})) == "not reproduced"


def test_an_equal_share_is_a_fifth_of_the_cap():
    assert verdict("3b", made_up(chains={"award": np.full(5, 2.0)})) == "reproduced"
    assert verdict("3b", made_up(chains={"award": (1.8, 2.2, 2.0, 2.0, 2.0)})) == "not reproduced"


def test_weak_chains_are_those_with_the_lowest_private_values():
    outcomes = made_up(chains={"profit": (-1.0, -1.0, 3.0, 3.0, 3.0)})
    assert verdict("14a", outcomes) == verdict("15a", outcomes) == "reproduced"
    assert verdict("16a", outcomes) == "not reproduced"
    assert verdict("14a", made_up(chains={"profit": (3.0, 3.0, -1.0, 3.0, 3.0)})) == "not reproduced"


def test_a_lower_profit_is_no_loss():
    """Fig. 6 is about the sign of profits: a chain that earns half of what it did without a policy does not lose."""
    lower = made_up(chains={"profit": np.full(5, 0.5)})
    assert verdict("15a", lower) == verdict("16a", lower) == "not reproduced"
    assert verdict("16a", made_up(chains={"profit": np.full(5, -0.5)})) == "reproduced"


def test_prices_of_both_formats_are_compared_at_every_rate():
    higher_in_d = {U: [100, 110, 120, 130, 140], D: [100, 112, 122, 132, 142]}
    assert verdict("8b", made_up({"price_paid": higher_in_d})) == "reproduced"
    assert verdict("9", made_up({"price_paid": higher_in_d})) == "not reproduced"
    crossing = {U: [100, 110, 120, 130, 140], D: [100, 120, 130, 140, 139]}
    assert verdict("8a", made_up({"price_paid": crossing})) == "reproduced"
    assert verdict("8b", made_up({"price_paid": crossing})) == "not reproduced"


def test_a_price_at_its_bound_does_not_rise_from_each_rate_to_the_next():
    bound = made_up({"trading_price": {a: [0, 100, 200, 900, 900] for a in (U, D)}})
    assert verdict("10b", bound) == "reproduced"
    assert verdict("10c", bound) == "not reproduced"


def test_the_paper_s_change_of_profits_must_lie_in_the_interval():
    """The seeds' factors have mean 1.0025: -5.4165 gives -5.43, and 1 % more is outside ±0.011."""
    near, far = (
        {"mean_profit_change": {a: [-0.5, -1, -1, -3, end] for a in (U, D)}} for end in (-5.4165, -5.47)
    )
    assert verdict("17a", made_up(near)) == "reproduced"
    assert verdict("17a", made_up(far)) == verdict("17b", made_up(near)) == "not reproduced"


def test_the_paper_s_awards_must_lie_in_the_interval():
    met = (0.0, 0.0, 2322.0, 2452.0, 2830.0)
    assert verdict("7a", made_up(chains={"award": met})) == "reproduced"
    assert verdict("7a", made_up(chains={"award": (*met[:4], 2820.0)})) == "not reproduced"


def test_the_profits_of_table_4_are_more_than_the_chains_of_table_5_can_earn():
    # 448,251 € without a policy less 100 €/t for 85 % of 12,673 t among five: 448,251 - 215,441
    assert measures.largest_profit() == pytest.approx(448_251 - 215_441)
    statements = {s.id: s for s in claims.TABLE_4}
    for number in ("20a", "20b"):
        assert "earn at most 232,810" in statements[number].impossible(None)


def test_profits_that_these_chains_could_earn_would_not_be_called_impossible(monkeypatch):
    monkeypatch.setattr(measures, "TABLE_4_PROFIT", {U: 200_000.0})
    assert measures.above_largest_profit(U)(None) == ""


def test_claims_that_follow_are_marked_on_both_populations():
    for population in (TABLE_5, DRAWN):
        marked = {s.id: s for s in claims.marked(population)}
        assert (marked["3b"].follows_from, marked["13"].follows_from) == ("1b", "9")
        assert marked["10a"].by_construction


def test_the_rising_trading_price_is_evidence_on_drawn_chains_only():
    """The cost inferred for Table 5's chains rises in a straight line beyond the highest rate; so does the price."""
    table_5, drawn = ({s.id for s in claims.marked(p) if s.by_construction} for p in (TABLE_5, DRAWN))
    assert table_5 - drawn == {"10b", "10c"}


def test_the_losses_are_evidence_on_drawn_chains_only():
    """The cost of Table 5's chains was inferred from them."""
    used = {s.id for s in claims.JUDGED_ON[TABLE_5] if s.used_to_infer}
    assert used == {"17a", "17b", "17c"}
    assert not any(s.used_to_infer for s in claims.JUDGED_ON[DRAWN])
    met = made_up({"mean_profit_change": {a: [-0.5, -1, -1, -3, -5.5] for a in (U, D)}})
    assert [result(s, met, "").verdict for s in claims.INFERRED_FROM] == ["used to infer"] * 3


def test_the_lead_over_roth_erev_is_the_ratio_of_mean_profits():
    done, usual = [], next(iter(ROTH_EREV))
    for rule, profits in ((Q_LEARNING, (16.0, 32.0)), (usual, (10.0, 20.0))):
        for seed, profit in enumerate(profits, 1):
            model = np.zeros((1, len(METRICS)))
            model[0, METRICS.index("mean_profit")] = profit
            cell = Cell(DRAWN, CASE_1, rule, U, seed, (TABLE_4_RATE,), 1, chains_of_table_4(seed))
            done.append((cell, {"model": model}))
    learners = Learners(done)
    assert learners.lead(U).value == pytest.approx(0.6)
    assert learners.seeds(usual, chains=4) == [2]
    assert claims.TABLE_4[2].judge(learners).verdict == "reproduced"


# -- yardsticks on made-up runs ----------------------------------------------------------------------------------


def learners_with(**profits):
    """`Learners` of three instances of three chains: rule -> profit, €, of each chain; 10 t each at 130 €/t.

    Instance k has profits k % higher, so that intervals have a width.
    """
    done = []
    for rule, auction, seed in product(RULES, (U, D), (1, 6, 11)):
        model, chains = np.zeros((1, len(METRICS))), np.zeros((1, 3, len(CHAIN_COLUMNS)))
        earned = np.array(profits.get(NAMES[rule], (1.0, 1.0, 1.0))) * (1.0 + 0.01 * seed)
        chains[0, :, CHAIN_COLUMNS.index("profit")] = earned
        chains[0, :, CHAIN_COLUMNS.index("award")] = 10.0
        model[0, METRICS.index("mean_profit")] = earned.mean()
        model[0, METRICS.index("price_paid")] = 130.0
        cell = Cell(DRAWN, CASE_1, rule, auction, seed, (TABLE_4_RATE,), 1, chains_of_table_4(seed))
        done.append((cell, {"model": model, "chains": chains}))
    return Learners(done)


RULES = Q, ROTH, RANDOM_PLAY, Q_AMONG, ROTH_AMONG = (Q_LEARNING, next(iter(ROTH_EREV)), RANDOM, *INVASIONS)
NAMES = dict(zip(RULES, ("q", "roth", "random", "q_among", "roth_among")))


def finding(number, learners):
    found = {r.id: r for r in findings.findings(learners)}
    return {found[f"{number} {auction}"].verdict for auction in (U, D)}


def test_random_play_is_the_yardstick_of_each_learner():
    learners = learners_with(q=(40, 50, 60), roth=(10, 20, 30), random=(30, 30, 30))
    assert finding("F1", learners) == {"reproduced"}
    assert finding("F2", learners) == {"not reproduced"}
    assert yardsticks.share_of_random_play(learners, Q, U).value == pytest.approx(30 / 50)
    better = learners_with(q=(40, 50, 60), random=(50, 60, 70))
    assert finding("F1", better) == {"not reproduced"}


def test_an_invasion_compares_the_same_chain_under_two_rules():
    """Among Roth-Erev chains the first one earns 30 € by Q-learning and 20 € by their rule; among Q-learners 45 € by
    Roth-Erev and 50 € by theirs. What the others earn is nobody's business.
    """
    same = {"q": (50, 50, 50), "roth": (20, 70, 70)}
    pays = learners_with(**same, q_among=(30, 1, 1), roth_among=(45, 90, 90))
    gain = yardsticks.gain_of_invader(pays, U, Q_AMONG)
    assert gain == pytest.approx(10.0 * np.array([[1.01], [1.06], [1.11]]))
    assert yardsticks.gain_of_invader(pays, D, ROTH_AMONG) == pytest.approx(-gain / 2)
    assert finding("F3", pays) == finding("F4", pays) == {"reproduced"}
    does_not = learners_with(**same, q_among=(15, 99, 99), roth_among=(55, 1, 1))
    assert finding("F3", does_not) == finding("F4", does_not) == {"not reproduced"}


def test_the_first_chain_of_an_invasion_learns_by_another_rule():
    cell = Cell(TABLE_5, CASE_1, Q_AMONG, U, 1, (TABLE_4_RATE,), 200, 5)
    assert cell.params(TABLE_4_RATE).learner == "q_learning+roth_erev:4"
    assert Cell(DRAWN, CASE_1, ROTH_AMONG, U, 1, (), 1, 3).params(0.0).learner == "roth_erev+q_learning:2"
    one, usual = play(cell), play(replace(cell, rule=ROTH))
    profit, value = CHAIN_COLUMNS.index("profit"), CHAIN_COLUMNS.index("private_value")
    assert (one["chains"][..., value] == usual["chains"][..., value]).all()
    assert (one["chains"][:, 0, profit] != usual["chains"][:, 0, profit]).all()


def test_random_play_and_both_invasions_are_played_on_every_instance_of_table_4():
    played = [c for c in cells(esmaeili2022.FULL) if c.rates == (TABLE_4_RATE,)]
    seeds = {rule: [c.seed for c in played if c.rule == rule and c.auction == D] for rule in RULES}
    assert all(seeds[rule] == seeds[Q] for rule in RULES)
    assert {c.rounds for c in played if c.rule == RANDOM} == {1}
    assert {c.rounds for c in played if c.rule != RANDOM} == {esmaeili2022.FULL.rounds}


def test_no_bids_pay_less_than_the_reserve_price():
    """10 t each at 130 €/t: at the reserve price, 100 €/t, a chain saves 300 €."""
    learners = learners_with(q=(900, 900, 900), roth=(600, 600, 600))
    profit = 900 * np.array([1.01, 1.06, 1.11])
    assert yardsticks.largest_profit(learners, D) == pytest.approx(profit + 300.0)
    expected = (profit + 300.0).mean() / (profit.mean() / 1.5) - 1.0
    assert yardsticks.largest_lead(learners, D).value == pytest.approx(expected)


def test_the_chains_of_table_5_cannot_earn_what_table_4_prints():
    """Mean of v TEC - 100 × 0.85 TEC: (351540 + 416100 + 474975 + 432800 + 565840) / 5 - 85 × 12673 / 5."""
    assert yardsticks.largest_profit_in_table_5() == pytest.approx(448_251.0 - 215_441.0)
    assert yardsticks.largest_profit_in_table_5() < yardsticks.PAPERS_PROFITS[0]
    learners = learners_with(q=(100, 100, 100), roth=(90, 90, 90))
    lead = next(s for s in claims.STATEMENTS if s.id == "20a")
    assert "at most 232,810 €" in result(lead, learners, "").why


def test_random_play_in_table_5_earns_as_much_as_its_bids_bring_at_any_length_of_learning():
    """It learns nothing, so a run needs no auctions before its read-out: the same means up to chance."""
    short, long = (
        play(Cell(TABLE_5, CASE_1, RANDOM, U, 1, (TABLE_4_RATE,), rounds))["model"][0] for rounds in (1, 3000)
    )
    price = METRICS.index("price_paid")
    assert short[price] == pytest.approx(long[price], rel=0.02)
    assert short[price] != long[price]
