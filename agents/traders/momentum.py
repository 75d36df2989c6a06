"""Traders who buy what has risen."""

from agents.emitters.behaviours import PROVIDE
from agents.traders.trader import TRADERS, Strategy, holding, required_growth
from learning.jit import kernel
from learning.knobs import Settings, knob, settings


@settings
class MomentumSettings(Settings):
    """Knobs of traders who buy what has risen."""

    span: int = knob(
        2, low=1, high=39, unit="quarters", help="time over which they look at the price", source="ours"
    )
    response: float = knob(
        20.0,
        low=0.0,
        high=1000.0,
        step=1.0,
        help="share of wealth in permits per rise of the price in a quarter above the required return",
        source="ours",
    )


AT = MomentumSettings.positions()


@kernel(PROVIDE)
def trade_on_momentum(prices, outlook, settings, first, last, wanted):
    """Hold more permits the more their price has risen, whatever they cost now."""
    span = min(int(settings[AT.span]), outlook.past_prices.shape[0] - 1)
    latest, before, share = outlook.past_prices[0], outlook.past_prices[span], 0.0
    if latest > 0.0 and before > 0.0:  # false for NaN
        share = settings[AT.response] * ((latest / before) ** (1.0 / span) / required_growth(outlook) - 1.0)
    for k in range(prices.shape[0]):
        for i in range(first, last):
            wanted[k, i] = holding(share, prices[k, i], i, outlook)


@TRADERS.register("momentum")
class MomentumTrader(Strategy):
    """Holds permits while their price rises faster than the required return, and none when it does not."""

    Settings = MomentumSettings
    provide = trade_on_momentum
