"""Doing jobs: planned, run here or in other processes, and kept, so that a second start continues the first."""
