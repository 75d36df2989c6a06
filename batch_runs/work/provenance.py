"""Provenance of results: versions of the software that computed them, and a digest of the code."""

import hashlib
import os
import platform
from functools import cache
from importlib import metadata
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
RULE_FOLDERS = ("learning", "agents", "model")
BIT_FOR_BIT = ("numpy", "numba", "mesa")
"""Packages whose version may change a number."""
PACKAGES = ("carbon-market-abm", *BIT_FOR_BIT)


def versions():
    """Versions by name: Python, this package, and the packages that results may depend on."""
    return {"python": platform.python_version()} | {name: _version(name) for name in PACKAGES}


def _version(name):
    try:
        return metadata.version(name)
    except metadata.PackageNotFoundError:
        return "not installed"


def code_digest(plugins=()):
    """Digest (16 hex digits) of every source file that affects results, plug-in files included.

    Views and commands are left out, so that finished runs stay valid after the edit of a chart.
    """
    digest = _digest_of_sources().copy()
    for plugin in sorted(Path(p).read_bytes() for p in plugins):
        digest.update(b"plugin\0" + plugin)
    return digest.hexdigest()[:16]


def work_facts():
    """Facts, by name, that must be the same in every process that works at the same tasks: code and versions."""
    digest = hashlib.sha256(code_digest().encode())
    for file in sorted((ROOT / "batch_runs").rglob("*.py")):
        digest.update(_content(file))
    return {"code": digest.hexdigest()[:16]} | {name: _version(name) for name in BIT_FOR_BIT}


@cache
def _digest_of_sources():
    """Digest of our own sources, read once: this process goes on with the code it has loaded."""
    digest = hashlib.sha256()
    for file in _sources():
        digest.update(_content(file))
    return digest


def _content(file):
    return file.relative_to(ROOT).as_posix().encode() + b"\0" + file.read_bytes()


def _sources():
    for name in RULE_FOLDERS:
        for folder, below, files in os.walk(ROOT / name):
            below[:] = sorted(each for each in below if Path(folder, each) != ROOT / "model" / "views")
            yield from (Path(folder, file) for file in sorted(files) if file.endswith(".py"))
    yield ROOT / "batch_runs" / "work" / "single.py"
