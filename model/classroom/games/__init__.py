"""Games for a class, one file each; importing the folder registers them."""

from learning.registry import import_modules

import_modules(__name__, __path__)
