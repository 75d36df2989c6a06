"""Tables that registries and auction platforms publish: what of them the models can use, in their units."""
