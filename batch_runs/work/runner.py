"""The runner: runs many tasks by an engine and yields results as they are done, even if workers die.

Tasks are sent in batches of about `BATCH_SECONDS`. A task whose worker dies (killed, out of memory, crashed) is tried
again in a batch of its own, the last time with nothing else under way, so that no other task can be the cause. It
counts as failed after as many deaths as the engine's session allows.
"""

from collections import Counter, deque

from batch_runs.work.errors import WorkerDied, raise_error
from batch_runs.work.events import Died, Done, Failed, Returned, Suspected
from learning.garbage import keeping_much

BATCH_SECONDS = 0.5
POLL_SECONDS = 0.2
"""Interval at which ``stop`` is checked."""


class Runner:
    """Runs tasks by ``engine``: `engines.Here`, `engines.Processes`, `cluster.Dask`, or another of their interface."""

    def __init__(self, engine):
        self.engine = engine

    def __call__(self, function, tasks, progress=None, stop=lambda: False, failed=raise_error):
        """Yield (task, ``function(task, progress, stop)``) as tasks are done, in any order.

        function, tasks : must be picklable. progress : called in this process with the arguments that a task passes
        to its own ``progress``, in a worker too. stop : called often; once it returns true nothing more is yielded,
        and tasks under way are lost, as after Ctrl-C or when this generator is closed. failed : called as
        failed(task, error), its value replaces the result; by default it raises the error, with the task's name.
        """
        tasks = list(tasks)
        with keeping_much(), self.engine.open(function, len(tasks), progress, stop) as session:
            course = _Course(tasks, session)
            while course.unfinished and not stop():
                course.send()
                for task, result, error in course.outcomes():
                    if error is not None and stop():  # the task raised it because of the stop
                        return
                    yield task, result if error is None else failed(task, error)


class _Course:
    """State of all tasks: waiting, under way, or suspected of killing their workers."""

    def __init__(self, tasks, session):
        self.tasks, self.session = tasks, session
        self.waiting = deque(range(len(tasks)))
        self.suspects = deque()
        self.strikes = Counter()
        self.under_way = set()
        self.unfinished = len(tasks)
        self.seconds_per_task = None

    def send(self):
        """Send tasks while workers are free: suspects in batches of their own, for the last time alone."""
        while self.session.room() and (numbers := self._next_batch()):
            self.under_way.update(numbers)
            self.session.send([(number, self.tasks[number]) for number in numbers])

    def _next_batch(self):
        """Numbers of the tasks to send next; none while a suspect is, or waits to be, tried for the last time."""
        if any(map(self._is_last_try, self.under_way & self.strikes.keys())):
            return []
        if self.suspects:
            alone = self._is_last_try(self.suspects[0])
            return [] if alone and self.under_way else [self.suspects.popleft()]
        return [self.waiting.popleft() for _ in range(self._batch_size())] if self.waiting else []

    def _is_last_try(self, number):
        return self.strikes[number] == self.session.strikes - 1

    def _batch_size(self):
        if self.seconds_per_task is None:
            return 1
        wanted = int(BATCH_SECONDS / max(self.seconds_per_task, 1e-6))
        fair = -(-len(self.waiting) // (2 * self.session.size))
        return max(1, min(wanted, fair))

    def outcomes(self):
        """Yield (task, result, error) of the tasks done or given up since the last call."""
        for event in self.session.events(POLL_SECONDS):
            self.under_way.discard(event.number)
            task = self.tasks[event.number]
            match event:
                case Done(_, result, seconds):  # the first that is looked for, as nearly all are done
                    self.seconds_per_task = (seconds + (self.seconds_per_task or seconds)) / 2
                    yield self._finished(task, result, None)
                case Returned(number):
                    self.waiting.appendleft(number)
                case Suspected(number):
                    self.suspects.append(number)
                case Died(number) if self._may_try_again(number):
                    self.suspects.append(number)
                case Died(number):
                    times = self.strikes[number]
                    died = f"its worker process died {times} times: killed, out of memory or crashed"
                    yield self._finished(task, None, WorkerDied(died))
                case Failed(_, error):
                    yield self._finished(task, None, error)

    def _may_try_again(self, number):
        self.strikes[number] += 1
        return self.strikes[number] < self.session.strikes

    def _finished(self, *outcome):
        self.unfinished -= 1
        return outcome
