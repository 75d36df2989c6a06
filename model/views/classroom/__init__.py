"""A class in one market: pages for pupils, teacher and the big screen, and the server behind them."""
