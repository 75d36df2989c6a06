"""Rows of a session as a CSV file."""

import csv
import io

from model.views.spreadsheets import harmless


def csv_text(rows):
    """Text of a CSV file with all columns that occur, in the order in which they first do."""
    names = list(dict.fromkeys(name for row in rows for name in row))
    file = io.StringIO()
    writer = csv.DictWriter(file, names, lineterminator="\n")
    writer.writeheader()
    writer.writerows({name: harmless(value) for name, value in row.items()} for row in rows)
    return file.getvalue()
