"""Trainings and plays of the learned part of the replication of [Wang2024].

A training seed has two trainings: TOGETHER, in which enterprises learn, a government learns with them, they adapt to
it, it learns again, and they adapt again; and APART, which shares nothing with the first. What they leave is played in
the same worlds, which no training sees: every population under the nine rules and under the governments that it meets.
"""

from dataclasses import asdict, dataclass, field
from functools import cached_property

import numpy as np

from batch_runs.replications.common.tasks import digest
from batch_runs.replications.wang2024_learned import stages
from batch_runs.replications.wang2024_learned.stages import Course, Learning, players_of
from learning.cross_entropy import CrossEntropySettings
from learning.frozen import Network
from model.envs.grid_episodes import FIRST, REGIMES, play_episodes
from model.envs.grid_governments import RULES, LearnedGovernments, RuleGovernments, Side
from model.envs.grid_training import GridTraining, GridTrainingSettings
from model.systems.grid.params import GridParams

FULL = next(name for name in REGIMES if name != FIRST)
TOGETHER, APART = PARTS = "together", "apart"
HEURISTIC = "heuristic"
LEARNED, ADAPTED, ADAPTED_AGAIN, SCRATCH = POPULATIONS = "learned", "adapted", "adapted again", "scratch"
"""Enterprises: trained under the rules; these, adapted to LEADER; those, adapted to REOPTIMISED; trained under the
rules from scratch."""
LEADER, BY_PPO, REOPTIMISED, OF_HEURISTIC = GOVERNMENTS = (
    "government",
    "by PPO",
    "re-optimised",
    "of heuristic",
)
"""Governments: trained with LEARNED enterprises by cross-entropy; by PPO; LEADER trained again with ADAPTED ones;
trained with HEURISTIC enterprises."""
ORDER = (*POPULATIONS, *GOVERNMENTS)

MEETINGS = {
    HEURISTIC: (OF_HEURISTIC, LEADER),
    LEARNED: (LEADER, BY_PPO, OF_HEURISTIC),
    ADAPTED: (LEADER, REOPTIMISED),
    ADAPTED_AGAIN: (REOPTIMISED,),
    SCRATCH: (),
}
"""Which governments of its own training seed a population plays under, besides the nine rules."""
AT_FULL_LABOUR = HEURISTIC, LEARNED, SCRATCH
"""Populations that play under the rules at full labour, too."""
EVALUATED = 70_001
"""Seed of the worlds in which all are scored; no training draws from it."""
CLIMATE_COSTS = (0.2, 0.05)
"""Governments are trained at the first, the default; at both they are scored."""
WELFARES = {
    f"welfare at c_e {cost}{', last step included' if settled else ''}": (cost, settled)
    for cost in CLIMATE_COSTS
    for settled in (True, False)
}
NUMBERS = (
    "utility",
    *WELFARES,
    "equality",
    "coins",
    "emissions",
    "shortfall",
    "deficit",
    "trades",
    "revenue",
    "projects",
    "properties",
    "investments",
)
"""Numbers of an episode; those not of welfare are fields of `model.envs.grid_episodes.Scores`, utility its mean."""


@dataclass(frozen=True)
class Extent:
    """How much is trained and played."""

    seeds: int = 3
    """Training seeds, from 1."""
    worlds: int = 40
    """Worlds in which each policy is scored."""
    training: dict = field(default_factory=dict)
    """Knobs of the training that differ from those of `GridTrainingSettings`."""
    search: dict = field(default_factory=dict)
    """The same of `CrossEntropySettings`."""
    grid: dict = field(default_factory=dict)
    """Parameters of the grid that differ from the defaults."""

    def training_of(self, seed):
        """Return the `GridTraining` whose settings all stages of a training seed share."""
        settings = GridTrainingSettings(**self.training)
        params = GridParams().replace(self.grid)
        return GridTraining(params, settings, {}, CrossEntropySettings(**self.search), seed)

    def lengths(self, part):
        """Return the improvements of each stage of a part of a training, in order."""
        t = self.training_of(0)
        search, s = t.cross_entropy.generations, t.settings
        if part == APART:
            return {SCRATCH: s.updates, OF_HEURISTIC: search}
        adapting = dict.fromkeys((ADAPTED, ADAPTED_AGAIN), s.adapting)
        searches = dict.fromkeys((LEADER, REOPTIMISED), search)
        return {LEARNED: s.updates, BY_PPO: s.government_updates} | searches | adapting


