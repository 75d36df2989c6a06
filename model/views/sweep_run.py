"""A small sweep in a thread: every value x option x seed, one run after the other, cancellable."""

import logging
import threading
import time

import pandas as pd

logger = logging.getLogger(__name__)

MOST_RUNS = 5_000


def grid(low, high, step):
    """Values from ``low`` to ``high`` in steps, both included, free of rounding dust.

    >>> grid(0.8, 1.0, 0.1)
    [0.8, 0.9, 1.0]
    """
    if step <= 0 or high < low:
        raise ValueError(
            f"{low} to {high} in steps of {step}: the step must be above 0, and the end not below the start"
        )
    count = int((high - low) / step + 1e-9) + 1
    if count > MOST_RUNS:
        raise ValueError(
            f"{low} to {high} in steps of {step}: that is {count:,} values, at most {MOST_RUNS:,} run here"
        )
    return [round(low + k * step, 10) for k in range(count)]


def jobs_of(base, axes, seeds):
    """Parameters and seed of every run, in an order that covers the whole range early: seed by seed.

    base : flat parameters; axes : name -> values.
    """
    combinations = [{}]
    for name, values in axes.items():
        combinations = [c | {name: value} for c in combinations for value in values]
    if len(combinations) * len(seeds) > MOST_RUNS:
        count = len(combinations) * len(seeds)
        raise ValueError(f"{count:,} runs: at most {MOST_RUNS:,} run here; use `carbon sweep` for more")
    return [(c, base | c, seed) for seed in seeds for c in combinations]


class SweepRun:
    """One sweep of one session.

    measure : function (flat parameters, seed) -> metrics by name; notify : called a few times per second.
    """

    def __init__(self, measure, notify=lambda: None):
        self.rows = []
        self.base, self.varied = {}, []
        self.total = 0
        self.error = ""
        self._measure, self._notify = measure, notify
        self._stop = threading.Event()
        self._thread = None

    @property
    def running(self):
        """Whether runs are under way."""
        return self._thread is not None

    def start(self, jobs, base, varied):
        """Begin with empty results; ``base`` and the names ``varied`` are kept to describe them."""
        self.cancel()
        self.base, self.varied = base, varied
        self.rows, self.total, self.error, self._stop = [], len(jobs), "", threading.Event()
        self._thread = threading.Thread(
            target=self._work, args=(jobs, self._stop, self.rows), daemon=True, name="carbon sweep"
        )
        self._thread.start()
        self._notify()

    def cancel(self):
        """Stop after the run under way; what is done stays."""
        self._stop.set()
        self._thread = None

    def results(self):
        """One row per finished run: swept parameters, seed, every metric; of a failed run its error."""
        return pd.DataFrame(list(self.rows))

    def _work(self, jobs, stop, rows):
        shown = 0.0
        for varied, parameters, seed in jobs:
            if stop.is_set():
                break
            rows.append(varied | {"seed": seed} | self._row(parameters, seed))
            if time.monotonic() - shown > 0.25:
                shown = time.monotonic()
                self._tell(stop)
        if not stop.is_set():
            self._thread = None
        self._tell(stop)

    def _row(self, parameters, seed):
        """Metrics of one run, or its error: one failing run must not end the sweep."""
        try:
            return self._measure(parameters, seed)
        except Exception as error:
            self.error = f"seed {seed}: {type(error).__name__}: {error}"
            return {"error": self.error}

    def _tell(self, stop):
        try:
            self._notify()
        except Exception:
            logger.exception("the sweep's page could not be refreshed")
            stop.set()
