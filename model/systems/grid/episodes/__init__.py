"""Recorded episodes of the grid: the log format of the source's simulator, written, checked and replayed."""
