"""Fit parameters of a system to the result of one auction, and say how well that succeeds.

  carbon calibrate emissions_trading eex.csv --to price,cover,bidders
  carbon calibrate emissions_trading rggi.csv --row A54 --to price --fit choke_mean=5:500 --dollar 0.9

FILE is a table of auctions as EEX, RGGI or California publish it; --list shows what is read of it. key=value sets
other parameters. The search is bounded and uses the same seeds for all sets of parameters; the fit is then judged on
seeds that did not choose it. The reserve price is that of the auction, or 0 where the table has none. With --out DIR
the finished runs are kept: after an interruption the same command continues, to the same fit.
"""

import argparse
import sys
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from batch_runs.usage import UsageError, split_words, whole

SUMMARY = "fit parameters to the result of a published auction"


def add_arguments(parser):
    """Declare the options."""
    parser.add_argument(
        "words", nargs="*", metavar="SYSTEM FILE key=value", help="what to fit, and to which table"
    )
    parser.add_argument("--list", action="store_true", help="only show what is read of the table")
    parser.add_argument(
        "--row", metavar="NAME|DATE|ROW", help="auction to fit to (the first that has what --to names)"
    )
    parser.add_argument(
        "--to", metavar="FACT,…", default="price", help="price, cover, bidders, winners, low, median, volume"
    )
    parser.add_argument(
        "--fit",
        action="append",
        default=[],
        metavar="KNOB=LOW:HIGH",
        help="parameter to fit within bounds; may be repeated",
    )
    parser.add_argument(
        "--dollar", type=positive, metavar="RATE", help="price of a dollar, €, to convert prices in $"
    )
    parser.add_argument(
        "--tries", type=whole(1, 10_000), default=90, metavar="N", help="sets of parameters to try (90)"
    )
    parser.add_argument(
        "--seeds", type=whole(1, 1000), default=4, metavar="N", help="seeds that choose the fit (4)"
    )
    parser.add_argument(
        "--judges", type=whole(2, 1000), default=10, metavar="N", help="other seeds that judge it (10)"
    )
    parser.add_argument("--seed", type=whole(0, 2**53 - 2001), default=0, metavar="S", help="first seed (0)")
    parser.add_argument(
        "--periods", type=whole(1), metavar="N", help="periods per run (as usual for the system)"
    )
    parser.add_argument("--window", type=whole(1), metavar="W", help="average over the last W")
    parser.add_argument(
        "--out",
        type=Path,
        metavar="FILE.toml|DIR",
        help="write the fit as a scenario for carbon run; a folder also keeps the finished runs",
    )


def positive(text):
    """Read a number above 0."""
    try:
        number = float(text)
    except ValueError:
        number = 0.0
    if not 0.0 < number < 1e9:
        raise argparse.ArgumentTypeError(f"{text}: must be a number above 0")
    return number


def run(options):
    """Read the table, fit, judge, and print a table of the fit."""
    from batch_runs.data.auctions import read_auctions
    from batch_runs.tables import check_writable

    names, assigned = split_words(options.words)
    if len(names) != 2 - options.list:
        raise UsageError(
            "name a system and a table of auctions, as in emissions_trading eex.csv; or --list and a table"
        )
    read = read_auctions(Path(names[-1]), options.dollar)
    if options.list:
        print(listed(read))
        return 0
    task, auction = task_of(names[0], read, assigned, options)
    folder = options.out if options.out and options.out.suffix != ".toml" else None
    scenario = folder / "fit.toml" if folder else options.out
    with keeping_runs(task, folder) as task:
        if scenario:
            check_writable(scenario)
        found, judged = fit_and_judge(task, options)
        print("\n".join(report(task, auction, read, found, judged)))
        if scenario:
            write_scenario(scenario, task, auction, read, found)
    return 0


@contextmanager
def keeping_runs(task, folder):
    """Give the task, with a store in ``folder`` (None: in memory) that keeps its runs however the search ends."""
    from batch_runs.work.folder_lock import locked
    from batch_runs.work.store import RowStore

    if folder is None:
        yield task
        return
    runs = folder / "runs" / task.code
    try:
        runs.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise UsageError(f"{folder}: cannot be written: {error.strerror or error}") from None
    with locked(folder, "calibration"):
        store = RowStore(runs)
        if store.keys():
            print(f"{folder}: continuing, {len(store.keys())} runs are done")
        try:
            yield replace(task, store=store)
        except KeyboardInterrupt:
            print(f"finished runs are kept in {folder}; the same command continues", file=sys.stderr)
            raise
        finally:
            store.flush()


def listed(read):
    """Text of what has been read of a table."""
    from batch_runs.tables import text_table

    names = list(read.auctions[0].facts()) if read.auctions else []
    for each in read.auctions:
        names += [name for name in each.facts() if name not in names]
    rows = [{name: shown(getattr(each, name)) for name in names} for each in read.auctions]
    return "\n".join(
        [
            text_table(rows),
            "",
            f"prices in {read.currency or 'an unnamed currency'}/t, volumes in t",
            *read.notes,
        ]
    )


def shown(value):
    """Text of a fact of an auction."""
    if isinstance(value, float):
        return f"{value:,.0f}" if abs(value) >= 10_000 or value == int(value) else f"{value:.5g}"
    return "" if value is None else str(value)


