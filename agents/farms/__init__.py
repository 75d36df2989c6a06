"""Farms that abate several pollutants at once: what abatement costs them, what permits are worth, what they bid."""
