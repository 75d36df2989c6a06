"""The runs behind the replication of [Esmaeili2022]: populations x cases x formats x learners x mitigation rates.

A seed fixes everything random, so both formats, both cases and all rates of one seed see the same numbers and
their differences are paired. The chains are those of Table 5, or drawn and solved: then the seed is that of
the instance, too.
"""

from dataclasses import asdict, dataclass
from functools import cached_property
from itertools import product

import numpy as np
import pandas as pd

from batch_runs.replications.common.invasion import RANDOM
from batch_runs.replications.common.tasks import digest
from learning.shares import one_among
from model import systems  # noqa: F401 - registers the system
from model.base import SYSTEMS
from model.scenarios import scenarios
from model.systems.supply_chains import SupplyChains

FORMATS = U, D = ("uniform", "discriminatory")
CASES = CASE_1, CASE_2 = ("case_1", "case_2")
POPULATIONS = TABLE_5, DRAWN = ("table_5", "drawn")
RATES = (0.0, 0.1, 0.2, 0.3, 0.4)
"""Mitigation rates lambda = 1 - phi of Tables 6-9."""
TABLE_4_RATE = 0.15
TABLE_4_CHAINS = (3, 4, 5, 6, 7)
Q_LEARNING = "q_learning"
ROTH_EREV = {
    "original, usual": ("roth_erev", {}),
    "original, slow": ("roth_erev", {"recency": 0.02, "initial_scale": 1.0}),
    "modified, usual": ("modified_roth_erev", {}),
    "modified, slow and exploring": (
        "modified_roth_erev",
        {"recency": 0.04, "experimentation": 0.96, "initial_scale": 1.0},
    ),
}
"""Rule and settings by name; the claims use the first, the others test how much depends on them. Slow:
[Nicolaisen2001]'s second recency and scale; the last: [Sun2007]."""
USUAL, *OTHER_RULES = ROTH_EREV
INVASIONS = {
    "Q-learning among Roth-Erev": (Q_LEARNING, "roth_erev"),
    "Roth-Erev among Q-learning": ("roth_erev", Q_LEARNING),
}
"""Rule of the first chain and of all others, by name; settings as usual."""
READ_OUT = 1000
"""Auctions played after learning, without experiments; the means are over these."""
NEVER = 100_000_000

METRICS = SupplyChains.metrics
"""Columns of a run: means over the read-out."""
CHAIN_COLUMNS = (
    "private_value",
    "required_permits",
    "no_policy_profit",
    "bid_price",
    "bid_volume",
    "award",
    "emissions",
    "shortfall",
    "profit",
)
"""Columns of a chain in a run: means over the read-out."""
CURVE_COLUMNS = ("tec", "least_emissions", "gap", "milps", "seconds")
"""Of a chain drawn: emissions without a price and at the highest one, t, the certified gap of its curve, and the
programs and processor seconds that took."""


@dataclass(frozen=True)
class Extent:
    """Number of runs."""

    seeds: int
    """Runs with the chains of Table 5."""
    instances: int
    """Instances drawn."""
    sensitivity: int
    """Of these, those that other rules of Roth and Erev play, too."""
    rounds: int
    """Auctions in which chains learn; the stages of Q-learning are shares of it."""
    problem_set: str = "s1"


@dataclass(frozen=True)
class Cell:
    """One seed of a population at several mitigation rates: one task."""

    population: str
    case: str
    rule: str
    """Q_LEARNING, RANDOM, or a name of ROTH_EREV or INVASIONS."""
    auction: str
    seed: int
    rates: tuple
    rounds: int
    n_chains: int = 5
    problem_set: str = "s1"

    def params(self, rate):
        """Parameters of the run at a mitigation rate."""
        learner, settings = ROTH_EREV.get(self.rule, (self.rule, {}))
        if self.rule in INVASIONS:
            learner = one_among(*INVASIONS[self.rule], self.n_chains)
        return scenarios("supply_chains")[f"esmaeili2022_{self.case}"].params(
            phi=1.0 - rate,
            auction=self.auction,
            learner=learner,
            population=self.population,
            n_chains=self.n_chains,
            problem_set=self.problem_set,
            instance_seed=self.seed,
            collect_every=NEVER,
            **{"q_learning.epsilon_rounds": self.rounds},
            **{f"{learner}.{name}": value for name, value in settings.items()},
        )

    @cached_property
    def key(self):
        """Name of the stored result."""
        flat = [self.params(rate).flat() for rate in self.rates]
        return digest(["run", flat, self.seed, self.rounds, READ_OUT], __file__)


