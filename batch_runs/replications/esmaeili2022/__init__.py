"""[Esmaeili2022] replicated: permits auctioned to supply chains."""

from batch_runs.replications.esmaeili2022 import replication

__all__ = ["replication"]
