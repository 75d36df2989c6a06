"""Means, intervals, slopes and crossings against numbers worked by hand or taken from tables."""

import math

import numpy as np
import pytest

from batch_runs.replications.common.statistics import (
    crossed,
    crossing,
    exact,
    holm,
    mean,
    p_value,
    paired,
    relative_change,
    resampled,
    share,
    slopes,
    t_quantile,
)


@pytest.mark.parametrize(
    ("freedom", "tabulated"), [(1, 12.706), (2, 4.303), (4, 2.776), (9, 2.262), (29, 2.045), (200, 1.972)]
)
def test_t_quantiles_are_those_of_the_tables(freedom, tabulated):
    assert t_quantile(freedom) == pytest.approx(tabulated, abs=5e-4)


def test_mean_of_three_numbers_by_hand():
    # mean 2, standard deviation 1, t(2) = 4.3027: half width 4.3027 / sqrt(3)
    estimate = mean([1.0, 2.0, 3.0])
    assert estimate.value == 2.0
    assert estimate.high - 2.0 == pytest.approx(4.30265 / math.sqrt(3), rel=1e-5)
    assert estimate.n == 3


def test_a_crossed_mean_by_hand():
    # populations 1 and 3, cases -1 and 1, nothing left: variance 2 / 2 + 2 / 2, t(1) = 12.706
    estimate = crossed([[0.0, 2.0], [2.0, 4.0]])
    assert estimate.value == 2.0
    assert estimate.high - 2.0 == pytest.approx(12.7062 * math.sqrt(2.0), rel=1e-5)
    assert (estimate.n, estimate.sample) == (2, (1.0, 3.0))


def test_a_crossed_mean_is_uncertain_by_populations_and_by_cases():
    rng = np.random.default_rng(1)
    noise, cases = 0.01 * rng.standard_normal((3, 200)), rng.standard_normal(200)
    assert crossed(noise).high < 0.01
    by_case = crossed(noise + cases)
    assert by_case.high - by_case.value == pytest.approx(t_quantile(2) / math.sqrt(200), rel=0.15)
    by_population = crossed(noise + np.array([[0.0], [1.0], [2.0]]))
    assert by_population.high - by_population.value == pytest.approx(t_quantile(2) / math.sqrt(3), rel=0.05)


def test_a_crossed_mean_covers_the_truth_as_often_as_it_says():
    """Populations and cases both vary; 300 designs of 4 x 12."""
    rng, held = np.random.default_rng(2), 0
    for _ in range(300):
        sample = rng.standard_normal((4, 1)) + 2.0 * rng.standard_normal(12) + rng.standard_normal((4, 12))
        low, high = crossed(sample)[1:3]
        held += low < 0.0 < high
    assert 0.93 < held / 300 < 1.0


def test_a_crossed_mean_of_one_population_has_no_ends_and_of_one_case_is_a_mean():
    assert crossed([[1.0, 2.0]])[:4] == (1.5, -math.inf, math.inf, 1)
    assert crossed([[1.0], [2.0], [3.0]])[:4] == mean([1.0, 2.0, 3.0])[:4]


def test_numbers_that_do_not_exist_are_left_out():
    assert mean([1.0, math.nan, 3.0])[:5] == mean([1.0, 3.0])[:5]
    assert mean([1.0, math.nan, 3.0]).sample == pytest.approx((1.0, math.nan, 3.0), nan_ok=True)


def test_one_population_has_an_unbounded_interval():
    assert mean([4.0]) == (4.0, -math.inf, math.inf, 1, "t", (4.0,))


def test_no_population_is_an_error():
    with pytest.raises(ValueError, match="at least one population"):
        mean([math.nan])


@pytest.mark.parametrize(
    ("happened", "cases", "low", "high"),
    [(81, 263, 0.2553, 0.3662), (15, 148, 0.0624, 0.1605), (0, 20, 0.0, 0.1611), (1, 29, 0.0061, 0.1718)],
)
def test_score_intervals_of_shares_are_those_of_a_published_comparison(happened, cases, low, high):
    """Newcombe, Statistics in Medicine 17, 1998, Table I."""
    estimate = share([True] * happened + [False] * (cases - happened))
    assert estimate[:4] == pytest.approx((happened / cases, low, high, cases), abs=5e-5)


def test_a_share_leaves_out_cases_in_which_nothing_can_happen():
    assert share([1.0, math.nan, 0.0]) == share([True, False])
    with pytest.raises(ValueError, match="at least one case"):
        share([math.nan])


