"""Farms that abate several pollutants at once: abatement costs, values of permits, bids."""

from learning.registry import import_modules

import_modules(__name__, __path__)
