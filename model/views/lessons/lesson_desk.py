"""State of one browser on the page of a lesson: the step shown, the answers, and the run. No drawing here."""

from typing import NamedTuple

import solara

from learning.knobs import ParameterError
from model.lessons.play import LessonPlay
from model.streams import as_seed
from model.views.cells import cell
from model.views.draft import SHORT
from model.views.live.stored_models import Stored, bytes_kept, put_away

SECONDS = 6.0
"""Seconds that the run of a step takes, so that one sees it; one second for each period if there are fewer."""

PROGRESS = solara.reactive({})
"""`Progress` by lesson, kept while a browser's page is open: Solara holds a value of its own for each browser."""


class Progress(NamedTuple):
    """How far somebody has come in a lesson."""

    seed: int
    at: int = 0
    """Position of the step shown."""
    answers: dict = {}
    """Answers given, as texts, by the step's name."""
    played: frozenset = frozenset()
    """Names of the steps whose runs have been played."""


class LessonDesk:
    """A browser's way through a lesson, kept like a `Desk` when its page is left (`KeptDesks`).

    desk : the `Desk` of its system, which has the run and the choices at the charts; prepare : called with every new
    model, returns it. seed : of all runs; None: that with which the browser has begun the lesson before, or one drawn
    here. With another seed than before the lesson begins anew.
    """

    running = False
    """It has no work of its own, besides that of its desk."""
    _kept = Stored()
    """Runs of the steps that were played here, and their models by step, and by label as its charts show them."""

    def __init__(self, lesson, desk, seed=None, prepare=lambda model: model):
        self.kind = self.lesson = lesson
        self.desk, self._prepare = desk, prepare
        kept = PROGRESS.peek().get(lesson.name)
        if kept is None or seed not in (None, kept.seed):
            kept = Progress(as_seed(None) % SHORT if seed is None else seed)
        self.progress = cell(kept)
        self.problem = cell("")
        """Reason why the last answer is none, or the seed in the address."""
        self.seed = kept.seed
        self.address = f"?seed={self.seed}"
        self._kept = {}, {}
        self._begun = self._end = None
        self.desk.run.reset(lambda: self._make(self.lesson.own_run(self.step)))

    # -- where it stands --------------------------------------------------------------------------------------------

    @property
    def play(self):
        """The `LessonPlay` with the runs so far."""
        return LessonPlay(self.lesson, self.seed, self._kept[0])

    @property
    def step(self):
        """The step shown."""
        return self.lesson.steps[self.progress.value.at]

    @property
    def reached(self):
        """Position of the last step that may be shown: the first that is not answered and played, or the last one."""
        progress = self.progress.value
        open_ones = [
            k
            for k, step in enumerate(self.lesson.steps)
            if step.name not in progress.answers or (step.periods and step.name not in progress.played)
        ]
        return min([*open_ones, len(self.lesson.steps) - 1])

    @property
    def answered(self):
        """Whether the step's question has been answered."""
        return self.step.name in self.progress.value.answers

    @property
    def played(self):
        """Whether the step's run has been played; one that only looks at an earlier run needs none."""
        return not self.step.periods or self.step.name in self.progress.value.played

    @property
    def left(self):
        """Periods of the run under way that have not been played; 0 if none is."""
        return self._end - self.desk.run.model.steps if self._begun else 0

    def look(self, reader):
        """Return ``reader(play, step)`` while no period is being played."""
        with self.desk.run.reading():
            return reader(self.play, self.step)

    def score(self):
        """Numbers of right answers and of questions that have one."""
        answers = self.progress.value.answers
        steps = [step for step in self.lesson.steps if step.name in answers]
        judged = self.look(lambda play, _: [play.verdict(step, answers[step.name]).right for step in steps])
        return sum(right is True for right in judged), sum(right is not None for right in judged)

    # -- what the page does -----------------------------------------------------------------------------------------

    def answer(self, text):
        """Take the answer to the step's question; what is none is refused with the reason."""
        try:
            self.step.question.check(text)
        except ParameterError as error:
            return self.problem.set(str(error))
        self.problem.set("")
        self._note(answers={**self.progress.peek().answers, self.step.name: text})

    def run(self):
        """Begin the step's run from its start."""
        step, run = self.step, self.desk.run
        run.reset(lambda: self._make(step))
        self._begun, self._end = step, run.model.steps + step.periods
        run.speed = step.periods / min(SECONDS, step.periods)
        run.play(step.periods)

    def go_on(self):
        """Go on with a run that was paused."""
        self.desk.run.play(self.left)

    def skip(self):
        """Play the rest of the run as fast as possible."""
        self.desk.run.pause()
        if self.left:
            self.desk.run.jump(self.left)

    def settle(self):
        """Keep the run under way once all its periods have been played."""
        run = self.desk.run
        if self._begun and not run.playing and not run.error and not self.left:
            step, self._begun = self._begun, None
            self.play.finish(step, run.model)
            self._kept[1][step.name] = run.models
            self._note(played=self.progress.peek().played | {step.name})

    def show(self, position):
        """Show another step, with its run if it was played on this page."""
        self.desk.run.pause()
        self._begun = None
        self.problem.set("")
        self._note(at=position)
        own = self.lesson.own_run(self.step).name
        runs, models = self._kept
        if own in runs and own in models:
            self.desk.run.reset(lambda: models[own])

    def begin_again(self):
        """Forget all answers and runs."""
        self._kept = {}, {}
        self._note(answers={}, played=frozenset())
        self.show(0)

    # -- what `KeptDesks` does ---------------------------------------------------------------------------------------

    def show_on(self, page, watched):
        """Let a page show it, see `Desk.show_on`."""
        self.desk.show_on(page, watched)

    def leave(self):
        """Let no page show it any more."""
        self.desk.leave()

    def rest(self):
        """End all work, and keep what is done."""
        self.desk.rest()

    def put_away(self):
        """Let files hold all runs until somebody looks; return whether nothing is at work."""
        return put_away(self.desk.run, [self])

    def bytes_kept(self):
        """Bytes, about, of all runs."""
        return bytes_kept(self.desk.run, [self])

    def close(self):
        """End the run."""
        self.desk.close()

    # ----------------------------------------------------------------------------------------------------------------

    def _make(self, step):
        """Models of a step by label: its own, and that of the step beside it from its start."""
        steps = [step, *([self.lesson.step(step.beside)] if step.beside else [])]
        return {label_of(each): self._prepare(self.play.begin(each)) for each in steps}

    def _note(self, **changes):
        with self.desk.page:
            self.progress.set(self.progress.peek()._replace(**changes))
            PROGRESS.set({**PROGRESS.peek(), self.lesson.name: self.progress.peek()})


def label_of(step):
    """Label of a step's run in charts and tables that compare runs."""
    return step.name.replace("_", " ")
