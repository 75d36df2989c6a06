"""Plays the models of one browser session in a thread of its own. Independent of browsers.

The page calls `play`, `pause`, `step`, `jump`, `reset` and `change`, and reads the models through `look`.
A model is touched only under the lock, and the page is notified without it: neither waits for the other.
"""

import logging
import threading
import time
from functools import partial

from model.collector import keep_within
from model.views.live.job import Job, place_of
from model.views.live.run_rules import RunRules
from model.views.live.schedule import Schedule
from model.views.live.shares import CHUNK_SECONDS, REFRESHES, SHARES
from model.views.live.stored_models import HeldModels
from model.views.single_run import left_of_run

logger = logging.getLogger(__name__)

MOST_COLLECTED = 2_000
"""Most periods kept per model. Beyond, every second one is dropped: a run of any length fits into memory."""

PATIENCE = 20.0
"""Seconds for which a run plays on although no browser shows it, because a page may be reconnecting."""

SLOWEST = 3.0
"""Seconds after which a page is refreshed even if it has not shown the last refresh yet."""

BROKEN_OFF = "It took so long that it was broken off: its numbers are not those of a whole period."
"""Error of a run that has been paused in the midst of a period."""

AS_FAST_AS_POSSIBLE = float("inf")


class RunController:
    """Models of one session: the first is the one shown, a second one plays along for comparison.

    make : function without parameters that returns the models by label; called now and by every `reset`.
    notify : called without the lock after each change; at most `REFRESHES` times per second while playing.
    watched : function that returns whether a browser shows the run; without one for `PATIENCE`, the run pauses.
    caught_up : function that returns whether the browser has shown the last refresh; a slow one gets fewer.
    compile_model : function that compiles, on a copy of a model, all that its page will run; default: its rules.
    queue : compiles in another process while models are played interpreted; None: models wait, see `RunRules`.
    speed : periods per second at first. by_run : whether `play` ends with the run, of ``Params.cycle`` periods.
    """

    def __init__(
        self,
        make,
        notify=lambda: None,
        watched=lambda: True,
        caught_up=lambda: True,
        compile_model=lambda model: model.compile_rules(),
        queue=None,
        speed=1_000.0,
        by_run=False,
    ):
        self.speed, self.by_run = speed, by_run
        self.job = None
        self.lock = threading.RLock()
        self._notify, self._watched, self._caught_up = notify, watched, caught_up
        self._closed = False
        self.rules = RunRules(compile_model, self.notify, queue)
        self._take(self._made(make))

    @property
    def models(self):
        """The models by label; read from their file if they have been put away."""
        return self.held.read()

    @property
    def model(self):
        """The model shown."""
        return next(iter(self.models.values()))

    @property
    def playing(self):
        """Whether periods are being played."""
        return self.job is not None

    def look(self, reader, *args, **kwargs):
        """Return ``reader(model, ...)`` while no period is being played."""
        with self.reading():
            return reader(self.model, *args, **kwargs)

    def reading(self):
        """Context in which no period is played, and nothing is compiled that another process compiles."""
        return self.rules.reading(self.lock)

    # -- what the page asks for ----------------------------------------------------------------------------

    def play(self, periods=None):
        """Play at ``speed`` periods per second: so many periods; by default until paused, or the end of the run."""
        self._start(Job(periods or (self.look(left_of_run) if self.by_run else None)))

    def jump(self, periods, aim=Job.aim):
        """Play ``periods`` periods as fast as possible; `pause` cancels. aim : why, for the page."""
        self._start(Job(int(periods), paced=False, aim=aim))

    def follow(self):
        """Play to the last change of the schedule, if one is left; `pause` cancels."""
        if self.schedule.left:
            self.jump(self.schedule.end - self.model.steps, "making the changes of the link")

    def pause(self):
        """Stop playing; no period is played after this returns. A period that takes long is broken off."""
        self._break_off()
        with SHARES.coming_first():
            with self.lock:
                self.halt()
            self.notify()

    def halt(self):
        """Stop playing after the periods under way, without waiting for them."""
        if self.job:
            self.job.stop.set()
        self.job = None

    def step(self):
        """Play one period, agent by agent."""
        with self.lock:
            if not self.playing and not self.error and not self._closed:
                self._guarded(self._step_once)
        self.notify()

    def reset(self, make, changes=()):
        """Replace the models by those of ``make``. If that raises, the old ones stay as they are.

        changes : `Change`s that the run makes when it reaches their periods, however it is played.
        """
        models = self._made(make)
        self._break_off()
        with self.lock:
            self.halt()
            self._take(models, changes)
        self.notify()

    def keep_first(self):
        """Go on with the first model alone."""
        with self.lock:
            self.held = HeldModels({"this run": self.model}, self.lock)
        self.notify()

    def change(self, values, only_first=False):
        """Change live parameters of the models, or of the first only. ParameterError if not allowed."""
        with self.lock:
            for model in list(self.models.values())[: 1 if only_first else None]:
                model.change_policy(**values)
        self.notify()

    def close(self):
        """Stop for good, without waiting: the page has been left."""
        self._closed = True
        self._break_off()
        self.job = None

    def notify(self):
        """Notify the page of news; an error of the page is logged and does not stop the run."""
        if self._closed:
            return
        try:
            self._notify()
        except Exception:
            logger.exception("the page could not be refreshed")

    # -- the thread ----------------------------------------------------------------------------------------

    def _start(self, job):
        with self.lock:
            if self._closed or self.error or self.playing or job.left <= 0:
                return
            self.job = job
        self.notify()
        job.work.start(partial(self._work, job))

    def _break_off(self):
        """End the work under way within a second, in the midst of a period if that takes so long."""
        job = self.job
        if job:
            job.work.end()

    def _made(self, make):
        with self.rules.treating(new=True):
            return make()

    def _take(self, models, changes=()):
        """Make these the models of the run; ``_torn``: whether a period has begun that has not ended."""
        self.held, self.error, self._torn = HeldModels(models, self.lock), "", False
        self.schedule = Schedule(changes)
        self.schedule.make_due(list(models.values()))
        self.rules.begin(models, self.lock)

    def _compile(self, job):
        """Compile the rules unless that is done elsewhere; the page can show it."""

        def note_compiling():
            if not job.compiling:
                job.compiling = True
                self.notify()

        self.rules.compile_here(self.models, self.lock, note_compiling)
        job.compiling = False

    def _work(self, job):
        """Play the periods that are due and refresh the page regularly, until the job ends."""
        job.work.do(partial(self._compile, job))
        SHARES.begin(job)
        try:
            self._play_until_stopped(job)
        finally:
            SHARES.end(job)

    def _play_until_stopped(self, job):
        owed, most, last, quiet_until = 1.0, 1, time.perf_counter(), 0.0
        seen = last
        while not job.stop.is_set():
            SHARES.give_way()
            now = time.perf_counter()
            seen = now if self._watched() else seen
            if now - seen > PATIENCE:
                return self.pause()
            speed = self.speed if job.paced else AS_FAST_AS_POSSIBLE
            owed = min(owed + (now - last) * speed, 2 * most)
            last = now
            periods = int(min(owed, most, job.left))
            pause = 0.0
            if periods:
                took, chunk = self._play(job, periods), SHARES.chunk_seconds()
                most = max(1, min(int(periods * chunk / took), 2 * most)) if periods == most else most
                owed -= periods
                pause = SHARES.pause_after(took)
            late = time.perf_counter() - quiet_until
            if (late > SLOWEST or (late >= 0 and self._caught_up())) and not job.stop.is_set():
                quiet_until = self._refresh()
            if owed < 1 and speed < AS_FAST_AS_POSSIBLE:
                until_due = min(1 / speed, CHUNK_SECONDS)
                until_refresh = min(most / speed, quiet_until - time.perf_counter())
                pause = max(pause, until_due, until_refresh)  # one call for all periods of a refresh
            if pause:
                job.stop.wait(pause)
        self.notify()

    def _play(self, job, periods):
        """Play ``periods`` periods of the job; return the seconds of a processor that it took."""
        with self.lock:
            began, at_work = time.perf_counter(), time.thread_time()
            if self.job is job and not job.stop.is_set():
                self._guarded(self._advance, job, periods)
            took = max(time.perf_counter() - began, 1e-6)
            at_work = max(time.thread_time() - at_work, 1e-6)
        job.rate = 0.8 * job.rate + 0.2 * periods / took if job.rate else periods / took
        return at_work

    def _refresh(self):
        """Refresh the page, and return when it may be refreshed again: drawing gets half of the time at most."""
        began = time.perf_counter()
        self.notify()
        now = time.perf_counter()
        return now + max(1 / REFRESHES - (now - began), now - began)

    def _advance(self, job, periods):
        job.work.do(partial(self._advance_models, periods))
        if self._torn:
            self.error = BROKEN_OFF
        job.done += periods
        if job.left <= 0:
            self.halt()

    def _advance_models(self, periods):
        models = list(self.models.values())
        while periods:
            part = self.schedule.reach(self.model.steps, periods)
            for model in models:
                self._torn = True
                model.advance(part)
                self._torn = False
                keep_within(model, MOST_COLLECTED)
            self.schedule.make_due(models)
            periods -= part

    def _step_once(self):
        """Play one period, which is always collected, however long the interval has become."""
        for model in self.models.values():
            usual, model.collect_every = model.collect_every, 1
            try:
                model.step()
            finally:
                model.collect_every = usual
        self.schedule.make_due(list(self.models.values()))

    def _guarded(self, action, *args):
        """Call ``action``; an error ends the job and is kept for the page."""
        try:
            with self.rules.treating():
                action(*args)
        except Exception as error:
            self.halt()
            self.error = f"{type(error).__name__}: {error}{place_of(error)}"
            logger.exception("period %s failed", self.model.steps)
