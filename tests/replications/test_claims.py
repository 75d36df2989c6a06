"""Verdicts follow from one rule."""

import math

import pytest

from batch_runs.replications.common.claims import (
    Range,
    Result,
    Statement,
    counted,
    judge,
    judge_everywhere,
    results,
    score,
)
from batch_runs.replications.common.statistics import Estimate
from batch_runs.replications.common.verdicts import (
    claims_as_objects,
    claims_as_rows,
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
