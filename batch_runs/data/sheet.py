"""Published tables: title rows above the headings, marks between thousands, currency signs, values that mean nothing.

Tables of users' own, which are written for the models, are read by `agents.tables` and refused where in doubt.
"""

import csv
import io
import re
from dataclasses import dataclass

from agents.tables import SEPARATORS, shorten
from batch_runs.usage import UsageError
from learning.files import read_text

TITLE_ROWS = 50
"""Rows among which the headings are looked for."""
NOTHING = {"", "-", "–", "n/a", "n.a.", "na", "nan", "none", "null"}
SIGNS = {"$": "$", "usd": "$", "us$": "$", "€": "€", "eur": "€"}


@dataclass(frozen=True)
class Sheet:
    """A published table: folded headings, and rows as (number in the file, cells by heading)."""

    path: object
    headings: tuple
    rows: tuple
    separator: str

    def error(self, row, heading, problem):
        """Make the UsageError of a cell; row : its number in the file, the first line is 1."""
        return UsageError(f"{self.path}, row {row}, column {heading}: {problem}")

    def amount(self, row, cells, heading, whole=False):
        """Return a cell as a number, None if it holds nothing; whole : whether a mark before three digits groups them.

        UsageError naming row and column if it is neither.
        """
        text = cells[heading]
        if bare(text).casefold() in NOTHING:
            return None
        number = read_amount(bare(text), whole, self.separator)
        if number is None:
            raise self.error(row, heading, f"{shorten(text)!r} is not a number that can be read in one way")
        return number


def read_sheet(path, recognise, wanted):
    """Read the table at ``path`` whose headings satisfy ``recognise(headings)``; wanted : words for what is missing.

    Headings are folded: lower case, single blanks. UsageError naming the file and what was found.
    """
    text = read_text(path).replace("\r\n", "\n").replace("\r", "\n")
    found = [each for separator in SEPARATORS if (each := _headed(path, text, separator, recognise))]
    if found:
        return max(found, key=lambda sheet: len(sheet.headings))
    first = next((line for line in text.split("\n") if line.strip()), "nothing")
    raise UsageError(
        f"{path}: no row with headings of {wanted} found; the file begins with {shorten(first)!r}"
    )


def _headed(path, text, separator, recognise):
    """Split text at a separator; None if no row among the first ones satisfies ``recognise``."""
    try:
        lines = list(csv.reader(io.StringIO(text), delimiter=separator))
    except csv.Error:
        return None
    for k, cells in enumerate(lines[:TITLE_ROWS]):
        headings = tuple(fold(cell) for cell in cells)
        if recognise(headings):
            return Sheet(path, headings, tuple(_rows(lines, k, headings)), separator)
    return None


def fold(cell):
    """Fold a heading: lower case, and single blanks for blanks, line ends and underscores."""
    return " ".join(cell.casefold().replace("_", " ").split())


def _rows(lines, first, headings):
    for number, cells in enumerate(lines[first + 1 :], first + 2):
        if any(cell.strip() for cell in cells):
            padded = (cells + [""] * len(headings))[: len(headings)]
            yield number, dict(zip(headings, (cell.strip() for cell in padded)))


def currency_of(text):
    """Currency named in a text, € or $; "" if there is none."""
    return next((sign for name, sign in SIGNS.items() if name in text.casefold()), "")


def bare(text):
    """Return a number without currency signs and blanks."""
    return re.sub(r"(?i)us\$|usd|eur|[$€\s'’]", "", text).replace("−", "-")


def read_amount(text, whole, separator=","):
    """Read a number with marks between thousands; None if it can be read in two ways, or not at all.

    whole : the number counts tonnes or bids, so that a comma before three digits stands between thousands.

    >>> read_amount("3,035,500", True), read_amount("77,01", False), read_amount("1,234", False)
    (3035500.0, 77.01, None)
    """
    point, comma = text.rfind("."), text.rfind(",")
    if point >= 0 and comma >= 0:
        mark = "." if point > comma else ","
        return _plain(text, "," if mark == "." else ".", mark)
    mark = "," if comma >= 0 else "."
    parts = text.lstrip("-").split(mark)
    if len(parts) > 2 or (
        len(parts) == 2 and len(parts[1]) == 3 and parts[0].strip("0") and len(parts[0]) <= 3
    ):
        if mark == "." and separator == "," and len(parts) == 2:
            return _plain(text, ",", ".")
        return _plain(text, mark, "") if whole or len(parts) > 2 else None
    return _plain(text, "", mark)


def _plain(text, between, decimal):
    if between:
        whole = text.lstrip("-").split(decimal)[0] if decimal else text.lstrip("-")
        groups = whole.split(between)
        if len(groups) > 1 and not all(len(group) == 3 for group in groups[1:]):
            return None
        text = text.replace(between, "")
    try:
        number = float(text.replace(decimal, ".") if decimal else text)
    except ValueError:
        return None
    return number if abs(number) < float("inf") else None
