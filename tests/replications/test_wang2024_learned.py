"""The replication of [Wang2024] with learning: end to end on small grids, resumed, and its judges on made-up scores."""

import numpy as np
import pytest

from batch_runs.replications.common.claims import Range, results
from batch_runs.replications.wang2024_learned import replication as wang2024_learned
from batch_runs.replications.wang2024_learned.claims import STATEMENTS
from batch_runs.replications.wang2024_learned.measures import (
    SI,
    alignment,
    change,
    government_above,
    lead,
    level,
    over_rules,
    strangers_lead,
    under_every_rule,
)
from batch_runs.replications.wang2024_learned.outcomes import Outcomes
from batch_runs.replications.wang2024_learned.runs import (
    ADAPTED,
    APART,
    FULL,
    HEURISTIC,
    LEADER,
    LEARNED,
    MEETINGS,
    NUMBERS,
    TOGETHER,
    Extent,
    Match,
    Training,
    learn,
    matches,
    play,
    policies_of,
    trainings,
)
from model.envs.grid_episodes import FIRST
from model.envs.grid_governments import RULES
from tests.replications.twice import check_claims, check_report, check_second_start, run_twice

SMALL = Extent(
    seeds=2,
    worlds=3,
    training={
        "worlds": 3,
        "updates": 2,
        "adapting": 2,
        "government_worlds": 2,
        "government_updates": 2,
    },
    search={"population": 6, "generations": 2},
    grid={"episode": 60, "period_length": 20, "height": 12, "width": 12, "n_firms": 3},
)
"""Seconds: three enterprises for three short periods."""
WELFARE = "welfare at c_e 0.2, last step included"


