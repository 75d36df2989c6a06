"""Run a model over ranges of parameters and seeds; started again, do only the missing runs.

  carbon sweep learning_bidders phi=0.80:1.00:0.02 auction=uniform,discriminatory --seeds 30 --out results/phi
  carbon sweep phi_uniform_discriminatory --out results/phi      a named sweep (see: carbon list sweeps)
  carbon sweep my_sweep.toml --seeds 5 --out results/mine        one of your own

The name is a system, a scenario, a named sweep or a TOML file. A range from:to:step includes its end; values of a
list are separated by commas; scenario=a,b varies the scenario. Every cell gets the same seeds. The results go to DIR:
manifest.json and results.csv (and .parquet), a row per run with values, seed, means of the metrics over the last
WINDOW periods, error, seconds; summary.csv: means, differences and their intervals; sobol.csv: Sobol indices.

  carbon sweep learning_bidders phi=0.8:1.0 n_firms=5:20 auction=uniform,vcg --design lhs:200 --out results/lhs

A design samples the ranges low:high; every level of the other axes, here both auctions, is played at every point.
"""

import sys
from dataclasses import replace
from pathlib import Path

from batch_runs import skipping
from batch_runs.usage import UsageError, add_engine, add_plugins, add_words, split_words, whole
from batch_runs.work.shards import read_shard

SUMMARY = "run a model over ranges of parameters and seeds"


def add_arguments(parser):
    """Declare the options."""
    add_words(parser, "SYSTEM|SCENARIO|SWEEP")
    parser.add_argument("--out", type=Path, required=True, metavar="DIR", help="folder of the results")
    parser.add_argument(
        "--design", metavar="grid|lhs:N|sobol:N", help="points at which ranges low:high are sampled (grid)"
    )
    parser.add_argument(
        "--width", metavar="METRIC=W", help="print how many seeds make intervals at most W (or W%%) wide"
    )
    parser.add_argument("--seeds", type=whole(1), metavar="N", help="seeds per cell (1)")
    parser.add_argument(
        "--seed", type=whole(0, 2**53 - 1), metavar="S", help="first seed; the others follow (0)"
    )
    parser.add_argument(
        "--periods",
        type=whole(1),
        metavar="N",
        help="periods per run (10000 for most systems, an episode of grid)",
    )
    parser.add_argument(
        "--window",
        type=whole(1),
        metavar="W",
        help="average over the last W (100 for most systems, 1 for grid)",
    )
    add_engine(parser, "all cores, one if it is short")
    parser.add_argument(
        "--shard", type=read_shard, metavar="K/N", help="do the K-th of N parts; without it all are gathered"
    )
    parser.add_argument("--retry-errors", action="store_true", help="repeat runs that ended in an error")
    skipping.add_option(parser)
    add_plugins(parser)


def run(options):
    """Plan, check, run, and print a summary; exit code 1 if every run failed."""
    from functools import partial

    if not options.plugin:
        refuse_words(options.words)
    skipping.begin(options)  # the workers read the tables, too
    from batch_runs.work.engine_choice import chosen_engine

    with chosen_engine(options) as engine:
        from batch_runs.sweep import Sweep
        from batch_runs.sweep_statistics import read_width
        from batch_runs.work.plugins import load_plugins
        from batch_runs.work.preparation import prepare_with_bar

        plugins = load_plugins(options.plugin)
        plan = experiment(options).plan(plugins)
        width = read_width(options.width, plan.system) if options.width else None
        prepare = partial(prepare_with_bar, engine=engine)
        sweep = Sweep(plan, options.out, ["carbon", *options.argv], prepare, options.shard)
        announce(sweep, options)
        result = with_bar(sweep, engine, options)
    print_summary(plan, result, options, width)
    return 1 if result.failed == result.total > 0 else 0


def refuse_words(words):
    """Refuse what is wrong in itself before any model loads; ranges, lists and scenarios are checked in the plan."""
    from batch_runs.known import refuse_early

    names, assigned = split_words(words)
    single = {name: value for name, value in assigned.items() if not set(value) & set(",:")}
    single.pop("scenario", None)
    refuse_early(names, single, extra=("sweeps",))


def print_summary(plan, result, options, width):
    """Print the numbers of runs and failures, what came out, and the most frequent errors to standard error."""
    from batch_runs.sweep_summary import seeds_needed, summary_of

    print(f"{len(result.table)} of {result.total} runs, {result.failed} failed, in {result.seconds:.1f} s")
    if options.shard:
        print(f"shard {options.shard} of {options.out}; the same command without --shard gathers all")
    else:
        print(f"results: {options.out / 'results.csv'}")
    if shown := summary_of(plan, result.table):
        print(f"\n{shown}")
    if width:
        print(seeds_needed(plan, result.table, *width))
    if result.failed:
        errors = result.table[result.table["error"] != ""]["error"].value_counts()
        print("\n".join(f"  {count} × {error}" for error, count in errors.head(5).items()), file=sys.stderr)


def experiment(options):
    """Return the experiment that the words describe, changed by the options."""
    names, assigned = split_words(options.words)
    if len(names) != 1:
        problem = (
            f"{names[1]!r}: expected key=value" if names else "name a system, scenario, sweep or TOML file"
        )
        raise UsageError(problem)
    found = find_experiment(names[0])
    if not found.axes and not assigned:
        raise UsageError("nothing varies: give at least one key=value, key=from:to:step or key=a,b")
    options_by_field = {
        "design": options.design,
        "seeds": options.seeds,
        "first_seed": options.seed,
        "periods": options.periods,
        "window": options.window,
    }
    changes = {name: value for name, value in options_by_field.items() if value is not None}
    return replace(found, axes=found.with_axes(assigned), **changes)


def find_experiment(name):
    """Find a named sweep or one in a file; a system or scenario is a sweep without axes."""
    from batch_runs.experiments import Experiment, experiments, read_experiment
    from batch_runs.targets import find_target, is_file_name

    if is_file_name(name):
        return read_experiment(name)
    named = experiments()
    if name in named:
        return named[name]
    target = find_target(name, others=named)
    return Experiment(name, "", {}, system="" if target.scenario else name, scenario=target.scenario or "")


def announce(sweep, options):
    """Print which runs will be done and how many are finished already."""
    missing, total = len(sweep.missing(options.retry_errors)), len(sweep.runs)
    if sweep.folder.code_changed:
        print(f"the code has changed since {options.out} was made: its runs are not used, all are run again")
    if sweep.store.keys():
        print(f"{options.out}: continuing, {missing} of {total} runs are missing")
    else:
        print(f"{total} runs: {len(sweep.plan.cells)} cells × {len(sweep.plan.seeds)} seeds")
    sys.stdout.flush()


def with_bar(sweep, engine, options):
    """Run with a progress bar if standard error is a terminal."""
    from tqdm import tqdm

    done = len(sweep.runs) - len(sweep.missing(options.retry_errors))
    with tqdm(
        total=len(sweep.runs), initial=done, unit=" runs", disable=None, leave=False, file=sys.stderr
    ) as bar:
        try:
            return sweep.run(engine, options.retry_errors, lambda done, _: bar.update(done - bar.n))
        except KeyboardInterrupt:
            bar.close()
            print(
                f"{len(sweep.table())} of {len(sweep.runs)} runs are done and kept in {options.out};",
                "the same command continues",
                file=sys.stderr,
            )
            raise
