"""Rules of the games, one file each; importing the folder registers them."""
