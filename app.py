"""The dashboard: ``solara run app.py``, or ``carbon dashboard`` with settings for a room without internet."""

import os

from batch_runs.work.engines import Processes
from batch_runs.work.plugins import load_plugins, plugins_from_environment
from batch_runs.work.runner import Runner
from batch_runs.work.single import Job, play_job
from model.base import SYSTEMS
from model.views.frame import dashboard_routes

MOST_WORKERS = 4
"""Processes that one session has at most."""


def measure(system, parameters, seed, periods):
    """Mean metrics at the end of one run: the same numbers as those of ``carbon sweep``."""
    window = min(SYSTEMS[system].Params.usual_window, periods)
    return play_job(
        Job(key="", system=system, parameters=parameters, seed=seed, periods=periods, window=window)
    )


plugins = load_plugins(plugins_from_environment())
run = Runner(Processes(min(MOST_WORKERS, os.cpu_count() or 1), plugins))
routes = dashboard_routes(measure, run)
