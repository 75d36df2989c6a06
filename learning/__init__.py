"""Learning algorithms on arrays, for any repeated game; they know nothing of permits."""

from learning.registry import import_modules

import_modules(__name__, __path__)
