"""Training of the grid's enterprises: microseconds of the processor per enterprise and step, and where they go.

Whole improvements as `carbon train grid` makes them: 36 worlds of five enterprises play an episode of 500 steps, then
PPO learns from it. Every part has the seconds of its own functions only, without those that it calls.
"""

import time
from contextlib import contextmanager

import pytest

from learning import ppo as ppo_module
from learning.networks import ActorCritic, Adam
from learning.policies import Categorical
from learning.ppo import PPO
from learning.rollout import Batch
from model.envs import grid_players
from model.envs.grid_batch import GridBatch
from model.envs.grid_governments import RuleGovernments
from model.envs.grid_stages import EnterpriseStage
from model.envs.grid_training import GridTraining, GridTrainingSettings
from model.systems.grid.params import GridParams

PARTS = {
    "environment": [(GridBatch, "step"), (GridBatch, "reset")],
    "senses": [(grid_players, "sense")],
    "networks forward": [(ActorCritic, "forward")],
    "sampling": [(Categorical, "draw_chance"), (Categorical, "draw")],
    "masked softmax and its loss": [(Categorical, "evaluate"), (Categorical, "backward")],
    "networks backward": [(ActorCritic, "backward")],
    "Adam and the norm of gradients": [(Adam, "step"), (ppo_module, "clip_norms")],
    "gathering of minibatches": [(Batch, "taken")],
    "rest of acting": [(PPO, "decide")],
    "rest of the update": [(PPO, "update")],
}
IMPROVEMENTS, SAMPLE_GOAL = 4, 10.0


class Stopwatch:
    """Processor seconds by part; while a part runs, the clock of the part that called it stands still."""

    def __init__(self):
        self.spent, self.running, self.since = {"rest": 0.0}, ["rest"], time.process_time()

    @contextmanager
    def on(self, part):
        self._charge()
        self.running.append(part)
        yield
        self._charge()
        self.running.pop()

    def _charge(self):
        now = time.process_time()
        self.spent[self.running[-1]] = self.spent.get(self.running[-1], 0.0) + now - self.since
        self.since = now

    def watching(self, part, function):
        def watched(*args, **keywords):
            with self.on(part):
                return function(*args, **keywords)

        return watched


def stage():
    """Enterprises at the start of a training, without clones."""
    params, settings = GridParams(), GridTrainingSettings(start="scratch")
    training = GridTraining(params, settings, seed=1)
    governments = RuleGovernments(params, settings.worlds)
    return EnterpriseStage(training, governments, settings.updates, [1, 0])


@pytest.mark.benchmark
def test_microseconds_per_sample_and_their_parts(monkeypatch, report, record):
    learning = stage()
    learning.improve()  # compiles
    watch = Stopwatch()
    for part, places in PARTS.items():
        for owner, name in places:
            function = vars(owner)[name]
            plain = getattr(function, "__func__", function)
            watched = watch.watching(part, plain)
            monkeypatch.setattr(owner, name, staticmethod(watched) if plain is not function else watched)
    watch.since = time.process_time()
    for _ in range(IMPROVEMENTS):
        learning.improve()
    watch._charge()
    p = learning.params
    samples = IMPROVEMENTS * learning.worlds.batch.worlds.size * p.n_firms * p.episode
    total = sum(watch.spent.values())
    rows = [
        {"part": part, "µs per sample": f"{1e6 * s / samples:.2f}", "share": f"{s / total:.1%}"}
        for part, s in sorted(watch.spent.items(), key=lambda each: -each[1])
    ]
    rows.append({"part": "together", "µs per sample": f"{1e6 * total / samples:.2f}", "share": "100 %"})
    report("Training of the grid's enterprises, a step of an enterprise being a sample", rows)
    each = 1e6 * total / samples
    record("training of the grid's enterprises", each, unit="µs per sample", at_most=SAMPLE_GOAL)
    assert set(PARTS) <= set(watch.spent)
