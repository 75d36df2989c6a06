"""Shared parts of the systems in which firms learn to bid a price and a volume from a grid."""
