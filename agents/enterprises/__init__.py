"""Enterprises of the grid: what they see, may do, and how they decide; a policy is a file here."""

from learning.registry import import_modules

import_modules(__name__, __path__)
