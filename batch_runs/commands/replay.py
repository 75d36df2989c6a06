"""Replay a recorded episode of the grid and compare every number with it.

  carbon replay episode.json.gz
  carbon replay episode.json climate_cost=0.05 --json

FILE is an episode in the format of the source's simulator, JSON or gzip'd JSON, which `carbon run grid --record
FILE` writes too. Only its actions and random outcomes are used; coins, permits, escrow, labour, emissions, levels,
memories, positions, maps and trades must be equal in every step, rewards and final metrics up to 1e-9. key=value
sets a parameter that the file does not contain. The exit code is 0 if everything agrees, 1 if a number differs, 2 if
the file is not a recorded episode; one line on standard error then gives the place and the reason.
"""

import sys
from pathlib import Path

from batch_runs.usage import UsageError, add_words, split_words

SUMMARY = "replay a recorded episode and compare every number"
DISAGREES = 1


def add_arguments(parser):
    """Declare the options."""
    add_words(parser, "FILE")
    parser.add_argument("--json", action="store_true", help="print one JSON object and nothing else")


def run(options):
    """Replay and report; the exit code is 0 if everything agrees."""
    from batch_runs import tables

    names, given = split_words(options.words)
    if len(names) != 1:
        raise UsageError(f"name one file with a recorded episode, not {len(names)}")
    path = Path(names[0])
    if not path.is_file():
        raise UsageError(f"{path}: {'not a file' if path.exists() else 'no such file'}")
    report = replayed(path, given)
    facts = {
        "file": str(path),
        "steps": report.steps,
        "agreeing": report.agreeing,
        "comparisons": report.comparisons,
        "final_metrics": report.metrics_compared,
        "final_metrics_agreeing": report.metrics_agreeing,
        "first_disagreement": report.first and report.first._asdict(),
        "agrees": report.agrees,
    }
    print(tables.as_json(facts) if options.json else as_text(facts, report))
    return 0 if report.agrees else DISAGREES


def replayed(path, given):
    """Replay with a progress bar on a terminal and return the report; UsageError if the file is not an episode."""
    from tqdm import tqdm

    from model.systems.grid.episodes.log import LogError
    from model.systems.grid.episodes.replay import open_episode, report_of

    try:
        episode = open_episode(path, given)
    except LogError as error:
        raise UsageError(str(error)) from None
    with tqdm(total=len(episode), unit=" steps", disable=None, leave=False, file=sys.stderr) as bar:
        return report_of(episode, bar.update)


def as_text(facts, report):
    """Format the summary as text."""
    lines = [
        f"{facts['file']}: {report.agreeing} of {report.steps} steps agree, "
        f"{report.metrics_agreeing} of {report.metrics_compared} final metrics "
        f"({report.comparisons:,} numbers compared)",
    ]
    if report.first:
        lines.append(f"first disagreement: {report.first}")
    return "\n".join(lines)
