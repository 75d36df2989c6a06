"""Secondary markets: permits change hands between firms."""
