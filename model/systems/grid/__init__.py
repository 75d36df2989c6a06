"""Grid cap-and-trade [Wang2024]: `Grid` in `model.py`, its rules in files of one phase each."""

from model.systems.grid.model import Grid

__all__ = ["Grid"]
