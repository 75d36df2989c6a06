"""Every bid of a run's auctions as a table, where a system keeps them."""

import sys
from pathlib import Path

from batch_runs.usage import UsageError


def add_option(parser):
    """Declare --bids."""
    help = "write every bid of the auctions, where a system keeps them (.csv, .parquet)"
    parser.add_argument("--bids", type=Path, metavar="FILE", help=help)


def keep(model, periods, path):
    """Let a model keep the bids of so many periods for the file ``path``, if there is one; UsageError if it cannot."""
    if path is None:
        return
    if not hasattr(model, "keep_bids"):
        raise UsageError(f"--bids {path}: {model.name} keeps no bids; --firms-out has those of every firm")
    model.keep_bids(periods)


def write(model, path):
    """Write the bids that a model has kept, and say so if these are not all."""
    from batch_runs.tables import write_table
    from model.systems.emissions_trading.past_bids import kept_quarters, table_of_bids

    write_table(table_of_bids(model.past_bids, model.names), path, index=False)
    if 0 < len(kept := kept_quarters(model.past_bids)) < model.steps:
        word = model.params.period_name
        print(f"{path}: bids of the last {len(kept):,} of {model.steps:,} {word}s", file=sys.stderr)
