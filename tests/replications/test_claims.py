"""Verdicts follow from one rule."""

import math

import pytest

from batch_runs.replications.common.claims import (
    CONTRADICTED,
    IMPOSSIBLE,
    ONLY_UNDER,
    UNDECIDED,
    Near,
    Range,
    Result,
    Statement,
    counted,
    judge,
    judge_everywhere,
    results,
    score,
)
from batch_runs.replications.common.evidence import mark, settle
from batch_runs.replications.common.statistics import Estimate, exact, mean, share
from batch_runs.replications.common.verdicts import (
    agreements,
    claims_as_objects,
    claims_as_rows,
    claims_table,
    failures,
    score_distribution,
    sources_of,
    tally,
    verdicts_by_group,
)


def estimate(value, half):
    return Estimate(value, value - half, value + half, 30)


@pytest.mark.parametrize(
    ("value", "half", "verdict"),
    [
        (2.0, 1.0, "reproduced"),
        (2.0, 3.0, "weak"),
        (2.0, 2.0, "weak"),  # the interval touches zero
        (0.0, 0.0, "not reproduced"),
        (-2.0, 3.0, "not reproduced"),
        (math.inf, 0.0, "not reproduced"),
    ],
)
def test_a_difference_must_be_above_zero_with_its_interval(value, half, verdict):
    assert judge(estimate(value, half)).verdict == verdict


@pytest.mark.parametrize(
    ("value", "half", "verdict"),
    [(0.05, 0.04, "reproduced"), (0.05, 0.06, "weak"), (-0.05, 0.06, "weak"), (0.11, 0.5, "not reproduced")],
)
def test_a_tolerance_must_hold_the_whole_interval(value, half, verdict):
    assert judge(estimate(value, half), Range(-0.1, 0.1)).verdict == verdict


def test_an_open_ended_range_minds_only_its_lower_end():
    assert judge(Estimate(1.0, 0.9, math.inf, 1), Range(0.8)).verdict == "reproduced"


def test_everywhere_means_at_the_worst_point():
    points = {0.8: estimate(5.0, 1.0), 0.9: estimate(1.0, 2.0), 1.0: estimate(0.5, 0.1)}
    judgement = judge_everywhere(points)
    assert (judgement.verdict, judgement.at) == ("weak", 0.9)


def test_one_wrong_sign_is_enough():
    points = {0.8: estimate(5.0, 1.0), 0.9: estimate(-0.1, 2.0), 1.0: estimate(0.1, 0.5)}
    judgement = judge_everywhere(points)
    assert (judgement.verdict, judgement.at) == ("not reproduced", 0.9)


def test_a_weak_claim_counts_half():
    verdicts = ("reproduced", "weak", "not reproduced")
    assert score([Result("1", "", "", v, 0.0, (0.0, 0.0), 2) for v in verdicts]) == 1.5


def test_no_place_is_the_worst_where_all_are_the_same():
    assert judge_everywhere({"a": estimate(1.0, 0.1), "b": estimate(1.0, 0.1)}).at == ""
    assert judge_everywhere({"a": estimate(1.0, 0.1), "b": estimate(0.5, 0.1)}).at == "b"


def test_a_failing_statement_reports_number_facts_and_reason():
    """The runs are the number itself here."""
    about = {"facts": lambda number: f"Twice that: {2 * number}.", "reason": "It is small."}
    statement = Statement(
        "1", "it is large", lambda number: judge(estimate(number, 0.1)), "number", "t", **about
    )
    [failed], [held] = (results([statement], number, "source") for number in (-3.0, 3.0))
    assert failed.why == "Measured: -3. Twice that: -6.0. It is small."
    assert held.why == ""
    assert (held.claim, held.value, held.unit, held.source) == ("it is large", 3.0, "t", "source")
    assert held.interval == pytest.approx((2.9, 3.1))


def test_the_sources_are_listed_with_their_claims():
    statements = [
        about(judge(estimate(3.0, 1.0)), id=k, source=of) for k, of in (("1", "A"), ("2", "B"), ("3", "A"))
    ]
    assert sources_of(results(statements, None, "source")) == "Sources. A: 1, 3; B: 2."


def test_a_statement_names_its_own_source_and_the_worst_place():
    everywhere = {"here": estimate(2.0, 1.0), "there": estimate(1.0, 0.5)}
    statement = Statement("1", "", lambda runs: judge_everywhere(everywhere), "number", source="ours")
    [found] = results([statement], None, "theirs")
    assert (found.source, found.measured) == ("ours", "number; worst: there")


