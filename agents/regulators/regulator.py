"""Who sets the policy of a year: the registry of regulators, and the one that keeps to what was announced.

A regulator decides how much stricter than announced one lever of the policy is in the year that begins. It proposes;
the model changes the lever. Every learner that learns from its rewards alone is a regulator, too: it decides by trial.
"""

from typing import NamedTuple

from numba import types

from learning.base import PartsAndLearners
from learning.jit import Kernel, kernel
from learning.knobs import Settings

REGULATORS = PartsAndLearners("regulator")


class View(NamedTuple):
    """Numbers a regulator sees when a year begins; of a run's first year all but the first two numbers are 0."""

    year: float
    """The year that begins, from 1."""
    years: float
    """Years of the run."""
    price: float
    """€/t: mean carbon price of the year before."""
    emissions: float
    """Emissions of the year before / those planned without abatement."""
    bank: float
    """Permits kept after it / planned emissions of a year; below zero: owed."""
    stricter: float
    """Share by which its policy was stricter than announced."""


VIEW = types.NamedUniTuple(types.float64, len(View._fields), View)
DECIDE = types.float64(VIEW, types.Array(types.float64, 1, "C"))
"""``decide(view, settings)``: share by which the year's policy is to be stricter than announced; below zero: laxer.

settings : float64[knobs]. The model keeps it within its limits.
"""


class Regulator:
    """A rule of policy: its settings and its rule.

    Subclasses define ``decide``, a kernel of signature `DECIDE`, or a plain function of this form. It is first asked
    when a run's second year begins: before, there is nothing to answer to.
    """

    Settings = Settings
    decide = None

    @classmethod
    def is_compiled(cls):
        """Return whether compiled loops can run it; one written in plain Python plays step by step."""
        return isinstance(cls.decide, Kernel)


def rule_of(name):
    """The class of the regulator ``name``; None if it is a learner's."""
    part = REGULATORS[name]
    return part if issubclass(part, Regulator) else None


@kernel(DECIDE)
def keep_announced(view, settings):
    """Neither stricter nor laxer."""
    return 0.0


@REGULATORS.register("announced")
class Announced(Regulator):
    """Keeps to the policy announced."""

    decide = keep_announced
