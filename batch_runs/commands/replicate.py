"""Run the exhibits of published sources again and judge which of their claims hold.

Writes claims.json, a report (HTML and Markdown) and the data behind each figure to DIR, or to a folder in DIR
for each of several replications. Without a name all replications are run. Finished runs of an interrupted start
are used again.
"""

import sys
from collections import Counter
from pathlib import Path

from batch_runs.usage import UsageError, add_engine

SUMMARY = "run a published source's exhibits and check its claims"


def add_arguments(parser):
    """Declare the options."""
    parser.add_argument(
        "names", nargs="*", metavar="NAME", help="replications (see: carbon list replications)"
    )
    extent = parser.add_mutually_exclusive_group()
    extent.add_argument(
        "--quick", action="store_true", help="few and short runs, to see that everything works"
    )
    extent.add_argument("--full", action="store_true", help="as many runs as the verdicts need (default)")
    parser.add_argument("--out", type=Path, required=True, metavar="DIR", help="folder for the results")
    add_engine(parser)


def run(options):
    """Check names and folder, then run one replication after the other."""
    from batch_runs.known import catalogue, check_names

    check_names(
        "replication", options.names, [row["name"] for row in catalogue()["lists"]["replications"][""]]
    )
    from batch_runs.replications import REPLICATIONS
    from batch_runs.work.engine_choice import chosen_engine
    from batch_runs.work.engines import Processes

    parts = {name: REPLICATIONS[name] for name in options.names or REPLICATIONS}
    make_folder(options.out)
    with chosen_engine(options) as engine:
        for name, part in parts.items():
            folder = options.out if len(parts) == 1 else options.out / name
            report(part, folder, replicate(part, folder, engine or Processes(), options.quick))


def make_folder(folder):
    """Make the folder; UsageError if it cannot be written to."""
    from batch_runs.tables import check_writable

    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise UsageError(f"{folder}: cannot be written: {error.strerror or error}") from None
    check_writable(folder / "claims.json")


def replicate(part, folder, engine, quick):
    """Run one replication with a progress bar on a terminal and return its results."""
    from tqdm import tqdm

    with tqdm(desc=part.name, unit=" runs", disable=None, file=sys.stderr) as bar:

        def progress(done, total):
            bar.total = total
            bar.n = round(done, 2)
            bar.update(0)

        return part.run(folder, quick, engine, progress)


def report(part, folder, results):
    """Print the number of claims with each verdict."""
    counts = Counter(result.verdict for result in results)
    verdicts = ", ".join(f"{count} {verdict}" for verdict, count in counts.most_common())
    print(f"{part.title}: {verdicts}\nreport: {folder / 'report.html'}")
