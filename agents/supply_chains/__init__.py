"""Supply chains: what they make and ship, what it costs and emits, at every price of permits [Esmaeili2022]."""

from agents.supply_chains import chain

__all__ = ["chain"]
