"""Emitters over years: firms that abate, hold permits from quarter to quarter, and plan how many to keep."""

from learning.registry import import_modules

import_modules(__name__, __path__)
