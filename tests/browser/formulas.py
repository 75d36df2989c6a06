"""Texts that a spreadsheet would take for formulas, and what downloads made in the browser hold of them."""

import csv
import io

TEXTS = (
    *("=1+1", "+1", "-1", "@sum", "\t=1", "\r=1", " =1"),
    *("anna;=1+1", "bo,+1", "a\n=1", "a\n\n  -1", 'say "=1"', '";=1'),
    *("plain", "a-b", "1 = 1", "€=", ""),
)


def column(path, at):
    """The values of a column of a CSV file, without the heading."""
    with open(path, encoding="utf-8", newline="") as file:
        return [row[at] for row in csv.reader(io.StringIO(file.read()))][1:]
