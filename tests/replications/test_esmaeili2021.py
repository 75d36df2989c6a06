"""The replication of [Esmaeili2021] from end to end, in its quick form, and its measures on made-up runs."""

import json
from types import SimpleNamespace

import numpy as np
import pytest

from batch_runs.replications import REPLICATIONS
from batch_runs.replications.esmaeili2021 import invasion, measures
from batch_runs.replications.esmaeili2021.claims import STATEMENTS
from batch_runs.replications.esmaeili2021.outcomes import HIGH, LOW, D, Reading, U
from batch_runs.replications.esmaeili2021.replication import (
    CHOSEN_ON,
    PHIS,
    POPULATIONS,
    QUICK_PHIS,
    held_out,
    readings_of_the_paper,
)
from batch_runs.replications.esmaeili2021.runs import (
    FIRM_COLUMNS,
    METRICS,
    Cell,
    among,
    cells,
    comparisons,
    play,
    position,
)

VERDICTS = {"reproduced", "weak", "not reproduced"}
RIGHT_IN_ANY_SAMPLE = {"1", "2", "5b", "10", "17d", "21a", "21b", "25a", "25b"}
"""Claims with such large effects that five populations are enough."""


@pytest.fixture(scope="module")
def quick(tmp_path_factory):
    out = tmp_path_factory.mktemp("esmaeili2021")
    results = REPLICATIONS["esmaeili2021"].run(out, quick=True)
    return SimpleNamespace(out=out, results=results, claims=json.loads((out / "claims.json").read_text()))


@pytest.mark.replication
def test_every_claim_is_written_with_verdict_value_and_interval(quick):
    assert [c["id"] for c in quick.claims] == [s.id for s in STATEMENTS]
    for claim in quick.claims:
        assert {"id", "source", "claim", "verdict", "value", "interval", "n"} <= set(claim)
        assert claim["verdict"] in VERDICTS
        assert len(claim["interval"]) == 2
        low, high = claim["interval"]
        if None not in (claim["value"], low, high):
            assert low <= claim["value"] <= high


@pytest.mark.replication
def test_claims_that_do_not_hold_give_a_reason(quick):
    for claim in quick.claims:
        assert bool(claim["why"]) == (claim["verdict"] == "not reproduced")


@pytest.mark.replication
def test_strong_effects_are_reproduced_even_with_few_populations(quick):
    reproduced = {c["id"] for c in quick.claims if c["verdict"] == "reproduced"}
    assert reproduced >= RIGHT_IN_ANY_SAMPLE


@pytest.mark.replication
def test_the_report_names_every_claim(quick):
    page, text = ((quick.out / f"report.{ending}").read_text() for ending in ("html", "md"))
    for claim in quick.claims:
        assert f"| {claim['id']} | {claim['claim']} |" in text
        assert f"<td>{claim['id']}</td>" in page


@pytest.mark.replication
def test_every_figure_has_its_data(quick):
    drawn = {f.stem for f in (quick.out / "figures").glob("*.svg")}
    assert drawn
    assert drawn | {"claims", "firms", "runs"} == {f.stem for f in (quick.out / "data").glob("*.csv")}


@pytest.mark.replication
def test_a_second_start_runs_nothing_and_says_the_same(quick):
    before = {f.name: f.stat().st_mtime_ns for f in (quick.out / "runs").iterdir()}
    REPLICATIONS["esmaeili2021"].run(quick.out, quick=True)
    assert {f.name: f.stat().st_mtime_ns for f in (quick.out / "runs").iterdir()} == before
    assert json.loads((quick.out / "claims.json").read_text()) == quick.claims


def test_the_full_replication_has_thirty_populations_and_the_phi_of_the_paper():
    assert POPULATIONS >= 30
    assert (PHIS[0], PHIS[-1], len(PHIS)) == (0.8, 1.0, 11)
    assert set(QUICK_PHIS) <= set(PHIS)


def test_every_preset_of_the_paper_is_a_reading():
    names = readings_of_the_paper()
    assert names[0] == "esmaeili2021"
    assert "esmaeili2021_literal" in names


def test_the_literal_reading_departs_from_the_paper_in_the_largest_volume_only():
    params = Cell("esmaeili2021_literal", "q_learning", U, 0.9, (1,)).params.flat()
    paper = {"q_learning.epsilon": 0.5, "q_learning.epsilon_rounds": 0, "q_learning.alpha": 0.9}
    paper |= {"q_learning.gamma": 0.1, "q_learning.alpha_schedule": "constant", "volume_rule": "required"}
    assert {name: params[name] for name in paper} == paper
    assert params["volume_factor"] == 1.1


