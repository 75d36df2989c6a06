"""[Wang2024] replicated with learning: enterprises and governments trained on the grid."""

from batch_runs.replications.wang2024_learned import replication

__all__ = ["replication"]
