"""The numba in use has what the compiled rules need of its internals and experiments; a newer one may not."""

import re
import tomllib
from pathlib import Path

import numba
import numpy as np
import pytest
from numba import types
from numba.extending import is_jitted

from learning.jit import CompileResult, RuleCache, jit, kernel

PROJECT = tomllib.loads((Path(__file__).parents[2] / "pyproject.toml").read_text(encoding="utf-8"))["project"]
BOUND = next(each for each in PROJECT["dependencies"] if each.startswith("numba"))
HINT = f"numba {numba.__version__} differs where our rules depend on it (pyproject.toml: {BOUND}): see learning/jit.py"


@kernel(types.float64(types.float64))
def double(x):
    """Twice a number."""
    return 2.0 * x


@jit
def apply(function, x):
    """Call a rule that is an argument."""
    return function(x)


def version(text):
    return tuple(int(part) for part in re.findall(r"\d+", text)[:2])


def test_the_version_is_within_the_bounds():
    low, high = re.fullmatch(r"numba>=([\d.]+),<([\d.]+)", BOUND).groups()
    assert version(low) <= version(numba.__version__) < version(high), HINT


@pytest.mark.skipif(numba.config.DISABLE_JIT, reason="nothing is compiled")
def test_compiled_loops_take_rules_as_arguments():
    assert is_jitted(apply) and apply(double, 1.5) == 3.0, HINT
    assert np.isclose(apply(double, np.pi), 2.0 * np.pi), HINT


@pytest.mark.skipif(numba.config.DISABLE_JIT, reason="nothing is compiled")
def test_the_compile_cache_fits():
    """Without these, rules are kept by numba's own cache, which compiles everything anew after any edit."""
    assert CompileResult is not None and isinstance(apply._cache, RuleCache), HINT
