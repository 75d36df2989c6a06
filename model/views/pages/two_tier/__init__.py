"""The page of `two_tier`: presentation, charts, tabs and the work they start; the import registers them."""

from model.views.pages.two_tier import charts, presentation, tabs

__all__ = ["charts", "presentation", "tabs"]
