"""A task of the thread that plays the models of one session."""

import threading
import traceback
from dataclasses import dataclass, field

from model.views.live.work import Work


@dataclass
class Job:
    """Task of the thread: play ``periods`` periods, or until paused; as fast as possible unless ``paced``."""

    periods: int | None = None
    paced: bool = True
    """Whether periods are played at the speed that the user has chosen."""
    aim: str = "jumping"
    """Why periods are played that are not paced, for the page."""
    done: int = 0
    rate: float = 0.0
    """Periods per second, lately."""
    compiling: bool = False
    """Whether the rules are being compiled, which happens once per version of the code."""
    stop: threading.Event = field(default_factory=threading.Event)

    def __post_init__(self):
        self.work = Work(self.stop, "run")

    @property
    def left(self):
        """Periods still to play."""
        return float("inf") if self.periods is None else self.periods - self.done


def place_of(error):
    """Place of an error in the sources, as a text."""
    last = traceback.extract_tb(error.__traceback__)[-1]
    return f" (in {last.name}, {last.filename.rpartition('/')[2]} line {last.lineno})"
