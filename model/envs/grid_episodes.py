"""Whole episodes of many grids under any enterprises and governments, on common random numbers."""

from typing import NamedTuple

import numpy as np

from model.envs.grid_batch import GridBatch, repeat

FULL = 1e9
"""Steps of the labour warm-up after which labour counts in full."""
FIRST = "first"
REGIMES = {FIRST: 0.0, "full": FULL}
"""Steps of the warm-up that an episode begins with: labour costs little, as in a first episode, or counts in full."""


class StopTraining(Exception):
    """Work was asked to stop; what was saved before is whole."""


class Scores(NamedTuple):
    """Numbers of episodes at their ends, float64[worlds] or float64[worlds, n]."""

    utility: np.ndarray
    """float64[worlds, n]."""
    welfare: np.ndarray
    """The source's, coins."""
    welfare_if_settled: np.ndarray
    """With the last step's deficits, coins."""
    equality: np.ndarray
    shortfall: np.ndarray
    """Settled, t."""
    deficit: np.ndarray
    """Open at the end, t."""
    trades: np.ndarray
    """t."""
    projects: np.ndarray
    investments: np.ndarray
    properties: np.ndarray
    coins: np.ndarray
    """Mean per enterprise."""
    emissions: np.ndarray
    """t."""
    revenue: np.ndarray
    """Coins that enterprises paid each other for permits."""

    def part(self, which):
        """Return the scores of some worlds."""
        return Scores(*(numbers[which] for numbers in self))

    def welfare_at(self, climate_cost, settled):
        """Return welfare at another climate cost, which nobody reacts to; settled : with the last step's deficits."""
        missing = self.shortfall + self.deficit if settled else self.shortfall
        return self.equality * self.coins * np.exp(-climate_cost * missing)


def active(params):
    """Return the parameters with an active government, whose decisions a batch takes from its caller."""
    return params.replace({"government": "even"})


def play_episodes(
    params, enterprises, governments, worlds, seed, copies=1, regime="first", stop=lambda: False
):
    """Play one episode in each of ``worlds`` worlds and return their `Scores`.

    enterprises : `EnterprisePolicy`; governments : has ``decide(batch)``, as in `model.envs.grid_governments`; seed :
    of all chance; copies : the worlds are this many copies of the same ones, which meet the same chance; regime : a key
    of `REGIMES`. `StopTraining` if ``stop()`` becomes true.
    """
    batch = GridBatch(active(params), worlds, seed, restart=False, copies=copies)
    batch.bidder = enterprises
    choices = np.random.default_rng(np.random.SeedSequence(seed, spawn_key=(1,)))
    batch.rng = np.random.default_rng(seed)
    batch.reset(REGIMES[regime])
    for step in range(params.episode):
        if stop():
            raise StopTraining
        chance = repeat(choices.random((worlds // copies, params.n_firms, 2)), copies)
        decisions = governments.decide(batch) if step % params.period_length == 0 else None
        batch.step(enterprises.act(batch.seen, chance), decisions)
    return scores_of(batch.worlds.state)


def scores_of(state):
    """Return the `Scores` of worlds at the ends of their episodes."""
    firms, public = state.firms, state.government
    return Scores(
        utility=np.array(firms.utility),
        welfare=np.array(public.welfare[:, 0]),
        welfare_if_settled=np.array(public.welfare_if_settled[:, 0]),
        equality=np.array(public.equality[:, 0]),
        shortfall=firms.shortfall.sum(1),
        deficit=np.maximum(-firms.permits, 0.0).sum(1),
        trades=firms.sales.sum(1),
        projects=firms.projects.sum(1),
        investments=firms.investments.sum(1),
        properties=firms.properties.sum(1),
        coins=(firms.cash + firms.cash_escrow).mean(1),
        emissions=firms.emissions.sum(1),
        revenue=firms.earned.sum(1),
    )
