"""Decision makers: firms and governments, as rows of populations. They propose; the model disposes."""

from learning.registry import import_modules

import_modules(__name__, __path__)
