"""Make a table of firms from the EU's transaction log, for emissions_trading and learning_bidders.

  carbon firms from-eutl compliance.csv --year 2019 --out firms.csv
  carbon run emissions_trading emitters=firms.csv
  carbon run learning_bidders firms=firms.csv

The table of euets.info or of a registry gives verified emissions and free permits; rows that are empty, 0, −1 or
excluded are left out and counted. emissions_trading gives permits free in the proportions of the column free_permits.
Costs are in no registry: --choke-price sets what abating the last tonne costs, €/t, for every firm, and the value of a
permit where firms do not abate. Edit them in the table.
"""

from pathlib import Path

from batch_runs.commands.calibrate import positive
from batch_runs.usage import UsageError, whole

SUMMARY = "make a table of firms from the EU's transaction log"


def add_arguments(parser):
    """Declare the options."""
    parser.add_argument("what", choices=["from-eutl"], help="source of the table")
    parser.add_argument("file", type=Path, metavar="FILE.csv", help="compliance by installation and year")
    parser.add_argument(
        "--year", type=whole(1990, 2100), metavar="YYYY", help="year (the last with most emissions)"
    )
    parser.add_argument(
        "--by", choices=["installation", "holder"], default="installation", help="who is a firm"
    )
    parser.add_argument(
        "--most",
        type=whole(2),
        default=200,
        metavar="N",
        help="firms; the smallest are joined to one, others (200)",
    )
    parser.add_argument("--choke-price", type=positive, default=200.0, metavar="P", help="€/t (200)")
    parser.add_argument("--out", type=Path, metavar="FILE.csv", help="table to write (standard output)")


def run(options):
    """Read the registry's table, write the firms, and print what was summed and left out."""
    import sys

    from batch_runs.data.eutl import join_small, read_eutl
    from batch_runs.tables import check_table, write_table

    if options.out:
        check_table(options.out)
        if options.out.suffix != ".csv":
            raise UsageError(f"{options.out}: the name must end in .csv")
    found = read_eutl(options.file, options.year, options.by)
    firms = join_small(found.firms, options.most)
    table = table_of(firms, found.year, options.choke_price)
    if options.out:
        write_table(table, options.out, index=False)
    else:
        table.to_csv(sys.stdout, index=False)
    print("\n".join(report(found, firms, options)), file=sys.stdout if options.out else sys.stderr)


def table_of(firms, year, choke_price):
    """Table of firms that the systems with a file of firms read; each takes its own columns."""
    import pandas as pd

    from agents.emitters.files import FREE

    emissions, free = [each[0] for each in firms.values()], [each[1] for each in firms.values()]
    return pd.DataFrame(
        {
            "name": list(firms),
            "year": year,
            "installations": [each[2] for each in firms.values()],
            "verified_emissions": emissions,
            **({FREE: free} if any(free) else {}),
            "baseline": emissions,
            "choke_price": choke_price,
            "selling_price": 2.0 * choke_price,
            "unit_cost": choke_price,
            "emission_intensity": 1.0,
            "full_output": emissions,
        }
    )


def free_in_the_cap(emissions, free):
    """Return a sentence on the ``free_share`` that gives firms the ``free`` permits of the table, t."""
    from model.systems.emissions_trading import EmissionsTrading

    if not free:
        return "no free permits: the table has no column of them"
    cap = EmissionsTrading.Params().cap_first * emissions
    if free > cap:
        return f"free permits exceed the usual cap of {cap:,.0f} t: free_share=1 gives all of it, in these proportions"
    return (
        f"free_share={free / cap} gives every firm of emissions_trading these permits free in the first year, "
        f"of a cap of {cap:,.0f} t, and as much of the cap later"
    )


def report(found, firms, options):
    """Lines on what the table holds and what it does not."""
    counted = sum(each[2] for each in firms.values())
    yield f"{options.out or 'table'}: {len(firms)} firms of {counted} installations in {found.year}, " + (
        f"verified emissions {found.emissions:,.0f} t, free permits {found.free:,.0f} t"
    )
    if len(firms) < len(found.firms):
        yield f"the {len(found.firms) - len(firms) + 1} smallest are one firm, others; --most N keeps more"
    for reason, count in found.left_out.items():
        yield f"{count} {'row' if count == 1 else 'rows'} left out: {reason}"
    yield free_in_the_cap(found.emissions, found.free)
    yield f"costs are assumed alike: abating the last tonne costs {options.choke_price:g} €/t (--choke-price)"