def test_pairing_removes_what_populations_share():
    shared = np.array([10.0, 50.0, 90.0])
    estimate = paired(shared + 1.0, shared)
    assert estimate[:4] == (1.0, 1.0, 1.0, 3)


def test_intervals_cover_the_truth_in_95_of_100_samples():
    samples = np.random.default_rng(1).normal(size=(2000, 5))
    covered = [e.low < 0.0 < e.high for e in map(mean, samples)]
    assert np.mean(covered) == pytest.approx(0.95, abs=0.015)


def test_slope_of_a_line_is_its_slope():
    x = np.array([0.8, 0.9, 1.0])
    assert slopes([3.0 - 2.0 * x, 5.0 + 0.0 * x], x) == pytest.approx([-2.0, 0.0])


def test_relative_change_is_a_share_of_the_mean():
    # from 90 to 110 around a mean of 100
    assert relative_change([[90.0, 100.0, 110.0]], np.array([0.8, 0.9, 1.0])) == pytest.approx([0.2])


def test_crossing_is_interpolated():
    assert crossing([0.8, 0.9, 1.0], [2.0, 1.0, -1.0]) == pytest.approx(0.95)


def test_a_curve_always_above_or_below_does_not_cross():
    assert crossing([0.8, 0.9], [1.0, 2.0]) == math.inf
    assert crossing([0.8, 0.9], [-1.0, 0.0]) == -math.inf


def test_rising_through_zero_is_no_crossing():
    assert crossing([0.8, 0.9, 1.0], [-1.0, 1.0, 1.0]) == math.inf


def test_bootstrap_is_repeatable_and_holds_the_estimate():
    x = np.array([0.8, 0.9, 1.0])
    curves = np.array([1.0, 0.2, -1.0]) + 0.1 * np.random.default_rng(2).normal(size=(20, 3))

    def cross(curve):
        return crossing(x, curve)

    estimate = resampled(cross, curves)
    assert estimate == resampled(cross, curves)
    assert estimate.low < estimate.value < estimate.high


@pytest.mark.parametrize(("t", "p"), [(12.706, 0.05), (1.0, 0.5), (63.657, 0.01)])
def test_the_probability_of_error_of_a_mean_is_that_of_the_t_table(t, p):
    """Two populations, 0 and 2: mean 1, standard error 1, one degree of freedom."""
    assert p_value(mean([0.0, 2.0]), 1.0 - t) == pytest.approx(p, abs=5e-5)
    assert p_value(mean([0.0, 2.0]), 1.0 + t) == pytest.approx(p, abs=5e-5)


def test_the_probability_of_error_of_a_share_is_that_of_the_score_test():
    # 18 of 20 against 0.5: z = 0.4 / sqrt(0.25 / 20) = 3.578, tails 0.000346
    assert p_value(share([True] * 18 + [False] * 2), 0.5) == pytest.approx(0.000346, abs=1e-6)


@pytest.mark.parametrize(
    "estimate",
    [
        mean([1.0, 2.0, 4.0]),
        share([True] * 7 + [False] * 3),
        resampled(lambda row: row[0], [[1.0], [2.0], [4.0], [8.0]]),
    ],
)
def test_the_end_of_an_interval_has_an_error_of_5_percent(estimate):
    assert p_value(estimate, estimate.low) == pytest.approx(0.05, abs=1e-6)
    assert p_value(estimate, estimate.high) == pytest.approx(0.05, abs=1e-6)


def test_errors_of_numbers_without_spread_or_with_a_single_population():
    assert p_value(exact(1.0, 3), 0.0) == p_value(mean([1.0, 1.0]), 0.0) == 0.0
    assert p_value(mean([1.0]), 0.0) == p_value(mean([1.0, 3.0]), 2.0) == 1.0
    assert p_value(mean([1.0, 3.0]), math.inf) == 0.0


def test_holm_by_hand():
    # sorted .005, .01, .03, .04 times 4, 3, 2, 1: .02, .03, .06, .04, and none less than the one before
    assert holm([0.01, 0.04, 0.03, 0.005]) == pytest.approx([0.03, 0.06, 0.06, 0.02])
    assert holm([0.5, 0.9]) == [1.0, 1.0]
    assert holm([]) == []


def test_single_populations_of_a_resampled_statistic():
    assert resampled(lambda row: row.sum(), [[1.0, 2.0], [3.0, 4.0]]).sample == (3.0, 7.0)
