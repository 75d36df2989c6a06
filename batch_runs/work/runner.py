"""Many tasks by an engine: results as they get done, whatever happens to the workers that do them.

Tasks go out in batches of about `BATCH_SECONDS`. A task whose worker dies (killed, out of memory, crashed) is tried
again alone, so that no other can have been the cause, and after `STRIKES` deaths it counts as failed.
"""

from collections import Counter, deque

from batch_runs.work.engines import Died, Done, Failed, Returned
from batch_runs.work.errors import WorkerDied, raise_error

BATCH_SECONDS = 0.5
POLL_SECONDS = 0.2
"""How often to look whether no more is wanted."""
STRIKES = 2


class Runner:
    """Does tasks by ``engine``: `engines.Here`, `engines.Processes`, or another one of the same form."""

    def __init__(self, engine):
        self.engine = engine

    def __call__(self, function, tasks, progress=None, stop=lambda: False, failed=raise_error):
        """Yield (task, ``function(task, progress, stop)``) as they get done, in any order.

        function, tasks : must survive pickling. progress : called here with whatever a task calls its own with,
        in a worker process too. stop : asked often; once it is true nothing more comes, and what is under way is
        lost, as it is after Ctrl-C, or when this generator is closed. failed : called as failed(task, error) for
        a result in place of an error; by default raises it, with the task's name.
        """
        tasks = list(tasks)
        with self.engine.open(function, len(tasks), progress, stop) as session:
            course = _Course(tasks, session)
            while course.unfinished and not stop():
                course.send()
                for task, result, error in course.outcomes():
                    if error is not None and stop():  # raised because it was asked to stop
                        return
                    yield task, result if error is None else failed(task, error)


class _Course:
    """Which tasks wait, which are under way, and which are suspected of killing their workers."""

    def __init__(self, tasks, session):
        self.tasks, self.session = tasks, session
        self.waiting = deque(range(len(tasks)))
        self.suspects = deque()
        self.strikes = Counter()
        self.under_way = set()
        self.unfinished = len(tasks)
        self.seconds_per_task = None

    def send(self):
        """Keep the workers busy; a suspect goes out alone."""
        if self.suspects or self.under_way & self.strikes.keys():
            if self.suspects and not self.under_way and self.session.room():
                self._send([self.suspects.popleft()])
            return
        while self.waiting and self.session.room():
            self._send([self.waiting.popleft() for _ in range(self._batch_size())])

    def _send(self, numbers):
        self.under_way.update(numbers)
        self.session.send([(number, self.tasks[number]) for number in numbers])

    def _batch_size(self):
        if self.seconds_per_task is None:
            return 1
        wanted = int(BATCH_SECONDS / max(self.seconds_per_task, 1e-6))
        fair = -(-len(self.waiting) // (2 * self.session.size))
        return max(1, min(wanted, fair))

    def outcomes(self):
        """Yield (task, result, error) of what has been done or given up meanwhile."""
        for event in self.session.events(POLL_SECONDS):
            self.under_way.discard(event.number)
            task = self.tasks[event.number]
            match event:
                case Returned(number):
                    self.waiting.appendleft(number)
                case Died(number) if self._may_try_again(number):
                    self.suspects.append(number)
                case Died():
                    died = f"its worker process died {STRIKES} times: killed, out of memory or crashed"
                    yield self._finished(task, None, WorkerDied(died))
                case Failed(_, error):
                    yield self._finished(task, None, error)
                case Done(_, result, seconds):
                    self.seconds_per_task = (seconds + (self.seconds_per_task or seconds)) / 2
                    yield self._finished(task, result, None)

    def _may_try_again(self, number):
        self.strikes[number] += 1
        return self.strikes[number] < STRIKES

    def _finished(self, *outcome):
        self.unfinished -= 1
        return outcome
