"""Auctions of packages: bids for several pollutants at once that win or lose as a whole."""

from learning.registry import import_modules

import_modules(__name__, __path__)
