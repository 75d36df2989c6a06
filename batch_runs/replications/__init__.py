"""Replications of published exhibits, a folder per source; importing this folder registers them."""

from batch_runs.replications.common.base import REPLICATIONS, Replication
from learning.registry import import_modules

import_modules(__name__, __path__)

__all__ = ["REPLICATIONS", "Replication"]
