"""Run one model and show the results.

  carbon run learning_bidders phi=0.8 auction=discriminatory --periods 20000 --seed 3
  carbon run esmaeili2021_literal --json

The name is a system, a scenario, or a scenario's TOML file; key=value changes a parameter (carbon list
knobs). The numbers are means over the last WINDOW periods; all of these count, whatever collect_every is. For grid
one episode is played, and the numbers are those at its end.
"""

import signal
import sys
import threading
import time
from contextlib import contextmanager
from pathlib import Path

from batch_runs import bids, skipping
from batch_runs.run_summary import as_text, learning_facts, periods_of
from batch_runs.usage import UsageError, add_plugins, add_words, check_window, split_words, whole

SUMMARY = "run one model, show and save the results"


def add_arguments(parser):
    """Declare the options."""
    add_words(parser, "SYSTEM|SCENARIO")
    parser.add_argument("--scenario", metavar="NAME", help="apply this scenario, then key=value")
    parser.add_argument(
        "--periods",
        type=whole(1),
        metavar="N",
        help="periods to play (10000 for most systems, an episode of grid)",
    )
    parser.add_argument("--seed", type=whole(0, 2**53 - 1), metavar="S", help="seed of chance (fresh, shown)")
    parser.add_argument(
        "--window",
        type=whole(1),
        metavar="W",
        help="average over the last W (100 for most systems, 1 for grid)",
    )
    parser.add_argument(
        "--read-out",
        type=whole(1),
        metavar="N",
        help="average over N more periods at the end instead, played as the parameter read_out says: by default "
        "without experiments and learning, to see what has been learned",
    )
    parser.add_argument(
        "--workers", type=whole(1, 1024), metavar="K", help="processes that solve plans, if any (all cores)"
    )
    parser.add_argument(
        "--out",
        type=Path,
        metavar="FILE",
        help="write the metrics of every period collected (.csv, .parquet)",
    )
    parser.add_argument("--firms-out", type=Path, metavar="FILE", help="the same for every firm")
    bids.add_option(parser)
    parser.add_argument(
        "--record",
        type=Path,
        metavar="FILE",
        help="write the last complete episode, or an unfinished one, for carbon replay (.json, .json.gz)",
    )
    parser.add_argument("--json", action="store_true", help="print one JSON object and nothing else")
    skipping.add_option(parser)
    add_plugins(parser)


def run(options):
    """Check everything first, then play, save and report."""
    from batch_runs import tables
    from batch_runs.known import refuse_early

    names, assigned = split_words(options.words)
    if not options.plugin:
        refuse_early(names, assigned)
    check_files(options)
    if options.periods:
        check_window(options.window, options.periods, options.periods)
    from batch_runs.targets import named_target
    from batch_runs.work.engine_choice import tell_of_compiling
    from batch_runs.work.plugins import load_plugins
    from model.background import playing_on
    from model.base import SYSTEMS

    load_plugins(options.plugin)
    skipping.begin(options)
    target = named_target(names, options.scenario)
    kind = SYSTEMS[target.system]
    chosen = target.with_values(assigned)
    periods = options.periods or kind.Params.from_flat(chosen).usual_periods
    window = check_window(options.window, periods, kind.Params.usual_window)
    params = prepared(kind, chosen, periods, options.workers)
    with playing_on(notice=lambda: tell_of_compiling(kind.compile_seconds)):
        model = kind(params, rng=options.seed)
        skipping.report()
        model, facts = play_and_save(model, periods, window, options)
        facts = {"system": model.name, "scenario": target.scenario} | facts | learning_facts(model)
        print(tables.as_json(facts | _versions(options.plugin)) if options.json else as_text(facts, model))


