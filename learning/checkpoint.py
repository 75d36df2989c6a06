"""Checkpoints: nested dictionaries of arrays and plain values in one file, written whole or not at all.

The file is a zip archive as written by ``np.savez``: one ``.npy`` per array and ``about.json`` with everything else.
It holds no code, and loading runs none. ``unzip -p run.npz about.json`` shows the plain values.
"""

import io
import json
import os
import zipfile
from pathlib import Path

import numpy as np

from learning.regular_files import FileError, MissingFileError, check_archive, read_regular

VERSION = 1
ABOUT = "about.json"


class CheckpointError(ValueError):
    """Raised for a file that is no checkpoint, is damaged, has a newer version, or is of another kind."""


def save(path, kind, state):
    """Write ``state`` to ``path``; an older file stays until the new one is complete.

    kind : owner of the state, checked by `load`; state : dict of arrays, JSON values and nested dicts of these.
    """
    arrays = {}
    plain = _without_arrays(state, "", arrays)
    about = json.dumps({"kind": kind, "version": VERSION, "state": plain}, indent=1, allow_nan=False)
    path = Path(path)
    path.parent.mkdir(parents=True, exist_ok=True)
    unfinished = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        with open(unfinished, "wb+") as file:
            np.savez(file, **arrays)
            with zipfile.ZipFile(file, "a") as archive:
                archive.writestr(ABOUT, about)
            file.flush()
            os.fsync(file.fileno())
        os.replace(unfinished, path)
    except BaseException:
        unfinished.unlink(missing_ok=True)
        raise


def _without_arrays(state, prefix, arrays):
    """Copy ``state`` without its arrays and put these into ``arrays`` by their path ``outer/inner``."""
    plain = {}
    for name, value in state.items():
        if not isinstance(name, str) or "/" in name:
            raise ValueError(f"state name {name!r}: must be text without '/'")
        if isinstance(value, dict):
            plain[name] = _without_arrays(value, f"{prefix}{name}/", arrays)
        elif isinstance(value, np.ndarray):
            if value.dtype.hasobject:
                raise ValueError(f"state {prefix}{name}: an array of objects would need pickling")
            arrays[prefix + name] = value
        else:
            plain[name] = value
    return plain


def load(path, kind):
    """Read the state of a checkpoint of this ``kind``; CheckpointError if the file does not fit."""
    try:
        about, arrays = _read(io.BytesIO(read_regular(path)))
    except MissingFileError:
        raise CheckpointError(f"{path}: no such checkpoint") from None
    except FileError as error:
        raise CheckpointError(f"{path}: {error}") from None
    except Exception as error:  # a damaged archive fails in more ways than can be listed
        raise CheckpointError(f"{path}: not a readable checkpoint ({error})") from error
    _check(path, about, kind)
    state = about["state"]
    for name, array in arrays.items():
        *outer, last = name.split("/")
        inner = state
        for part in outer:
            inner = inner.setdefault(part, {})
        inner[last] = array
    return state


def _read(file):
    """Read ``about.json`` and the arrays, by path."""
    check_archive(file)
    with np.load(file, allow_pickle=False) as archive:
        return json.loads(archive[ABOUT]), {name: archive[name] for name in archive.files if name != ABOUT}


def _check(path, about, kind):
    if not isinstance(about, dict) or not isinstance(about.get("version"), int) or "state" not in about:
        raise CheckpointError(f"{path}: not a readable checkpoint ({ABOUT} lacks version or state)")
    if about["version"] > VERSION:
        raise CheckpointError(
            f"{path}: written by a newer version ({about['version']}; this one reads up to {VERSION})"
        )
    if about.get("kind") != kind:
        raise CheckpointError(f"{path}: a checkpoint of {about.get('kind')!r}, not of {kind!r}")
