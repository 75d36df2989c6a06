"""``carbon class``: what it prints, what it refuses, how it ends, and that it goes on from its file."""

import re
import signal
import subprocess
import sys
import time

import pytest

import model.classroom.games  # noqa: F401 - before the fixture that puts the registry back
from batch_runs.__main__ import main
from model.classroom.log import read_log
from tests.server.classroom.people import Page, join
from tests.server.conftest import ROOT, free_port


@pytest.fixture
def begin(tmp_path):
    """Function that starts the command; returns the process, its address, and what it printed."""
    started = []

    def start(*words):
        port = free_port()
        command = [sys.executable, "-m", "batch_runs", "class", *words, "--port", str(port), "--no-open"]
        process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True)
        started.append(process)
        printed = ""
        while "Ctrl-C" not in printed:
            line = process.stdout.readline()
            assert line, printed
            printed += line
        return process, f"http://127.0.0.1:{port}", printed

    yield start
    for process in started:
        process.kill()
        process.stdout.close()
        process.wait()


def ends(process, number):
    """Exit code after a signal, which must come at once."""
    began = time.monotonic()
    process.send_signal(number)
    code = process.wait(20)
    assert time.monotonic() - began < 2
    return code


def test_two_games_are_played_ended_and_resumed(begin, tmp_path):
    process, url, printed = begin("sealed_bid", "clock", "phi=0.4", "--folder", str(tmp_path), "--seed", "5")
    codes = re.findall(r"room (\w{4}), 12 seats, 6 rounds", printed)
    assert len(codes) == 2 and "Everybody in the network reaches these pages, on purpose" in printed
    for code in codes:
        assert re.search(rf"Pupils: +http://[^\s/]+/{code}\n", printed)
        assert re.search(rf"Teacher: +http://[^\s/]+/{code}/teacher/\S{{32}} ", printed)
    status, _, cookie = join(url, codes[0], "Ada")
    assert status == 200
    page = Page(url, codes[0], "pupil", cookie)
    page.until(lambda s: s["people"] == 1)
    assert ends(process, signal.SIGINT) == 130
    files = sorted(tmp_path.iterdir())
    assert [file.name for file in files] == sorted(f"class-{code}.sqlite" for code in codes)
    assert {read_log(file)[0].data["settings"]["phi"] for file in files} == {0.4}
    process, url, again = begin("--resume", *map(str, files))
    assert set(re.findall(r"teacher/\S+", again)) == set(re.findall(r"teacher/\S+", printed))
    assert Page(url, codes[0], "pupil", cookie).until(lambda s: True)["nickname"] == "Ada"
    assert ends(process, signal.SIGTERM) == 0


@pytest.mark.parametrize(
    ("words", "reason"),
    [
        (["sealed_bit"], "unknown game 'sealed_bit'; did you mean 'sealed_bid'?"),
        (["reserve=3"], "reserve: no setting of this game; known: "),
        (["phi=7"], "phi = 7.0 share: above its maximum"),
        (["--code", "a b"], "--code a b: must be at most 12 letters and digits"),
        (["sealed_bid", "clock", "--code", "ab"], "--code: names one room"),
        (["--resume", "nothing.sqlite"], "nothing.sqlite: no such file"),
        (["clock", "--resume", "nothing.sqlite"], "--resume: the file says what is played; leave out clock"),
        (["--folder", "no/such"], "no/such: no such folder"),
        (["--host", "192.0.2.77"], "cannot listen on 192.0.2.77"),
    ],
)
def test_what_cannot_be_played_is_refused_in_one_line(words, reason, capsys, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert main(["class", *words, "--port", str(free_port()), "--no-open"]) == 2
    error = capsys.readouterr().err
    assert reason in error and len(error.splitlines()) == 1
    assert not list(tmp_path.iterdir())


def test_a_session_is_not_overwritten(capsys, tmp_path):
    (tmp_path / "class-mine.sqlite").write_text("precious")
    options = ["--folder", str(tmp_path), "--code", "mine", "--port", str(free_port()), "--no-open"]
    assert main(["class", *options]) == 2
    assert "--resume continues it" in capsys.readouterr().err
    assert [(file.name, file.read_text()) for file in tmp_path.iterdir()] == [
        ("class-mine.sqlite", "precious")
    ]
