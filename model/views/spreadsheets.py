"""Texts of users in files that somebody opens with a spreadsheet."""

import re

FORMULA = re.compile(r"(^|[;,\t\r\n])(\s*)(?=[=+\-@])")
"""Where a formula may begin: at the start, and behind what separates cells in one country or another."""


def harmless(value):
    """A value, or a text with an apostrophe before whatever a spreadsheet would take for a formula.

    >>> harmless("=1+1"), harmless("anna;=1+1"), harmless("a-b"), harmless(-1)
    ("'=1+1", "anna;'=1+1", 'a-b', -1)
    """
    return FORMULA.sub(r"\1\2'", value) if isinstance(value, str) else value
