"""Two-tier auctions [TwoTier]: `TwoTier` in `model.py`; many auctions at once without Mesa in `worlds.py`."""

from model.systems.two_tier.model import TwoTier

__all__ = ["TwoTier"]
