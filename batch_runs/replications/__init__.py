"""Replications of published exhibits, one module each; importing the folder registers them."""

from batch_runs.replications.base import REPLICATIONS, Replication
from learning.registry import import_modules

import_modules(__name__, __path__)

__all__ = ["REPLICATIONS", "Replication"]
