"""The page of `supply_chains`: its charts, tabs and the work they start; importing the folder registers them."""

from model.views.pages.supply_chains import charts, tabs

__all__ = ["charts", "tabs"]
