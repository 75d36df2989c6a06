"""Train the agents of a system by reinforcement learning, and measure what they have learned.

  carbon train two_tier n_firms=3 need=2 auction=vcg --auctions 256000 --seed 1 --out bidders.npz
  carbon train two_tier n_firms=3 need=2 auction=vcg --resume --out bidders.npz
  carbon run two_tier n_firms=3 need=2 policy=ppo_schedule ppo_schedule.checkpoint=bidders.npz

  carbon train grid --seed 1 --out enterprises.npz
  carbon train grid what=both --minutes 30 --seed 1 --out both.npz
  carbon run grid policy=learned government=learned learned.file=both.npz

key=value changes a parameter of the system or of the training: ppo.key=value (learning_rate, noise, hidden, batch,
...); for grid also what, start, regime, worlds, updates and others (carbon list trainings).
FILE is written from time to time, at the end and after Ctrl-C, complete or not at all. --resume continues the
training in FILE and ends with the same agents as without the interruption.
"""

import signal
import sys
import time
from contextlib import contextmanager
from pathlib import Path

from batch_runs.usage import UsageError, add_plugins, add_words, split_words, whole

SUMMARY = "train bidders, or the enterprises and the government of the grid"


def add_arguments(parser):
    """Declare the options."""
    add_words(parser, "SYSTEM|SCENARIO")
    parser.add_argument(
        "--auctions", type=whole(1), metavar="N", help="two_tier: auctions of the whole training (256000)"
    )
    parser.add_argument(
        "--episode", type=whole(1), metavar="K", help="two_tier: auctions per episode (1; 20 with history)"
    )
    parser.add_argument(
        "--minutes", type=whole(1), metavar="M", help="stop after M minutes; --resume goes on from there"
    )
    parser.add_argument(
        "--seed", type=whole(0, 2**53 - 1), metavar="S", help="seed of all chance (a fresh one, shown)"
    )
    parser.add_argument("--out", type=Path, required=True, metavar="FILE", help="file for the trained agents")
    parser.add_argument("--resume", action="store_true", help="continue the training in FILE")
    parser.add_argument("--json", action="store_true", help="print one JSON object and nothing else")
    add_plugins(parser)


def run(options):
    """Check everything first, then train, save and report."""
    from batch_runs import tables
    from batch_runs.work.engine_choice import tell_of_compiling
    from batch_runs.work.plugins import load_plugins
    from model.background import playing_on

    load_plugins(options.plugin)
    with playing_on(notice=tell_of_compiling):
        trainer, training = plan(options)
        started = time.perf_counter()
        done = train(trainer, training, options)
        facts = {
            "system": trainer.SYSTEM,
            **trainer.describe(training),
            "seed": training.seed,
            trainer.UNIT: done,
            "seconds": round(time.perf_counter() - started, 3),
            "file": str(options.out),
            "metrics": trainer.learned_indices(options.out),
        }
    print(tables.as_json(facts) if options.json else as_text(facts, trainer))


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
    of_training = {name: value for name, value in assigned.items() if trainer.is_of_training(name)}
    others = {name: value for name, value in assigned.items() if name not in of_training}
    begun = trainer.read_training(options.out) if options.resume else None
    changes = {"seed": options.seed} | chosen_lengths(options, trainer)
    return trainer, trainer.plan_training(begun, target.with_values(others), of_training, **changes)


def chosen_lengths(options, trainer):
    """Return the options given that set a length; UsageError for one that the system's training does not have."""
    given = {name: getattr(options, name) for name in ("auctions", "episode")}
    given = {name: value for name, value in given.items() if value is not None}
    for name in given:
        if name not in trainer.LENGTHS:
            raise UsageError(f"--{name}: not for {trainer.SYSTEM}; {trainer.LENGTH_HELP}")
    return given


def find_trainer(system):
    """Import the module of `model.envs` that trains a system's agents; UsageError if there is none."""
    from importlib import import_module

    if system not in trained_systems():
        raise UsageError(f"{system}: has no training; systems that have: {', '.join(trained_systems())}")
    return import_module(f"model.envs.{system}_training")


def trained_systems():
    """Return the names of the systems that have a module of `model.envs` for their training."""
    import pkgutil

    from model import envs

    modules = [module.name for module in pkgutil.iter_modules(envs.__path__)]
    return [name.removesuffix("_training") for name in modules if name.endswith("_training")]


def train(trainer, training, options):
    """Train with a progress bar on a terminal; return how much is done. After Ctrl-C save, then raise it."""
    from tqdm import tqdm

    total = trainer.length_of(training)
    shown = {"unit": f" {trainer.UNIT}", "disable": None, "leave": False, "file": sys.stderr}
    with tqdm(total=total, **shown) as bar, interruptible() as interrupted:
        ends = time.monotonic() + 60.0 * options.minutes if options.minutes else float("inf")

        def progress(done, words):
            bar.update(done - bar.n)
            bar.set_postfix_str(words, refresh=False)
            return not stop()

        def stop():
            return bool(interrupted) or time.monotonic() > ends

        done = trainer.train_to(training, options.out, progress, options.resume, stop)
    if done < total:
        kept = f"{done:,} of {total:,} {trainer.UNIT} are done and kept in {options.out}"
        print(f"{kept}; the same command with --resume continues", file=sys.stderr)
    if interrupted and done < total:
        raise KeyboardInterrupt
    return done


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


def as_text(facts, trainer):
    """Format the summary as text."""
    from batch_runs.tables import text_table

    lines = [
        f"{facts['system']}, seed {facts['seed']}: {facts[trainer.UNIT]:,} {trainer.UNIT} trained on "
        f"in {facts['seconds']:.1f} s",
        f"{trainer.TRAINED}: {facts['file']}",
        "",
        trainer.HEADING,
        text_table(trainer.rows_of(facts["metrics"])),
    ]
    return "\n".join(lines)
