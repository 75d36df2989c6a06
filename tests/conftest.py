"""What all tests share: reproducible hypothesis, ``--update-golden``, and equality to the last bit."""

import os

import numpy as np
import pytest
from hypothesis import HealthCheck, settings

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


@pytest.fixture(scope="session", autouse=True)
def curve_folder(tmp_path_factory):
    """Keep solved emission curves apart from the user's; a folder given by CARBON_CURVES is used as it is."""
    given = os.environ.get("CARBON_CURVES")
    os.environ["CARBON_CURVES"] = given or str(tmp_path_factory.mktemp("curves"))
    yield
    if not given:
        del os.environ["CARBON_CURVES"]


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
        assert same_bits(one.government.population.numbers, other.government.population.numbers)
        if hasattr(one, "learner"):
            assert same_bits(one.learner.memory, other.learner.memory)
            assert one.learner.rounds == other.learner.rounds

    return check
