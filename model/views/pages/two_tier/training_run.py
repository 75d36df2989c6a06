"""Training of the two-tier bidders in a thread, one per session: progress, curves, cancellable."""

import logging
import time
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from learning.frozen import Frozen
from learning.ppo_settings import PPOSettings
from model.envs.auction_games import draw_chance_from, highest_surplus
from model.envs.two_tier_training import USUAL_EPISODE, Training
from model.metrics import METRICS
from model.systems.two_tier.worlds import Worlds, costs_from
from model.views.live.background import Background

logger = logging.getLogger(__name__)

INDICES = ("dri_marginal", "dri_window", "tier_difference", "quantity_reduction")
SHARES = ("efficiency", "equal_split_efficiency")
AUCTIONS = 256
"""Auctions in which the present bidders are measured without noise: always the same ones."""

REPORT_SECONDS = 0.5
"""Seconds between two refreshes of the page."""
MOST_POINTS = 200
"""Most points of a curve; the bidders are measured this often in a training."""


@dataclass(frozen=True)
class Plan:
    """Settings of a training: its length in auctions, and the size of its noise and steps at the start."""

    auctions: int = 100_000
    learning_rate: float = 1e-3
    noise: float = 0.2

    def settings(self):
        """Return them as settings of PPO; ParameterError for values it does not allow."""
        return PPOSettings(samples=self.auctions, learning_rate=self.learning_rate, noise=self.noise)


def measured(ppo, params, seed=0):
    """Means of the indices, shares and money, €, over auctions that the bidders play without noise.

    With costs drawn once or past prices in view, these are the last auctions of markets that began afresh.
    """
    rng = np.random.default_rng(np.random.SeedSequence(seed, spawn_key=(2,)))
    worlds, policy = Worlds(params, AUCTIONS), Frozen(ppo)
    seen = np.zeros((AUCTIONS, 1, params.history))
    for at in range(USUAL_EPISODE if params.history else 1):
        chance = draw_chance_from(rng, params, AUCTIONS)
        worlds.begin(chance)
        if at == 0:
            worlds.rows.cost = costs_from(params, chance.cost)
        worlds.play(np.clip(policy.best(worlds.situation(seen).observations), 0.0, 1.0))
        seen = np.concatenate([worlds.prices[:, None, :1], seen], -1)[..., : params.history]
    worlds.measure()
    names = (*INDICES, *SHARES, "mean_profit", "revenue")
    return {name: float(np.nanmean(METRICS[name](None, worlds.rows))) for name in names}


class TrainingRun(Background):
    """Training of one session; `listen` sets the function called on news.

    points : one dict per measurement: auctions done, indices, shares, mean profit. file : checkpoint of the
    bidders when the training has ended, else None.
    """

    def __init__(self, folder):
        super().__init__()
        self.plan = Plan()
        self.points, self.done, self.total, self.error = [], 0, 0, ""
        self.file, self.params, self.speed = None, None, 0.0
        self._folder, self._count = Path(folder), 0

    def start(self, plan, params, seed):
        """Train new bidders for ``params``; ParameterError, and no change, if that is impossible."""
        training = Training(params, plan.settings(), seed, USUAL_EPISODE if params.history else 1)
        source, ppo = training.source(), training.untrained()
        stop = self._renew()
        self._count += 1
        self.points, self.done, self.total, self.error = [], 0, plan.auctions, ""
        self.file, self.params, self.speed = None, params, 0.0
        file = self._folder / f"bidders-{self._count}.npz"
        self._begin(self._work, ppo, source, seed, file, stop, self.points, name="training")
        self.notify()

    def _work(self, ppo, source, seed, file, stop, points):
        params, began = self.params, time.monotonic()
        every = max(1, self.total // ppo.settings.batch // MOST_POINTS)
        reported_at = 0.0

        def progress(report):
            nonlocal reported_at
            if stop is not self._stop:
                return False
            self.done = report.samples
            self.speed = report.samples / (time.monotonic() - began)
            if report.updates % every == 0:
                score = float(np.mean(report.score)) * highest_surplus(params)
                points.append(
                    {"done": report.samples, "training_profit": score} | measured(ppo, params, seed)
                )
            if time.monotonic() - reported_at > REPORT_SECONDS:
                reported_at = time.monotonic()
                self.notify()
            return not stop.is_set()

        try:
            points.append({"done": 0} | measured(ppo, params, seed))
            ppo.train(source, progress)
            ppo.save(file, source)
            if stop is self._stop:
                self.file = file
        except Exception as error:
            logger.exception("the training has failed")
            self.error = f"{type(error).__name__}: {error}"
        stop.set()
        self.notify()
