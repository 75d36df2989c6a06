"""Published experiments, and the same comparisons in what a class did."""

import pytest

import model.classroom.games  # noqa: F401 - fills GAMES
from model.classroom.base import GAMES
from model.classroom.published import FINDINGS, published_on


def result(auction, revenue, theory=100.0):
    return {"settings": {"auction": auction}, "measures": {"revenue": {"value": revenue, "theory": theory}}}


ROUNDS = [
    result("uniform", 80.0),
    result("discriminatory", 120.0),
    result("discriminatory", 90.0),
    result("uniform", 82.0),
]


def here(rounds):
    """What the class did beside the first and the last auctions of Shobe et al."""
    found = published_on("sealed_bid", rounds)
    return [each["here"] for each in found if "beside uniform and clock" in each["treatment"]]


def test_a_class_stands_beside_the_finding_that_its_treatments_allow():
    first, last = here(ROUNDS)
    assert first == pytest.approx({"discriminatory": 1.2, "uniform": 0.8})
    assert last == pytest.approx({"discriminatory": 0.9, "uniform": 0.82})


def test_rounds_with_a_shock_do_not_count():
    shocked = result("uniform", 10.0) | {"shock": "Shock: 2 permits for sale in this auction, no longer 3."}
    assert here([shocked, *ROUNDS, shocked]) == here(ROUNDS)


@pytest.mark.parametrize(
    "rounds",
    [[], ROUNDS[:1], [ROUNDS[0], result("discriminatory", 90.0, None)], [ROUNDS[0], result("vcg", 9.0)]],
)
def test_nothing_stands_there_if_a_treatment_or_its_theory_is_missing(rounds):
    assert here(rounds) == [{}, {}]


def test_every_finding_names_games_measures_and_settings_that_exist():
    for finding in FINDINGS:
        for name in finding.games:
            knob = GAMES[name].Settings.knobs().get(finding.setting)
            assert knob is None or all(value in (knob.choices or (True, False)) for value in finding.values)
        assert not finding.setting or any(
            finding.setting in GAMES[name].Settings.knobs() for name in finding.games
        )
        assert bool(finding.setting) == bool(finding.values)
        assert (finding.low is None) == (finding.high is None)
