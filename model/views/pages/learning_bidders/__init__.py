"""The page of `learning_bidders`: its presentation; its charts are those that several systems share."""

from model.views.pages.learning_bidders import presentation

__all__ = ["presentation"]
