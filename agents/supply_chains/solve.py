"""Emission curves of many chains, read from the store or solved, with progress."""

from contextlib import closing
from dataclasses import dataclass
from functools import partial

from agents.supply_chains.curve import GAP, PRICE_MAX
from agents.supply_chains.curve_builder import Stopped, build_curve
from agents.supply_chains.plan import InfeasibleChain
from agents.supply_chains.store import CurveStore


@dataclass(frozen=True)
class Task:
    """One chain to solve; it can be sent to another process."""

    number: int
    """Number of the chain, from 1."""
    chain: object
    price_max: float
    gap: float
    folder: object
    """Folder of the store."""

    def __str__(self):
        return f"chain {self.number}"


def one_after_the_other(function, tasks, progress, stop):
    """Yield (task, ``function(task, progress, stop)``) for each task."""
    return ((task, function(task, progress, stop)) for task in tasks)


def solve_curves(
    chains, gap=GAP, progress=None, stop=lambda: False, *, run=None, price_max=PRICE_MAX, folder=None
):
    """Solve the `EmissionCurve` of every chain, in their order, or read it from the store.

    progress : called as progress(chain from 1, programs solved, present gap); 0 programs for a stored curve.
    stop : called often; once it returns true, `Stopped` is raised. Finished chains stay in the store, also after
    Ctrl-C. run : a generator function with the arguments and results of `one_after_the_other`, the default, such as
    one that does tasks in several processes. folder : of the store, see `CurveStore`. An InfeasibleChain error names
    the chain.
    """
    store = CurveStore(folder)
    found = [store.load(chain, price_max, gap) for chain in chains]
    tasks = [Task(k + 1, chain, price_max, gap, folder) for k, chain in enumerate(chains) if found[k] is None]
    for k, curve in enumerate(found):
        if curve is not None and progress:
            progress(k + 1, 0, curve.gap)
    with closing((run or one_after_the_other)(solve_one, tasks, progress, stop)) as solved:
        for task, curve in solved:
            found[task.number - 1] = curve
            keep(store, task, curve)
    if any(curve is None for curve in found):
        raise Stopped
    return found


def keep(store, task, curve):
    """Store a curve that was solved on another machine, which has a store of its own."""
    where = task.chain, task.price_max, task.gap
    if not store.path(*where).exists():
        with store.lock(*where):
            store.save(task.chain, curve, task.price_max, task.gap)


def solve_one(task, progress=None, stop=lambda: False):
    """Solve and store a chain, unless another process does so meanwhile; return its curve."""
    store = CurveStore(task.folder)
    where = task.chain, task.price_max, task.gap
    with store.lock(*where, stop=stop) as locked:
        if not locked:
            raise Stopped
        curve = store.load(*where)
        if curve is None:
            curve = _build(task, progress, stop)
            store.save(task.chain, curve, task.price_max, task.gap)
    return curve


def _build(task, progress, stop):
    tell = partial(progress, task.number) if progress else None
    try:
        return build_curve(task.chain, task.price_max, task.gap, tell, stop)
    except InfeasibleChain as error:
        raise InfeasibleChain(f"chain {task.number}: {error}") from None
