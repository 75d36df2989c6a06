"""Traders who buy what is cheap: below the mean of past prices, and sell what is dear."""

import numpy as np

from agents.emitters.behaviours import PROVIDE
from agents.traders.trader import CHEAP, TRADERS, Strategy, holding, required_growth
from learning.jit import kernel, rule
from learning.knobs import Settings, knob, settings


@settings
class ValueSettings(Settings):
    """Knobs of traders who buy what is cheap."""

    memory: int = knob(
        8, low=1, high=40, unit="quarters", help="past prices whose mean is the value", source="ours"
    )
    response: float = knob(
        10.0,
        low=0.0,
        high=1000.0,
        step=1.0,
        help="share of wealth in permits per value over price, less 1",
        source="ours",
    )


AT = ValueSettings.positions()


@rule
def value_of(outlook, memory):
    """Mean of the last prices, each as it would be now had it risen at the required return, €/t; NaN without any."""
    total, count, growth, now = 0.0, 0, required_growth(outlook), 1.0
    for k in range(min(memory, outlook.past_prices.shape[0])):
        now *= growth
        if not np.isnan(outlook.past_prices[k]):
            total += outlook.past_prices[k] * now
            count += 1
    return total / count if count > 0 else np.nan


@kernel(PROVIDE)
def trade_on_value(prices, outlook, settings, first, last, wanted):
    """Hold more permits the lower their price is below their value."""
    value = value_of(outlook, int(settings[AT.memory]))
    for k in range(prices.shape[0]):
        for i in range(first, last):
            price, share = prices[k, i], 0.0
            if value > 0.0:  # false for NaN
                share = settings[AT.response] * (value / max(price, CHEAP) - 1.0)
            wanted[k, i] = holding(share, price, i, outlook)


@TRADERS.register("value")
class ValueTrader(Strategy):
    """Buys permits below the mean of past prices, which it takes for their value, and sells them above it."""

    Settings = ValueSettings
    provide = trade_on_value
