"""The page of `grid`: its charts, tabs and the work they start; importing the folder registers them."""

from model.views.pages.grid import charts, tabs

__all__ = ["charts", "tabs"]
