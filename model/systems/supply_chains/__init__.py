"""Supply chains [Esmaeili2022]: `SupplyChains` in `model.py`, its chains' plans in `curves.py`."""

from model.systems.supply_chains.model import SupplyChains

__all__ = ["SupplyChains"]
