"""Statements of the textbooks on permit markets and auctions, checked in the systems that can show them."""

from batch_runs.replications.textbook import replication

__all__ = ["replication"]
