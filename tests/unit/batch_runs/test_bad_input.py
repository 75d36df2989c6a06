"""Commands with input that cannot be meant: one line that names it, and the exit code of a usage error."""

import subprocess
import sys
from pathlib import Path

import pytest

from tests.unit.batch_runs.conftest import ROOT

HUGE = 10**19
HEAD = 'system="learning_bidders"\ntitle="t"\nsource="s"\nabout="a"\n[parameters]\n'
FILES = {
    "letters.toml": HEAD.replace("[parameters]", 'parameters="x"'),
    "number.toml": 'title="t"\nsystem=3\n[axes]\nphi=[1]\n',
    "scenario.toml": 'title="t"\nsystem="learning_bidders"\n[axes]\nscenario=3\n',
    "syntax.toml": "= =\n",
    "digits.toml": HEAD + "n_firms=" + "9" * 5_000,
    "switch.toml": HEAD + "n_firms=true",
    "deep.json": '{"chains":' + "[" * 100_000 + "]" * 100_000 + "}",
    "steep.csv": "farm,pollutant,abated,marginal_cost,correlation\n1,ghg,0,0,1\n1,ghg,10,1e15,1\n",
    "wide.csv": "farm,pollutant,abated,marginal_cost,correlation\n1,ghg,0,0,1\n1,ghg,1e300,5,1\n",
    "large.csv": "selling_price,unit_cost,emission_intensity,full_output\n1e308,1e-308,1e308,1e308\n",
}
COMMANDS = {
    "run learning_bidders --out " + "a" * 300 + ".csv": "File name too long",
    "run escape_permits curves=steep.csv": "row 2, column marginal_cost = 1e15",
    "run escape_permits curves=wide.csv": "row 2, column abated = 1e300",
    "run learning_bidders firms=large.csv": "row 1, column selling_price = 1e308",
    "run learning_bidders firms=https://host.invalid/x.csv": "no such file",
    "instance show deep.json": "deep.json: not a readable JSON file",
    "run letters.toml": "parameters must be a table",
    "run digits.toml": "digits.toml: not a readable TOML file",
    "run switch.toml": "n_firms = True: not a number",
    "run syntax.toml": "syntax.toml: not a readable TOML file",
    "sweep number.toml --out o": "system = 3: must be text",
    "sweep scenario.toml --out o": "unknown scenario of learning_bidders '3'",
    f"sweep learning_bidders phi=1 --seeds {HUGE} --out o": f"{HUGE}: must be at most",
    "sweep learning_bidders phi=1 --seeds 9007199254740991 --out o": "are more than 1000000 runs",
    "sweep learning_bidders phi=0:1:1e-999999999 --out o": "more than 100000 values",
    "sweep learning_bidders phi=1 --seed 9007199254740991 --seeds 2 --out o": "seed = 9007199254740992",
    f"run learning_bidders --periods {HUGE}": f"{HUGE}: must be at most",
    "run grid manual_percentages=abc": "manual_percentages = 'abc'",
    "run grid manual_weights=abc": "manual_weights = 'abc'",
}


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """A folder with the files, as the working directory."""
    for name, text in FILES.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.mark.parametrize("command", COMMANDS, ids=lambda text: text[:40])
def test_input_that_cannot_be_meant_is_named_in_one_line(carbon, folder, command):
    done = carbon(*command.split())
    assert done.code == 2
    assert COMMANDS[command] in done.err
    assert done.out == ""
    assert len(done.err.strip().splitlines()[-1]) < 700
    assert {path.name for path in folder.iterdir()} == set(FILES)


def test_an_empty_scenario_is_not_the_default(carbon):
    done = carbon("run", "grid", "--scenario", "", "--periods", 5)
    assert done.code == 2
    assert "unknown system or scenario ''" in done.err


def test_a_line_break_in_a_files_name_makes_no_second_line(carbon, tmp_path):
    path = tmp_path / "two\nlines\x1b[2J.csv"
    for content in (None, b"H\xfctte\n1\n"):
        if content:
            path.write_bytes(content)
        done = carbon("run", "learning_bidders", f"firms={path}", "--periods", 3)
        assert done.code == 2
        assert done.err.startswith("carbon: error: ") and done.err.count("\n") == 1
        assert "two\\nlines\\x1b[2J.csv" in done.err


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no device that is always full")
def test_a_full_disk_is_named_in_one_line():
    command = [sys.executable, "-m", "batch_runs", "list", "systems"]
    with open("/dev/full", "w") as full:
        done = subprocess.run(command, stdout=full, stderr=subprocess.PIPE, text=True, cwd=ROOT, check=False)
    assert done.returncode == 1
    assert done.stderr == "carbon: error: output: No space left on device\n"
