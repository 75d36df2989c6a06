"""Events of tasks, as sessions of engines report them to the runner."""

from typing import Any, NamedTuple


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
    """This task, or another one of its batch, killed the worker or cannot be read by it."""

    number: int
