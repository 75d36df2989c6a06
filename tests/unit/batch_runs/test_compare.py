"""Comparison of policies: how they are typed, that runs are those of `carbon run`, and what the page says."""

import re

import numpy as np
import pandas as pd
import pytest

from batch_runs.comparison.numbers import is_clear, with_interval
from batch_runs.comparison.page import page
from batch_runs.comparison.policies import differences, other_firms, read_policies, read_policy
from batch_runs.comparison.results import HEADLINES, Comparison
from batch_runs.comparison.runs import course_of, edges, plan
from batch_runs.replications.common.statistics import Estimate, exact, mean
from batch_runs.usage import UsageError
from batch_runs.work.single import play
from learning.knobs import ParameterError
from model.base import SYSTEMS
from model.metrics import METRICS
from model.systems.learning_bidders import LearningBidders

WORDS = ["one price: learning_bidders", "floor: learning_bidders reserve_price=2.5", "phi=0.8"]
RUN = ("--seeds", 3, "--periods", 60, "--window", 20, "--workers", 1)


def compared(words=tuple(WORDS), seeds=3, periods=60, window=20):
    """`Comparison` played in this process."""
    policies = read_policies(list(words))
    jobs = plan(policies, range(seeds), periods, window)
    return Comparison.of(policies, jobs, [course_of(job) for job in jobs])


@pytest.fixture(scope="module")
def comparison():
    return compared()


@pytest.fixture
def no_charts(monkeypatch):
    """Leave out the charts, which take a second."""
    monkeypatch.setattr("batch_runs.comparison.page.draw", lambda *which, **more: "")


def test_policies_are_typed_as_for_run_and_share_what_is_outside_quotes():
    one, floor = read_policies(WORDS)
    assert (one.name, one.params.phi, one.params.reserve_price) == ("one price", 0.8, 0.5)
    assert (floor.name, floor.params.phi, floor.params.reserve_price) == ("floor", 0.8, 2.5)
    assert differences([one, floor]) == {"reserve_price": (0.5, 2.5)}
    assert read_policy("learning_bidders phi=0.9").name == "learning_bidders phi=0.9"


def test_settings_of_parts_that_only_some_policies_use_are_implied():
    policies = read_policies(["learning_bidders", "learning_bidders auction=vcg"])
    assert list(differences(policies)) == ["auction"]


def test_policies_that_change_the_firms_are_named():
    assert other_firms(read_policies(["learning_bidders", "a: learning_bidders n_firms=3"])) == ["n_firms"]
    assert other_firms(read_policies(WORDS)) == []


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["learning_bidders"], "1 policies: name at least two"),
        (
            ["learning_bidders", "phi=0.8", "phi=0.9"],
            "phi is given twice: phi=0.8 and phi=0.9; write what one policy",
        ),
        (["learning_bidders", "two_tier"], "must be one system"),
        (["learning_bidders", "learning_bidders"], "the same name"),
        (["learning_bidders", "learning_bidder"], "did you mean 'learning_bidders'"),
        (["learning_bidders", "a: learning_bidders grid"], "must be one system or scenario"),
    ],
)
def test_wrong_policies_are_named(words, message):
    with pytest.raises(UsageError, match=message):
        read_policies(words)


def test_a_value_that_is_not_allowed_is_found_before_anything_is_run():
    with pytest.raises(ParameterError, match="phi = -1"):
        read_policies(["learning_bidders", "learning_bidders phi=-1"])


def test_the_numbers_of_a_run_are_those_of_carbon_run(comparison):
    expected = play(LearningBidders(phi=0.8, reserve_price=2.5, rng=1), 60, 20)
    found = dict(zip(LearningBidders.metrics, comparison.means[1, 1], strict=True))
    assert found == pytest.approx(expected, nan_ok=True, rel=1e-12)


def test_a_course_is_the_mean_between_its_points():
    """250 periods in 119 points: the mean of all points, weighted by their lengths, is that of the run."""
    found = compared(WORDS, seeds=1, periods=250, window=250)
    lengths = np.diff([0, *found.period])
    assert lengths.sum() == 250 and len(lengths) < 121
    prices = found.course_of(METRICS["clearing_price"], 1)[0]
    assert (lengths * prices).sum() / 250 == pytest.approx(found.sample(METRICS["clearing_price"], 1)[0])