def test_a_claim_used_to_infer_never_counts_as_reproduced():
    about = {"measured": "number", "used_to_infer": True}
    statement = Statement("1", "it is large", lambda number: judge(estimate(number, 0.1)), **about)
    (met,), (missed,) = (results([statement], number, "source") for number in (3.0, -3.0))
    assert met.verdict == missed.verdict == "used to infer"
    assert met.why == "No evidence; by the rule alone: reproduced."
    assert missed.why == "No evidence; by the rule alone: not reproduced. Measured: -3."
    assert score([met, missed]) == 0.0


def test_claims_used_to_infer_are_counted_apart():
    held = Result("2", "s", "two", "reproduced", 2.0, (1.0, 3.0), 5)
    used = Result("1", "s", "one", "used to infer", 2.0, (1.0, 3.0), 5)
    assert tally([held]) == "Of 1 claims 1 are reproduced, 0 weakly, 0 not: a score of 1."
    assert tally([held, used]).startswith(tally([held]) + " 1 more were used to infer")


GROUPS = {
    "main": [Result("1", "s", "one", "reproduced", 2.0, (1.0, 3.0), 5)],
    "other": [
        Result("1", "s", "one", "weak", 0.5, (-1.0, 2.0), 5),
        Result("2", "s", "two", "not reproduced", -1.0, (-2.0, 0.0), 5),
    ],
}


def test_a_claim_counts_in_the_first_group_that_judges_it():
    assert [(r.id, r.verdict) for r in counted(GROUPS)] == [("1", "reproduced"), ("2", "not reproduced")]


def test_claims_have_a_verdict_in_every_group():
    one, two = claims_as_objects(GROUPS, "reading")
    assert one["readings"] == {"main": "reproduced", "other": "weak"}
    assert two["readings"] == {"other": "not reproduced"}
    assert set(claims_as_objects(GROUPS)[0]) == set(one) - {"readings"}


def test_rows_of_claims_have_the_ends_of_their_intervals():
    rows = claims_as_rows(GROUPS, "reading")
    assert rows.reading.tolist() == ["main", "other", "other"]
    assert rows[["low", "high"]].values.tolist() == [[1.0, 3.0], [-1.0, 2.0], [-2.0, 0.0]]


def test_the_table_by_group_leaves_open_what_a_group_does_not_judge():
    table = verdicts_by_group("", GROUPS, {"main": "Main", "other": "Other"})
    assert table.columns == ("id", "claim", "Main", "value", "Other", "value")
    assert table.rows[1] == ("2", "two", "", "", "not reproduced", -1.0)
    assert table.rows[-1] == ("", "score", 1.0, "", 0.5, "")


# -- near a number -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("value", "half", "verdict"),
    [
        (0.926, 0.015, "not reproduced"),  # [0.911, 0.941]
        (0.892, 0.034, "reproduced"),  # [0.858, 0.926]
        (0.90, 0.0, "reproduced"),
        (0.95, 0.05, "reproduced"),  # 0.90 is its end
        (0.95, math.inf, "weak"),  # a single population
    ],
)
def test_near_a_number_is_judged_by_whether_the_interval_contains_it(value, half, verdict):
    judgement = judge(estimate(value, half), Near(0.90))
    assert (judgement.verdict, judgement.p) == (verdict, None)


def test_rounding_of_printed_numbers_widens_the_interval():
    assert judge(estimate(2829.2, 0.0), Near(2830.0)).verdict == "not reproduced"
    assert judge(estimate(2829.2, 0.0), Near(2830.0, 1.0)).verdict == "reproduced"
    assert judge(estimate(2828.5, 0.4), Near(2830.0, 1.0)).verdict == "not reproduced"


def test_near_at_every_place_is_judged_at_the_farthest_one():
    places = {"a": estimate(1.0, 0.3), "b": estimate(1.5, 0.2), "c": estimate(1.4, 0.1)}
    judgement = judge_everywhere(places, Near(1.2))
    assert (judgement.verdict, judgement.at) == ("not reproduced", "b")


# -- single populations ------------------------------------------------------------------------------------------


def about(judged, id="1", **more):
    return Statement(id, "it is large", lambda runs: judged, "number", **more)


def judge_one(judged, **more):
    [found] = results([about(judged, **more)], None, "source")
    return found


