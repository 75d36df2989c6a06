"""Charts of `grid`, a file each; importing the folder registers them, the map first: a section begins with it."""

from learning.registry import import_modules
from model.views.pages.grid.charts import map

__all__ = ["map"]

import_modules(__name__, __path__)