@dataclass(frozen=True)
class Training:
    """A part of the training of one seed."""

    seed: int
    part: str
    extent: Extent

    @cached_property
    def key(self):
        """Name of the stored result."""
        training = self.extent.training_of(self.seed)
        return digest([self.part, training.about(), list(ORDER), digest("", stages.__file__)], __file__)


def trainings(extent):
    """Return all trainings, the longest first."""
    return [Training(seed, part, extent) for part in PARTS for seed in range(1, extent.seeds + 1)]


def learn(task, file, progress):
    """Train; return what every stage leaves, arrays named ``stage/array``."""
    course = Course(file, task.extent.lengths(task.part), progress)
    learning = Learning(task.extent.training_of(task.seed), course, ORDER)
    (learn_together if task.part == TOGETHER else learn_apart)(learning)
    return {
        f"{stage}/{name}": np.asarray(x) for stage, left in course.done.items() for name, x in left.items()
    }


def learn_together(learning):
    """Let enterprises and governments learn, and adapt to each other by turns."""
    learned = learning.enterprises(LEARNED)
    leader = learning.government(LEADER, learned)
    learning.government(BY_PPO, learned, government_learner="ppo")
    adapted = learning.enterprises(ADAPTED, leader, learned)
    again = learning.government(REOPTIMISED, adapted, leader)
    learning.enterprises(ADAPTED_AGAIN, again, adapted)


def learn_apart(learning):
    """Let enterprises learn from scratch, and a government with heuristic ones."""
    learning.enterprises(SCRATCH, start="scratch")
    learning.government(OF_HEURISTIC)


def policies_of(done):
    """Return what stages have left, {(seed, stage): dict of arrays}; done : pairs (`Training`, its result)."""
    found = {}
    for task, result in done:
        for name, array in result.items():
            stage, _, part = name.partition("/")
            found.setdefault((task.seed, stage), {})[part] = array
    return found


@dataclass(frozen=True)
class Match:
    """Episodes of a population under the nine rules and some governments, in the same worlds."""

    extent: Extent
    population: str
    seed: int
    """Training seed of the population; 0 for HEURISTIC."""
    governments: tuple
    """Pairs (training seed, name)."""
    regime: str
    trained: tuple
    """Keys of the trainings, which decide what the policies are."""
    policies: dict = field(repr=False, compare=False)

    @cached_property
    def key(self):
        """Name of the stored result."""
        about = {k: v for k, v in asdict(self).items() if k != "policies"}
        return digest(about, __file__)


def matches(extent, done):
    """Return all `Match`es among the policies that the trainings have left."""
    policies, keys = policies_of(done), tuple(sorted(task.key for task, _ in done))
    seeds = range(1, extent.seeds + 1)
    found = []
    for population, names in MEETINGS.items():
        for seed in (0,) if population == HEURISTIC else seeds:
            met = tuple((s, name) for s in (seeds if seed == 0 else (seed,)) for name in names)
            if population == LEARNED:
                met += tuple((s, LEADER) for s in seeds if s != seed)
            regimes = REGIMES if population in AT_FULL_LABOUR else (FIRST,)
            for regime in regimes:
                own = met if regime == FIRST else ()
                kept = {(seed, population), *own}
                used = {name: left for name, left in policies.items() if name in kept}
                found.append(Match(extent, population, seed, own, regime, keys, used))
    return found


def play(match):
    """Play a match; return NUMBERS of every policy, float64[governments and nine rules, worlds, numbers]."""
    p, worlds = match.extent.training_of(0).params, match.extent.worlds
    players = players_of(p, match.policies.get((match.seed, match.population)))
    copies = len(match.governments) + len(RULES)
    scores = play_episodes(
        p,
        players,
        side_by_side(p, match, worlds),
        worlds * copies,
        EVALUATED,
        copies,
        match.regime,
    )
    return {"numbers": np.stack(list(numbers_of(scores)), -1).reshape(copies, worlds, -1)}


def side_by_side(params, match, worlds):
    """Return governments that decide in ``worlds`` worlds each, the nine rules in the last ones."""
    made = RuleGovernments.published(params, worlds, worlds * len(match.governments))
    for k in reversed(range(len(match.governments))):
        network = Network.from_state(match.policies[match.governments[k]])
        made = Side(LearnedGovernments(params, network), worlds * (k + 1), made)
    return made


def numbers_of(scores):
    """NUMBERS of `Scores`, float64[worlds] each."""
    for name in NUMBERS:
        if name in WELFARES:
            yield scores.welfare_at(*WELFARES[name])
        else:
            found = getattr(scores, name)
            yield found.mean(1) if name == "utility" else found
