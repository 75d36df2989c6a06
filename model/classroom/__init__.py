"""Games that people play in one market, and the rooms they play them in."""
