"""Presentation, charts and tabs of single systems, a folder per system; importing a folder registers them."""

from learning.registry import import_modules

import_modules(__name__, __path__)
