"""Schedules: how a number changes over a training, as functions of the share of it that is done."""

from learning.registry import Registry

SCHEDULES = Registry("schedule")


@SCHEDULES.register("linear")
def linear(start, end, done):
    """From ``start`` to ``end`` in equal steps; ``done`` is the share of the training behind us, beyond 1:
    the end.

    >>> linear(1.0, 0.5, 0.25)
    0.875
    """
    return end if done >= 1.0 else start + (end - start) * max(done, 0.0)


@SCHEDULES.register("geometric")
def geometric(start, end, done):
    """From ``start`` to ``end`` by equal factors; towards zero it comes within a millionth of ``start``.

    >>> round(geometric(1.0, 0.01, 0.5), 12)
    0.1
    """
    if start <= 0.0:
        return linear(start, end, done)
    return end if done >= 1.0 else start * (max(end, 1e-6 * start) / start) ** max(done, 0.0)


@SCHEDULES.register("constant")
def constant(start, end, done):
    """Always ``start``."""
    return start
