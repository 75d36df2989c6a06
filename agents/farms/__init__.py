"""Farms that abate several pollutants at once: what abatement costs them, what permits are worth, what they bid."""

from learning.registry import import_modules

import_modules(__name__, __path__)
