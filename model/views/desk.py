"""State of one visitor on one system's page, without any drawing: parameters, the run, and the choices made."""

from contextlib import nullcontext
from functools import partial

from learning.knobs import ParameterError
from model.views.cells import cell
from model.views.controls import period_text, warning_lines
from model.views.draft import Draft
from model.views.key_numbers import key_numbers_of
from model.views.link_opening import open_link
from model.views.links import NO_SCENARIO, link_to, read_link
from model.views.live.page_feed import PageFeed
from model.views.live.preparation import Preparation
from model.views.live.run_controller import RunController
from model.views.live.stored_models import bytes_kept, put_away
from model.views.live.sweep_run import Plan, SweepRun
from model.views.presentation import presentation_of
from model.views.rival import Rival, both
from model.views.single_run import shows_runs


class Desk(Draft):
    """One visitor's work on one system, which a page shows between `show_on` and `leave`; `close` ends it.

    prepare : called with every new model; returns it. run : how to do many tasks, see `MarketModel.prepare`.
    of_run : more arguments of its `RunController`.
    asked : texts by name that a link to the page asks for, or pairs: the seed, a scenario, knobs.
    """

    def __init__(self, kind, measure=None, prepare=lambda model: model, asked=None, run=None, **of_run):
        super().__init__(kind)
        self._prepare = prepare
        self.watched = lambda: True
        """Whether a browser shows this session; the page sets it."""
        self.address = ""
        """The link to the run as the page last showed it."""
        self.tick = cell(0)
        """Rises when the page is to be drawn again, for all components that read it."""
        self.rival = cell(None)
        """`Rival`: in what the second model differs; or None."""
        self.chosen = cell({})
        """Choices made at the charts: the firm, the state."""
        self.kept = cell({})
        """Values that tabs keep while others are shown, by their own names."""
        self.tab = cell("")
        """Title of the tab shown; "" for the first."""
        self.plan = cell(Plan.for_page(kind))
        self.beat = cell(0)
        """Rises whenever the sweep has news."""
        self.sweep = SweepRun(measure and partial(measure, kind.name), self._redraw_sweep)
        self.parts, self.feed = {}, None
        """Objects that the page's tabs keep for the session, by their own names."""
        self.preparation = Preparation(self._redraw, run)
        make, shown = partial(self._made, self._wanted(), self.seed.peek()), presentation_of(kind)
        of_run = {"speed": shown.speed, "by_run": shown.by_run} | of_run
        watched, caught_up = lambda: self.watched(), lambda: self.feed.caught_up()
        self.run = RunController(make, self._refresh, watched, caught_up, **of_run)
        self.feed = PageFeed(self.run, key_numbers_of, warning_lines, period_text)
        if asked:
            open_link(self, read_link(kind, asked))

    def show_on(self, page, watched):
        """Let a page show the desk. page : context in which changes are drawn together; watched : see above."""
        self.page, self.watched = page, watched

    def note_shown(self, number):
        """Record that the browser has shown a refresh; once it has the page, the run follows its link."""
        first = self.feed.shown is None
        self.feed.note_shown(self.feed.number if first else number)
        if first:
            self.run.follow()

    def leave(self):
        """Let no page show the desk any more: the run stops, and other work goes on."""
        self.page, self.watched = nullcontext(), lambda: True
        self.run.halt()
        self.feed.leave()

    def rest(self):
        """End all work, and keep what is done."""
        self.run.pause()
        for part in (self.sweep, self.preparation, *self.parts.values()):
            part.cancel()

    def put_away(self):
        """Let files hold the run, and what its tabs have made, until somebody looks; false if one is at work."""
        return put_away(self.run, [self.sweep, *self.parts.values()])

    def bytes_kept(self):
        """Bytes, about, of the run, and of what its sweep and its tabs have made."""
        return bytes_kept(self.run, [self.sweep, *self.parts.values()])

    def link(self):
        """Query of a link that plays the run shown again, which is the desk's address from now on."""
        to_come, names = self.run.schedule.left, self.folder.name_in_links
        self.address = self.run.look(link_to, self.rival.peek(), self.scenario.peek(), to_come, names)
        return self.address

    def _refresh(self):
        if not self.feed:  # news that come before it is there are on the first drawing
            return
        self._take_news()
        if not self.feed.push():
            self._redraw()

    def _take_news(self):
        """Take over what the run has changed by itself, which the page may not have drawn yet."""
        self.note_changes(*self.run.schedule.take_news())

    def _redraw(self):
        with self.page:
            self.tick.set(self.feed.next_number())

    def _redraw_sweep(self):
        with self.page:
            self.beat.set(self.beat.peek() + 1)

    def close(self):
        """End the run, the sweep and the preparation, and remove the session's files."""
        for part in (self.run, self.sweep, self.preparation, *self.parts.values()):
            part.close()
        self.folder.cleanup()

    # -- the models ----------------------------------------------------------------------------------------

    def _wanted(self):
        """Parameters of the models to make, by label. ParameterError if not allowed."""
        draft = self.folder.check_files(self.knobs, self.scenarios, self.draft.peek())
        return both(self.kind, draft, self.rival.peek(), shows_runs(self.kind))

    def _made(self, wanted, seed):
        """Models on the same seed: common random numbers."""
        made = {label: self._prepare(self.kind(params, rng=seed)) for label, params in wanted.items()}
        return {label: model.keep_for_page() for label, model in made.items()}

    def restart(self, changes=()):
        """Begin anew with the draft and its seed; if that is not possible, show why and keep the run.

        changes : `Change`s that the run makes by itself; once a browser shows it, it plays to the last one.
        """
        self._begin("", changes=changes)

    def compare(self, name, value, also=False):
        """Begin anew with a second model that differs in one knob, or in one more."""
        try:
            value = self.folder.check(name, self.knobs[name], value)
            if value == self.draft.peek()[name]:
                raise ParameterError(f"{name} = {value}: the run has this value already; choose another one")
        except ValueError as error:
            return self.show_problem("rival", error)
        before = self.rival.peek().values if also and self.rival.peek() else {}
        self.compare_with(Rival({**before, name: value}))

    def compare_with(self, rival):
        """Begin anew with a second model, a `Rival`; None: go on with the first one alone."""
        before = self.rival.peek()
        self.rival.set(rival)
        if rival is None:
            self.preparation.drop()
            return self.run.keep_first()
        self._begin("rival", lambda _: self.rival.set(before))

    def _begin(self, where, undo=lambda error: None, changes=()):
        """Begin anew when long preparation is finished; the page does not wait for it.

        where : the knob at which an error is shown; undo : called with it if no new run begins, with "" if stopped;
        changes : as for `restart`.
        """
        self._take_news()
        try:
            wanted = self._wanted()
            waiting = [params for params in wanted.values() if not self.kind.is_prepared(params)]
        except ValueError as error:
            return self._give_up(where, undo, error)
        begin = partial(self._reset, partial(self._made, wanted, self.seed.peek()), where, undo, changes)
        if not waiting:
            self.preparation.drop()
            return begin()
        self.show_problem(where, "")
        self.preparation.start(self.kind, waiting, begin, partial(self._give_up, where, undo))

    def _reset(self, make, where, undo, changes):
        try:
            self.run.reset(make, changes)
        except ValueError as error:
            self._give_up(where, undo, error)
        else:
            self.problems.set({})
            if self.feed and self.feed.shown is not None:
                self.run.follow()

    def _give_up(self, where, undo, error):
        undo(error)
        self.show_problem(where, error)

    # -- parameters ----------------------------------------------------------------------------------------

    def set_draft(self, values):
        """Take values into the draft, for the next start, after those that the run has changed before."""
        self._take_news()
        super().set_draft(values)

    def change(self, name, value):
        """Set one knob: a live one in the running models at once, others in the draft."""
        try:
            value = self.folder.check(name, self.knobs[name], value)
            with self.page:  # a knob that acts at once must not be drawn as one that waits for a restart
                if self.knobs[name].live and value != self.run.model.params.everything()[name]:
                    self.run.change({name: value}, only_first=name in (self.rival.peek() or Rival({})).values)
                self.set_draft({name: value})
        except ValueError as error:
            self.show_problem(name, error)

    def apply_scenario(self, name):
        """Begin anew with a preset's values, and defaults for all other parameters; '' for defaults only.

        The user's files stay, unless the preset sets their knob itself; a file that does not fit is left out.
        """
        preset = {} if name == NO_SCENARIO else self.scenarios[name].parameters
        files = {name: value for name, value in self.draft.peek().items() if self.knobs[name].file and value}
        own = {k: v for k, v in files.items() if k not in preset and self.folder.holds(v)}
        with self.page:
            self.scenario.set(name)
            self.problems.set({})
        self._begin_with(preset, own)

    def _begin_with(self, preset, own):
        """Begin anew with a preset and the user's files, by knob; without the files if they do not fit."""
        where = next(iter(own), "")

        def undo(error):
            if own and error:
                self._begin_with(preset, {})

        try:
            draft = self.kind.Params.from_flat(self.kind.Params.with_files(preset, own)).everything()
        except ValueError as error:
            return self._give_up(where, undo, error)
        with self.page:
            self.set_draft(draft)
        self._begin(where, undo)

    def pending(self):
        """Names of the parameters that will change at the next start, the seed included."""
        running = self.run.model.params.everything()
        changed = {name for name, value in self.draft.value.items() if running[name] != value}
        return changed | ({"seed"} if self.seed.value != self.run.model.seed else set())

    def start_sweep(self):
        """Run the plan with the panel's other parameters, or show what is wrong with it."""
        self._take_news()
        arguments = self.plan.peek(), self.knobs, self.draft.peek(), self.seed.peek()
        self.attempt("sweep", lambda: self._wanted() and self.sweep.start(*arguments))

    # -- own files -----------------------------------------------------------------------------------------

    def upload(self, knob, name, data):
        """Keep a user's file for a knob and begin anew with it; if that is not possible, show why at the knob.

        data : bytes, plain or gzip'd. Knobs that the file replaces go back to their defaults.
        """
        try:
            path = self.folder.keep(self.knobs[knob].file, name, data)
        except (ValueError, OSError) as error:
            return self.show_problem(knob, error)
        values = self.kind.Params.with_files({}, {knob: str(path)})
        former = {each: self.draft.peek()[each] for each in values}
        self.set_draft(values)
        self._begin(knob, lambda error: self.set_draft(former))

    def adopt(self, values):
        """Take several values into the draft and begin anew."""
        with self.page:
            self.set_draft(values)
        self.restart()

    def drop_file(self, knob):
        """Begin anew without the file of a knob."""
        self.set_draft({knob: ""})
        self._begin(knob)

    # -- choices at the charts -----------------------------------------------------------------------------

    def choose(self, name, value):
        """Remember what the user chose to see (a firm, a state)."""
        self.chosen.set(self.chosen.peek() | {name: value})

    def part(self, name, make):
        """Result of the first ``make()`` under this name; its ``close()`` is called at the end."""
        if name not in self.parts:
            self.parts[name] = make()
        return self.parts[name]

    def keep(self, name, value):
        """Remember a value for a tab of the page."""
        self.kept.set(self.kept.peek() | {name: value})
