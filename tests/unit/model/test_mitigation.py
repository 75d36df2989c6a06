"""The mitigation rate, 1 - phi, may be given instead of phi, wherever parameters are."""

import pytest

from batch_runs.comparison.policies import read_policies
from batch_runs.experiments import read_experiment
from batch_runs.known import refuse_early
from batch_runs.sweep import make_plan
from batch_runs.targets import find_target
from batch_runs.usage import UsageError
from learning.knobs import ParameterError
from model.base import SYSTEMS
from model.scenarios import read_scenario, scenarios
from model.systems.escape_permits import EscapePermits
from model.systems.learning_bidders import LearningBidders
from model.views.links import read_link

TWICE = "phi is given twice: phi is 1 - mitigation, give one of them"


def test_it_stands_for_phi_to_the_last_bit():
    for written in (0.2, "0.2", "0.20"):
        assert LearningBidders(mitigation=written, rng=1).params == LearningBidders(phi=0.8, rng=1).params
    assert LearningBidders(mitigation=0.9, rng=1).params.phi == 0.1


def test_both_together_are_refused():
    with pytest.raises(ParameterError, match=TWICE):
        LearningBidders(mitigation=0.2, phi=0.8)
    with pytest.raises(ParameterError, match=TWICE):
        make_plan("learning_bidders", {"phi": "0.8,0.9", "mitigation": "0.1"})
    assert read_link(LearningBidders, {"phi": "0.8", "mitigation": "0.2"}).wrong == {"phi": TWICE}


@pytest.mark.parametrize(
    "system", [name for name, kind in SYSTEMS.items() if "phi" not in kind.Params.knobs()]
)
def test_a_system_without_phi_does_not_know_it(system):
    with pytest.raises(ParameterError, match="unknown parameter 'mitigation'"):
        SYSTEMS[system].Params.from_flat({"mitigation": 0.2})


@pytest.mark.parametrize(
    ("written", "problem"),
    [("1.5", "phi = -0.5 share: below its minimum"), ("much", "mitigation = much: not a")],
)
def test_what_is_no_share_is_refused(written, problem):
    for refuse in (
        lambda: LearningBidders(mitigation=written),
        lambda: make_plan("learning_bidders", {"mitigation": written}),
        lambda: (
            refuse_early(["learning_bidders"], {"mitigation": written}) or LearningBidders(mitigation=written)
        ),
    ):
        with pytest.raises(ValueError, match=problem):
            refuse()


def test_it_changes_a_scenario_a_running_policy_and_each_pollutant():
    preset = scenarios()["esmaeili2021"]
    assert preset.params(mitigation=0.3).phi == 0.7
    model = LearningBidders(rng=1)
    model.change_policy(mitigation=0.25)
    assert (model.params.phi, model.events[0]["name"]) == (0.75, "phi")
    assert EscapePermits.Params.from_flat({"mitigation_nutrient": 0.4}).phi_nutrient == 0.6


def test_a_design_samples_it_as_a_range_of_phi():
    kept, turned = (
        make_plan("learning_bidders", {name: ends, "n_firms": "5:9"}, design="sobol:4", seeds=(3,))
        for name, ends in (("phi", "0.6:0.9"), ("mitigation", "0.1:0.4"))
    )
    assert turned.ranges == kept.ranges == {"phi": (0.6, 0.9), "n_firms": (5, 9)}
    assert [job.key for _, job in turned.runs] == [job.key for _, job in kept.runs]
    with pytest.raises(ParameterError, match=TWICE):
        make_plan("learning_bidders", {"phi": "0.8,0.9", "mitigation": "0.1:0.4"}, design="lhs:4")
    with pytest.raises(ParameterError, match=TWICE):
        make_plan("learning_bidders", {"phi": "0.5:0.9", "mitigation": "0.1:0.4"}, design="lhs:4")
    with pytest.raises(UsageError, match=r"mitigation=0\.4:0\.1: the first end"):
        make_plan("learning_bidders", {"mitigation": "0.4:0.1"}, design="lhs:4")


def test_files_know_it(tmp_path):
    preset, sweep = tmp_path / "tight.toml", tmp_path / "tried.toml"
    preset.write_text(
        'system = "learning_bidders"\ntitle = ""\nsource = ""\nabout = ""\n[parameters]\nmitigation = 0.3\n'
    )
    assert read_scenario(preset).params(phi=0.8).phi == 0.8
    assert find_target(str(preset)).with_values({"n_firms": 4}) == {"phi": 0.7, "n_firms": 4}
    sweep.write_text('title = ""\nsystem = "learning_bidders"\n[axes]\nphi = [0.5]\nn_firms = [4, 5]\n')
    read = read_experiment(sweep)
    assert list(read.with_axes({"mitigation": "0.1"}).items()) == [("mitigation", "0.1"), ("n_firms", [4, 5])]


def test_sweeps_compare_and_links_know_it():
    assert make_plan("learning_bidders", {"mitigation": "0:0.2:0.1"}).axes == {"phi": (1.0, 0.9, 0.8)}
    one, other = read_policies(["learning_bidders mitigation=0.3", "learning_bidders", "mitigation=0.1"])
    assert (one.params.phi, other.params.phi) == (0.7, 0.9)
    link = read_link(LearningBidders, {"mitigation": "0.3", "against.mitigation": "0.4"})
    assert (link.values, link.against, link.wrong) == ({"phi": 0.7}, {"phi": 0.6}, {})
