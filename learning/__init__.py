"""Learning algorithms on arrays: they would work in any repeated game, and never speak of permits."""

from learning.registry import import_modules

import_modules(__name__, __path__)
