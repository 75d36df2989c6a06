"""The page of `supply_chains`: presentation, charts, tabs and the work they start; the import registers them."""

from model.views.pages.supply_chains import charts, presentation, tabs

__all__ = ["charts", "presentation", "tabs"]
