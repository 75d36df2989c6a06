"""Runs the stages of a training of the grid, with checkpoints between improvements."""

import time
from dataclasses import dataclass

import numpy as np

from agents.enterprises.learned import learned_policy
from agents.trained import INPUTS_OF
from learning.frozen import Network
from model.envs.grid_episodes import play_episodes
from model.envs.grid_governments import LearnedGovernments, RuleGovernments
from model.envs.grid_scores import difference, usual_policy
from model.envs.grid_stages import GOVERNMENT_LEARNERS, BidStage, EnterpriseStage
from model.issuing import FREE

GAIN_WORLDS = 48
"""Worlds in which a level's gain is measured."""
COMPARED = 20_011
"""Beside the seeds of a training, that of these worlds."""


@dataclass
class Progress:
    """Where a training is. ``score``: mean utility of enterprises in their stages, mean welfare in the government's."""

    stage: str
    done: int
    total: int
    score: float
    all_done: int
    all_total: int
    trainer: "Trainer"
    """For its policies as they are now: `Trainer.enterprises` and `Trainer.government`."""


class Trainer:
    """Runs the stages of a `GridTraining`, one after the other, from the beginning or from a checkpoint's state."""

    def __init__(self, training, stop=lambda: False):
        self.training, self.stop = training, stop
        self.policies = dict.fromkeys(INPUTS_OF)
        """Numbers of `learning.frozen.Network`, as they are now."""
        self.before = dict(self.policies)
        """The same, as they were when the present stage began."""
        self.values = None
        """All networks of the enterprises' PPO after their last stage: adapting goes on from them."""
        self.history = []
        """(stage, improvement, score) of every improvement."""
        self.gains = []
        """Of every stage of adapting: mean gain over what went into it, and half its 95 % interval."""
        self.seconds, self.saved = 0.0, time.monotonic()
        self.names, self.at = stage_names(training), 0
        self.stage = self._begin()

    def lengths(self):
        """Return the improvements of every stage."""
        s, t = self.training.settings, self.training
        by_search = s.government_learner == "cross_entropy"
        government = t.cross_entropy.generations if by_search else s.government_updates
        of = {
            "enterprises": s.updates,
            "adapting": s.adapting,
            "bids": s.bid_updates,
            "government": government,
        }
        return [of[name] for name in self.names]

    def _begin(self):
        """Make the stage that is next; None after the last one."""
        if self.at == len(self.names):
            return None
        t, seed = self.training, [self.training.seed, self.at]
        if self.names[self.at] == "government":
            learner = GOVERNMENT_LEARNERS[t.settings.government_learner]
            return learner(t, self.enterprises(), seed, self.policies["government"], self.stop)
        if self.names[self.at] == "adapting":
            governments = self.government()
            return EnterpriseStage(t, governments, t.settings.adapting, seed, self.values, self.stop)
        governments = RuleGovernments(t.params, t.settings.worlds)
        if self.names[self.at] == "bids":
            return BidStage(t, self.enterprises(), governments, seed, self.stop)
        return EnterpriseStage(t, governments, t.settings.updates, seed, None, self.stop)

    def enterprises(self, trained=None, at_worth=False):
        """Return frozen enterprises: those ``trained``, those of now, or the parameters' policy.

        at_worth : whether they bid for permits what these are worth, and not as they have learned to.
        """
        p, trained = self.training.params, trained or self.policies["enterprises"]
        if trained is None:
            return usual_policy(p, p.policy)
        bids = None if at_worth else self.policies["bids"]
        return learned_policy(p, Network.from_state(trained), Network.from_state(bids) if bids else None)

    def government(self, trained=None):
        """Return a frozen government, ``trained`` or that of now; None if there is none yet."""
        trained = trained or self.policies["government"]
        return LearnedGovernments(self.training.params, Network.from_state(trained)) if trained else None

    def improve(self):
        """Improve once; return the `Progress`. Begins the next stage when the present one is done."""
        started = time.process_time()
        at, stage = self.at, self.stage
        score = stage.improve()
        level = "enterprises" if self.names[at] == "adapting" else self.names[at]
        self.policies[level] = stage.result
        self.history.append((at, stage.done, score))
        if stage.done >= stage.total:
            self._end(stage, level)
        self.seconds += time.process_time() - started
        done = stage.done, stage.total, score, len(self.history), sum(self.lengths())
        return Progress(self.names[at], *done, self)

    def _end(self, stage, level):
        """Go to the next stage; to none if neither level has gained by adapting to the other."""
        if level == "enterprises":
            self.values = stage.ppo.network.block.values.copy()
        if self.before[level] is not None:
            self.gains.append(self._gain(level))
        self.before = dict(self.policies)
        self.at += 1
        last = self.gains[-2:]
        if level == "government" and len(last) == 2 and all(mean <= half for mean, half in last):
            self.at = len(self.names)
        self.stage = self._begin()

    def _gain(self, level):
        """Return what a level has gained in a stage, with the other as it is: mean and half its 95 % interval."""
        played = [self._play(level, side[level]) for side in (self.policies, self.before)]
        found = difference(*played)
        return found.mean, found.half

    def _play(self, level, policy):
        """Utility or welfare, float64[worlds], with this policy at one level and the present one at the other."""
        s, t = self.training.settings, self.training
        sides = {"enterprises": None, "government": self.policies["government"]} | {level: policy}
        of_government = self.government(sides["government"])
        seed = [t.seed, self.at, COMPARED]
        scores = play_episodes(
            t.params, self.enterprises(sides["enterprises"]), of_government, GAIN_WORLDS, seed, stop=self.stop
        )
        if level == "enterprises":
            return scores.utility.mean(1)
        return scores.welfare_if_settled if s.settled else scores.welfare

    def saved_before(self, seconds):
        """Return whether the last checkpoint is older than this; counts anew if so."""
        old = time.monotonic() - self.saved > seconds
        self.saved = time.monotonic() if old else self.saved
        return old

    def state(self):
        """Everything needed to go on later, the policies so far among it."""
        about = self.training.about() | {"cpu_seconds": round(self.seconds, 1)}
        kept = {name: found or {} for name, found in self.policies.items()}
        return kept | {
            "about": about,
            "at": self.at,
            "stage": {} if self.stage is None else self.stage.state(),
            "before": {name: found or {} for name, found in self.before.items()},
            "history": np.array(self.history, float).reshape(-1, 3),
            "gains": np.array(self.gains, float).reshape(-1, 2),
            "values": {} if self.values is None else {"network": self.values},
        }

    def restore(self, state):
        """Go on from a `state`."""
        self.policies = {name: state.get(name) or None for name in self.policies}
        self.before = {name: state["before"].get(name) or None for name in self.before}
        self.values = state["values"].get("network")
        self.history = [(int(a), int(b), c) for a, b, c in state["history"].tolist()]
        self.gains = [tuple(row) for row in state["gains"].tolist()]
        self.seconds, self.at = state["about"]["cpu_seconds"], state["at"]
        self.stage = self._begin()
        if self.stage is not None:
            self.stage.restore(state["stage"])


def stage_names(training):
    """Stages of a training, in order: enterprises, then the government with them, then both adapt by turns.

    Where permits are sold, enterprises then learn to bid for them before a government learns.
    """
    s = training.settings
    if s.what == "government":
        return [s.what]
    first = ["enterprises", "bids"] if training.params.issuing != FREE and s.bid_updates else ["enterprises"]
    return first + (["government", *["adapting", "government"] * s.rounds] if s.what == "both" else [])
