"""The Markdown files are correct: examples run, pasted outputs are real, commands and links work."""

import doctest
import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

from agents.population import Member
from batch_runs.__main__ import read_options
from batch_runs.catalogue import sections
from batch_runs.commands.train import find_trainer
from batch_runs.experiments import experiments
from batch_runs.replications import REPLICATIONS
from batch_runs.targets import find_target
from batch_runs.usage import split_words
from learning.registry import Registry
from model.base import SYSTEMS
from model.metrics import METRICS
from tests.waiting import PATIENCE

ROOT = Path(__file__).parent.parent
FOLDERS = ("learning", "agents", "model", "batch_runs", "tests")
FRONT_PAGE = "README.md"
TEXTS = {
    file.relative_to(ROOT).as_posix(): file.read_text(encoding="utf-8")
    for file in sorted([ROOT / FRONT_PAGE, *(f for name in FOLDERS for f in (ROOT / name).rglob("*.md"))])
}
"""Every document, by its path."""
EXAMPLES = {
    name: blocks
    for name, text in TEXTS.items()
    if name != FRONT_PAGE and (blocks := re.findall(r"^```python\n(.*?)^```", text, re.S | re.M))
}
"""Python blocks of each document; those of the front page are run together with its commands."""

RUN = "import runpy, sys\nfor file in sys.argv[1:]:\n    runpy.run_path(file, run_name='__main__')"
"""Runs files one after the other, each with names of its own, after importing the libraries once."""


@pytest.mark.parametrize("document", EXAMPLES)
def test_examples_run(document, tmp_path):
    scripts = [tmp_path / f"example_{k}.py" for k in range(len(EXAMPLES[document]))]
    for script, example in zip(scripts, EXAMPLES[document], strict=True):
        script.write_text(example, encoding="utf-8")
    command = [sys.executable, "-c", RUN, *scripts]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=PATIENCE)
    assert done.returncode == 0, done.stderr


# The front page


def pasted(text):
    """(command as a list, what it is said to print) of each command and Python block with its output, in order."""
    python = r"^```python\n(?P<code>.*?)^```\n+```text\n(?P<printed>.*?)^```"
    console = r"^```console\n\$ uv run carbon (?P<words>.*?)\n(?P<shown>.*?)^```"
    for block in re.finditer(rf"{python}|{console}", text, re.S | re.M):
        if block["code"]:
            yield ["-c", block["code"]], block["printed"]
        else:
            yield ["-m", "batch_runs", *shlex.split(block["words"])], block["shown"]


def is_printed(expected, printed):
    """Whether the output is as expected, where … stands for anything; blanks at the ends of lines do not count."""
    wanted, got = (re.sub(r" +$", "", text, flags=re.M) for text in (expected.replace("…", "..."), printed))
    return doctest.OutputChecker().check_output(wanted, got, doctest.ELLIPSIS)


@pytest.fixture(scope="module")
def front_page_folder(tmp_path_factory):
    """A folder in which everything on the front page was run, one after the other, with the outputs as pasted."""
    folder = tmp_path_factory.mktemp("front_page")
    environment = os.environ | {"PYTHONPATH": str(ROOT), "PYTHONUTF8": "1"}
    for command, expected in pasted(TEXTS[FRONT_PAGE]):
        done = subprocess.run(
            [sys.executable, *command],
            cwd=folder,
            env=environment,
            capture_output=True,
            encoding="utf-8",
            timeout=PATIENCE,
        )
        assert done.returncode == 0, done.stderr
        assert is_printed(expected, done.stdout), f"{command} prints:\n{done.stdout}"
    return folder


def test_the_front_page_shows_the_output_of_its_commands(front_page_folder):
    assert (front_page_folder / "results" / "results.csv").is_file()


def test_claims_on_the_front_page_are_rows_of_the_report(front_page_folder):
    report = (front_page_folder / "report" / "report.md").read_text(encoding="utf-8").splitlines()
    quoted = re.findall(r"^\| \d+\w? \|.*$", TEXTS[FRONT_PAGE], re.M)
    assert quoted
    assert set(quoted) <= set(report)


def test_every_block_with_an_output_is_run():
    text = TEXTS[FRONT_PAGE]
    assert len(list(pasted(text))) == len(re.findall(r"^```(?:console|python)$", text, re.M)) >= 5


def test_another_output_is_noticed():
    assert is_printed("price  1.3  …\n…\ncap    9\n", "price  1.3  an amount   \nx\ny\ncap    9\n")
    assert not is_printed("price  1.3\n", "price  1.4\n")
    assert not is_printed("price  1.3\n", "price  1.3\nmore\n")


def test_the_front_page_is_short():
    assert len(TEXTS[FRONT_PAGE].splitlines()) <= 150


def test_the_commands_of_the_front_page_are_those_of_the_build():
    """`.ci/run` says that it runs the README's test command."""
    (tests,) = re.findall(r"^pip install uv && (uv run --group dev pytest .*)$", TEXTS[FRONT_PAGE], re.M)
    assert f'{tests} "$@"' in (ROOT / ".ci" / "run").read_text(encoding="utf-8")


def test_commands_for_tests_install_what_tests_use():
    for name, text in TEXTS.items():
        assert not re.search(r"uv run (pytest|python -m tests)", text), name


def test_every_system_and_replication_is_in_its_index():
    for name in SYSTEMS:
        assert f"| `{name}` |" in TEXTS[FRONT_PAGE]
    for name in REPLICATIONS:
        assert f"]({name}/README.md)" in TEXTS["batch_runs/replications/README.md"]
        assert f"](batch_runs/replications/{name}/README.md)" in TEXTS[FRONT_PAGE]


