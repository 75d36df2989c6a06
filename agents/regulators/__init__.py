"""Regulators: rules by which a government changes its policy from year to year, beside learners, which do by trial."""

from learning.registry import import_modules

import_modules(__name__, __path__)
