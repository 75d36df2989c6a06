"""Enterprises of the grid: observations, actions and policies; a policy is a file here."""

from learning.registry import import_modules

import_modules(__name__, __path__)
