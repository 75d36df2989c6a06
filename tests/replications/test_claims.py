"""Verdicts follow from one rule."""

import math

import pytest

from batch_runs.replications.common.claims import Range, Result, judge, judge_everywhere, score
from batch_runs.replications.common.statistics import Estimate


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
