"""Training of the grid's enterprises, its government, or both by turns; its checkpoint holds the trained policies."""

from dataclasses import dataclass, field, replace

from agents.government_demand import ALL, WEIGHED
from agents.trained import KIND, read_trained
from learning import checkpoint
from learning.cross_entropy import CrossEntropySettings
from learning.knobs import ParameterError, Settings, knob, settings
from learning.ppo_settings import PPOSettings
from learning.registry import unknown
from model.envs.grid_episodes import REGIMES, StopTraining
from model.envs.grid_players import MIXED
from model.envs.grid_scores import BESIDE, score_trained
from model.envs.grid_stages import GOVERNMENT_LEARNERS
from model.envs.grid_trainer import Trainer
from model.streams import as_seed
from model.systems.grid.params import GridParams

SYSTEM = "grid"
UNIT, TRAINED = "improvements", "policies"
HEADING = "what they have learned, on worlds that the training did not see (mean ± 95 %):"
LENGTHS, LENGTH_HELP = (), "its lengths are updates=, adapting=, rounds=, cross_entropy.generations="
WORLDS = 48
"""Worlds per rule in which trained policies are scored."""
MINIBATCH = 4000
RECIPE = {
    "epochs": 3,
    "clip": 0.2,
    "gamma": 0.998,
    "gae_lambda": 0.98,
    "learning_rate": 2.5e-3,
    "learning_rate_final": 0.0,
    "entropy": 0.003,
    "entropy_final": 0.0,
    "hidden": 64,
    "normalise_observations": False,
    "normalise_rewards": False,
}
"""Knobs of PPO for enterprises that differ from its defaults."""


@settings
class GridTrainingSettings(Settings):
    """Knobs of a training of the grid."""

    what: str = knob(
        "enterprises", choices=("enterprises", "government", "both"), help="who learns; both: by turns"
    )
    start: str = knob(
        "clone",
        choices=("clone", "scratch"),
        help="enterprises begin as copies of the heuristic, or know nothing",
    )
    regime: str = knob(
        MIXED,
        choices=(MIXED, *REGIMES),
        help="labour in the episodes of enterprises: as in a first episode, at full cost, or both and between",
    )
    worlds: int = knob(36, low=1, high=10_000, help="worlds that enterprises play side by side")
    updates: int = knob(
        120, low=1, high=1_000_000, help="improvements of enterprises, each from whole episodes"
    )
    bid_updates: int = knob(
        40,
        low=0,
        high=1_000_000,
        help="improvements of enterprises' bids where permits are sold; 0: they bid what permits are worth",
    )
    adapting: int = knob(
        40, low=1, high=1_000_000, help="improvements in which enterprises adapt to a government"
    )
    rounds: int = knob(2, low=0, high=100, help="largest number of turns in which both adapt to each other")
    government_learner: str = knob(
        "cross_entropy", choices=tuple(GOVERNMENT_LEARNERS), help="how the government learns"
    )
    government_weighs: str = knob(
        ALL, choices=tuple(WEIGHED), help="what governments go by; given: what no enterprise can change"
    )
    government_worlds: int = knob(16, low=1, high=10_000, help="worlds in which a government's rule is tried")
    government_updates: int = knob(40, low=1, high=1_000_000, help="improvements of a government by PPO")
    government_regime: str = knob("first", choices=REGIMES, help="labour in the episodes of a government")
    settled: bool = knob(
        True, help="a government's objective includes the permits missing at the end, unlike the source's"
    )


SAVE_SECONDS = 20.0
"""Checkpoints are at least this far apart."""


