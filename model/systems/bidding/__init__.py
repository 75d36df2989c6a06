"""What systems share in which firms bid a price and a volume from a grid, and learn."""
