"""Recorded episodes of the source's simulator: finding and replaying them."""

import hashlib
import os
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np

from batch_runs.replications.common.tasks import digest
from model.systems.grid.episodes.log import read_log
from model.systems.grid.episodes.replay import replay

EPISODES = {
    "f_ge_0": "a recorded episode of the source's simulator, flat GF",
    "marl_0": "a recorded episode of its learned government",
}
PLACE = "../shared/replay"
SKIPPED = (
    f"Replay of recorded episodes skipped: none found at {PLACE} of the project, nor where CARBON_REPLAY names a "
    "folder."
)


def folder():
    """Folder of recorded episodes: the one named by CARBON_REPLAY, else one beside the project; None if missing."""
    named = os.environ.get("CARBON_REPLAY")
    places = [Path(named)] if named else [Path(__file__).parents[3] / PLACE, Path(PLACE)]
    return next((place for place in places if place.is_dir()), None)


@dataclass(frozen=True)
class Recorded:
    """One recorded episode."""

    name: str
    path: str

    @cached_property
    def key(self):
        """Name of the stored result; another file is another task."""
        return digest([self.name, hashlib.sha256(Path(self.path).read_bytes()).hexdigest()], __file__)


def recorded():
    """The recorded episodes there are."""
    place = folder()
    files = [(name, place / f"{name}.json.gz") for name in EPISODES] if place else []
    return [Recorded(name, str(file)) for name, file in files if file.exists()]


def compare(episode):
    """Replay a recorded episode: steps, those that agree, numbers compared, final metrics, those that agree."""
    found = replay(read_log(episode.path))
    numbers = found.steps, found.agreeing, found.comparisons, found.metrics_compared, found.metrics_agreeing
    return {"numbers": np.array(numbers), "agrees": np.array(found.agrees)}
