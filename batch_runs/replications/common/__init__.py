"""Shared parts of replications: claims and verdicts, statistics, long runs, reports."""
