"""Schedules: values of a setting as functions of the share of the training that is done."""

from learning.registry import Registry

SCHEDULES = Registry("schedule")


@SCHEDULES.register("linear")
def linear(start, end, done):
    """Value that goes from ``start`` to ``end`` in equal steps; ``done`` : share of the training completed.

    >>> linear(1.0, 0.5, 0.25)
    0.875
    """
    return end if done >= 1.0 else start + (end - start) * max(done, 0.0)


@SCHEDULES.register("geometric")
def geometric(start, end, done):
    """Value that goes from ``start`` to ``end`` by equal factors; towards zero, to a millionth of ``start``.

    >>> round(geometric(1.0, 0.01, 0.5), 12)
    0.1
    """
    if start <= 0.0:
        return linear(start, end, done)
    return end if done >= 1.0 else start * (max(end, 1e-6 * start) / start) ** max(done, 0.0)


@SCHEDULES.register("constant")
def constant(start, end, done):
    """``start`` throughout."""
    return start