def test_the_share_of_single_populations_stands_beside_the_mean():
    assert judge_one(judge(mean([3.0, -1.0, 2.0, 4.0]))).share == 0.75
    assert judge_one(judge(mean([3.0, math.nan, -2.0, 4.0]))).share == pytest.approx(2 / 3)
    assert judge_one(judge(mean([0.05, 0.2]), Range(-0.1, 0.1))).share == 0.5


def test_a_single_population_must_meet_a_claim_about_every_place():
    places = {"a": mean([1.0, 1.0, -1.0, math.nan]), "b": mean([1.0, -1.0, 1.0, 2.0])}
    assert judge_one(judge_everywhere(places)).held == (True, False, False, True)


@pytest.mark.parametrize("judged", [judge(share([True, False]), Range(0.4)), judge(exact(1.0, 5))])
def test_shares_and_exact_numbers_say_nothing_about_one_population(judged):
    assert judge_one(judged).share is None


# -- multiplicity ------------------------------------------------------------------------------------------------


def test_the_verdict_and_the_probability_of_error_agree():
    assert judge(mean([1.0, 2.0, 3.0])).p == pytest.approx(0.0742, abs=1e-4)  # t = 2 / 0.577 = 3.46
    assert judge(mean([1.0, 2.0, 3.0])).verdict == "weak"
    assert judge(mean([1.0, 2.0, 3.0, 2.0])).p < 0.05
    assert judge(mean([-1.0, -2.0])).p == 1.0
    assert judge(exact(1.0, 5)).p is None


def test_everywhere_has_the_largest_probability_of_error():
    places = {"a": mean([1.0, 2.0, 3.0]), "b": mean([10.0, 20.0, 30.0, 20.0])}
    assert judge_everywhere(places).p == judge(places["a"]).p


def tried(id, p, **more):
    return Result(id, "s", id, "reproduced", 1.0, (0.5, 1.5), 5, p=p, **more)


def test_only_independent_claims_share_the_probability_of_error():
    found = [
        tried("1", 0.01),
        tried("2", 0.04),
        tried("3", 0.001, follows_from="1"),
        tried("4", 0.001, by_construction=True),
        tried("5", None),
    ]
    assert [r.p_holm for r in settle({"main": found})["main"]] == [0.02, 0.04, None, None, None]


def test_a_consequence_that_holds_alone_is_evidence():
    weak = Result("1", "s", "", "weak", 1.0, (-0.5, 1.5), 5)
    found = [weak, tried("2", 0.01, follows_from="1"), tried("3", 0.01, follows_from="2")]
    assert [r.follows_from for r in settle({"main": found})["main"]] == ["", "", "2"]


def test_the_tally_counts_independent_claims_apart():
    found = [tried("1", 0.01), tried("2", 0.04, follows_from="1"), tried("3", 0.001, by_construction=True)]
    text = tally(settle({"main": found})["main"])
    assert "3 claims, 1 of them independent: 1 hold by construction, 1 follow from others" in text
    assert "Of the independent ones 1 are reproduced, 0 weakly, 0 not." in text
    assert "(Holm), 1 of 1 independent claims with an interval hold" in text


def test_marks_name_statements_that_exist():
    statements = (about(None, "1"), about(None, "2"), about(None, "3"))
    marked = mark(statements, {"2": "1"}, ("3",))
    assert [(one.follows_from, one.by_construction) for one in marked] == [
        ("", False),
        ("1", False),
        ("", True),
    ]
    with pytest.raises(ValueError, match="no statement 4"):
        mark(statements, {"2": "4"})


def test_claims_that_follow_are_shown_with_how_often_both_agree():
    first = judge_one(judge(mean([1.0, 2.0, -1.0, 3.0])), id="1")
    second = judge_one(judge(mean([1.0, 2.0, 1.0, 3.0])), id="2", follows_from="1")
    [row] = agreements([first, second]).rows
    assert row[-1] == "75 %"
    table = claims_table("", [first, second], "n")
    at = table.columns.index("evidence")
    assert [row[at] for row in table.rows] == ["", "follows from 1"]


# -- kinds of failure --------------------------------------------------------------------------------------------


def failed_and_held(**more):
    fails = results([about(judge(estimate(-3.0, 1.0)), **more)], None, "source")
    holds = results([about(judge(estimate(3.0, 1.0)), **more)], None, "source")
    return fails, holds


def test_a_failure_under_all_readings_is_a_contradiction():
    fails, _ = failed_and_held()
    [found] = settle({"main": fails, "other": fails})["main"]
    assert (found.failure, found.holds_under) == (CONTRADICTED, ())


