"""A seat for a person in a market, among firms that learn; see `base.py`."""

from learning.registry import import_modules
from model.seats.base import SEATS, Seat
from model.seats.forms import FieldError
from model.seats.taking import play_again, take_seat

import_modules(__name__, __path__)

__all__ = ["SEATS", "FieldError", "Seat", "play_again", "take_seat"]
