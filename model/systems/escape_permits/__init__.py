"""Escape permits [Goyal]: `EscapePermits` in `model.py`; whole auctions without Mesa in `auction.py`."""

from model.systems.escape_permits.model import EscapePermits

__all__ = ["EscapePermits"]
