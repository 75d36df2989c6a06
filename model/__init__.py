"""Institutions: auctions, exchange, compliance, accounts, and the published systems built of them."""

from importlib.util import find_spec
from pathlib import Path


def _check_names():
    """ImportError in one sentence if a file of the user's has the name of a package that this one needs."""
    for name in ("learning", "agents"):
        spec = find_spec(name)
        if (
            spec
            and spec.origin
            and Path(spec.origin).resolve().parent != Path(__file__).resolve().parents[1] / name
        ):
            raise ImportError(
                f"{spec.origin} has the name of a package of carbon-market-abm: rename it, start Python in another "
                "folder, or begin with import batch_runs.first, after which these names are those packages"
            )


_check_names()
