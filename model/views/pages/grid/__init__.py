"""The page of `grid`: presentation, charts, tabs and the work they start; the import registers them."""

from model.views.pages.grid import charts, presentation, tabs

__all__ = ["charts", "presentation", "tabs"]
