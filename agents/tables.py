"""Reading tables of users: CSV as spreadsheets and registries write it, with errors that name file, row and column."""

import csv
import io
import os
import re
from dataclasses import dataclass

import numpy as np

from learning.files import LARGEST, read_text
from learning.knobs import ParameterError

SEPARATORS = {",": "commas", ";": "semicolons", "\t": "tabs"}
THOUSANDS = re.compile(r"[-−]?[1-9]\d{0,2}([.,'’ \u00a0\u202f]\d{3})+([.,]\d+)?")
"""Numbers with a mark between thousands, such as 2,231,450; 9,877 may be one, or a decimal fraction."""
MARKED = re.compile(r"[-−]?\d+[.,]\d+")
LEAST, MOST = 1e-9, 1e12
"""Range of the numbers of a table, so that products and ratios of them are finite."""
LONGEST = 60
"""Characters of a value that an error message shows."""
SKIP = "CARBON_SKIP_EMPTY"
"""Environment variable: 1 to leave out rows with cells that are empty, 0, −1 or Excluded."""
_LEFT_OUT = {}


def read_table(knob, path, columns, largest=LARGEST):
    """Read the CSV file ``path`` of the parameter ``knob`` as a `Table`; columns beyond ``columns`` are kept.

    Values are separated by commas, semicolons or tabs; blanks around them and the case of headings do not count.
    With semicolons or tabs a comma may be the decimal mark. ParameterError naming file and row if columns, headings
    or all rows are missing, a line stands above the headings, a row has more values than there are headings, or the
    decimal mark is ambiguous, or the file has more than ``largest`` bytes.
    """
    where = f"{knob} = {path}"
    lines = _lines(where, read_text(path, knob, largest))
    separator, headings = _headings(where, lines, columns)
    rows = _rows(where, lines, separator, len(headings))
    if is_skipping():
        rows = _without_empty(where, rows, [headings.index(name) for name in columns])
    if not rows:
        raise ParameterError(f"{where}: there is no row below the heading")
    by_name = {name: [row[k] for row in rows.values()] for k, name in enumerate(headings) if name}
    return Table(where, by_name, tuple(rows), _decimal_mark(where, separator, rows))


def skip_empty(whether=True):
    """From now on leave out rows that mean nothing, in this process and those that it starts, see `is_empty`.

    whether : False: refuse them again.
    """
    os.environ[SKIP] = "1" if whether else "0"


def is_skipping():
    """Whether rows that mean nothing are left out instead of refused."""
    return os.environ.get(SKIP) == "1"


def is_empty(text):
    """Whether a cell means that there is nothing: empty, 0, −1 or Excluded, as registries write it."""
    plain = text.casefold().replace("−", "-")
    return plain.startswith("excluded") or re.sub(r"[.,]0*$", "", plain) in ("", "0", "-1")


def left_out():
    """Number of rows that were left out of each table read by this process, by parameter and file."""
    return dict(_LEFT_OUT)


def _without_empty(where, rows, needed):
    """Rows of which every needed cell means something; the others are counted."""
    kept = {number: row for number, row in rows.items() if not any(is_empty(row[k]) for k in needed)}
    _LEFT_OUT[where] = len(rows) - len(kept)
    if rows and not kept:
        raise ParameterError(f"{where}: every row has a cell that is empty, 0, −1 or Excluded")
    return kept


@dataclass(frozen=True)
class Table:
    """A table of text from a file."""

    where: str
    """Parameter and file, the beginning of an error message."""
    columns: dict
    """Values by heading, as lists of text."""
    row_numbers: tuple
    """Number of each row in the file; 1 is the first below the headings, empty rows are counted."""
    decimal_mark: str = "."

    def __len__(self):
        return len(self.row_numbers)

    def error(self, row, column, problem):
        """Make the ParameterError of the value in ``column`` of a row, numbered from 0 in this table."""
        return ParameterError(
            f"{self.where}, row {self.row_numbers[row]}, column {column} {problem}".rstrip()
        )

    def texts(self, name):
        """Return a column as a list of text; ParameterError naming the first row where it is empty."""
        values = self.columns[name]
        if "" in values:
            raise self.error(values.index(""), name, "is missing")
        return values

    def different_texts(self, name):
        """Return a column as a list of text; ParameterError where it is empty, or the same as in a row above."""
        values = self.texts(name)
        for row, value in enumerate(values):
            if value in values[:row]:
                raise self.error(row, name, f"= {value}: is used twice")
        return values

    def numbers(self, name, unit="", *, least=None, most=MOST):
        """Return a column as float64[rows]: numbers above 0, or at least ``least``, and at most ``most``.

        Above 0 means at least `LEAST`, so that ratios of numbers stay finite. ParameterError naming row and column
        for other values.
        """
        return np.array([self._number(row, name, unit, least, most) for row in range(len(self))])

    def _number(self, row, name, unit, least, most):
        text = self.columns[name][row]
        if not text:
            raise self.error(row, name, f"is missing {unit}")
        number, problem = read_number(text, self.decimal_mark)
        if not problem:
            problem = out_of_range(number, least, most, unit)
        if problem:
            raise self.error(row, name, f"= {shorten(text)}: must be {problem}")
        return number


