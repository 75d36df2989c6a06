"""Long work before models can be made, such as solving the plans of supply chains: done once, with progress."""

import sys
from contextlib import contextmanager
from math import isinf

from batch_runs.work.engines import Processes
from batch_runs.work.runner import Runner
from learning.knobs import ParameterError
from model.base import SYSTEMS

BAR = "{desc} [{elapsed}]"


def prepare(kind, params, engine=None, stop=lambda: False, progress=None):
    """Do the preparation of models of one kind with ``params``, if any; engine : None: processes on all cores."""
    if kind.preparation(params) is not None:
        kind.prepare(params, run=Runner(engine or Processes()), progress=progress, stop=stop)


def prepare_with_bar(kind, params, engine=None):
    """As `prepare`, with progress on a terminal; finished parts are kept after Ctrl-C."""
    with progress_line() as show:
        prepare(kind, params, engine, progress=show)


def prepare_cells(plan, prepare_one):
    """Prepare each different set of agents of a sweep once; a failure becomes the error of its runs.

    prepare_one : called as prepare_one(kind, params).
    """
    kind, seen = SYSTEMS[plan.system], {None}
    for cell in plan.cells:
        key = kind.preparation(cell.params)
        if key not in seen:
            seen.add(key)
            try:
                prepare_one(kind, cell.params)
            except ParameterError:  # of one cell; check_buildable reports it if no other can be made
                continue


@contextmanager
def progress_line():
    """Give a function of (part from 1, programs solved, gap left) that shows the progress of all parts in one line.

    The line appears on a terminal once a part is being solved. After Ctrl-C a message says that solved parts are kept.
    """
    from tqdm import tqdm

    state, bar = {}, None

    def show(part, programs, gap):
        nonlocal bar
        state[part] = programs, gap
        if bar is None and (programs or isinf(gap)):
            bar = tqdm(bar_format=BAR, disable=None, leave=False, file=sys.stderr)
        if bar is not None:
            bar.set_description_str(progress_text(state))

    try:
        yield show
    except KeyboardInterrupt:
        print("chains that are solved are kept; the same command continues", file=sys.stderr)
        raise
    finally:
        if bar is not None:
            bar.close()


def progress_text(state):
    """Format ``{chain from 1: (programs solved, gap left)}`` as one line.

    >>> progress_text({1: (0, 1e-4), 2: (12, 0.0034), 3: (0, float("inf"))})
    'solving plans: chain 1 stored, chain 2 12 programs gap 0.34 %, chain 3 begins'
    """
    parts = (f"chain {part} {_how_far(*reached)}" for part, reached in sorted(state.items()))
    return "solving plans: " + ", ".join(parts)


def _how_far(programs, gap):
    if programs:
        return f"{programs} programs gap {100 * gap:.2g} %"
    return "begins" if isinf(gap) else "stored"
