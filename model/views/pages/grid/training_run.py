"""Training of the grid's enterprises and government in a thread, one per session: progress, curves, cancellable."""

import logging
import time
from dataclasses import dataclass
from pathlib import Path

from learning.cross_entropy import CrossEntropySettings
from learning.frozen import Network
from model.envs.grid_episodes import REGIMES, StopTraining
from model.envs.grid_scores import BESIDE, beside_best_rule, compare_learned, measure, score_governments
from model.envs.grid_training import GridTraining, GridTrainingSettings, train
from model.views.live.background import Background

logger = logging.getLogger(__name__)

MOST_POINTS = 60
"""Most points of a curve; the policies are measured this often in a training."""
IN_ALL = 9
"""Worlds in which they are measured."""
WORLDS = 16
"""Worlds per rule in which they are compared at the end."""
MEASURED, COMPARED = 30_011, 30_013
"""Beside the seed of a training, those of these worlds."""
WELFARES = {"welfare if settled, coins": True, "welfare of the source, coins": False}
"""Name of a measure -> whether it includes the permits missing at the end."""


@dataclass(frozen=True)
class Plan:
    """Length of a training on the page: who learns, and the improvements of each."""

    what: str = "enterprises"
    start: str = "clone"
    updates: int = 40
    generations: int = 10
    worlds: int = 18

    def training(self, params, seed):
        """Return the `GridTraining`; ParameterError for values it does not allow."""
        settings = GridTrainingSettings(
            what=self.what,
            start=self.start,
            updates=self.updates,
            bid_updates=self.updates,
            adapting=max(self.updates // 3, 1),
            rounds=1,
            worlds=self.worlds,
            government_worlds=6,
        )
        search = CrossEntropySettings(generations=self.generations, population=32)
        return GridTraining(params, settings, {}, search, seed)


class TrainingRun(Background):
    """Training of one session; `listen` sets the function called on news.

    plan : of the fields; trained : of the training. points : one dict per measurement. compared : rows of the
    comparison at the end. file : checkpoint of the policies when the training has ended, else None.
    """

    def __init__(self, folder):
        super().__init__()
        self.plan = self.trained = Plan()
        self.points, self.compared, self.done, self.total, self.error = [], [], 0, 0, ""
        self.file, self.params, self.speed, self.words = None, None, 0.0, ""
        self._folder, self._count = Path(folder), 0

    def start(self, plan, params, seed):
        """Train new policies for ``params``; ParameterError, and no change, if that is impossible."""
        training = plan.training(params, seed)
        stop = self._renew()
        self._count += 1
        self.points, self.compared, self.done, self.total, self.error = [], [], 0, 1, ""
        self.trained = plan
        self.file, self.params, self.words = None, params, "getting ready (only once) …"
        file = self._folder / f"grid-training-{self._count}.npz"
        self._begin(self._work, training, file, stop, name="training")
        self.notify()

    def _work(self, training, file, stop):
        points, began = self.points, time.monotonic()

        def progress(report):
            if stop is not self._stop:
                return False
            self.done, self.total = report.all_done, report.all_total
            self.words = f"{report.stage}, {report.done} of {report.total}"
            self.speed = report.all_done / (time.monotonic() - began)
            every = max(report.all_total // MOST_POINTS, 1)
            if report.all_done % every == 0 or report.done == report.total:
                points.append({"done": report.all_done} | measure_now(report.trainer, stop.is_set))
            self.notify()
            return not stop.is_set()

        try:
            trainer = train(training, file, progress, stop=stop.is_set)
            if stop is self._stop:
                self.file, self.words = file, "comparing with heuristic enterprises and the nine rules"
                self.notify()
                self.compared = compare(trainer, stop.is_set)
        except StopTraining:
            pass
        except Exception as error:
            logger.exception("the training has failed")
            self.error = f"{type(error).__name__}: {error}"
        if stop is self._stop:
            self.words = ""
        stop.set()
        self.notify()


def measure_now(trainer, stop):
    """Numbers of the policies as they are, in a few worlds that stay the same."""
    seed = [trainer.training.seed, MEASURED]
    government = trainer.government()
    worlds = IN_ALL if government else 1
    return measure(trainer.training.params, trainer.enterprises(), government, worlds, seed, stop)


def compare(trainer, stop):
    """Rows of the comparison: what was trained beside the heuristic and the best of the nine rules."""
    p, seed, rows = trainer.training.params, [trainer.training.seed, COMPARED], []
    enterprises = trainer.enterprises()
    if trainer.policies["enterprises"]:
        for regime in REGIMES:
            at_worth = trainer.enterprises(at_worth=True) if trainer.policies["bids"] else None
            found = compare_learned(p, enterprises, at_worth, WORLDS, seed, regime, stop)
            rows += [
                [f"mean {name}, labour as in {regime}", BESIDE[name], *texts_of(score)]
                for name, score in found.items()
            ]
    if trainer.policies["government"]:
        network = Network.from_state(trainer.policies["government"])
        own, rules = score_governments(p, enterprises, network, WORLDS, seed, stop=stop)
        for name, settled in WELFARES.items():
            found = beside_best_rule(own, rules, p.climate_cost, settled)
            rows.append([name, "best of the nine rules", *texts_of(found)])
    return rows


def texts_of(found):
    """Texts of a `Difference`: both means, and the difference with its 95 % interval."""
    return [f"{found.first:,.1f}", f"{found.second:,.1f}", f"{found.mean:+,.1f} ± {found.half:,.1f}"]
