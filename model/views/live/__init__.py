"""Parts that keep a page up to date while a model runs: threads, new rows, charts that stay."""
