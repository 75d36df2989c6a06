"""The page of `emissions_trading`: presentation and charts; the import registers them."""

from model.views.pages.emissions_trading import charts, presentation

__all__ = ["charts", "presentation"]
