"""The versions are pinned: once for pip, once for uv, and without the name of a host."""

import re
import tomllib
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
CONSTRAINTS = (ROOT / "constraints.txt").read_text(encoding="utf-8").splitlines()
PINS = [line for line in CONSTRAINTS if not line.startswith("#")]


def names(requirements):
    return {re.match(r"[A-Za-z0-9._-]+", text)[0].lower() for text in requirements}


def test_the_first_line_names_the_command_that_writes_them():
    command = CONSTRAINTS[0].removeprefix("# ").split()[0]
    assert (ROOT / command).is_file()


def test_pip_and_uv_get_the_same_pins():
    assert PROJECT["tool"]["uv"]["constraint-dependencies"] == PINS


def test_every_package_that_we_ask_for_is_pinned():
    project = PROJECT["project"]
    asked = [*project["dependencies"], *PROJECT["dependency-groups"]["dev"]]
    for extra in project["optional-dependencies"].values():
        asked += extra
    assert names(asked) <= names(PINS)


def test_pins_are_exact_and_name_no_host():
    for pin in PINS:
        assert re.fullmatch(r"[a-z0-9._-]+==[^\s/@]+( ; .+)?", pin), pin
