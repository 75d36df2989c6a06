"""A lesson in play: the runs of its steps with one seed, and what the answers are worth by them."""

import copy
from dataclasses import dataclass

from model.lessons.lesson import number_in
from model.lessons.measures import Played


class LessonPlay:
    """One way through a lesson, without pages: steps are played when somebody looks at their runs.

    All runs have the same ``seed``: the same firms and the same chance in every step. runs : `Played` of the steps so
    far, by name; more are put in.
    """

    def __init__(self, lesson, seed, runs=None):
        self.lesson, self.seed = lesson, seed
        self.runs = {} if runs is None else runs

    def begin(self, step):
        """Make the model that a step plays: a new one, or a copy of an earlier step's, which goes on."""
        if not step.goes_on:
            return self.lesson.kind(self.lesson.kind.Params.from_flat(step.parameters), rng=self.seed)
        model = copy.deepcopy(self.run(self.lesson.step(step.goes_on)).model)
        if step.changes:
            model.change_policy(**step.changes)
        return model

    def finish(self, step, model):
        """Keep the run of a step, whose periods have been played."""
        self.runs[step.name] = Played(model, step.before, step.window)

    def play(self, step):
        """Play a step, and those whose runs it goes on with, as fast as possible; one without periods plays nothing."""
        step = self.lesson.own_run(step)
        model = self.begin(step)
        model.advance(step.periods)
        self.finish(step, model)

    def run(self, step):
        """`Played` of a step, or of the one before it whose run it looks at; it is played now if it was not yet."""
        own = self.lesson.own_run(step)
        if own.name not in self.runs:
            self.play(own)
        return self.runs[own.name]

    # -- what a run says ----------------------------------------------------------------------------------------------

    def run_of(self, step):
        """Function from the name of a step, "" for ``step``, to its run."""
        return lambda name: self.run(self.lesson.step(name) if name else step)

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
    """Judgement of an answer."""

    right: bool | None
    """None: the question is free."""
    answer: str | float
    """The right answer."""


def failures_by_seed(lesson, seeds):
    """Seeds with which a check does not hold, by step and check; empty if all hold."""
    failed = {}
    for seed in seeds:
        play = LessonPlay(lesson, seed)
        for step in lesson.steps:
            for text in play.failures(step):
                failed.setdefault((step.name, text), []).append(seed)
    return failed
