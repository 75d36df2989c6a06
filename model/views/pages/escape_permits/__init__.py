"""The page of `escape_permits`: presentation, charts, tabs and the work they start; the import registers them."""

from model.views.pages.escape_permits import charts, presentation, tabs

__all__ = ["charts", "presentation", "tabs"]
