"""The page of `emissions_trading`: presentation, charts and tabs; the import registers them."""

from model.views.pages.emissions_trading import charts, presentation, tabs

__all__ = ["charts", "presentation", "tabs"]
