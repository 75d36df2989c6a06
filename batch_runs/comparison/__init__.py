"""Comparison of policies on the same firms and random numbers: `policies`, `runs`, `results`, and the `page`."""
