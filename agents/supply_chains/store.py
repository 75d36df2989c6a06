"""Curves on disk, so that every chain is solved only once, by the first process, sweep or page that needs it.

A file is named by the digest of the chain's data, the price range and the requested gap. It is written under a
temporary name and renamed, so that it is complete or absent. A process locks a chain before it solves it; others wait
and then read the curve. A file that cannot be read is named in a warning and replaced.
"""

import os
import warnings
import zipfile
import zlib
from contextlib import contextmanager
from dataclasses import fields
from pathlib import Path

import numpy as np
from filelock import FileLock, Timeout

from agents.supply_chains.curve import GAP, PRICE_MAX, EmissionCurve
from learning.cache_folder import cache_folder

FORMAT = 2
"""Increased when curves of older code must not be used any more."""
FOLDER = "CARBON_CURVES"
"""Environment variable with the folder of the store, instead of the user's cache folder."""
POLL_SECONDS = 0.2
UNREADABLE = OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile, zlib.error


class CurveStore:
    """Curves in a folder, one file each."""

    def __init__(self, folder=None):
        self.folder = Path(folder) if folder else cache_folder("curves", FOLDER)

    def path(self, chain, price_max=PRICE_MAX, gap=GAP):
        """Path of a chain's curve."""
        return self.folder / f"{chain.digest()}-{price_max:g}-{gap:g}-{FORMAT}.npz"

    def load(self, chain, price_max=PRICE_MAX, gap=GAP):
        """Load the stored `EmissionCurve`, or None; a damaged file counts as missing, with a warning."""
        path = self.path(chain, price_max, gap)
        if not path.exists():
            return None
        try:
            return read_curve(path)
        except UNREADABLE as error:
            warnings.warn(f"{path}: not a readable curve ({error}); it is solved again", stacklevel=2)
            return None

    def save(self, chain, curve, price_max=PRICE_MAX, gap=GAP):
        """Store a curve atomically; the caller must hold the chain's lock."""
        write_curve(curve, self.path(chain, price_max, gap))

    def receive(self, name, data):
        """Take over the file ``name`` of another machine's store, unless it is here."""
        path = self.folder / name
        if not path.exists():
            self.folder.mkdir(parents=True, exist_ok=True)
            scratch = path.with_name(f".{name}.{os.getpid()}")
            scratch.write_bytes(data)
            os.replace(scratch, path)

    @contextmanager
    def lock(self, chain, price_max=PRICE_MAX, gap=GAP, stop=lambda: False):
        """Hold the chain's lock, after waiting for other processes, and yield True; False if ``stop()`` comes first."""
        self.folder.mkdir(parents=True, exist_ok=True)
        lock = FileLock(self.path(chain, price_max, gap).with_suffix(".lock"))
        while not stop():
            try:
                lock.acquire(timeout=POLL_SECONDS)
                break
            except Timeout:
                continue
        try:
            yield lock.is_locked
        finally:
            lock.release()


def write_curve(curve, path):
    """Write an `EmissionCurve` to an npz file, replacing it in one step; one process at a time."""
    path.parent.mkdir(parents=True, exist_ok=True)
    scratch = path.with_suffix(".part")
    with open(scratch, "wb") as file:
        np.savez_compressed(file, **{item.name: getattr(curve, item.name) for item in fields(curve)})
    os.replace(scratch, path)


def read_curve(path):
    """Read an `EmissionCurve` from an npz file, bit-identical to the one written."""
    with open(path, "rb") as file, np.load(file, allow_pickle=False) as stored:
        values = {item.name: stored[item.name] for item in fields(EmissionCurve)}
    return EmissionCurve(**{name: v if v.ndim else v.item() for name, v in values.items()})
