"""The page of `escape_permits`: its charts, tabs and the work they start; importing the folder registers them."""

from model.views.pages.escape_permits import charts, tabs

__all__ = ["charts", "tabs"]