@dataclass(frozen=True)
class GridTraining:
    """World, settings and seed of a training. ``params.policy``: enterprises that a government alone learns with."""

    params: GridParams
    settings: GridTrainingSettings = field(default_factory=GridTrainingSettings)
    ppo: dict = field(default_factory=dict)
    """Knobs of PPO that differ from `RECIPE` and, beyond it, from `PPOSettings`."""
    cross_entropy: CrossEntropySettings = field(default_factory=CrossEntropySettings)
    seed: int = 0

    def ppo_settings(self, samples, batch, **changes):
        """Settings of PPO for ``samples`` decisions in batches of ``batch``."""
        minibatches = max(batch // MINIBATCH, 1)
        usual = RECIPE | {"samples": samples, "batch": batch, "minibatches": minibatches}
        return PPOSettings(**usual | changes | self.ppo)

    def about(self):
        """Return the training's description as plain values, which checkpoints store."""
        return {
            "system": SYSTEM,
            "command": self.command(),
            "parameters": self.params.flat(),
            "training": self.settings.values(),
            "ppo": dict(self.ppo),
            "cross_entropy": self.cross_entropy.values(),
            "seed": self.seed,
        }

    def command(self):
        """Return the command line of the training."""
        given = changed(self.params.flat(), GridParams().flat())
        given |= changed(self.settings.values(), GridTrainingSettings().values())
        given |= {f"ppo.{name}": value for name, value in self.ppo.items()}
        search = changed(self.cross_entropy.values(), CrossEntropySettings().values())
        given |= {f"cross_entropy.{name}": value for name, value in search.items()}
        words = [f"{name}={value}" for name, value in given.items()]
        return " ".join(["carbon train", SYSTEM, *words, f"--seed {self.seed}"])

    @classmethod
    def from_about(cls, about):
        """The training of a description; ParameterError if it does not fit this program."""
        return cls(
            GridParams.from_flat(about["parameters"]),
            GridTrainingSettings(**about["training"]),
            dict(about["ppo"]),
            CrossEntropySettings(**about["cross_entropy"]),
            about["seed"],
        )


def changed(values, usual):
    """Return the values that differ from the usual ones."""
    return {name: value for name, value in values.items() if value != usual.get(name)}


PREFIXES = {"ppo.": PPOSettings, "cross_entropy.": CrossEntropySettings}
"""Beginnings of the names of a training's knobs; those of `GridTrainingSettings` have none."""


def training_knobs():
    """Return the knobs of a training by flat name, those of PPO with the defaults for enterprises."""
    found = dict(GridTrainingSettings.knobs())
    for prefix, cls in PREFIXES.items():
        found |= {f"{prefix}{name}": declared for name, declared in cls.knobs().items()}
    usual = {f"ppo.{name}": value for name, value in RECIPE.items()}
    return {name: replace(k, default=usual.get(name, k.default)) for name, k in found.items()}


def is_of_training(name):
    """Return whether a flat name is that of a knob of the training, not of the grid."""
    return name in GridTrainingSettings.knobs() or name.startswith(tuple(PREFIXES))


def plan_training(begun, parameters, of_training, seed=None):
    """Make the `GridTraining` that flat parameters and knobs of the training (numbers or text) describe.

    begun : the `GridTraining` that supplies everything else, or None. ParameterError for impossible settings.
    """
    params = begun.params.replace(parameters) if begun else GridParams.from_flat(parameters)
    own = {name: value for name, value in of_training.items() if name in GridTrainingSettings.knobs()}
    usual = {"": begun.settings.values() if begun else {}, "ppo.": dict(begun.ppo) if begun else {}}
    usual["cross_entropy."] = begun.cross_entropy.values() if begun else {}
    chosen = {prefix: knobs_of(prefix, cls, of_training) for prefix, cls in PREFIXES.items()}
    if seed is None:
        seed = begun.seed if begun else as_seed(None)
    return GridTraining(
        params,
        GridTrainingSettings(**usual[""] | own),
        usual["ppo."] | chosen["ppo."],
        CrossEntropySettings(**usual["cross_entropy."] | chosen["cross_entropy."]),
        seed,
    )


def knobs_of(prefix, cls, given):
    """Return the checked values of the knobs of a class among ``given``, flat names with their ``prefix``."""
    known = cls.knobs()
    found = {name.removeprefix(prefix): v for name, v in given.items() if name.startswith(prefix)}
    for name in found:
        if name not in known:
            raise ParameterError(
                str(unknown("parameter", f"{prefix}{name}", [f"{prefix}{each}" for each in known]))
            )
    return {name: known[name].check(f"{prefix}{name}", value) for name, value in found.items()}


def describe(training):
    """Return world and settings as plain values by heading."""
    about = training.about()
    return {name: about[name] for name in ("parameters", "training", "ppo", "cross_entropy")}


def length_of(training):
    """Return the improvements of a whole training; one whose levels stop gaining ends earlier."""
    return sum(Trainer(training).lengths())


def train_to(training, out, progress, resume=False, stop=lambda: False):
    """Train into a checkpoint; return the improvements made. progress : called with them and some words."""

    def report(found):
        return progress(found.all_done, f"{found.stage} {found.done}/{found.total}: {found.score:.1f}")

    return len(train(training, out, report, resume, stop).history)


def train(training, out=None, progress=None, resume=False, stop=lambda: False):
    """Run a `GridTraining`; returns the `Trainer`.

    out : checkpoint for policy=learned and government=learned, written now and then and at the end, whole or not at
    all; progress : called with a `Progress` after every improvement, ends the training early by returning False;
    stop : asked before every step of the worlds; ends it at once, what was improved before is kept. With ``resume``,
    goes on from ``out``, to the same bits as a training never interrupted. ParameterError if that is of another one.
    """
    trainer = Trainer(training, stop)
    if resume:
        check_same(training.about(), read_training(out).about(), out)
        trainer.restore(checkpoint.load(out, KIND))
    kept = trainer.state()
    try:
        while trainer.stage is not None and not stop():
            report = trainer.improve()
            kept = trainer.state()
            if out and trainer.saved_before(SAVE_SECONDS):
                checkpoint.save(out, KIND, kept)
            if progress and progress(report) is False:
                break
    except StopTraining:
        pass
    finally:
        if out:
            checkpoint.save(out, KIND, kept)
    return trainer


def check_same(wanted, found, file):
    """Raise ParameterError naming the first difference between two descriptions of trainings."""
    for heading in (name for name in wanted if name != "command"):
        both = (about[heading] for about in (wanted, found))
        mine, theirs = (part if isinstance(part, dict) else {heading: part} for part in both)
        for name in mine | theirs:
            if mine.get(name) != theirs.get(name):
                problem = f"cannot go on with {name} = {mine.get(name)}"
                raise ParameterError(f"{file}: {problem}, it was begun with {theirs.get(name)}")


def read_training(file):
    """Read the `GridTraining` that a checkpoint belongs to; ParameterError if the file is not one of a training."""
    try:
        return GridTraining.from_about(checkpoint.load(file, KIND)["about"])
    except (checkpoint.CheckpointError, KeyError, TypeError) as error:
        raise ParameterError(f"{error}") from None


def learned_indices(file, worlds=WORLDS):
    """Score the trained policies of a checkpoint on worlds that no training sees: {name: `Difference`}."""
    training = read_training(file)
    found = score_trained(training.params, read_trained(file), worlds, training.seed)
    return {name: score._asdict() for name, score in found.items()}


def rows_of(metrics):
    """Return `learned_indices` as rows of a table."""
    return [
        {
            "score": name,
            "learned": f"{found['first']:.1f}",
            "beside it": f"{found['second']:.1f}",
            "gain": f"{found['mean']:+.1f} ± {found['half']:.1f}",
            "": BESIDE.get(name) or BESIDE[name.split(",")[0]],
        }
        for name, found in metrics.items()
    ]
