"""The published systems, a folder each; importing this one registers them."""

from learning.registry import import_modules

import_modules(__name__, __path__)
