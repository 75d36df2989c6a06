"""Our wheel, and an environment in which it is installed with its dependencies and nothing else, without network."""

import os
import shutil
import subprocess
import sys
import sysconfig
import venv
import zipfile
from importlib import metadata
from pathlib import Path

import pytest

from tests.waiting import PATIENCE

ROOT = Path(__file__).parents[1]
NAME = "carbon-market-abm"


def build_wheel(folder):
    """Build the wheel from this checkout, and return its path."""
    pytest.importorskip("hatchling")
    script = "import sys; from hatchling.build import build_wheel; print(build_wheel(sys.argv[1]))"
    done = subprocess.run(
        [sys.executable, "-c", script, folder], cwd=ROOT, capture_output=True, text=True, timeout=PATIENCE
    )
    assert done.returncode == 0, done.stderr
    return folder / done.stdout.split()[-1]


def install(wheel, folder):
    """Make an environment with a wheel and what it needs, and return its Python.

    Dependencies are the files that are installed here: those of users, neither extras nor what tests need.
    """
    venv.create(folder, symlinks=True, with_pip=False)
    python = folder / "bin" / "python"
    asked = [python, "-c", "import sysconfig; print(sysconfig.get_path('purelib'))"]
    site = Path(subprocess.run(asked, capture_output=True, text=True, check=True).stdout.strip())
    zipfile.ZipFile(wheel).extractall(site)
    here, prefix = Path(sysconfig.get_path("purelib")), Path(sys.prefix)
    for name in needed(NAME) - {NAME}:
        for file in metadata.files(name) or ():
            source = Path(os.path.normpath(file.locate()))
            inside = source.is_relative_to(here)
            target = site / source.relative_to(here) if inside else folder / source.relative_to(prefix)
            if source.exists() and not target.exists():
                target.parent.mkdir(parents=True, exist_ok=True)
                link_or_copy(source, target)
    return python


def link_or_copy(source, target):
    """Give a file a second name, or a copy of itself where that is impossible; the server serves no symbolic links."""
    try:
        os.link(source, target)
    except OSError:
        shutil.copyfile(source, target)


def needed(name):
    """Names of a distribution and of all that it needs without extras, but for those that it asks for itself."""
    from packaging.requirements import Requirement

    found, waiting = set(), [(name, frozenset())]
    while waiting:
        each, extras = waiting.pop()
        if (each, extras) in found:
            continue
        found.add((each, extras))
        for text in metadata.requires(each) or ():
            asked = Requirement(text)
            if asked.marker is None or any(asked.marker.evaluate({"extra": e}) for e in (*extras, "")):
                waiting.append((asked.name, frozenset(asked.extras)))
    return {each for each, _ in found}
