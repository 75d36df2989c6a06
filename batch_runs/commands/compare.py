"""Play several policies on the same firms and random numbers and write one page on how they differ.

  carbon compare esmaeili2021 "esmaeili2021 auction=discriminatory" --out results/formats
  carbon compare "no floor: learning_bidders" "floor: learning_bidders reserve_price=2" phi=0.9 --seeds 50 --out floors

A policy is a system or scenario with key=value, in quotes if it has several words, after a name and a colon if it is
to have one; key=value outside quotes holds for all. The first policy is the one that others are compared with. DIR gets
index.html (no internet needed), runs.csv with the means of every run, and the finished runs: the same command, or one
with more seeds, does only the missing ones.
"""

import shlex
import sys
from pathlib import Path

from batch_runs.usage import UsageError, add_engine, add_plugins, whole

SUMMARY = "compare policies on the same firms, on one page"


def add_arguments(parser):
    """Declare the options."""
    parser.add_argument(
        "words", nargs="*", metavar="POLICY|key=value", help="policies, and values for all of them"
    )
    parser.add_argument("--out", type=Path, required=True, metavar="DIR", help="folder of the page")
    parser.add_argument("--seeds", type=whole(1), default=20, metavar="N", help="seeds per policy (20)")
    parser.add_argument("--seed", type=whole(0, 2**53 - 1), default=0, metavar="S", help="first seed (0)")
    parser.add_argument("--periods", type=whole(1), metavar="N", help="periods per run (as in carbon run)")
    parser.add_argument(
        "--window", type=whole(1), metavar="W", help="average over the last W (as in carbon run)"
    )
    add_engine(parser)
    add_plugins(parser)


def run(options):
    """Read the policies, play what is missing, and write the page."""
    from batch_runs.comparison.page import page
    from batch_runs.comparison.policies import other_firms, read_policies
    from batch_runs.comparison.results import Comparison
    from batch_runs.comparison.runs import plan
    from batch_runs.tables import check_writable, write_table, written_whole
    from batch_runs.work.engine_choice import chosen_engine
    from batch_runs.work.plugins import load_plugins

    plugins = load_plugins(options.plugin)
    policies = read_policies(options.words)
    seeds = range(options.seed, options.seed + options.seeds)
    jobs = plan(policies, seeds, options.periods, options.window, plugins)
    try:
        options.out.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise UsageError(f"{options.out}: cannot be written: {error.strerror or error}") from None
    file = options.out / "index.html"
    check_writable(file)
    if changed := other_firms(policies):
        print(f"note: the policies meet different firms, as {', '.join(changed)} differ", file=sys.stderr)
    with chosen_engine(options) as engine:
        found = Comparison.of(policies, jobs, with_bar(policies, jobs, options, engine, plugins))
    write_table(found.table(), options.out / "runs.csv", index=False)
    with written_whole(file) as scratch:
        scratch.write_text(page(found, shlex.join(["carbon", *options.argv])), encoding="utf-8")
    print(f"{len(policies)} policies, {options.seeds} seeds: {file}")


def with_bar(policies, jobs, options, engine, plugins):
    """Play with a progress bar if standard error is a terminal."""
    from tqdm import tqdm

    from batch_runs.comparison.runs import play_all

    with tqdm(total=len(jobs), unit=" runs", disable=None, leave=False, file=sys.stderr) as bar:

        def progress(done, _):
            bar.update(done - bar.n)

        try:
            return play_all(policies, jobs, options.out / "runs", engine, plugins, progress)
        except KeyboardInterrupt:
            bar.close()
            print(f"finished runs are kept in {options.out}; the same command continues", file=sys.stderr)
            raise
