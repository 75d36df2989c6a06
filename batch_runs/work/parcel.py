"""Everything that tasks need on another machine, by content: plug-ins, the user's files, solved curves.

`Needs` names it here, `pack` reads it, `unpack` makes it ready in a worker, which refuses other code or versions.
"""

import hashlib
import os
import pickle
import threading
from pathlib import Path
from typing import NamedTuple

from agents.supply_chains.store import CurveStore
from agents.tables import is_skipping, skip_empty
from batch_runs.work import errors
from batch_runs.work.plugins import load_plugins, loaded_plugins
from batch_runs.work.provenance import work_facts
from batch_runs.work.single import Job
from model.base import SYSTEMS

_unpacked = {}
"""Places of files by the key of a parcel: each is unpacked once per process."""
_lock = threading.Lock()


class Foreign(RuntimeError):
    """This process has other code or other versions than the one that sent the parcel."""


class Needs(NamedTuple):
    """Needs of tasks beside themselves: plug-ins, and everything that models of a system with some parameters do."""

    plugins: tuple = ()
    """Paths of the files."""
    system: str = ""
    params: tuple = ()
    """Parameters of every model that is made."""


class Parcel(NamedTuple):
    """Contents of `Needs`, and the facts that must be the same where they are used."""

    key: str
    facts: dict
    plugins: tuple
    """Pairs (name of the file, its bytes)."""
    files: dict
    """Bytes by path, as the user wrote it."""
    curves: dict
    """Bytes by name in the store."""
    skipping: bool
    """Whether rows of tables that mean nothing are left out."""


def pack(needs):
    """Read everything that the tasks need: a `Parcel`."""
    files = {path for params in needs.params for path in params.files().values()}
    contents = (
        tuple((Path(path).name, Path(path).read_bytes()) for path in needs.plugins),
        {path: Path(path).read_bytes() for path in sorted(files)},
        {path.name: path.read_bytes() for path in _curves(needs)},
        is_skipping(),
    )
    facts = work_facts()
    return Parcel(_digest(pickle.dumps((facts, *contents))), facts, *contents)


def _curves(needs):
    """Files of the solved curves of all models, once for each different set of agents."""
    if not needs.params:
        return []
    kind = SYSTEMS[needs.system]
    different = {kind.preparation(params): params for params in needs.params}
    return sorted({path for params in different.values() for path in kind.prepared_files(params)})


def unpack(parcel, folder):
    """Make a parcel ready in this process; return where its files are, by the path that the user wrote.

    folder : for plug-ins and files, which lie below it under the digest of their contents. `Foreign` if this process
    has other code or versions, or has loaded another version of a plug-in.
    """
    with _lock:
        skip_empty(parcel.skipping)
        if parcel.key not in _unpacked:
            check_facts(parcel.facts, work_facts())
            _load(parcel.plugins, folder)
            for name, data in parcel.curves.items():
                CurveStore().receive(name, data)
            places = {path: str(_write(folder, Path(path).name, data)) for path, data in parcel.files.items()}
            errors.as_written.update({here: path for path, here in places.items()})
            _unpacked[parcel.key] = places
        return _unpacked[parcel.key]


def check_facts(there, here):
    """Raise `Foreign` naming every fact of this process, ``here``, that is another one than ``there``."""
    others = [
        f"{name} {here.get(name)} instead of {value}"
        for name, value in there.items()
        if here.get(name) != value
    ]
    if others:
        raise Foreign(", ".join(others))


def with_own_files(task, places):
    """Return a task whose parameters name files where they are on this machine; others as they are."""
    if not isinstance(task, Job) or not places:
        return task
    knobs = SYSTEMS[task.system].Params.all_knobs()
    moved = {n: places[v] for n, v in task.parameters.items() if knobs[n].file and v in places}
    return task._replace(parameters=task.parameters | moved)


def _load(plugins, folder):
    for name, data in plugins:
        file = _write(folder, name, data)
        others = [
            path for path in loaded_plugins() if Path(path).name == name and path != str(file.resolve())
        ]
        if others:
            raise Foreign(f"another version of the plug-in {name} is loaded: restart this worker")
        load_plugins([file])


def _write(folder, name, data):
    """Write a file below ``folder`` under the digest of its contents, complete or not at all; return its path."""
    place = Path(folder) / _digest(data) / name
    if not place.exists():
        place.parent.mkdir(parents=True, exist_ok=True)
        scratch = place.with_name(f".{name}.{os.getpid()}")
        scratch.write_bytes(data)
        os.replace(scratch, place)
    return place


def _digest(data):
    return hashlib.sha256(data).hexdigest()[:16]
