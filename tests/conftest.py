"""Common parts of all tests: reproducible hypothesis, ``--update-golden``, and equality to the last bit."""

import os
from contextlib import suppress

import numpy as np
import pytest
from hypothesis import HealthCheck, settings

from model.compiling import SWITCH

# "repeatable" gives every run the same examples; HYPOTHESIS_PROFILE=search looks for new ones
settings.register_profile(
    "repeatable",
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.too_slow],
    max_examples=50,
)
settings.register_profile(
    "search", deadline=None, max_examples=400, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "repeatable"))


def pytest_addoption(parser):
    parser.addoption(
        "--update-golden",
        action="store_true",
        help="write the golden transcripts (tests/golden) anew instead of comparing; look at the diff",
    )


def pytest_configure(config):
    """Where no bytecode is written beside the sources, keep it for the processes that tests start in a folder of ours.

    Each of a hundred processes would otherwise compile thousands of files of libraries, half of what it costs to start.
    """
    if (
        os.environ.get("PYTHONDONTWRITEBYTECODE")
        and "PYTHONPYCACHEPREFIX" not in os.environ
        and hasattr(config, "cache")
    ):
        os.environ["PYTHONPYCACHEPREFIX"] = str(config.cache.mkdir("bytecode"))
        del os.environ["PYTHONDONTWRITEBYTECODE"]


@pytest.fixture(scope="session", autouse=True)
def curve_folder(tmp_path_factory):
    """A folder for the plans that tests solve, shared by all workers: nothing goes to the user's cache."""
    own = tmp_path_factory.getbasetemp()
    folder = (own.parent if "PYTEST_XDIST_WORKER" in os.environ else own) / "curves"
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("CARBON_CURVES", str(folder))
        yield folder


@pytest.fixture(scope="session", autouse=True)
def nothing_in_the_background():
    """Tests compile before they play, and leave no process behind, unless they say otherwise."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv(SWITCH, "0")
        yield


MANY = 1_000
"""Tests from which on a run meets every system."""


@pytest.fixture(scope="session", autouse=True)
def compiled_once(request, tmp_path_factory):
    """In a run of all tests, workers share out the compiling of the systems' rules; alone, each would do it all."""
    worker = os.environ.get("PYTEST_XDIST_WORKER")
    if worker is None or request.session.testscollected < MANY:
        return
    import model.systems  # noqa: F401 - registers the systems
    from model.base import SYSTEMS

    claims = tmp_path_factory.getbasetemp().parent
    names, first = sorted(SYSTEMS), int(worker.removeprefix("gw"))
    for k in range(len(names)):
        name = names[(first + k) % len(names)]
        with suppress(FileExistsError):
            (claims / f"{name}_compiled").mkdir()
            SYSTEMS[name](rng=0).advance(1)


def bits(array):
    """The bytes of an array of numbers: equal bytes, equal bits, and NaN equals NaN."""
    return np.ascontiguousarray(array).tobytes()


@pytest.fixture(scope="session")
def same_bits():
    """Function: whether two arrays have the same shape and the same bits."""
    return lambda a, b: np.shape(a) == np.shape(b) and bits(a) == bits(b)


@pytest.fixture(scope="session")
def same_history(same_bits):
    """Function: assert that two models have the same numbers now, in all periods collected, and in the
    learner if they have one.
    """

    def check(one, other):
        assert one.steps == other.steps
        assert one.datacollector.periods == other.datacollector.periods
        for a, b in zip(one.datacollector.rows(), other.datacollector.rows(), strict=True):
            assert same_bits(a, b)
        for name, values in one.datacollector.model_vars.items():
            assert same_bits(np.array(values), np.array(other.datacollector.model_vars[name])), name
        assert same_bits(one.firms.numbers, other.firms.numbers)
        assert same_bits(one.public.numbers, other.public.numbers)
        if hasattr(one, "learner"):
            for a, b in zip(one.learner.groups, other.learner.groups, strict=True):
                assert same_bits(a.learner.memory, b.learner.memory)
            assert one.learner.rounds == other.learner.rounds

    return check
