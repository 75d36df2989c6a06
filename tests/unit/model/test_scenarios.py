"""Presets: what a file must say, and how a mistake in it is named."""

import subprocess
import sys
from pathlib import Path

import pytest

from learning.knobs import ParameterError
from model.scenarios import read_scenario
from tests.waiting import PATIENCE

ROOT = Path(__file__).parents[3]
GOOD = """system = "learning_bidders"
title = "A preset"
source = "nowhere"
about = "For a test."
[parameters]
phi = 0.8
"q_learning.alpha" = 0.5
"""


@pytest.fixture
def preset(tmp_path):
    """Function: read a preset with this text."""

    def read(text):
        path = tmp_path / "preset.toml"
        path.write_text(text, encoding="utf-8")
        return read_scenario(path)

    return read


def test_a_preset_sets_its_parameters_and_can_be_overridden(preset):
    scenario = preset(GOOD)
    assert (scenario.name, scenario.system) == ("preset", "learning_bidders")
    params = scenario.params(phi=0.95)
    assert (params.phi, params.parts["q_learning"].alpha) == (0.95, 0.5)


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("phi = 0.8", "fi = 0.8", "preset.toml: unknown parameter 'fi'"),
        ("phi = 0.8", "phi = 8.0", "preset.toml: phi = 8.0 share: above its maximum"),
        (
            "learning_bidders",
            "learning_biders",
            "preset.toml: unknown system .*did you mean 'learning_bidders'",
        ),
        ("title", "titel", "preset.toml: unknown heading 'titel'; did you mean 'title'"),
        ('source = "nowhere"', "", "preset.toml: heading 'source' is missing"),
        ("[parameters]", "[parameters", "preset.toml: "),
    ],
)
def test_a_mistake_is_named_with_its_file(preset, old, new, message):
    with pytest.raises(ParameterError, match=message):
        preset(GOOD.replace(old, new))


def test_presets_know_their_systems_without_further_imports():
    script = "from model.scenarios import scenarios; assert scenarios()"
    subprocess.run([sys.executable, "-c", script], cwd=ROOT, check=True, timeout=PATIENCE)
