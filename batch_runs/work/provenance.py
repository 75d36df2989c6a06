"""Provenance of results: versions of the software that computed them, and a digest of the code."""

import hashlib
import platform
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
    digest = hashlib.sha256()
    for file in _sources():
        digest.update(file.relative_to(ROOT).as_posix().encode() + b"\0" + file.read_bytes())
    for plugin in sorted(Path(p).read_bytes() for p in plugins):
        digest.update(b"plugin\0" + plugin)
    return digest.hexdigest()[:16]


def work_facts():
    """Facts, by name, that must be the same in every process that works at the same tasks: code and versions."""
    digest = hashlib.sha256(code_digest().encode())
    for file in sorted((ROOT / "batch_runs").rglob("*.py")):
        digest.update(file.relative_to(ROOT).as_posix().encode() + b"\0" + file.read_bytes())
    return {"code": digest.hexdigest()[:16]} | {name: _version(name) for name in BIT_FOR_BIT}


def _sources():
    for name in RULE_FOLDERS:
        folder = ROOT / name
        yield from (f for f in sorted(folder.rglob("*.py")) if folder / "views" not in f.parents)
    yield ROOT / "batch_runs" / "work" / "single.py"
