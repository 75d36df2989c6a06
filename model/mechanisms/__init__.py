"""Rules by which permits change hands, as compiled functions over arrays."""
