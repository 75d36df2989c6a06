"""The replication of [Wang2024] without learning: end to end with two seeds, and its measures on single episodes."""

from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pytest

from agents.enterprises.actions import first_ask, first_move
from batch_runs.replications.common.claims import judge
from batch_runs.replications.common.claims import results as judge_all
from batch_runs.replications.common.statistics import exact
from batch_runs.replications.wang2024 import measures as wang2024_measures
from batch_runs.replications.wang2024 import replays as wang2024_replays
from batch_runs.replications.wang2024 import replication as wang2024
from batch_runs.replications.wang2024.claims import ALLOCATION, SCHEDULING, STATEMENTS, results
from batch_runs.replications.wang2024.measures import losers, place
from batch_runs.replications.wang2024.outcomes import Episodes
from batch_runs.replications.wang2024.published import (
    LARGER_SAMPLE,
    LEARNED,
    PUBLISHED,
    SHOWN,
    TOTALS,
    rows_of,
    table_of,
)
from batch_runs.replications.wang2024.runs import (
    ACTIONS,
    HEURISTIC,
    IDLE,
    NUMBERS,
    RANDOM,
    RULES,
    Cell,
    kind_of,
    play,
    title,
    welfare,
)
from model.systems.grid import Grid
from tests.replications.twice import check_claims, check_report, check_second_start, run_twice


@pytest.fixture(scope="module")
def tiny(tmp_path_factory):
    """The quick replication with two seeds and without recorded episodes."""
    out, empty = tmp_path_factory.mktemp("wang2024"), tmp_path_factory.mktemp("empty")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(wang2024, "QUICK_SEEDS", 2)
        patch.setenv("CARBON_REPLAY", str(empty))
        return run_twice("wang2024", out)


@pytest.mark.replication
def test_every_claim_is_written_with_verdict_value_and_interval(tiny):
    check_claims(tiny.claims, STATEMENTS)


@pytest.mark.replication
def test_allocation_and_pollution_are_exact_whatever_enterprises_do(tiny):
    exact = {s.id for s in ALLOCATION}
    assert {c["id"] for c in tiny.claims if c["verdict"] == "reproduced"} >= exact
    for claim in tiny.claims:
        if claim["id"] in exact:
            assert claim["interval"] == [claim["value"]] * 2


@pytest.mark.replication
def test_the_heuristic_beats_random_and_idle_enterprises_even_with_two_seeds(tiny):
    value = {c["id"]: c["value"] for c in tiny.claims}
    assert value["B1"] > 200.0
    assert value["B3"] > 200.0


@pytest.mark.replication
def test_the_report_names_every_claim_and_every_figure_has_its_data(tiny):
    drawn = check_report(tiny, "episodes")
    assert "another population" in (tiny.out / "report.md").read_text()
    assert len(drawn) == 11


@pytest.mark.replication
def test_without_recorded_episodes_the_report_says_why_none_is_replayed(tiny):
    assert wang2024_replays.SKIPPED in (tiny.out / "report.md").read_text()
    assert wang2024_replays.SKIPPED in (tiny.out / "report.html").read_text()


@pytest.mark.replication
def test_a_second_start_plays_nothing_and_says_the_same(tiny):
    check_second_start(tiny)


@pytest.mark.replication
def test_another_table_would_be_noticed(tiny, monkeypatch):
    """One permit more in one table is not reproduced, and the worst rule is named."""
    cells = wang2024.cells(range(1, 3))
    done = [(cell, dict(np.load(tiny.out / "runs" / f"{cell.key}.npz"))) for cell in cells]
    changed = TOTALS | {("convex", "size"): (157, 16, 28)}
    monkeypatch.setattr(wang2024_measures, "TOTALS", changed)
    judged = {r.id: r for r in results(Episodes(done), [])}
    assert judged["A2"].verdict == "not reproduced"
    assert "convex SI" in judged["A2"].measured
    assert judged["A3"].verdict == "reproduced"


def test_rules_and_populations_of_one_seed_meet_the_same_enterprises():
    drawn = [
        Grid(Cell(*rule, population, 7).params, rng=7).firms.numbers.copy()
        for rule, population in ((RULES[0], HEURISTIC), (RULES[4], RANDOM), (RULES[8], IDLE))
    ]
    assert all(np.array_equal(drawn[0], other) for other in drawn[1:])


