"""Words and numbers as typed on the command line, and the error for wrong ones. Imports only small modules."""

import argparse


class UsageError(ValueError):
    """The command cannot be carried out as written; the message gives the reason, the exit code is 2."""


MOST = 2**53 - 1
"""Largest whole number on the command line: above it floats skip some, and counts overflow."""


def whole(low, high=MOST):
    """Return the type of a command-line option that is a whole number from ``low`` to ``high``."""
    limits = f"of at least {low}" if high == MOST else f"from {low} to {high}"

    def read(text):
        try:
            number = int(text)
        except ValueError:
            number = None
        if number is not None and number > high:
            raise argparse.ArgumentTypeError(f"{text}: must be at most {high}")
        if number is None or number < low:
            raise argparse.ArgumentTypeError(f"{text}: must be a whole number {limits}")
        return number

    return read


def split_words(words):
    """Split words into names and a dict of ``key=value``; UsageError for a key that is repeated or missing."""
    names = [word for word in words if "=" not in word]
    assigned = {}
    for word in words:
        key, equals, value = word.partition("=")
        if not equals:
            continue
        if not key:
            raise UsageError(f"{word!r}: expected key=value")
        if key in assigned:
            raise UsageError(f"{key} is given twice: {key}={assigned[key]} and {word}")
        assigned[key] = value
    return names, assigned


def add_words(parser, first):
    """Add the arguments of a command that takes a name and any number of ``key=value``, in any order."""
    parser.add_argument(
        "words", nargs="*", metavar=f"{first} key=value", help="what to run, and parameters to change"
    )


def add_plugins(parser):
    """Add the option of a command that imports the user's own parts first."""
    parser.add_argument(
        "--plugin",
        action="append",
        default=[],
        metavar="FILE.py",
        help="import this file first, so that what it registers can be used; may be repeated",
    )


def add_engine(parser, usual="all cores"):
    """Add the options that choose where many runs are done; ``usual`` : number of processes without ``--workers``."""
    parser.add_argument("--workers", type=whole(1, 1024), metavar="K", help=f"processes ({usual})")
    parser.add_argument(
        "--engine", choices=("processes", "dask"), default="processes", help="who runs them (processes)"
    )
    parser.add_argument(
        "--scheduler",
        metavar="ADDRESS",
        help="of dask, as in tcp://host:8786; without it workers are started here",
    )


def check_window(window, periods, usual):
    """Return the periods to average over: ``window``, or at most ``usual`` if None; UsageError above ``periods``."""
    if window is None:
        return min(usual, periods)
    if window > periods:
        raise UsageError(f"window = {window} periods: above the {periods} periods played")
    return window
