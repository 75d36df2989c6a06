"""Emissions trading over years: `EmissionsTrading` in `model.py`, its quarter compiled in `rules.py`."""

from model.systems.emissions_trading.model import EmissionsTrading

__all__ = ["EmissionsTrading"]