@pytest.mark.parametrize(
    ("value", "half", "kind"), [(-3.0, 1.0, CONTRADICTED), (-0.5, 1.0, UNDECIDED), (-1.0, 1.0, CONTRADICTED)]
)
def test_a_failure_is_undecided_while_its_interval_reaches_into_the_range(value, half, kind):
    """Above zero: from -1.5 to 0.5 it may still be; from -2 to 0 it is not."""
    [found] = results([about(judge(estimate(value, half)))], None, "source")
    assert found.failure == kind
    [beyond] = results([about(judge(estimate(value, half), Range(-9.0, -5.0)))], None, "source")
    assert beyond.failure == CONTRADICTED


@pytest.mark.parametrize(
    ("places", "undecided"),
    [
        ({"a": estimate(-5.0, 10.0), "b": estimate(3.0, 1.0)}, True),
        ({"a": estimate(-5.0, 10.0), "b": estimate(-1.0, 2.0)}, True),
        (
            {"a": estimate(-5.0, 10.0), "b": estimate(-1.0, 0.1)},
            False,
        ),  # b decides, though a has the lower mean
        ({"a": estimate(1.0, 2.0), "b": estimate(3.0, 1.0)}, False),  # weak, no failure
    ],
)
def test_one_place_outside_the_range_with_its_whole_interval_contradicts(places, undecided):
    judgement = judge_everywhere(places)
    assert judgement.undecided == undecided
    assert judgement.at == "a"


def test_a_claim_of_nearness_is_contradicted_however_wide_its_interval():
    [found] = results([about(judge(estimate(0.80, 0.09), Near(0.90)))], None, "source")
    assert found.failure == CONTRADICTED


def test_an_undecided_failure_that_another_reading_reproduces_holds_under_that():
    fails = results([about(judge(estimate(-0.5, 1.0)))], None, "source")
    holds = results([about(judge(estimate(3.0, 1.0)))], None, "source")
    assert settle({"main": fails, "other": holds})["main"][0].failure == ONLY_UNDER


def test_a_failure_that_another_reading_reproduces_names_it():
    fails, holds = failed_and_held()
    settled = settle({"main": fails, "other": holds, "third": fails})
    assert (settled["main"][0].failure, settled["main"][0].holds_under) == (ONLY_UNDER, ("other",))
    assert settled["other"][0].failure == ""
    [table] = failures(settled["main"]).parts
    assert table.rows[0][2] == "holds under another reading only: other"


def test_another_reading_within_the_same_runs_is_asked_if_a_claim_fails():
    readings = {
        "alone": lambda runs: judge(estimate(3.0, 1.0)),
        "pairs": lambda runs: judge(estimate(1.0, 2.0)),
    }
    fails, _ = failed_and_held(elsewhere=readings)
    [found] = settle({"main": fails})["main"]
    assert (found.failure, found.holds_under) == (ONLY_UNDER, ("alone",))


def test_a_failure_that_the_source_rules_out_tells_the_computation():
    fails, _ = failed_and_held(impossible=lambda runs: "3 is more than 2.")
    [found] = settle({"main": fails})["main"]
    assert found.failure == IMPOSSIBLE
    assert "3 is more than 2." in found.why


def test_a_claim_that_the_source_rules_out_has_no_kind_of_failure_where_it_holds():
    _, holds = failed_and_held(impossible=lambda runs: "3 is more than 2.")
    assert (holds[0].failure, holds[0].why) == ("", "")


# -- readings ----------------------------------------------------------------------------------------------------


def test_scores_of_all_readings_are_listed_best_first():
    one, half, none = (
        [Result("1", "s", "", v, 0.0, (0.0, 0.0), 2)] for v in ("reproduced", "weak", "not reproduced")
    )
    text = score_distribution(
        {"a": half, "b": one, "c": none}, {"a": "main", "b": "literal", "c": "penalty"}, "a"
    )
    assert "literal 1, main 0.5, penalty 0" in text
    assert "lowest 0, median 0.5, highest 1. The main reading is number 2" in text


def test_written_claims_have_the_new_fields():
    judged = settle({"main": [tried("1", 0.01, follows_from="2", share=0.5, held=(True, False))]})
    [claim] = claims_as_objects(judged)
    assert (claim["follows_from"], claim["independent"], claim["share"]) == ("2", False, 0.5)
    assert "held" not in claim
    assert claims_as_rows(judged).loc[0, "share"] == 0.5