@pytest.fixture(scope="module")
def tiny(tmp_path_factory):
    """The quick replication on small grids, run twice."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(wang2024_learned, "QUICK", SMALL)
        return run_twice("wang2024_learned", tmp_path_factory.mktemp("wang2024_learned"))


@pytest.mark.replication
def test_every_claim_is_written_with_verdict_value_and_interval(tiny):
    check_claims(tiny.claims, STATEMENTS)


@pytest.mark.replication
def test_a_second_start_trains_and_plays_nothing_and_says_the_same(tiny):
    check_second_start(tiny)


@pytest.mark.replication
def test_progress_grows_within_trainings_and_no_unfinished_file_is_left(tiny):
    trained = [done for done, total in tiny.told if total == len(trainings(SMALL))]
    assert trained == sorted(trained)
    assert any(done % 1 for done in trained)
    assert trained[-1] == len(trainings(SMALL))
    assert not list((tiny.out / "runs").glob(".*"))


@pytest.mark.replication
def test_the_report_names_every_claim_and_every_figure_has_its_data(tiny):
    check_report(tiny, "scores")


# -- trainings -----------------------------------------------------------------------------------------------------


class Interruption:
    """Raises KeyboardInterrupt at some reports of progress, as Ctrl-C would."""

    def __init__(self, at):
        self.at, self.reports = at, 0

    def __call__(self, share):
        self.reports += 1
        if self.reports in self.at:
            raise KeyboardInterrupt


@pytest.mark.parametrize("part", [TOGETHER, APART])
def test_an_interrupted_training_goes_on_to_the_same_bits(part, tmp_path):
    task = Training(1, part, SMALL)
    whole = learn(task, tmp_path / "whole", lambda share: None)
    stops, file = Interruption({1, 2, 4, 5, 7, 11}), tmp_path / "parts"
    for _ in range(len(stops.at) + 1):
        try:
            found = learn(task, file, stops)
        except KeyboardInterrupt:
            continue
        break
    assert stops.reports > 3
    assert found.keys() == whole.keys()
    for name in whole:
        if not name.endswith("/seconds"):
            assert np.array_equal(found[name], whole[name]), name


@pytest.mark.replication
def test_trainings_of_seeds_differ_and_stages_leave_what_the_next_ones_need(tiny):
    done = [(t, dict(np.load(tiny.out / "runs" / f"{t.key}.npz"))) for t in trainings(SMALL)]
    policies = policies_of(done)
    one, other = (policies[seed, LEARNED]["weights"] for seed in (1, 2))
    assert one.shape == other.shape
    assert not np.array_equal(one, other)
    assert not np.array_equal(one, policies[1, ADAPTED]["weights"])
    found = matches(SMALL, done)
    assert {m.population for m in found} == set(MEETINGS)
    played = play(next(m for m in found if m.population == LEARNED and m.regime == FIRST))
    assert played["numbers"].shape == (len(MEETINGS[LEARNED]) + 1 + len(RULES), 3, len(NUMBERS))
    assert np.isfinite(played["numbers"]).all()


# -- judges on made-up scores --------------------------------------------------------------------------------------


def made_up(value, seeds=3, worlds=6):
    """`Outcomes` whose numbers are ``value(number, population, seed, policy, regime)`` and a little chance."""
    rng, played = np.random.default_rng(1), []
    for population, names in MEETINGS.items():
        for seed in (0,) if population == HEURISTIC else range(1, seeds + 1):
            met = [(s, n) for s in range(1, seeds + 1) for n in names if seed in (0, s) or n == LEADER]
            for regime in (FIRST, FULL):
                match = Match(
                    Extent(seeds=seeds, worlds=worlds), population, seed, tuple(met), regime, (), {}
                )
                numbers = [
                    [[value(x, population, seed, policy, regime) for x in NUMBERS] for _ in range(worlds)]
                    for policy in (*met, *RULES)
                ]
                numbers = np.array(numbers) + 0.01 * rng.standard_normal((len(numbers), worlds, len(NUMBERS)))
                played.append((match, {"numbers": numbers}))
    trained = [(Training(s, TOGETHER, SMALL), {}) for s in range(1, seeds + 1)]
    return Outcomes(trained, played)


def is_government(policy):
    return policy not in RULES


def test_a_population_must_be_better_under_every_rule():
    better = made_up(lambda x, who, s, policy, regime: 50.0 if who == LEARNED else 0.0)
    assert under_every_rule(LEARNED, HEURISTIC, FIRST)(better).verdict == "reproduced"
    under_one = made_up(
        lambda x, who, s, policy, regime: (-1.0 if policy == RULES[4] else 50.0) if who == LEARNED else 0.0
    )
    judged = under_every_rule(LEARNED, HEURISTIC, FIRST)(under_one)
    assert (judged.verdict, judged.at) == ("not reproduced", "decreasing GF")
    assert over_rules(LEARNED, HEURISTIC, FIRST)(under_one).verdict == "reproduced"


def test_trainings_that_disagree_are_not_certain_however_many_worlds_there_are():
    gain = {1: 100.0, 2: 10.0, 3: 10.0}
    outcomes = made_up(lambda x, who, s, policy, regime: gain[s] if who == LEARNED else 0.0, worlds=40)
    judged = over_rules(LEARNED, HEURISTIC, FIRST)(outcomes)
    assert judged.verdict == "weak"
    assert judged.held == (True, True, True)


def test_a_government_is_compared_with_the_best_rule_of_its_own_enterprises():
    def value(number, who, seed, policy, regime):
        if is_government(policy):
            return 10.0
        best = RULES[seed] if who == LEARNED else RULES[0]
        return {LEARNED: 9.0, ADAPTED: 11.0}.get(who, 0.0) if policy == best else 1.0

    outcomes = made_up(value)
    assert outcomes.best_rules(WELFARE, LEARNED) == [RULES[1], RULES[2], RULES[3]]
    assert lead(WELFARE, LEARNED, LEADER)(outcomes).estimate.value == pytest.approx(1.0, abs=0.05)
    assert lead(WELFARE, LEARNED, LEADER)(outcomes).verdict == "reproduced"
    assert lead(WELFARE, ADAPTED, LEADER)(outcomes).verdict == "not reproduced"
    assert lead(WELFARE, ADAPTED, LEADER, LEARNED)(outcomes).verdict == "reproduced"


def test_governments_of_other_trainings_do_not_count_as_their_own():
    def value(number, who, seed, policy, regime):
        return (5.0 if policy[0] == seed else -5.0) if is_government(policy) else 0.0

    outcomes = made_up(value)
    assert lead(WELFARE, LEARNED, LEADER)(outcomes).verdict == "reproduced"
    assert strangers_lead(WELFARE)(outcomes).verdict == "not reproduced"


def test_a_government_must_be_above_or_below_each_of_the_three_rules():
    heights = dict(zip(SI, (1.0, 2.0, 3.0)))
    at = lambda own: made_up(lambda x, w, s, p, r: own if is_government(p) else heights.get(p, 0.0))  # noqa: E731
    assert government_above("projects")(at(4.0)).verdict == "reproduced"
    assert government_above("projects")(at(2.5)).verdict == "not reproduced"
    assert government_above("projects", -1)(at(0.5)).verdict == "reproduced"
    assert government_above("projects", -1)(at(2.5)).verdict == "not reproduced"


def test_levels_changes_and_alignment_can_hold_and_fail():
    rising = made_up(lambda x, who, s, policy, regime: 50.0 * (who == ADAPTED) + 10.0)
    assert change("utility", (ADAPTED, LEADER), (LEARNED, LEADER))(rising).verdict == "reproduced"
    assert change("utility", (LEARNED, LEADER), (ADAPTED, LEADER))(rising).verdict == "not reproduced"
    assert level("trades", Range(44.0), ADAPTED)(rising).verdict == "reproduced"
    assert level("trades", Range(44.0), LEARNED)(rising).verdict == "not reproduced"
    heights = dict(zip(SI, (1.0, 2.0, 3.0)))
    for sign, verdict in ((1.0, "reproduced"), (-1.0, "not reproduced")):
        moved = made_up(
            lambda x, w, s, p, r, sign=sign: heights.get(p, 0.0) * (sign if x == "equality" else 1.0)
        )
        assert alignment("revenue", "equality")(moved).verdict == verdict


def test_judged_at_once_made_up_scores_reach_every_verdict():
    found = results(STATEMENTS, made_up(lambda x, who, s, p, r: 100.0 * (who == LEARNED)), "made up")
    assert {"reproduced", "not reproduced"} <= {r.verdict for r in found}


@pytest.mark.slow
def test_the_recipe_in_short_beats_heuristic_and_rules(tmp_path):
    """One seed with a third of the improvements: minutes."""
    extent = Extent(
        seeds=1,
        worlds=24,
        training={"updates": 60, "adapting": 5, "government_worlds": 8, "government_updates": 2},
        search={"population": 24, "generations": 10},
    )
    done = [(t, learn(t, tmp_path / t.key, lambda share: None)) for t in trainings(extent)]
    outcomes = Outcomes(done, [(m, play(m)) for m in matches(extent, done)])
    gain = outcomes.over_rules("utility", LEARNED) - outcomes.over_rules("utility", HEURISTIC)
    assert gain.mean() > 20.0
    own, best = outcomes.of(WELFARE, LEARNED, LEADER), outcomes.best_rule(WELFARE, LEARNED)
    assert (own - best).mean() > 100.0