def test_points_never_cross_the_beginning_of_the_window():
    for periods, window in ((40, 40), (10_000, 100), (7, 1), (1, 1)):
        ends = edges(periods, window)
        assert ends[0] == 0 and ends[-1] == periods and periods - window in ends


def test_differences_are_paired_by_seed(comparison):
    price = METRICS["clearing_price"]
    pairs = comparison.sample(price, 1) - comparison.sample(price, 0)
    assert comparison.difference(price, 1)[:3] == mean(pairs)[:3]
    assert is_clear(comparison.difference(price, 1))


def test_policies_meet_the_same_firms_with_the_same_chance(no_charts):
    """A policy compared with itself under another name: no difference in any metric, in no seed."""
    found = compared(["a: learning_bidders", "b: learning_bidders"], seeds=2)
    assert np.array_equal(found.course[0], found.course[1], equal_nan=True)
    assert "nothing differs clearly" in page(found)


def test_the_page_answers_each_question_that_the_system_can(comparison):
    html = page(comparison, "carbon compare …")
    assert set(comparison.headlines) < set(HEADLINES)
    for question, metric in comparison.headlines.items():
        assert f"<td>{question}, {metric.unit}" in html or f"<td>{question}<br>" in html
    assert html.count("<svg") == 2 * len(comparison.headlines)
    said = re.search(r"<p><strong>floor</strong> instead of one price: (.*?)</p>", html)[1]
    difference = comparison.difference(METRICS["clearing_price"], 1)
    assert said.startswith(f"Price {with_interval(difference, sign=True).split(' [')[0]} €/t")
    assert "<td>reserve_price</td><td>0.5</td><td>2.5</td>" in html
    assert "<script" not in html and "http" not in html.replace("http://www.w3.org", "")


def test_names_are_text_on_the_page(no_charts):
    found = compared(["a<b: learning_bidders", "learning_bidders"], seeds=1, periods=2, window=2)
    assert "<strong>a<b" not in page(found) and "a&lt;b" in page(found)


@pytest.mark.parametrize("system", SYSTEMS)
def test_every_system_has_an_answer_to_some_question(system):
    known = {name for names in HEADLINES.values() for name in names}
    assert known & set(SYSTEMS[system].metrics)


def test_digits_follow_the_interval():
    assert with_interval(Estimate(1234.567, 1230.0, 1239.0, 5)) == "1,234.6 [1,230.0, 1,239.0]"
    assert with_interval(Estimate(0.00123, 0.0011, 0.0014, 5), sign=True) == "+0.00123 [+0.00110, +0.00140]"
    assert with_interval(exact(0.0, 5), sign=True) == "0"
    assert with_interval(mean([2.5])) == "2.500"


def test_the_command_writes_a_page_and_plays_only_what_is_missing(carbon, tmp_path, no_charts):
    done = carbon("compare", *WORDS, *RUN, "--out", tmp_path)
    assert done.code == 0 and "2 policies, 3 seeds" in done.out
    table = pd.read_csv(tmp_path / "runs.csv")
    assert table[["policy", "seed"]].values.tolist() == [
        [p, s] for p in ("one price", "floor") for s in range(3)
    ]
    first = {file.name: file.stat().st_mtime_ns for file in (tmp_path / "runs").iterdir()}
    more = ("--seeds", 4, *RUN[2:])
    assert carbon("compare", *WORDS, *more, "--out", tmp_path).code == 0
    now = {file.name: file.stat().st_mtime_ns for file in (tmp_path / "runs").iterdir()}
    assert len(first) == 6 and len(now) == 8 and first.items() <= now.items()
    assert "seeds 0 to 3" in (tmp_path / "index.html").read_text()


def test_a_folder_that_cannot_be_written_is_named_before_anything_is_run(carbon, tmp_path):
    (tmp_path / "file").touch()
    done = carbon("compare", *WORDS, *RUN, "--out", tmp_path / "file")
    assert done.code == 2 and "cannot be written" in done.err
