"""Auctions of packages: bids for several pollutants at once that win or lose as a whole."""
