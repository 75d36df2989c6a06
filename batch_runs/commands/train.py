"""Train the bidders of a system against each other, and measure their learned bids.

  carbon train two_tier n_firms=3 need=2 auction=vcg --auctions 256000 --seed 1 --out bidders.npz
  carbon train two_tier n_firms=3 need=2 auction=vcg --resume --out bidders.npz
  carbon run two_tier n_firms=3 need=2 policy=ppo_schedule ppo_schedule.checkpoint=bidders.npz

key=value changes a parameter of the system, ppo.key=value one of the training (learning_rate, noise, hidden,
batch, ...). FILE is written from time to time, at the end and after Ctrl-C, complete or not at all. --resume
continues the training in FILE and ends with the same bidders as without the interruption.
"""

import signal
import sys
import time
from contextlib import contextmanager
from pathlib import Path

from batch_runs.usage import UsageError, add_plugins, add_words, split_words, whole

SUMMARY = "train bidders against each other"
PPO = "ppo."


def add_arguments(parser):
    """Declare the options."""
    add_words(parser, "SYSTEM|SCENARIO")
    parser.add_argument(
        "--auctions", type=whole(1), metavar="N", help="auctions of the whole training (256000)"
    )
    parser.add_argument(
        "--episode", type=whole(1), metavar="K", help="auctions per episode (1; 20 with history)"
    )
    parser.add_argument(
        "--seed", type=whole(0, 2**53 - 1), metavar="S", help="seed of all chance (a fresh one, shown)"
    )
    parser.add_argument(
        "--out", type=Path, required=True, metavar="FILE", help="file for the trained bidders"
    )
    parser.add_argument("--resume", action="store_true", help="continue the training in FILE")
    parser.add_argument("--json", action="store_true", help="print one JSON object and nothing else")
    add_plugins(parser)


def run(options):
    """Check everything first, then train, save and report."""
    from batch_runs import tables
    from batch_runs.work.plugins import load_plugins

    load_plugins(options.plugin)
    trainer, training = plan(options)
    started = time.perf_counter()
    samples = train(trainer, training, options)
    facts = {
        "system": trainer.SYSTEM,
        "parameters": training.about()["parameters"],
        "training": training.settings.values(),
        "seed": training.seed,
        "episode": training.episode,
        "auctions": samples,
        "seconds": round(time.perf_counter() - started, 3),
        "file": str(options.out),
        "metrics": trainer.learned_indices(options.out),
    }
    print(tables.as_json(facts) if options.json else as_text(facts))


def plan(options):
    """Return the module that trains the system, and the training that words and options describe."""
    from batch_runs.tables import check_writable
    from batch_runs.targets import named_target

    names, assigned = split_words(options.words)
    target = named_target(names)
    trainer = find_trainer(target.system)
    if options.out.exists() and not options.resume:
        raise UsageError(f"{options.out}: exists; --resume goes on with it, or name another file")
    check_writable(options.out)
    of_ppo = {name.removeprefix(PPO): value for name, value in assigned.items() if name.startswith(PPO)}
    others = {name: value for name, value in assigned.items() if not name.startswith(PPO)}
    if options.auctions is not None:
        of_ppo["samples"] = options.auctions
    begun = trainer.read_training(options.out) if options.resume else None
    changes = {"seed": options.seed, "episode": options.episode}
    return trainer, trainer.plan_training(begun, target.parameters | others, of_ppo, **changes)


def find_trainer(system):
    """Import the module of `model.envs` that trains a system's bidders; UsageError if there is none."""
    import pkgutil
    from importlib import import_module

    from model import envs

    modules = [module.name for module in pkgutil.iter_modules(envs.__path__)]
    trained = [name.removesuffix("_training") for name in modules if name.endswith("_training")]
    if system not in trained:
        raise UsageError(f"{system}: has no training; systems that have: {', '.join(trained)}")
    return import_module(f"model.envs.{system}_training")


def train(trainer, training, options):
    """Train with a progress bar on a terminal; return the auctions done. After Ctrl-C save, then raise it."""
    from tqdm import tqdm

    total = training.settings.samples
    shown = {"unit": " auctions", "disable": None, "leave": False, "file": sys.stderr}
    with tqdm(total=total, **shown) as bar, interruptible() as interrupted:

        def progress(report):
            bar.update(report.samples - bar.n)
            bar.set_postfix(reward=f"{report.score.mean():.4f}", noise=f"{report.noise:.3f}", refresh=False)
            return not interrupted

        samples = trainer.train(training, options.out, progress, options.resume).samples
    if interrupted and samples < total:
        kept = f"{samples:,} of {total:,} auctions are trained on and kept in {options.out}"
        print(f"{kept}; the same command with --resume continues", file=sys.stderr)
        raise KeyboardInterrupt
    return samples


@contextmanager
def interruptible():
    """Give a list that the first Ctrl-C fills, so that the caller can end cleanly; the second one ends at once."""
    interrupts = []

    def note_interrupt(*_):
        if interrupts:
            raise KeyboardInterrupt
        interrupts.append(True)

    before = signal.signal(signal.SIGINT, note_interrupt)
    try:
        yield interrupts
    finally:
        signal.signal(signal.SIGINT, before)


def as_text(facts):
    """Format the summary as text."""
    from batch_runs.tables import text_table
    from model.metrics import METRICS

    rows = [
        {"metric": name, "mean": f"{value:.6g}", "unit": METRICS[name].unit, "": METRICS[name].help}
        for name, value in facts["metrics"].items()
    ]
    lines = [
        f"{facts['system']}, seed {facts['seed']}: {facts['auctions']:,} auctions trained on "
        f"in {facts['seconds']:.1f} s",
        f"bidders: {facts['file']}",
        "",
        "what they have learned, played without noise:",
        text_table(rows),
    ]
    return "\n".join(lines)