def read_number(text, decimal_mark):
    """Read a number; returns it, and how it would have to be written if it is no number, else nothing.

    >>> read_number("−1,5", ",")
    (-1.5, '')
    """
    mixed = "_" in text or (decimal_mark == "," and "." in text)
    try:
        return float("no number" if mixed else text.replace("−", "-").replace(decimal_mark, ".")), ""
    except ValueError:
        if THOUSANDS.fullmatch(text):
            return np.nan, "written without marks between thousands"
        if MARKED.fullmatch(text):
            return np.nan, f"written with the decimal mark {decimal_mark!r} of the other numbers"
        return np.nan, ""


def out_of_range(number, least, most, unit):
    """Return in words what a number below ``least`` (None: 0 or less) or above ``most`` must be; "" for others."""
    if not np.isfinite(number) or (number <= 0.0 if least is None else number < least):
        return f"a number {'above 0' if least is None else f'of at least {least:g}'} {unit}"
    if number > most or (least is None and number < LEAST):
        return f"from {LEAST if least is None else least:g} to {most:g} {unit}"
    return ""


def shorten(text):
    """Cut a value to the length that an error message shows."""
    return text if len(text) <= LONGEST else text[: LONGEST - 1] + "…"


def _lines(where, text):
    """Split text into lines, ended by any of the three line ends; ParameterError if nothing is in it."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    if not any(line.strip() for line in lines):
        raise ParameterError(f"{where}: is empty")
    return lines


def _headings(where, lines, columns):
    """Find the separator and the headings in the first line; ParameterError naming what is missing."""
    found = {separator: _named(lines[0], separator) for separator in SEPARATORS}
    separator = max(found, key=lambda each: (len(set(columns) & set(found[each])), len(found[each])))
    headings = found[separator]
    missing = [name for name in columns if name not in headings]
    if missing:
        raise ParameterError(f"{where}: {_what_is_missing(lines, missing[0], columns, separator, headings)}")
    twice = [name for name in headings if name and headings.count(name) > 1]
    if twice:
        raise ParameterError(f"{where}: there are two columns {twice[0]!r}")
    return separator, headings


def _what_is_missing(lines, name, columns, separator, headings):
    """Describe the headings of a file without the column ``name``."""
    below = _stands_below(lines, columns)
    if below:
        return f"the headings are in line {below}, below {shorten(lines[0])!r}; delete the lines above them"
    found = f"found, separated by {SEPARATORS[separator]}: {shorten(', '.join(filter(None, headings)))}"
    return f"column {name!r} is missing; needed: {', '.join(columns)}; {found}"


def _named(line, separator):
    """Split a line into headings, in lower case, with _ for blanks; none if it is no line of a CSV file."""
    try:
        cells = next(csv.reader([line], delimiter=separator, skipinitialspace=True), [])
    except csv.Error:  # such as a cell of 200,000 characters
        return []
    return ["_".join(cell.casefold().split()) for cell in cells]


def _stands_below(lines, columns):
    """Number of the line, counted from 1, that has all ``columns``; 0 if there is none among the first ones."""
    for number, line in enumerate(lines[1:50], 2):
        if any(set(columns) <= set(_named(line, separator)) for separator in SEPARATORS):
            return number
    return 0


def _rows(where, lines, separator, width):
    """Read the rows below the headings by number, in one line each cell; empty ones are left out but counted."""
    rows = {}
    reader = csv.reader(io.StringIO("\n".join(lines)), delimiter=separator, skipinitialspace=True)
    try:
        for number, cells in enumerate(reader):
            cells = [" ".join(cell.split()) for cell in cells]
            if number and any(cells):
                if any(cells[width:]):
                    raise ParameterError(_too_many(where, number, len(cells), width, separator))
                rows[number] = (cells + [""] * width)[:width]
    except csv.Error as error:
        raise ParameterError(f"{where}: not a readable CSV file ({error})") from None
    return rows


def _too_many(where, row, values, width, separator):
    found = f"{where}, row {row}: has {values} values, separated by {SEPARATORS[separator]}, below {width} headings"
    return (
        f"{found}; a decimal comma needs semicolons or tabs between the values" if separator == "," else found
    )


def _decimal_mark(where, separator, rows):
    """Decimal mark of a table: a point where values are separated by commas, else the mark of its numbers.

    ParameterError if every number with a mark could as well have it between thousands.
    """
    if separator == ",":
        return "."
    marked = [(number, cell) for number, row in rows.items() for cell in row if MARKED.fullmatch(cell)]
    sure = [cell for _, cell in marked if not THOUSANDS.fullmatch(cell)]
    if marked and not sure:
        number, cell = marked[0]
        raise ParameterError(
            f"{where}, row {number}: {cell} may be a fraction or thousands, as may every number with a mark in the "
            "file; write it without marks between thousands, and with another number of digits behind a decimal mark"
        )
    return "," if any("," in cell for cell in sure) else "."
