"""Parts of the page of one system, a folder per system; importing the folder registers its charts and tabs."""

from learning.registry import import_modules

import_modules(__name__, __path__)
