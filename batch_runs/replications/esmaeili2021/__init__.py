"""[Esmaeili2021] replicated: firms that learn to bid under uniform and discriminatory prices."""

from batch_runs.replications.esmaeili2021 import replication

__all__ = ["replication"]
