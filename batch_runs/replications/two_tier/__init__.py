"""The design of [TwoTier] carried out: theory of the auction formats, and bidders trained by PPO."""

from batch_runs.replications.two_tier import replication

__all__ = ["replication"]
