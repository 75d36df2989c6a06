"""[Wang2024] replicated: nine allocation rules on the grid."""

from batch_runs.replications.wang2024 import replication

__all__ = ["replication"]
