"""Compiled rules: the cache cannot go stale, and a kernel is an ordinary function that pickles."""

import importlib.util
import os
import pickle
import re
import shutil
import sys
import time
from pathlib import Path

import numba
import numpy as np
import pytest
from numba import types
from numba.extending import is_jitted

from learning import jit as jit_module
from learning import q_learning
from learning.jit import KEEP_DAYS, RULE_FOLDERS, Direct, cache_folder
from learning.rows import first_of_largest

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


def test_an_edit_of_a_view_keeps_the_cache_and_no_view_holds_a_rule(other_checkout):
    root, digest = other_checkout
    before = digest()
    (root / "model" / "views" / "page.py").write_text("")
    assert digest() == before
    decorator = re.compile(r"^@(jit|rule|kernel)\b", re.MULTILINE)
    sources = [file.read_text(encoding="utf-8") for file in (ROOT / "model" / "views").rglob("*.py")]
    assert sources and not any(decorator.search(source) for source in sources)


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


@jit_module.jit
def doubled(x):
    return 2.0 * x


def fresh(x):
    return np.zeros(3) + x


def borrowed(x):
    return doubled(x)


def through_a_module(x):
    return jit_module_here.doubled(x)


jit_module_here = sys.modules[__name__]


@pytest.mark.parametrize(
    ("function", "named"), [(fresh, "zeros"), (borrowed, "doubled"), (through_a_module, "doubled")]
)
def test_a_rule_makes_no_arrays_and_calls_only_rules(function, named):
    if named == "doubled" and not is_jitted(doubled):
        pytest.skip("nothing is compiled")
    with pytest.raises(TypeError, match=f"{function.__name__} uses {named}: a rule makes no arrays"):
        jit_module.rule(function)
    with pytest.raises(TypeError, match=named):
        jit_module.kernel(types.float64(types.float64))(function)


def test_a_kernel_may_make_arrays_if_it_says_so():
    kernel = jit_module.kernel(types.float64(types.float64), makes_arrays=True)(lambda x: np.full(2, x).sum())
    assert kernel(1.5) == 3.0


def test_compiling_is_noticed_and_reading_compiled_rules_is_not():
    noticed = []
    plain = numba.njit(lambda x: x + 2.0)
    with jit_module.when_compiling(lambda: noticed.append(1)):
        plain(1.0)
        first = len(noticed)
        plain(2.0)
    assert first == len(noticed) == (not numba.config.DISABLE_JIT)


def test_a_direct_rule_does_what_the_rule_does_and_pickles():
    row = np.array([1.0, 5.0, 2.0])
    direct = Direct(first_of_largest)
    assert direct(row) == direct(row[::-1].copy()) == 1
    assert pickle.loads(pickle.dumps(direct))(row) == 1
    with pytest.raises((TypeError, AttributeError)):
        direct("no array")


def test_a_direct_rule_is_interpreted_where_compiling_is_switched_off(monkeypatch):
    monkeypatch.setattr(numba.config, "DISABLE_JIT", True)
    assert Direct(lambda x: x + 1)(1) == 2
