"""The page of `two_tier`: its charts, tabs and the work they start; importing the folder registers them."""

from model.views.pages.two_tier import charts, tabs

__all__ = ["charts", "tabs"]
