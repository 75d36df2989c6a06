"""Institutions: auctions, exchange, compliance, accounts, and the published systems built of them."""
