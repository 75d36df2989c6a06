"""Draw abatement cost curves of farms and write them as CSV, to edit.

  carbon curves n_farms=4 correlation_odd=0.3 --seed 1 --out farms.csv
  carbon run escape_permits curves=farms.csv

key=value changes a parameter of escape_permits. agents/README.md lists the columns.
"""

from pathlib import Path

from batch_runs.usage import UsageError, split_words, whole

SUMMARY = "write farms' abatement cost curves as CSV, to edit"


def add_arguments(parser):
    """Declare the options."""
    parser.add_argument("words", nargs="*", metavar="key=value", help="parameters to change")
    parser.add_argument("--seed", type=whole(0, 2**53 - 1), default=1, metavar="S", help="seed (1)")
    parser.add_argument("--out", type=Path, required=True, metavar="FILE.csv", help="table to write")


def run(options):
    """Draw farms and write their curves."""
    from agents.farms.files import write_curves
    from batch_runs.tables import check_writable, written_whole
    from model.systems.escape_permits import EscapePermits

    names, assigned = split_words(options.words)
    if names:
        raise UsageError(f"{names[0]!r}: expected key=value")
    if options.out.suffix.lower() != ".csv":
        raise UsageError(f"{options.out}: the name must end in .csv")
    check_writable(options.out)
    curves = EscapePermits(EscapePermits.Params.from_flat(assigned), rng=options.seed).curves
    with written_whole(options.out) as scratch:
        write_curves(curves, scratch)
    n, m = curves.baseline.shape
    print(f"{options.out}: {n} farms, {m} pollutants; carbon run escape_permits curves={options.out} uses it")
