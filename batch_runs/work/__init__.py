"""Jobs: planned, run in this or in other processes, and stored, so that a second start continues the first."""