@dataclass(frozen=True)
class Curves:
    """The emission curves of one instance: a task that comes before the runs that need them."""

    seed: int
    n_chains: int
    problem_set: str

    @property
    def params(self):
        """Parameters of a model of these chains."""
        cell = Cell(DRAWN, CASE_1, Q_LEARNING, U, self.seed, (), 1, self.n_chains, self.problem_set)
        return cell.params(0.0)

    @cached_property
    def key(self):
        """Name of the stored result."""
        return digest(["curves", asdict(self)], __file__)


def chains_of_table_4(seed):
    """Number of chains of an instance of Table 4: 3 to 7 in turn."""
    return TABLE_4_CHAINS[(seed - 1) % len(TABLE_4_CHAINS)]


def instances(extent):
    """The instances of the runs; an instance of fewer chains consists of the first of them."""
    return [
        Curves(seed, max(5, chains_of_table_4(seed)), extent.problem_set)
        for seed in range(1, extent.instances + 1)
    ]


def cells(extent):
    """Every run of both populations, then those of Table 4."""
    counts = {TABLE_5: extent.seeds, DRAWN: extent.instances}
    rates, rounds, size = RATES, extent.rounds, extent.problem_set
    made = [
        Cell(population, case, Q_LEARNING, auction, seed, rates, rounds, problem_set=size)
        for population in POPULATIONS
        for case, auction, seed in product(CASES, FORMATS, range(1, counts[population] + 1))
    ]
    for rule in (Q_LEARNING, *ROTH_EREV, RANDOM, *INVASIONS):
        last = extent.sensitivity if rule in OTHER_RULES else extent.instances
        learning = 1 if rule == RANDOM else rounds
        made += [
            Cell(DRAWN, CASE_1, rule, auction, seed, (TABLE_4_RATE,), learning, chains_of_table_4(seed), size)
            for auction, seed in product(FORMATS, range(1, last + 1))
        ]
    return made


def solve(curves):
    """Solve the chains of an instance, unless their curves are stored.

    Returns ``chains``, float64[n, CURVE_COLUMNS], and ``redraws``, float64: draws thrown away as infeasible.
    """
    SupplyChains.prepare(curves.params)
    model = SupplyChains(curves.params, rng=curves.seed)
    rows = [(c.tec, c.emissions[-1], c.gap, c.milps, c.seconds) for c in model.curves]
    return {"chains": np.array(rows, float), "redraws": np.array(float(model.instance.redraws))}


def play(cell):
    """Let the chains learn at every rate of the cell, then read out the learned bids.

    Returns ``model``, float64[rates, METRICS], and ``chains``, float64[rates, n, CHAIN_COLUMNS].
    """
    both = [play_one(cell.params(rate), cell) for rate in cell.rates]
    return {"model": np.array([row for row, _ in both]), "chains": np.array([chains for _, chains in both])}


def play_one(params, cell):
    """Metrics float64[METRICS] and chains float64[n, CHAIN_COLUMNS] of one run."""
    model = SYSTEMS["supply_chains"](params, rng=cell.seed)
    model.advance(cell.rounds)
    _, chains = shown = model.read_out(READ_OUT)
    found = shown.summary()
    columns = [chains[name].mean(0) for name in CHAIN_COLUMNS]
    return np.array([found[name] for name in METRICS]), np.array(columns).T


def run_table(done):
    """One row per run with METRICS. ``done`` : pairs (cell, its result)."""
    return pd.concat([_rows(cell, result["model"], METRICS) for cell, result in done], ignore_index=True)


def chain_table(done):
    """One row per run and chain with CHAIN_COLUMNS."""
    frames = []
    for cell, result in done:
        rates, n, _ = result["chains"].shape
        flat = result["chains"].reshape(rates * n, -1)
        frame = _rows(cell, flat, CHAIN_COLUMNS, np.repeat(cell.rates, n))
        frame.insert(6, "chain", np.tile(np.arange(1, n + 1), rates))
        frames.append(frame)
    return pd.concat(frames, ignore_index=True)


def curve_table(solved):
    """One row per chain drawn with CURVE_COLUMNS. ``solved`` : pairs (`Curves`, its result)."""
    frames = []
    for instance, result in solved:
        frame = pd.DataFrame(result["chains"], columns=list(CURVE_COLUMNS))
        frame.insert(0, "chain", np.arange(1, len(frame) + 1))
        frame.insert(0, "seed", instance.seed)
        frames.append(frame)
    return pd.concat(frames, ignore_index=True)


def _rows(cell, numbers, names, rates=None):
    frame = pd.DataFrame(numbers, columns=list(names))
    frame.insert(0, "rate", cell.rates if rates is None else rates)
    for name in ("seed", "auction", "rule", "case", "population"):
        frame.insert(0, name, getattr(cell, name))
    return frame
