"""Forms of the marginal cost curve: their registry, and the corners of a curve up to a firm's choke price."""

import numpy as np

from agents.emitters.curves import knots_from
from agents.emitters.planning import split_rows
from learning.knobs import Settings, knob, settings
from learning.registry import Registry

CURVE_FORMS = Registry("curve")


class CurveForm:
    """A form of the curve: its settings, and its corners. A subclass defines ``shape``."""

    Settings = Settings
    shape = None
    """``shape(settings)``: shares avoided and marginal costs / choke price at the corners, from share 0 to 1."""


@CURVE_FORMS.register("straight")
class Straight(CurveForm):
    """A straight line: marginal cost is in proportion to the share avoided."""

    @staticmethod
    def shape(settings):
        """From 0 to the choke price."""
        return (0.0, 1.0), (0.0, 1.0)


@settings
class KinkedSettings(Settings):
    """Knobs of a curve with one kink."""

    share: float = knob(
        0.4, low=0.01, high=0.99, step=0.01, unit="share", help="share avoided at the kink", source="ours"
    )
    cost: float = knob(
        0.15,
        low=0.0,
        high=1.0,
        step=0.01,
        unit="share",
        help="marginal cost at the kink / choke price",
        source="ours",
    )
    first: float = knob(
        0.0,
        low=0.0,
        high=1.0,
        step=0.01,
        unit="share",
        help="cost of the first tonne / marginal cost at the kink",
        source="ours",
    )


@CURVE_FORMS.register("kinked")
class Kinked(CurveForm):
    """Two straight lines: much is cheap to avoid, the rest is dear."""

    Settings = KinkedSettings

    @staticmethod
    def shape(settings):
        """From the first tonne to the kink to the choke price."""
        return (0.0, settings.share, 1.0), (settings.first * settings.cost, settings.cost, 1.0)


def knots_of_forms(curve, parts, choke_price):
    """`Knots` of each firm, whose forms share the firms as ``curve`` says; parts : settings by name.

    ParameterError if a form gets no firm.
    """
    return [
        knots_by_form(name, parts, top)
        for name, first, last in split_rows("curve", curve, 0, len(choke_price))
        for top in choke_price[first:last]
    ]


def knots_by_form(name, parts, choke_price):
    """`Knots` of a registered form for a firm of that choke price, €/t."""
    share, cost = CURVE_FORMS[name].shape(parts[name])
    return knots_from(share, np.asarray(cost) * choke_price)
