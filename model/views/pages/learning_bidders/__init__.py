"""The page of `learning_bidders`: how it is presented; its charts are those that several systems share."""

from model.views.pages.learning_bidders import presentation

__all__ = ["presentation"]
