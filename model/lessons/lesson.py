"""A lesson: steps of predict, do and check, read from one TOML file. README.md says how to write it."""

from dataclasses import dataclass
from math import isfinite
from pathlib import Path

import model.systems  # noqa: F401 - lessons name systems, so these must be registered
from learning.files import read_toml
from learning.knob_names import own_names
from learning.knobs import ParameterError
from learning.registry import unknown
from model.base import SYSTEMS
from model.lessons.expressions import Expression, Known, Text, read_expression, read_text
from model.lessons.fields import LESSON, STEP, read_fields
from model.scenarios import scenarios

LEVELS = {1: "first steps", 2: "some economics", 3: "research"}
"""Levels of a lesson, and whom it is for."""
BEFORE, AFTER = "before", "after"
MOST_PERIODS = 10_000
"""Most periods of a run: more would not all be kept on a page."""


@dataclass(frozen=True)
class Question:
    """A question: a choice, if there are ``choices``; a number, if there is an ``answer``; otherwise a free one."""

    text: str
    choices: tuple = ()
    right: str = ""
    answer: Expression | None = None
    tolerance: float = 0.1
    """Largest distance from the answer that counts as right, as a share of it."""
    unit: str = ""

    def check(self, answer):
        """ParameterError unless an answer, a text, is one: a choice, a number, or any text."""
        if self.choices and answer not in self.choices:
            raise ParameterError(f"{answer!r} is none of the choices")
        if self.answer is not None:
            number_in(answer)
        if not str(answer).strip():
            raise ParameterError("write an answer first")


def number_in(answer):
    """The number that somebody has typed, with a decimal point or comma; ParameterError if it is none.

    >>> number_in(" 2,5 ")
    2.5
    """
    try:
        number = float(str(answer).strip().replace(",", "."))
    except ValueError:
        number = float("nan")
    if not isfinite(number):
        raise ParameterError(f"{answer!r} is not a number, such as 2.5")
    return number


@dataclass(frozen=True)
class Step:
    """One step of a lesson."""

    name: str
    title: str
    text: Text
    parameters: dict
    """Every parameter that its run has other than the defaults, by flat name."""
    changes: dict
    """Those of them that the step itself sets."""
    question: Question
    check: tuple
    """Expressions that must hold for ``reveal`` to be true."""
    reveal: Text
    charts: tuple
    numbers: tuple = ()
    periods: int = 0
    """Periods played; 0: the step looks at the run of the step before."""
    before: int = 0
    """Periods that its run has played before."""
    window: int = 0
    goes_on: str = ""
    """Step whose run goes on with ``changes``; "": a new run begins."""
    beside: str = ""
    """Earlier step whose run is played again beside this one, on the same random numbers, to be compared."""
    when: str = BEFORE
    """Whether the question is asked before the run or after it."""
    note: str = ""
    """Note for the teacher."""


@dataclass(frozen=True)
class Lesson:
    """A lesson."""

    name: str
    title: str
    question: str
    level: int
    """One of `LEVELS`."""
    minutes: int
    system: str
    goals: tuple
    teacher: str
    steps: tuple
    """The `Step`s in order."""

    @property
    def kind(self):
        """The system's class of models."""
        return SYSTEMS[self.system]

    def step(self, name):
        """The step of this name."""
        return next(step for step in self.steps if step.name == name)

    def own_run(self, step):
        """The step whose run a step looks at: itself, or, without periods, the nearest before it that has some."""
        names = [each.name for each in self.steps]
        before = self.steps[: names.index(step.name) + 1]
        return next(each for each in reversed(before) if each.periods)


def read_lesson(path):
    """Read a lesson from a TOML file; ParameterError naming file, step and field if something is wrong."""
    path = Path(path)
    written = read_fields(read_toml(path), LESSON, path.name)
    if written["level"] not in LEVELS or written["minutes"] < 1:
        raise ParameterError(f"{path.name}: level must be one of {list(LEVELS)}, minutes at least 1")
    if written["system"] not in SYSTEMS:
        raise ParameterError(f"{path.name}: {unknown('system', written['system'], SYSTEMS)}")
    kind = SYSTEMS[written.pop("system")]
    common = own_names(written.pop("parameters"), kind.Params.all_knobs())
    scenario = written.pop("scenario")
    if scenario:
        known = scenarios(kind.name)
        if scenario not in known:
            raise ParameterError(f"{path.name}: {unknown(f'scenario of {kind.name}', scenario, known)}")
        common = known[scenario].parameters | common
    steps = []
    for number, table in enumerate(written.pop("steps"), 1):
        steps.append(StepReader(path.name, number, kind, common, tuple(steps)).read(table))
    return Lesson(
        path.stem,
        system=kind.name,
        steps=tuple(steps),
        goals=tuple(written.pop("goals")),
        **written,
    )