def test_no_population_judges_the_main_reading_that_chose_it():
    assert not set(held_out(POPULATIONS)) & set(CHOSEN_ON)
    assert len(held_out(POPULATIONS)) == POPULATIONS


def test_the_crossing_must_have_090_in_its_interval():
    near = made_up(
        mean_profit=([3.0, 1.0, 1.0], [1.0, 1.0, 2.0])
    )  # falls to zero at 0.90 in every population
    far = made_up(mean_profit=([3.0, 2.0, 1.0], [1.0, 1.0, 2.0]))  # at 0.95
    assert measures.crosses_near_090()["judge"](near).verdict == "reproduced"
    assert measures.crosses_near_090()["judge"](far).verdict == "not reproduced"


def test_statements_that_follow_and_those_by_construction_are_marked():
    marks = {one.id: one.follows_from for one in STATEMENTS if one.follows_from}
    assert {id for id, of in marks.items() if of == "13"} == {"16a", "17a", "18a", "20a"}
    assert {id for id, of in marks.items() if of == "14"} == {"16b", "17b", "18b", "20b"}
    assert {"18c": "17c", "18d": "17d", "18e": "17e"}.items() <= marks.items()
    assert {one.id for one in STATEMENTS if one.by_construction} == {"21a", "21b", "25a", "25b"}


def test_readings_that_differ_in_an_unused_learner_share_their_runs():
    cell = Cell("esmaeili2021", "roth_erev", U, 0.9, (1,))
    assert cell.key == Cell("esmaeili2021_constant_epsilon", "roth_erev", U, 0.9, (1,)).key
    assert cell.key != Cell("esmaeili2021_penalty", "roth_erev", U, 0.9, (1,)).key


# -- measures on made-up runs ------------------------------------------------------------------------------


def made_up(**curves):
    """A reading of 4 populations at 3 phi; ``metric=(uniform, discriminatory)``, each a curve over phi."""
    phis = (0.8, 0.9, 1.0)
    noise = 0.01 * np.arange(4)
    done = []
    for cell in cells(["made up"], ["q_learning"], phis, range(4)):
        model = np.zeros((4, len(METRICS)))
        for metric, pair in curves.items():
            curve = pair[(U, D).index(cell.auction)]
            model[:, METRICS.index(metric)] = curve[phis.index(cell.phi)] * (1 + noise)
        done.append((cell, {"model": model, "firms": np.zeros((4, 5, len(FIRM_COLUMNS)))}))
    return Reading("made up", done)


def test_higher_compares_formats_within_a_band():
    reading = made_up(revenue=([1.0, 9.0, 3.0], [2.0, 1.0, 1.0]))
    assert measures.higher("revenue", "€", D, LOW)["judge"](reading).verdict == "reproduced"
    assert measures.higher("revenue", "€", U, HIGH)["judge"](reading).verdict == "reproduced"
    assert measures.higher("revenue", "€", U, LOW)["judge"](reading).verdict == "not reproduced"


def test_profits_cross_where_the_mean_difference_does():
    reading = made_up(mean_profit=([3.0, 2.0, 1.0], [1.0, 1.0, 2.0]))
    assert reading.profit_crossing().value == pytest.approx(0.95)


def test_extremes_are_judged_against_the_next_best_phi():
    reading = made_up(benefit_reduction=([0.9, 0.5, 0.6], [0.0, 0.0, 0.0]))
    judgement = measures.extreme_at("benefit_reduction", U, 0.9, -1.0)["judge"](reading)
    assert (judgement.verdict, judgement.at) == ("reproduced", "phi = 1.00")
    assert (
        measures.extreme_at("benefit_reduction", U, 1.0, -1.0)["judge"](reading).verdict == "not reproduced"
    )


def test_stable_is_a_tolerance_and_not_a_failure_to_see_a_change():
    reading = made_up(clearing_price=([1.0, 1.02, 1.05], [1.0, 1.5, 2.0]))
    assert measures.stable("clearing_price", "€/t", U)["judge"](reading).verdict == "reproduced"
    assert measures.stable("clearing_price", "€/t", D)["judge"](reading).verdict == "not reproduced"


