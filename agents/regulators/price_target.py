"""A regulator that wants a price: stricter after a year in which permits were cheaper, laxer after a dearer one."""

from agents.regulators.regulator import DECIDE, REGULATORS, Regulator
from learning.jit import kernel
from learning.knobs import Settings, knob, settings


@settings
class PriceTargetSettings(Settings):
    """Knobs of a regulator that wants a price."""

    target: float = knob(
        50.0,
        low=0.001,
        high=10_000.0,
        step=1.0,
        unit="€/t",
        help="price wanted in the first year",
        source="ours",
    )
    rise: float = knob(
        0.05, low=-0.5, high=0.5, step=0.01, unit="share", help="its rise a year", source="ours"
    )
    response: float = knob(
        1.0,
        low=0.0,
        high=100.0,
        step=0.1,
        unit="share",
        help="share by which it gets stricter per share that the price lacks",
        source="ours",
    )


AT = PriceTargetSettings.positions()


@kernel(DECIDE)
def answer_price(view, settings):
    """Be stricter by the share that last year's price lacked, times the response."""
    target = settings[AT.target] * (1.0 + settings[AT.rise]) ** (view.year - 2.0)
    return settings[AT.response] * (1.0 - view.price / target)


@REGULATORS.register("price_target")
class PriceTarget(Regulator):
    """Tightens the policy after a year whose price was below its target, and loosens it after one above."""

    Settings = PriceTargetSettings
    decide = answer_price
