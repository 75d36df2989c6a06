"""The stages of a training of the grid, one after the other, each with what the ones before have left.

What is done is kept in a file, so that an interrupted training goes on with its present stage, to the same bits.
"""

import time
from dataclasses import replace

import numpy as np

from agents.enterprises.learned import Learned
from learning import checkpoint
from learning.frozen import Network
from model.envs.grid_governments import LearnedGovernments, RuleGovernments
from model.envs.grid_scores import HEURISTIC, usual_policy
from model.envs.grid_stages import GOVERNMENT_LEARNERS, EnterpriseStage
from model.envs.grid_training import GridTrainingSettings

KIND = "stages of a replication"
SAVE_SECONDS = 20.0
"""Longest time after which finished work is saved; it also is at every interruption within this process."""


class Course:
    """Runs stages and keeps what they leave: {stage: dict of arrays}.

    file : of what is done, read if there is one; lengths : improvements of each stage, in order; progress : called
    with the share of all improvements that is done.
    """

    def __init__(self, file, lengths, progress):
        self.file, self.lengths, self.progress = file, lengths, progress
        kept = checkpoint.load(file, KIND) if file.exists() else {}
        self.done, self.stage = kept.get("done", {}), kept.get("stage", {})
        """Results of finished stages, and the state of the present one, empty before its first improvement."""
        self.saved = time.monotonic()

    def run(self, name, make):
        """Run the stage that ``make()`` returns, unless it is done; return what it leaves."""
        if name not in self.done:
            self._finish(name, make())
        return self.done[name]

    def _finish(self, name, stage):
        seconds, curve = 0.0, []
        if self.stage:
            stage.restore(self.stage["stage"])
            seconds, curve = self.stage["seconds"], self.stage["curve"].tolist()
        try:
            while stage.done < stage.total:
                began = time.process_time()
                curve.append(stage.improve())
                seconds += time.process_time() - began
                self.stage = {"stage": stage.state(), "seconds": seconds, "curve": np.array(curve)}
                self._report()
                if time.monotonic() - self.saved > SAVE_SECONDS:
                    self._save()
        except KeyboardInterrupt:
            self._save()
            raise
        left = {"curve": np.array(curve), "seconds": np.array(seconds)} | stage.result
        if isinstance(stage, EnterpriseStage):
            left["network"] = stage.ppo.network.block.values.copy()
        self.done[name], self.stage = left, {}
        self._save()

    def _report(self):
        done = sum(len(left["curve"]) for left in self.done.values())
        done += len(self.stage["curve"]) if self.stage else 0
        self.progress(round(done / sum(self.lengths.values()), 2))

    def _save(self):
        checkpoint.save(self.file, KIND, {"done": self.done, "stage": self.stage})
        self.saved = time.monotonic()


class Learning:
    """Stages of one training seed in a `Course`.

    training : `model.envs.grid_training.GridTraining`, whose settings all stages share but for the changes they name;
    order : names of all stages there are, which gives each its own chance.
    """

    def __init__(self, training, course, order):
        self.training, self.course, self.order = training, course, order

    def enterprises(self, name, government=None, begin=None, start="clone"):
        """Let enterprises learn: under the published and random rules, or adapt to a government; return what is left.

        government, begin : what stages of a government and of enterprises have left.
        """
        t = self._changed(start=start)
        p, s = t.params, t.settings
        if government is None:
            governments, updates = RuleGovernments(p, s.worlds), s.updates
        else:
            governments, updates = LearnedGovernments(p, Network.from_state(government)), s.adapting
        network = None if begin is None else begin["network"]
        return self.course.run(
            name, lambda: EnterpriseStage(t, governments, updates, self._seed(name), network)
        )

    def government(self, name, enterprises=None, begin=None, **changes):
        """Let a government learn with enterprises, the heuristic ones without any; return what is left."""
        t = self._changed(what="government", **changes)
        learner = GOVERNMENT_LEARNERS[t.settings.government_learner]
        players = players_of(t.params, enterprises)
        return self.course.run(name, lambda: learner(t, players, self._seed(name), begin))

    def _changed(self, **changes):
        settings = GridTrainingSettings(**self.training.settings.values() | changes)
        return replace(self.training, settings=settings)

    def _seed(self, name):
        return [self.training.seed, self.order.index(name)]


def players_of(params, left):
    """Return frozen enterprises: those a stage has left, or the heuristic for None."""
    if left is None:
        return usual_policy(params, HEURISTIC)
    policy = Learned(params.parts["learned"], Network.from_state(left))
    policy.learn_parameters(params.everything())
    return policy
