"""Lists and refusals need no model, and agree with what the registries and a run say."""

import json
import os
import subprocess
import sys

import pytest

from batch_runs import known
from batch_runs.tables import as_json
from tests.unit.batch_runs.conftest import ROOT

LARGE = ("numpy", "numba", "mesa", "pandas", "model.base")


@pytest.fixture(scope="module")
def cache(tmp_path_factory):
    """A user's cache with the catalogue in it."""
    folder = tmp_path_factory.mktemp("cache")
    quick(folder, "list", "systems", loads=True)
    assert not [*folder.rglob("*")], "a list writes nothing"
    quick(folder, "run", "learning_bidders", "phi=3", loads=True)
    return folder


def quick(folder, *words, loads=False):
    """Run a command in a process of its own; check that it loads no model, and return what it prints."""
    code = (
        "import sys; from batch_runs.__main__ import start; code = start()\n"
        f"print('loaded', *sorted(set({LARGE}) & set(sys.modules)), file=sys.stderr)\nsys.exit(code)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, *words],
        cwd=ROOT,
        env=os.environ | {"XDG_CACHE_HOME": str(folder)},
        capture_output=True,
        text=True,
    )
    errors, _, modules = done.stderr.rpartition("loaded")
    assert bool(modules.strip()) == loads, done.stderr
    return done.stdout + errors


def test_a_list_from_the_cache_is_that_of_the_registries(cache):
    shown = json.loads(quick(cache, "list", "--json"))
    assert shown == {
        name: json.loads(as_json(rows[""])) for name, rows in known.take_stock()["lists"].items()
    }


@pytest.mark.parametrize(
    "words",
    [
        "learning_bidders phi=3",
        "learning_bidders phi=nan",
        "learning_bidders phi=much",
        "learning_bidders collect_every=1.5",
        "learning_bidders auction=unifrom",
        "learning_bidders fi=0.8",
        "learning_bidders q_learning.alpha=2",
        "learning_bidders learner=q_learning:0",
        "supply_chian",
        "esmaeili2021_literal learner=foo",
        "two_tier unit=1",
    ],
)
def test_a_refusal_has_the_words_of_a_run_and_loads_no_model(words, cache, carbon):
    expected = carbon("run", *words.split())  # in this process, where the models are loaded
    assert expected.code == 2
    assert quick(cache, "run", *words.split()).strip() == expected.err.strip()


@pytest.mark.parametrize(
    "words", ["learning_bidders phi=3", "phi_unifrom", "learning_bidders fi=0.1:0.2:0.1"]
)
def test_a_sweep_refuses_without_a_model(words, cache, tmp_path):
    out = tmp_path / "out"
    loads = ":" in words  # a range is read by the plan
    assert "carbon: error" in quick(cache, "sweep", *words.split(), "--out", str(out), loads=loads)
    assert not out.exists()


def test_an_edit_a_new_file_and_a_new_preset_are_noticed(tmp_path, monkeypatch):
    monkeypatch.setattr(known, "ROOT", tmp_path)
    (tmp_path / "learning").mkdir()
    stamps = [known.stamp()]
    for name, text in (("a.py", "1"), ("a.py", "12"), ("b.toml", ""), ("picture.png", "")):
        (tmp_path / "learning" / name).write_text(text)
        stamps.append(known.stamp())
    assert len(set(stamps)) == 4
    assert stamps[-1] == stamps[-2]  # no source


def test_two_copies_of_the_sources_keep_two_catalogues(tmp_path, monkeypatch):
    here = known.kept_in()
    monkeypatch.setattr(known, "ROOT", tmp_path)
    assert known.kept_in() != here


def test_a_damaged_or_unwritable_cache_costs_time_only(cache, tmp_path):
    file = next(cache.rglob("catalogues/*.json"))
    whole = file.read_text()
    file.write_text(whole[:1000])
    assert "learning_bidders" in quick(cache, "list", "systems", loads=True)
    assert "above its maximum" in quick(cache, "run", "learning_bidders", "phi=3", loads=True)
    assert file.read_text() == whole
    nowhere = tmp_path / "nowhere"
    nowhere.write_text("a file where a folder should be")
    assert "learning_bidders" in quick(nowhere, "list", "systems", loads=True)


def test_a_plug_in_is_listed_although_the_cache_does_not_know_it(cache, tmp_path):
    plugin = tmp_path / "plugin.py"
    plugin.write_text(
        "from learning.base import LEARNERS\nfrom learning.scripted import Fixed\n"
        "@LEARNERS.register('brand_new')\nclass BrandNew(Fixed):\n    '''New.'''\n"
    )
    assert "brand_new" in quick(cache, "list", "learners", "--plugin", str(plugin), loads=True)
