"""Learning bidders [Esmaeili2021]: `LearningBidders` in `model.py`, its period compiled in `rules.py`."""

from model.systems.learning_bidders.model import LearningBidders

__all__ = ["LearningBidders"]
