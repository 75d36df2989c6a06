"""What a stranger can write into the log of a server: little."""

import io
import logging

import pytest

from model.views.server.logs import FULL_PER_MINUTE, LONGEST_LINE, MINUTE, BriefHandler


class Log:
    """A log with a clock that a test sets."""

    def __init__(self):
        self.stream, self.seconds = io.StringIO(), 0.0
        self.logger = logging.Logger("test")
        self.logger.addHandler(BriefHandler(self.stream, now=lambda: self.seconds))

    def lines(self):
        return self.stream.getvalue().splitlines()


@pytest.fixture
def log():
    return Log()


def fail(log, message):
    """Log a fault from always the same line."""
    try:
        raise KeyError(message)
    except KeyError:
        log.logger.exception("a handler failed")


def test_a_fault_is_written_once_in_full_and_then_counted(log):
    for number in range(1_000):
        fail(log, number)
    full = len(log.lines())
    assert full < 10 and log.lines()[-1] == "KeyError: 0"
    log.seconds += MINUTE
    fail(log, "again")
    assert log.lines()[full].startswith("999 times again: KeyError at ") and len(log.lines()) == full + 1


def test_what_a_stranger_has_sent_is_cut(log):
    fail(log, "x" * 1_000_000)
    assert max(map(len, log.lines())) <= LONGEST_LINE + 1
    log.logger.error("\n" * 1_000_000)
    assert len(log.stream.getvalue()) < 100_000


def test_many_kinds_of_faults_are_counted_beyond_some_in_a_minute(log):
    for number in range(50):
        exec(compile(f"log.logger.error('kind {number}')", f"file{number}", "exec"), {"log": log})
    assert len(log.lines()) == FULL_PER_MINUTE
    log.seconds += MINUTE
    log.logger.error("another")
    assert len(log.lines()) == 2 * FULL_PER_MINUTE + 2
    assert "and 30 other faults again" in log.lines()
    assert log.lines()[-1] == "another"
