"""Bidders of the two-tier auctions: abatement costs, demand schedules and bidding policies; a policy is a file here."""

from learning.registry import import_modules

import_modules(__name__, __path__)
