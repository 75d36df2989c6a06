"""[Goyal] replicated: escape permits for correlated pollutants in a combinatorial auction."""

from batch_runs.replications.goyal import replication

__all__ = ["replication"]
