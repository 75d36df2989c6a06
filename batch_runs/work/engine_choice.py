"""The engine that the options of a command choose."""

import sys
from contextlib import contextmanager

from batch_runs.usage import UsageError
from batch_runs.work.engines import Processes, start_server
from model.background import playing_on


@contextmanager
def chosen_engine(options):
    """Give the engine of ``--engine``, ``--scheduler`` and ``--workers``; None for the usual number of processes.

    Nothing waits for rules to be compiled, see `playing_on`.
    """
    check_options(options)
    if options.engine == "processes":
        if (options.workers or 1) > 1:
            start_server()
        with playing_on(notice=tell_of_compiling):
            yield Processes(options.workers) if options.workers else None
        return
    try:
        from batch_runs.work.cluster import Dask
    except ImportError as error:
        raise UsageError(f"--engine dask needs {error.name}: install carbon-market-abm[cluster]") from None
    engine = Dask(
        options.scheduler, options.workers, note=lambda text: print(text, file=sys.stderr, flush=True)
    )
    try:
        with playing_on(notice=tell_of_compiling):
            yield engine
    finally:
        engine.close()


def tell_of_compiling(seconds=None):
    """Print that rules are being compiled, which takes about ``seconds``, above a progress bar if there is one."""
    from tqdm import tqdm

    about = f"about {seconds} s, once per version" if seconds else "once per version"
    text = f"compiling the rules in the background ({about}); interpreted until then"
    tqdm.write(text, file=sys.stderr)


def check_options(options):
    """UsageError for options that contradict each other."""
    if options.scheduler and options.engine != "dask":
        raise UsageError("--scheduler is an option of --engine dask")
    if options.scheduler and options.workers:
        raise UsageError("--workers: the scheduler has workers of its own")
