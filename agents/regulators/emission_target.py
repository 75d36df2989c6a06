"""A regulator that wants emissions to fall along a path: one step stricter after every year that missed it.

Switzerland's levy on carbon dioxide rises in this way, never to fall again [CO2Ordinance2012].
"""

from agents.regulators.regulator import DECIDE, REGULATORS, Regulator
from learning.jit import kernel
from learning.knobs import Settings, knob, settings


@settings
class EmissionTargetSettings(Settings):
    """Knobs of a regulator that wants emissions to fall."""

    first: float = knob(
        0.9,
        low=0.0,
        high=2.0,
        step=0.01,
        unit="share",
        help="emissions wanted in the first year / planned ones without abatement",
        source="ours",
    )
    last: float = knob(
        0.6, low=0.0, high=2.0, step=0.01, unit="share", help="the same in the last year", source="ours"
    )
    by: float = knob(
        0.1,
        low=0.0,
        high=1.0,
        step=0.01,
        unit="share",
        help="how much stricter it gets after a year that missed them",
        source="ours",
    )


AT = EmissionTargetSettings.positions()


@kernel(DECIDE)
def answer_emissions(view, settings):
    """One step stricter if last year's emissions were above their path, else as last year."""
    passed = (view.year - 2.0) / max(view.years - 1.0, 1.0)
    wanted = settings[AT.first] + passed * (settings[AT.last] - settings[AT.first])
    return view.stricter + settings[AT.by] if view.emissions > wanted else view.stricter


@REGULATORS.register("emission_target")
class EmissionTarget(Regulator):
    """Tightens the policy by a step after every year whose emissions were above their path; it never loosens it."""

    Settings = EmissionTargetSettings
    decide = answer_emissions
