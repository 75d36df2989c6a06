"""What a replication is: a published source's claims, computed from runs, each with a verdict."""

from collections.abc import Callable
from dataclasses import dataclass

from learning.registry import Registry

REPLICATIONS = Registry("replication")


@dataclass(frozen=True)
class Replication:
    """One source's exhibits. A module registers it with ``REPLICATIONS.register(name)(Replication(...))``."""

    name: str
    title: str
    source: str
    compute: Callable
    """``compute(out, quick, workers, progress)`` -> list of `claims.Result`; see `run`."""

    def run(self, out, quick=False, workers=1, progress=None):
        """Write ``claims.json``, ``report.html``, ``report.md``, figures and data into the folder ``out``.

        out : Path, made if missing; what an interrupted run left there is used. quick : a few populations,
        seconds instead of minutes. workers : processes. progress : called as ``progress(done, total)``, in
        tasks. Returns the results of the claims, as written to ``claims.json``.
        """
        return self.compute(out, quick, workers, progress)