def check_files(options):
    """Raise UsageError for a file to write that cannot be written, or is named twice."""
    from batch_runs.tables import check_table, check_writable

    asked = {"--out": options.out, "--firms-out": options.firms_out, "--bids": options.bids}
    files = {}
    for option, path in asked.items():
        if path and (other := files.setdefault(check_table(path).resolve(), option)) != option:
            raise UsageError(f"{other} and {option} both name {path}")
    if options.record:
        check_writable(options.record)


def prepared(kind, chosen, periods, workers):
    """Return parameters of a kind for which all preparation is done; chosen : flat names and values."""
    from batch_runs.work.engines import Processes
    from batch_runs.work.preparation import prepare_with_bar
    from batch_runs.work.single import usual_interval

    params = kind.Params.from_flat({"collect_every": usual_interval(periods)} | chosen)
    prepare_with_bar(kind, params, Processes(workers))
    return params


def play_and_save(model, periods, window, options):
    """Play, write the files that the options name; return the model as played to the end and facts about the run."""
    start_recording(model, options.record)
    bids.keep(model, periods, options.bids)
    load_rules(model)
    seconds, metrics = timed_play(model, periods, window)
    if options.read_out:
        window = options.read_out
        model = model.read_out(window).model
        metrics = model.summary(window)
    save(model, options)
    if options.record:
        model.write_recording(options.record)
    return model, {
        "parameters": model.params.flat(),
        "seed": model.seed,
        "periods": periods,
        "window": window,
        "read_out": model.params.read_out if options.read_out else "",
        "seconds": round(seconds, 3),
        "metrics": metrics,
    }


def start_recording(model, path):
    """Start recording to ``path`` and return the recorder, None if ``path`` is; UsageError if that is impossible."""
    if path is None:
        return None
    if not hasattr(model, "write_recording"):
        raise UsageError(f"--record {path}: {model.name} has no episodes to record")
    return model.start_recording()


def timed_play(model, periods, window):
    """Play with a progress bar on a terminal; return the seconds taken and the metrics."""
    from tqdm import tqdm

    from batch_runs.work.single import play

    start = time.perf_counter()
    unit = f" {periods_of(model)}"
    with tqdm(total=periods, unit=unit, disable=None, leave=False, file=sys.stderr, delay=0.5) as bar:
        metrics = play(model, periods, window, model.params.collect_every, bar.update)
    return time.perf_counter() - start, metrics


def load_rules(model):
    """Load the compiled rules before the clock starts; compile what is missing unless another process can."""
    from learning.jit import when_compiling
    from learning.postponed import is_interpreting, look_again
    from model.compiling import is_compiled

    if is_interpreting():
        if not is_compiled(compile_run, model):
            look_again()  # as each is called, it is ordered
        return
    shown = []

    def tell():
        if sys.stderr.isatty() and not shown:
            about = f"about {model.compile_seconds} s, once per version"
            shown.append(print(f"compiling the rules ({about}) …", file=sys.stderr))

    with when_compiling(tell), ending_at_once():
        model.compile_rules()


@contextmanager
def ending_at_once():
    """Context in which Ctrl-C ends this process without Python's help: the compiler survives no exception."""
    before = signal.getsignal(signal.SIGINT)
    if threading.current_thread() is not threading.main_thread() or before is not signal.default_int_handler:
        yield
        return
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)


def compile_run(model):
    """Compile all that a run of this model calls, with a copy: the model itself has yet to play its first period."""
    if played := model.compile_rules():
        learning_facts(played)


def save(model, options):
    """Write the tables that the options name."""
    from batch_runs.tables import write_table
    from batch_runs.work.single import every

    interval = model.params.collect_every
    if options.bids:
        bids.write(model, options.bids)
    if options.out:
        write_table(every(model.datacollector.get_model_vars_dataframe(), interval), options.out)
    if options.firms_out:
        write_table(every(model.datacollector.get_agent_vars_dataframe(), interval), options.firms_out)


def _versions(plugins):
    from batch_runs.work.provenance import code_digest, versions

    return {"versions": versions(), "code": code_digest(plugins)}
