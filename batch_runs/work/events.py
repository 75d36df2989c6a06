"""Events of tasks, as sessions of engines report them to the runner."""

from pickle import loads
from typing import Any, NamedTuple

from batch_runs.work.worker import DONE


class Done(NamedTuple):
    """A task has a result."""

    number: int
    result: Any
    seconds: float


class Failed(NamedTuple):
    """A task has raised an error."""

    number: int
    error: BaseException


class Died(NamedTuple):
    """The worker died while it did this task."""

    number: int


class Returned(NamedTuple):
    """The worker died before it began this task."""

    number: int


class Suspected(NamedTuple):
    """The worker died while it did this task, or another one of the same batch."""

    number: int


def event_of(message):
    """Return the event of a worker's message about a task that it has done."""
    kind, number, value, seconds = message
    return Done(number, loads(value), seconds) if kind == DONE else Failed(number, value)
