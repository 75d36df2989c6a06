"""Lessons on the page."""
