"""Compiled rules: the cache cannot go stale, and a kernel is an ordinary function that pickles."""

import importlib.util
import os
import pickle
import shutil
import time
from pathlib import Path

import numpy as np
import pytest

from learning import jit as jit_module
from learning import q_learning
from learning.jit import KEEP_DAYS, RULE_FOLDERS, cache_folder

ROOT = Path(__file__).parents[3]


@pytest.fixture
def other_checkout(tmp_path):
    """A copy of the sources, and a function: the digest of them as they are now."""
    for folder in RULE_FOLDERS:
        shutil.copytree(ROOT / folder, tmp_path / folder, ignore=shutil.ignore_patterns("__pycache__"))

    def digest():
        spec = importlib.util.spec_from_file_location("other_jit", tmp_path / "learning" / "jit.py")
        module = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)
        return module._digest_of_sources()

    return tmp_path, digest


def test_the_cache_is_named_by_all_sources():
    assert cache_folder().is_dir()
    assert cache_folder().name == jit_module._digest_of_sources()


@pytest.mark.parametrize("file", ["learning/rows.py", "model/mechanisms/auctions/base.py", "agents/firm.py"])
def test_an_edit_anywhere_starts_a_new_cache(other_checkout, file):
    root, digest = other_checkout
    before = digest()
    assert before == digest() == jit_module._digest_of_sources()
    with (root / file).open("a", encoding="utf-8") as source:
        source.write("# another word\n")
    assert digest() != before


def test_a_new_file_and_a_new_name_start_a_new_cache(other_checkout):
    root, digest = other_checkout
    found = {digest()}
    (root / "model" / "new_rule.py").write_text("")
    found.add(digest())
    (root / "model" / "new_rule.py").rename(root / "model" / "newer_rule.py")
    assert len({*found, digest()}) == 3


def test_old_caches_are_removed_and_nothing_else(tmp_path):
    old, young, foreign = tmp_path / ("a" * 16), tmp_path / ("b" * 16), tmp_path / "somebody else's"
    for folder in (old, young, foreign):
        folder.mkdir()
    long_ago = time.time() - (KEEP_DAYS + 1) * 86400
    for folder in (old, foreign):
        os.utime(folder, (long_ago, long_ago))
    jit_module._remove_old(tmp_path)
    assert not old.exists()
    assert young.exists()
    assert foreign.exists()


def test_a_kernel_is_documented_callable_and_pickles_by_name():
    kernel = q_learning.learn
    assert pickle.loads(pickle.dumps(kernel)) is kernel
    assert kernel.__name__ == "learn"
    assert kernel.__doc__.startswith("Q(s, a) +=")
    with pytest.raises(TypeError):
        kernel(np.zeros(3))
