"""Do the tasks of a batch: one after the other, or several together where the function can do that faster.

Such a function has an attribute ``several``: ``several(tasks, progress, stop)`` takes a list of tasks and yields lists
of results in their order.
"""

import time
from collections import deque
from functools import partial

from batch_runs.work.events import Done, Failed


def does_several(function):
    """Return whether a function does several tasks together."""
    return hasattr(function, "several")


def loaded(numbers, tasks):
    """Return the batch of tasks that are here already, for `events_of_batch`."""
    return [(number, partial(_itself, task)) for number, task in zip(numbers, tasks, strict=True)]


def _itself(task):
    return task


def events_of_batch(function, batch, progress, stop):
    """Do the tasks and yield lists of events, `Done` or `Failed`, in their order.

    batch : pairs (number, function that returns the task).
    """
    undone = deque(batch)
    if does_several(function) and len(undone) > 1:
        yield from _together(function.several, undone, progress, stop)
    while undone:
        yield [_alone(function, *undone.popleft(), progress, stop)]


def _together(several, undone, progress, stop):
    """Yield events and take their tasks out of ``undone``; after an error the rest is left, to find whose it is."""
    start = time.perf_counter()
    try:
        for results in several([load() for _, load in undone], progress, stop):
            each = (time.perf_counter() - start) / len(results)
            yield [Done(undone.popleft()[0], result, each) for result in results]
            start = time.perf_counter()
    except (Exception, SystemExit):
        return


def _alone(function, number, load, progress, stop):
    start = time.perf_counter()
    try:
        return Done(number, function(load(), progress, stop), time.perf_counter() - start)
    except (Exception, SystemExit) as error:  # a user's code may raise anything
        return Failed(number, error)
