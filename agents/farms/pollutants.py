"""Pollutants that farms emit, and declarations repeated for each of them."""

import numpy as np

from agents.population import Column

POLLUTANTS = ("ghg", "nutrient", "ammonia")
"""In this order: abating the first also abates the others. A lot is 25 kg CO2e or 1 kg nutrient equivalent (or NH3)."""


def for_each_pollutant(**columns):
    """Class decorator: add the columns ``name_ghg``, ``name_nutrient``, …; name = (unit, help)."""

    def add(cls):
        for name, (unit, help) in columns.items():
            for pollutant in POLLUTANTS:
                column = Column(unit, f"{pollutant}: {help}")
                column.__set_name__(cls, f"{name}_{pollutant}")
                setattr(cls, column.name, column)
        return cls

    return add


def columns_of(rows, name, m):
    """Copy the columns ``name_ghg``, … of the first ``m`` pollutants into one array, float64[..., m]."""
    return np.stack([rows[f"{name}_{pollutant}"] for pollutant in POLLUTANTS[:m]], axis=-1)
