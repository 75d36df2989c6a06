"""The run that a page shows: the present one where it shows single runs, else everything played."""

from bisect import bisect_right

from model.views.presentation import presentation_of


def shows_runs(kind):
    """Return whether the page of a system, class or model, shows one run of ``Params.cycle`` periods at a time."""
    return presentation_of(kind).by_run


def start_of_run(model):
    """Number of the last period before the run shown; a run that has just ended is shown until the next begins."""
    if not shows_runs(model) or not model.steps:
        return 0
    return (model.steps - 1) // model.params.cycle * model.params.cycle


def is_over(model):
    """Return whether the page shows single runs, and the present one has ended."""
    return shows_runs(model) and model.steps > 0 and model.steps % model.params.cycle == 0


def left_of_run(model):
    """Periods until the end of the present run; all of the next one's if it has just ended."""
    return model.params.cycle - model.steps % model.params.cycle


def positions_of_run(model):
    """Positions, in the collector, of the periods of the run shown: a range."""
    periods = model.datacollector.periods
    return range(bisect_right(periods, start_of_run(model)), len(periods))
