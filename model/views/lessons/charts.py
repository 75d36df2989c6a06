"""The charts that a step of a lesson names."""

import model.views.charts
import model.views.pages  # noqa: F401 - both fill CHARTS
from learning.knobs import ParameterError
from learning.registry import unknown
from model.views.charts.base import charts_of


def charts_of_step(lesson, step):
    """Charts to show in a step, in its order; ParameterError naming lesson, step and field for an unknown one."""
    known = {view.name: view for of in ("model", "models") for view in charts_of(lesson.kind, of=of)}
    for name in step.charts:
        if name not in known:
            wrong = unknown(f"chart of {lesson.system}", name, known)
            raise ParameterError(f"{lesson.name}: step {step.name}, charts: {wrong}")
    return [known[name] for name in step.charts]
