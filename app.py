"""The dashboard: ``solara run app.py``, or ``carbon dashboard`` with settings for a room without internet."""

from batch_runs.single import Job, play_job
from model.base import SYSTEMS
from model.views.frame import dashboard_routes


def measure(system, parameters, seed, periods):
    """Mean metrics at the end of one run: the same numbers as those of ``carbon sweep``."""
    window = min(SYSTEMS[system].Params.usual_window, periods)
    return play_job(Job("", system, parameters, seed, periods, window))


routes = dashboard_routes(measure)