def test_welfare_under_another_coefficient_is_that_of_an_episode_played_with_it():
    values = {"schedule": "decreasing", "indicator": "size"}
    one, other = Grid(rng=3, **values), Grid(rng=3, climate_cost=0.05, **values)
    for model in (one, other):
        model.advance(500)
    assert one.firms.rows.shortfall.sum() > 1.0
    assert welfare(one, 0.05) == other.government.welfare > welfare(one, 0.2) > 0.0


def test_an_episode_is_the_same_again_and_adds_up():
    cell = Cell("convex", "benchmarking", HEURISTIC, 4)
    one, other = play(cell), play(cell)
    assert all(np.array_equal(one[part], other[part], equal_nan=True) for part in one)
    numbers = dict(zip(NUMBERS, one["numbers"]))
    assert one["actions"].sum() == pytest.approx(1.0)
    assert one["periods"][:, 0].sum() == numbers["properties"]
    settled, left = one["periods"][:-1, 1].sum(), one["periods"][-1, 1]
    assert settled == pytest.approx(numbers["shortfall settled"])
    assert left == pytest.approx(numbers["shortfall left"])


def test_idle_enterprises_do_nothing_and_keep_their_coins():
    found = play(Cell("flat", "size", IDLE, 1))
    numbers = dict(zip(NUMBERS, found["numbers"]))
    assert (numbers["coins"], numbers["emissions"], numbers["welfare at c_e 0.2"]) == (100.0, 0.0, 20.0)
    assert found["actions"].tolist() == [1.0, 0.0, 0.0, 0.0, 0.0, 0.0]


@pytest.mark.parametrize(
    ("action", "kind"),
    [
        (0, "no-op"),
        (1, "produce"),
        (2, "invest"),
        (3, "bid"),
        (first_ask(20) - 1, "bid"),
        (first_ask(20), "ask"),
        (first_move(20) - 1, "ask"),
        (first_move(20), "move"),
        (48, "move"),
    ],
)
def test_actions_are_counted_by_kind(action, kind):
    assert ACTIONS[kind_of(action, 20)] == kind


@pytest.mark.parametrize("rule", RULES, ids=title)
def test_the_published_tables_agree_with_each_other(rule):
    given, projects, lost = TOTALS[table_of(rule)]
    assert rows_of(rule).sum() == given
    assert given + projects + lost == 200
    assert len(PUBLISHED[title(rule)]) == len(SHOWN)
    assert title(rule) in LARGER_SAMPLE


def test_the_learned_government_is_fifth_and_sixth_of_the_published_ten():
    assert len(PUBLISHED) == 10
    assert LEARNED in PUBLISHED
    assert place("welfare at c_e 0.2")(None).startswith("It is number 5 of 10, behind decreasing SI 663")
    assert place("welfare at c_e 0.05")(None).startswith("It is number 6 of 10")


def test_only_what_the_paper_says_of_size_is_attributed_to_it():
    """Figure 3 shows size alone, and the text does not compare convex with decreasing."""
    assert {one.id for one in SCHEDULING if one.source == "Wang2024"} == {"S1 SI", "S2 SI"}
    assert {one.source for one in SCHEDULING} == {"Wang2024", "own question"}


def test_a_failure_of_scripted_enterprises_names_the_trained_ones_of_the_source():
    failing = [
        replace(one, judge=lambda runs: judge(exact(-1.0, 1)), facts=lambda runs: "")
        for one in SCHEDULING
        if not one.id.startswith("S4")
    ]
    failed = judge_all(failing, None, "Wang2024")
    assert len(failed) == 9
    assert all("trained its own enterprises" in one.why for one in failed)


def test_tables_and_the_largest_emission_are_no_evidence():
    marked = {one.id: one for one in ALLOCATION}
    assert {name for name, one in marked.items() if one.by_construction} == {"A1", "P2"}
    assert all(one.by_construction or one.follows_from for one in marked.values())


def test_reasons_name_the_rules_under_which_a_population_loses():
    utilities = {rule: {RANDOM: 5.0 + 10.0 * (rule != RULES[2]), IDLE: 10.0} for rule in RULES}
    episodes = SimpleNamespace(of=lambda number, rule, who: np.full(2, utilities[rule][who]))
    assert losers(RANDOM, IDLE)(episodes) == f"Below under: {title(RULES[2])} (-5)."


@pytest.mark.replication
def test_a_recorded_episode_is_replayed_exactly():
    found = wang2024_replays.recorded()
    if not found:
        pytest.skip(wang2024_replays.SKIPPED)
    compared = wang2024_replays.compare(found[0])
    assert compared["agrees"]
    assert compared["numbers"][:2].tolist() == [500, 500]