def task_of(system, read, assigned, options):
    """Return the `Task` that the options describe, and the auction that it is about."""
    import model.systems  # noqa: F401 - fills SYSTEMS
    from batch_runs.data.calibration import MEASURED_BY, USUAL, Task
    from learning.knob_names import own_names, put_once
    from learning.registry import unknown
    from model.base import SYSTEMS

    if system not in SYSTEMS:
        raise UsageError(str(unknown("system", system, SYSTEMS)))
    facts = options.to.split(",")
    for fact in facts:
        if fact not in MEASURED_BY:
            raise UsageError(f"--to {options.to}: {unknown('fact', fact, list(MEASURED_BY))}")
    knobs = SYSTEMS[system].Params.all_knobs()
    bounds = {}
    for each in options.fit:
        put_once(bounds, *bounds_of(each, knobs), knobs)
    bounds = bounds or USUAL.get(system)
    if not bounds:
        raise UsageError(f"name the parameters of {system} to fit, as in --fit phi=0.5:1.2")
    auction = read.choose(options.row, facts)
    fixed = own_names(assigned, knobs)
    if "reserve_price" in knobs and "reserve_price" not in bounds:
        fixed = {"reserve_price": auction.reserve or 0.0} | fixed
    targets = {fact: getattr(auction, fact) for fact in facts}
    fixed = {name: value for name, value in fixed.items() if name not in bounds}
    task = Task(system, targets, bounds, fixed, options.periods, options.window)
    task.check()
    return task, auction


def bounds_of(text, knobs):
    """Name and bounds of a parameter, typed as ``phi=0.5:1.2``."""
    from learning.knob_names import own_range

    name, _, limits = text.partition("=")
    ends = limits.split(":")
    if len(ends) != 2:
        raise UsageError(f"--fit {text}: expected KNOB=LOW:HIGH, as in phi=0.5:1.2")
    return own_range(name, ends, knobs)


def fit_and_judge(task, options):
    """Search, with a progress bar on a terminal; returns the `Fit` and what other seeds measure with it."""
    from tqdm import tqdm

    from batch_runs.data.calibration import fit

    first = options.seed
    chosen_by = range(first, first + options.seeds)
    with tqdm(total=options.tries, unit=" tries", disable=None, leave=False, file=sys.stderr) as bar:
        found = fit(task, chosen_by, options.tries, lambda done: bar.update(done - bar.n))
    others = range(first + options.seeds, first + options.seeds + options.judges)
    return found, (task.measure(found.values, chosen_by), task.measure(found.values, others))


def report(task, auction, read, found, judged):
    """Lines of the report: which auction, which values, and target by target how well they fit."""
    from batch_runs.comparison.numbers import with_interval
    from batch_runs.comparison.results import estimate_of
    from batch_runs.data.calibration import NEAR
    from batch_runs.tables import text_table
    from model.metrics import METRICS

    title = " ".join(filter(None, (auction.name, auction.date)))
    yield f"{task.system} fitted to row {auction.row} of {read.path}: {title}"
    yield from read.notes
    yield "fitted: " + ", ".join(f"{name}={value:g}" for name, value in found.values.items())
    fixed = ", ".join(f"{name}={value}" for name, value in task.fixed.items())
    yield (
        f"{found.tried} sets of parameters tried on {len(judged[0])} seeds, judged on {len(judged[1])} others"
        + (f"; fixed: {fixed}" if fixed else "")
    )
    rows, missed = [], []
    for k, (fact, metric) in enumerate(task.metrics.items()):
        wanted, estimate = task.targets[fact], estimate_of(judged[1][:, k])
        away = (estimate.value - wanted) / max(abs(wanted), 1e-9) if estimate else float("nan")
        missed += [] if abs(away) <= NEAR else [fact]
        rows.append(
            {
                "target": fact,
                "auction": shown(wanted),
                "unit": METRICS[metric].unit.replace("€", read.currency or "€"),
                "chosen on": f"{judged[0][:, k].mean():.4g}",
                "other seeds": with_interval(estimate) if estimate else "no value",
                "away": f"{100.0 * away:+.1f} %".replace("-", "−"),
            }
        )
    yield ""
    yield text_table(rows)
    yield ""
    yield verdict(missed, found)


def verdict(missed, found):
    """Return a sentence on how well the fit succeeds."""
    from batch_runs.data.calibration import NEAR

    said = (
        f"all targets are met within {NEAR:.0%}"
        if not missed
        else f"missed by more than {NEAR:.0%}: {', '.join(missed)}"
    )
    if found.at_bound:
        said += f"; at a bound of its range: {', '.join(found.at_bound)}"
    return said + ". Few numbers are fitted: other parameters may fit as well"


def write_scenario(path, task, auction, read, found):
    """Write the fitted parameters as a scenario."""
    import json

    from batch_runs.tables import written_whole
    from model.base import SYSTEMS

    params = SYSTEMS[task.system].Params.from_flat(task.fixed | found.values)
    texts = {
        "system": task.system,
        "title": f"Fitted to {auction.name or 'an auction'} {auction.date}".strip(),
        "source": Path(read.path).name,
        "about": f"Fitted to {', '.join(f'{fact} {shown(value)}' for fact, value in task.targets.items())}.",
    }
    lines = [f"{name} = {json.dumps(text, ensure_ascii=False)}" for name, text in texts.items()]
    values = params.changed()
    lines += ["[parameters]", *(f"{json.dumps(name)} = {json.dumps(values[name])}" for name in values)]
    with written_whole(path) as scratch:
        scratch.write_text("\n".join(lines) + "\n", encoding="utf-8")
    print(f"{path}: carbon run {path} plays it")
