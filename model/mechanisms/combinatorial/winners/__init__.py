"""Winner determination of package auctions: exact, by bounds, pruning and a dynamic program."""