# Commands

ASKS_WHERE = ("sweep", "replicate", "train", "instance draw")
"""Commands that need ``--out``; one that stands in a sentence may leave it out."""


def commands(text):
    """Commands in code, those with placeholders such as FILE or … left out."""
    blocks = re.findall(r"^```[a-z]*\n(.*?)^```", text, re.S | re.M) + re.findall(r"^ {4}.*$", text, re.M)
    for line in (line for block in blocks for line in block.splitlines()):
        yield from re.findall(r"^\s*(?:\$ )?(?:.* && )?(?:uv run )?carbon ([a-z].*)", line)
    for command in re.findall(r"`(?:uv run )?carbon ([a-z][^`\n]*)`", text):
        asks = command.startswith(ASKS_WHERE) and "--out" not in command
        yield f"{command} --out X" if asks else command


def with_values(command):
    """A command in which variables of a shell have a value."""
    return re.sub(r"\$\w+", "1", command)


COMMANDS = sorted(
    {
        (name, command.strip())
        for name, text in TEXTS.items()
        for command in map(with_values, commands(text))
        if not re.search(r"[…<|]|\b[A-Z]{3,}\b", command)
    }
)


@pytest.mark.parametrize(("document", "command"), COMMANDS)
def test_commands_are_understood(document, command):
    word = command.split()[0]
    options = read_options(shlex.split(command))
    if word == "list":
        assert set(options.sections) <= set(sections())
    elif word == "replicate":
        assert set(options.names) <= set(REPLICATIONS)
    elif word in ("run", "sweep", "train") and options.words:
        (name,), assigned = split_words(options.words)
        of_training = filter(find_trainer(name).is_of_training, assigned) if word == "train" else ()
        assert set(assigned) <= {*knobs_of(name), "scenario", *of_training}


def knobs_of(name):
    """Knobs, by their flat names, of a system, scenario or named sweep."""
    target = experiments()[name].target if name in experiments() else find_target(name)
    return SYSTEMS[target.system].Params.all_knobs()


# Links and keys


def slug(heading):
    """Anchor of a heading, as GitHub makes it."""
    return re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-")


@pytest.mark.parametrize("document", TEXTS)
def test_links_lead_somewhere(document):
    for link in re.findall(r"\]\(([^)\s]+)\)", TEXTS[document]):
        if re.match(r"[a-z]+:", link):
            continue
        path, _, anchor = link.partition("#")
        file = (ROOT / document).parent / path if path else ROOT / document
        assert file.exists(), link
        if anchor:
            headings = re.findall(r"^#+ (.*)$", file.read_text(encoding="utf-8"), re.M)
            assert anchor in {slug(heading) for heading in headings}, link


@pytest.mark.parametrize("document", TEXTS)
def test_files_named_by_their_path_exist(document):
    named = re.findall(rf"`((?:{'|'.join(FOLDERS)})/[\w/.]+\.(?:py|md|toml|cpp))`", TEXTS[document])
    assert not [name for name in named if not (ROOT / name).is_file()]


KEY = r"[A-Z][A-Za-z]+(?:19|20)\d\d|TwoTier|Goyal"


def test_every_source_cited_is_in_the_bibliography():
    listed = re.findall(rf"^- \[({KEY})\]", TEXTS["model/BIBLIOGRAPHY.md"], re.M)
    assert listed == sorted(set(listed))
    texts = dict(TEXTS)
    for folder in FOLDERS:
        for file in [*(ROOT / folder).rglob("*.py"), *(ROOT / folder).rglob("*.toml")]:
            texts[file.relative_to(ROOT).as_posix()] = file.read_text(encoding="utf-8")
    cited = {
        key: name
        for name, text in texts.items()
        if name != "model/BIBLIOGRAPHY.md"
        for inside in re.findall(
            rf"\[((?:{KEY})\b[^\]\n]*)\]|source=\"([^\"]*)\"|^source = \"(.*)\"$", text, re.M
        )
        for key in re.findall(KEY, " ".join(inside))
    }
    assert not {key: name for key, name in cited.items() if key not in listed}
    assert not set(listed) - set(cited)


# The vocabulary


def declared_units():
    """Units under which each name is declared: parameters, metrics and columns; parts have none."""
    units = {name: {metric.unit} for name, metric in METRICS.items()}
    for system in SYSTEMS.values():
        for flat, knob in system.Params.all_knobs().items():
            units.setdefault(flat, set()).add(knob.unit)
            units.setdefault(flat.split(".")[-1], set()).add(knob.unit)
            for part in knob.choices if isinstance(knob.choices, Registry) else ():
                units.setdefault(part, set()).add("")
    for kind in kinds_of(Member):
        for name, column in kind.column_declarations().items():
            units.setdefault(name, set()).add(column.unit)
    return units


def kinds_of(cls):
    """Classes derived from ``cls``."""
    for kind in cls.__subclasses__():
        yield kind
        yield from kinds_of(kind)


def vocabulary():
    """(term, unit) of every name in code; a cell with several names has as many units, or one for all."""
    for line in TEXTS["model/VOCABULARY.md"].splitlines():
        if line.startswith("| ") and not line.startswith("| term"):
            term, unit, _ = (cell.strip() for cell in line.strip("| ").split("|", 2))
            names = re.findall(r"`([^`]+)`", term)
            units = unit.split(", ") if len(unit.split(", ")) == len(names) else [unit] * len(names)
            yield from zip(names, units)


@pytest.mark.parametrize(("name", "unit"), list(vocabulary()))
def test_terms_in_code_exist_with_their_unit(name, unit):
    assert unit in declared_units().get(name, ())
