"""A lesson in play: the runs of its steps with one seed, and what the answers are worth by them."""

import copy
from dataclasses import dataclass

from learning.knobs import ParameterError
from model.lessons.measures import Played


class LessonPlay:
    """One way through a lesson, without pages: `begin` and `finish` a step's run, or `play` it, then look at it.

    All runs have the same ``seed``: the same firms and the same chance in every step.
    """

    def __init__(self, lesson, seed):
        self.lesson, self.seed = lesson, seed
        self.runs = {}
        """What each step has `Played`, by its name."""

    def begin(self, step):
        """Make the model that a step plays: a new one, or a copy of an earlier step's, which goes on."""
        if not step.goes_on:
            return self.lesson.kind(self.lesson.kind.Params.from_flat(step.parameters), rng=self.seed)
        model = copy.deepcopy(self.runs[step.goes_on].model)
        if step.changes:
            model.change_policy(**step.changes)
        return model

    def finish(self, step, model):
        """Keep the run of a step, whose periods have been played."""
        self.runs[step.name] = Played(model, model.steps - step.periods, step.window)

    def look(self, step):
        """Let a step without periods look at the run of the step before."""
        names = [each.name for each in self.lesson.steps]
        self.runs[step.name] = self.runs[names[names.index(step.name) - 1]]

    def play(self, step):
        """Play a step as fast as possible."""
        if not step.periods:
            return self.look(step)
        model = self.begin(step)
        model.advance(step.periods)
        return self.finish(step, model)

    # -- what a run says ----------------------------------------------------------------------------------------------

    def run_of(self, step):
        """Function from the name of a step, "" for ``step``, to its run."""
        return lambda name: self.runs[name or step.name]

    def failures(self, step):
        """Texts of the checks that do not hold in these runs."""
        return [each.text for each in step.check if not each.value(self.run_of(step))]

    def text(self, step):
        """The text of a step with numbers of earlier runs."""
        return step.text.filled(self.run_of(step))

    def revealed(self, step):
        """The text after the answer, with the runs' own numbers."""
        return step.reveal.filled(self.run_of(step))

    def verdict(self, step, answer):
        """Judge an answer by the runs: `Verdict`. ParameterError for one that is none."""
        question = step.question
        if question.choices:
            return Verdict(answer == question.right, question.right)
        if question.answer is None:
            return Verdict(None, "")
        wanted = float(question.answer.value(self.run_of(step)))
        return Verdict(abs(number_in(answer) - wanted) <= question.tolerance * abs(wanted), wanted)


@dataclass(frozen=True)
class Verdict:
    """What an answer is worth."""

    right: bool | None
    """None: the question is free."""
    answer: str | float
    """The right answer."""


def number_in(answer):
    """The number that somebody has typed, with a decimal point or comma; ParameterError if it is none.

    >>> number_in(" 2,5 ")
    2.5
    """
    try:
        number = float(str(answer).strip().replace(",", "."))
    except ValueError:
        number = float("nan")
    if number != number or abs(number) == float("inf"):
        raise ParameterError(f"{answer!r} is not a number, such as 2.5")
    return number


def played(lesson, seed):
    """The lesson with every step played."""
    play = LessonPlay(lesson, seed)
    for step in lesson.steps:
        play.play(step)
    return play


def failures_by_seed(lesson, seeds):
    """Seeds with which a check does not hold, by step and check; empty if all hold."""
    failed = {}
    for seed in seeds:
        play = played(lesson, seed)
        for step in lesson.steps:
            for text in play.failures(step):
                failed.setdefault((step.name, text), []).append(seed)
    return failed
