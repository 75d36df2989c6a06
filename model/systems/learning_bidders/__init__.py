"""Learning bidders [Esmaeili2021]: `LearningBidders` in `model.py`, its compiled loop in `loop.py`."""

from model.systems.learning_bidders.model import LearningBidders

__all__ = ["LearningBidders"]
