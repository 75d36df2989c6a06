"""Traders without emissions: they hold permits for a while, because they expect their price to rise."""

from learning.registry import import_modules

import_modules(__name__, __path__)