class StepReader:
    """Reads one step of a file, given the steps before it."""

    def __init__(self, file, number, kind, common, before):
        self.file, self.number, self.kind, self.common, self.before = file, number, kind, common, before
        self.place = f"{file}: step {number}"

    def read(self, table):
        """Read the step; ParameterError naming file, step and field."""
        written = read_fields(table, STEP, self.place)
        name = written.pop("name") or f"step_{self.number}"
        self.place = f"{self.place} ({name})"
        self._check_name(name)
        self._check_run(written)
        runs, names = tuple(step.name for step in self.before), self.kind.Params.all_knobs()
        earlier = Known(self.kind.metrics, names, runs, now=False)
        known = Known(self.kind.metrics, names, (*runs, name))
        changes, parameters = self._own_names(written.pop("set")), self._parameters(written)
        self._check_numbers(written["numbers"])
        return Step(
            name,
            before=self._played_before(written["goes_on"]),
            text=read_text(written.pop("text"), f"{self.place}, text", earlier),
            parameters=parameters | changes,
            changes=self._checked(changes, parameters, written["goes_on"]),
            check=tuple(
                read_expression(each, f"{self.place}, check", known) for each in written.pop("check")
            ),
            reveal=read_text(written.pop("reveal"), f"{self.place}, reveal", known),
            question=self._question(written, known),
            charts=tuple(written.pop("charts")),
            numbers=tuple(written.pop("numbers")),
            **written,
        )

    def _fail(self, field, problem):
        raise ParameterError(f"{self.place}, {field}: {problem}")

    def _check_name(self, name):
        if not name.isidentifier():
            self._fail("name", f"{name!r} must be a word of letters, digits and _")
        if name in [step.name for step in self.before]:
            self._fail("name", f"{name!r} is the name of an earlier step")

    def _check_run(self, written):
        periods, window = written["periods"], written["window"]
        most = MOST_PERIODS - self._played_before(written["goes_on"])
        if not 0 <= periods <= most:
            self._fail("periods", f"{periods}: must be from 0 to {most:,}")
        if not 0 <= window <= periods:
            self._fail("window", f"{window}: must be from 0 to {periods}, the periods of the step")
        if not periods and not self.before:
            self._fail("periods", "0: the first step must play some")
        for field in ("goes_on", "beside"):
            known = [step.name for step in self.before if step.periods]
            if written[field] and written[field] not in known:
                self._fail(field, unknown("step with a run of its own", written[field], known))
        beside = next((step for step in self.before if step.name == written["beside"]), None)
        if beside and (beside.periods != periods or beside.goes_on or written["goes_on"]):
            self._fail(
                "beside", f"both runs must begin anew and play as long; {beside.name} plays {beside.periods}"
            )
        for field in ("goes_on", "beside", "set"):
            if written[field] and not periods:
                self._fail(field, "has no effect in a step of 0 periods")

    def _played_before(self, goes_on):
        return sum(step.before + step.periods for step in self.before if step.name == goes_on)

    def _parameters(self, written):
        """Parameters without the step's own changes: the lesson's, or those of the run that goes on."""
        found = [step.parameters for step in self.before if step.name == written["goes_on"]]
        if not written["periods"]:
            found = [self.before[-1].parameters]
        return found[0] if found else self.common

    def _own_names(self, changes):
        try:
            return own_names(changes, self.kind.Params.all_knobs())
        except ParameterError as error:
            self._fail("set", error)

    def _checked(self, changes, parameters, goes_on):
        try:
            self.kind.Params.from_flat(parameters | changes)
        except ValueError as error:
            self._fail("set", error)
        for name in changes if goes_on else ():
            if not self.kind.Params.all_knobs()[name].live:
                self._fail("set", f"{name} cannot change while a run goes on")
        return changes

    def _check_numbers(self, names):
        for name in names:
            if name not in self.kind.metrics:
                self._fail("numbers", unknown(f"metric of {self.kind.name}", name, self.kind.metrics))

    def _question(self, written, known):
        """The question of the fields about it, which are taken out."""
        choices, right, answer = written.pop("choices"), written.pop("right"), written.pop("answer")
        if written["when"] not in (BEFORE, AFTER):
            self._fail("when", f"{written['when']!r} must be {BEFORE!r} or {AFTER!r}")
        if choices and answer:
            self._fail("answer", "a question has either choices or a number as its answer")
        if len(choices) == 1 or len(set(choices)) < len(choices):
            self._fail("choices", "must be at least two different ones")
        if bool(choices) != bool(right) or (right and right not in choices):
            self._fail("right", f"{right!r} must be one of the choices")
        return Question(
            written.pop("ask"),
            tuple(choices),
            right,
            read_expression(answer, f"{self.place}, answer", known) if answer else None,
            float(written.pop("tolerance")),
            written.pop("unit"),
        )