def test_nearly_equal_prices_are_compared_relative_to_themselves():
    """1.20 and 1.10 €/t at phi 1.00 differ by 2 x 0.10 / 2.30 = 0.087 of their mean, 1.25 and 1.10 by 0.128."""
    judge_of = measures.nearly_equal("clearing_price", "€/t")["judge"]
    near = judge_of(made_up(clearing_price=([5.0, 5.0, 1.20], [1.0, 1.0, 1.10])))
    assert (near.verdict, near.estimate.value) == ("reproduced", pytest.approx(0.2 / 2.3))
    assert judge_of(made_up(clearing_price=([5.0, 5.0, 1.25], [1.0, 1.0, 1.10]))).verdict == "not reproduced"


def test_the_most_frequent_marginal_firm_is_counted_over_phi():
    assert measures.share_of_most_frequent(np.array([[0, 0, 0, 1], [2, 3, 4, 2]])).tolist() == [0.75, 0.5]


def test_position_runs_from_zero_to_one():
    assert position(np.array([0.5, 1.5, 2.5]), 0.5, 2.5).tolist() == [0.0, 0.5, 1.0]


def with_profits(**profits):
    """A reading of 3 populations at 2 phi; profits, € of the first firm and of the four others, by learner."""
    done = []
    for learner, (first, other) in profits.items():
        for cell in cells(
            ["made up"], [learner.replace("__", "+").replace("_4", ":4")], (0.8, 1.0), range(3)
        )[:4]:
            firms = np.zeros((3, 5, len(FIRM_COLUMNS)))
            firms[:, :, FIRM_COLUMNS.index("profit")] = (
                np.array([first] + 4 * [other]) + np.arange(3)[:, None]
            )
            model = np.zeros((3, len(METRICS)))
            model[:, METRICS.index("mean_profit")] = firms[..., FIRM_COLUMNS.index("profit")].mean(1)
            done.append((cell, {"model": model, "firms": firms}))
    return Reading("made up", done)


def test_an_invasion_compares_the_same_firm_under_two_rules():
    """Among Roth-Erev firms the first one earns 30 € by Q-learning and 20 € by their rule: 10 € more, what the others
    earn is nobody's business. Among Q-learners it earns 45 € by Roth-Erev and 50 € by theirs: 5 € less.
    """
    reading = with_profits(
        q_learning=(50.0, 50.0),
        roth_erev=(20.0, 70.0),
        q_learning__roth_erev_4=(30.0, 1.0),
        roth_erev__q_learning_4=(45.0, 90.0),
    )
    for auction in (U, D):
        assert (invasion.gain_of_invader(reading, auction, "q_learning", "roth_erev") == 10.0).all()
        wins = invasion.invader_earns(auction, "q_learning", "roth_erev")
        assert (wins["judge"](reading).verdict, wins["judge"](reading).estimate.value) == ("reproduced", 10.0)
        assert "+10 € at phi 0.80, +10 € at phi 1.00" in wins["facts"](reading)
        loses = invasion.invader_earns(auction, "roth_erev", "q_learning", -1.0)
        assert (loses["judge"](reading).verdict, loses["judge"](reading).estimate.value) == (
            "reproduced",
            5.0,
        )
        turned = invasion.invader_earns(auction, "roth_erev", "q_learning")
        assert turned["judge"](reading).verdict == "not reproduced"


def test_random_play_is_the_yardstick_of_a_population():
    reading = with_profits(q_learning=(50.0, 50.0), roth_erev=(20.0, 20.0), random=(30.0, 30.0))
    judged = invasion.above_random_play(U)
    assert (judged["judge"](reading).verdict, judged["judge"](reading).estimate.value) == ("reproduced", 20.0)
    assert judged["facts"](reading) == "Q-learning is ahead at 2 of 2 phi, Roth-Erev at 0."


def test_comparisons_play_the_same_firms_by_other_rules():
    found = comparisons("esmaeili2021", (0.8,), (1, 2), rounds=200)
    assert {cell.learner for cell in found} == {"random", "q_learning+roth_erev:4", "roth_erev+q_learning:4"}
    invaded = next(cell for cell in found if cell.learner == among("q_learning", "roth_erev"))
    usual = Cell(invaded.reading, "roth_erev", invaded.auction, 0.8, (1, 2), 200)
    one, other = play(invaded), play(usual)
    facts = [FIRM_COLUMNS.index(name) for name in ("private_value", "required_permits", "full_output")]
    assert (one["firms"][..., facts] == other["firms"][..., facts]).all()
    profit = FIRM_COLUMNS.index("profit")
    assert (one["firms"][:, 0, profit] != other["firms"][:, 0, profit]).all()
    changes = one["model"][:, METRICS.index("best_bid_changes")]
    assert ((changes > 0.0) & (changes < 1.0)).all()
