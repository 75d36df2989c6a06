"""The option ``--skip-empty``: rows of tables that mean nothing are left out and counted, not refused."""

import sys


def add_option(parser):
    """Add the option to a command."""
    parser.add_argument(
        "--skip-empty",
        action="store_true",
        help="leave out rows of tables with a needed cell that is empty, 0, −1 or Excluded, and count them",
    )


def begin(options):
    """Leave such rows out from now on, if that is asked, in the processes that this one starts, too."""
    if options.skip_empty:
        from agents.tables import skip_empty

        skip_empty()


def report():
    """Print how many rows were left out of each table, to standard error."""
    from agents.tables import left_out

    for table, count in left_out().items():
        rows = "1 row" if count == 1 else f"{count} rows"
        print(f"{table}: {rows} left out, with cells that are empty, 0, −1 or Excluded", file=sys.stderr)
