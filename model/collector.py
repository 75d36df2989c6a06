"""Mesa's DataCollector, fed by single periods or by blocks of a compiled loop."""

from bisect import bisect_right
from collections.abc import Sequence
from functools import cache, partial
from itertools import compress

import mesa
import numpy as np
import pandas as pd

from agents.population import Columns, as_numbers, as_rows
from model.kept_rows import KeptRows, Numbering
from model.metrics import METRICS
from model.spans import Spans, aggregate_rows, mean_known, periods_in

MOST_MEMORY = 2**26
"""Bytes of collected numbers above which a model keeps fewer of its periods, unless ``keeps_all`` is set."""
AT_ONCE = 4096
"""Rows of which metrics are computed at once, so that they stay in the processor's cache."""


def mean_of_numbers(values):
    """Mean of the values that are not NaN; NaN if there are none."""
    values = np.asarray(values, float)
    total = np.add.reduce(values)
    if values.size and total == total:  # the usual case, several times faster: none is NaN
        return float(total / values.size)
    known = values[~np.isnan(values)]
    return float(known.mean()) if known.size else float("nan")


@cache
def _reporters(metrics):
    """Mesa's reporters of these metrics, by name: the same for every model."""
    return {name: partial(_now, METRICS[name]) for name in metrics}


def _now(metric, model):
    return float(metric(model.public.rows, model.firms.rows))


@cache
def _flows(kind):
    """Names of the columns of a kind of agents that are amounts per period."""
    return [name for name, column in kind.column_declarations().items() if column.flow]


class SeedColumn(Sequence):
    """The seed of a run, ``length`` times: the column that says it in the rows of `mesa.batch_run`."""

    def __init__(self, seed, length):
        self.seed, self.length = seed, length

    def __len__(self):
        return self.length

    def __getitem__(self, which):
        try:
            picked = range(self.length)[which]
        except IndexError:
            raise IndexError(
                f"row {which}: only {self.length:,} are kept; mesa.batch_run of Mesa 3.3 needs every period, which "
                f"are kept with collect_every=1 up to {MOST_MEMORY >> 20} MB"
            ) from None
        return self.seed if isinstance(picked, int) else [self.seed] * len(picked)


class Collector(mesa.DataCollector):
    """Metrics of the model and columns of the firms, for every period collected.

    ``model_vars`` and the data frames are those of Mesa's DataCollector; ``periods`` numbers the rows. A period is
    collected as the numbers of government and firms; metrics are computed from them when somebody reads them.
    """

    def __init__(self, model, metrics):
        super().__init__()
        self._metrics = tuple(metrics)
        self.model_reporters = dict(_reporters(self._metrics))
        self._names = model.public.positions, model.firms.positions
        self._firms = model.firms
        self._seed = model.seed
        self.firm_names = list(model.names)
        self.flows = _flows(model.public.kind), _flows(model.firms.kind)
        self.periods, self._weights = [], []
        self.spacing = 1
        both = model.public, model.firms
        self.most = MOST_MEMORY // sum(population.numbers.nbytes for population in both)
        self._kept = tuple(KeptRows(population.numbers.shape, self.most) for population in both)

    @property
    def periods(self):
        """Numbers of the periods collected, a list."""
        return self._periods.read()

    @periods.setter
    def periods(self, periods):
        """Take other numbers in place of all."""
        self._periods = Numbering(periods)

    @property
    def weights(self):
        """How many periods each row stands for, a list."""
        self._weights += [1] * (self.count - len(self._weights))
        return self._weights

    @property
    def count(self):
        """Number of periods collected: counted last, so that there are rows of all of them."""
        return self._periods.count

    @property
    def metrics(self):
        """Metrics by name, a list each with one number per period collected."""
        self._compute(self._metrics)
        return {name: self._values[name] for name in self._metrics}

    def numbers_of(self, metric):
        """The list of one metric; the others are not computed."""
        self._compute((metric,))
        return self._values[metric]

    @property
    def model_vars(self):
        """The metrics, and the seed: a row of `mesa.batch_run` is made of these and would not say it otherwise."""
        return {"seed": SeedColumn(self._seed, self.count)} | self.metrics

    @model_vars.setter
    def model_vars(self, values):
        """Begin with an empty dict, as Mesa's DataCollector does."""
        self._values = values

    @property
    def _collection_steps(self):
        """The periods collected, by the name under which `mesa.batch_run` looks for them since Mesa 3.5."""
        return self.periods

    @_collection_steps.setter
    def _collection_steps(self, steps):
        """Begin without any, as Mesa's DataCollector does."""
        self.periods = steps

    @property
    def numbers(self):
        """Numbers of government and firms, float64[periods, 1 or n, columns]: views, valid until rows are dropped."""
        return tuple(kept.numbers for kept in self._kept)

    @property
    def form(self):
        """Names of metrics, places of columns, and shapes: equal where `numbers` of runs may stand in one array."""
        return self._metrics, self._names, [numbers.shape for numbers in self.numbers]

    def _compute(self, names):
        """Compute these metrics for the rows that their lists lack; those that lack the same ones together."""
        lists = {name: self._values.setdefault(name, []) for name in names}
        while (first := min(map(len, lists.values()), default=self.count)) < self.count:
            some = (kept.numbers[first : first + AT_ONCE] for kept in self._kept)
            rows = [Columns(numbers, places) for numbers, places in zip(some, self._names, strict=True)]
            for name, values in lists.items():
                if len(values) == first:
                    values.extend(METRICS[name](*rows).tolist())

    def collect(self, model):
        """Collect the present period."""
        both = model.public, model.firms
        self.collect_block([model.steps], *(population.numbers[None] for population in both))

    def room(self, periods):
        """Room for the numbers of the next ``periods`` periods, to write them where they stay.

        Of government and firms, float64[periods, 1 or n, columns] each; `collect_block` then takes them.
        """
        return tuple(kept.room(periods) for kept in self._kept)

    def collect_block(self, periods, government, firms):
        """Collect a block of periods with the numbers of government and firms, float64[periods, 1 or n, columns].

        Numbers written to `room` are not copied.
        """
        for kept, numbers in zip(self._kept, (government, firms), strict=True):
            kept.append(numbers)
        self._periods.extend(periods)

    def rows(self, last=None):
        """Copy the rows of government and firms, record arrays [periods, 1 or n], of the last ``last`` periods."""
        count = self.count
        if not count:
            raise ValueError("no period has been collected yet: run the model first")
        return self.rows_at(slice(count - min(last or count, count), count))

    def rows_at(self, positions):
        """Copy the rows of government and firms at these positions (at least one; 0: the first collected).

        positions : integers, or a slice. The cost grows with their number, not with the number of periods.
        """
        return self._as_rows(_copy_of(kept, positions) for kept in self._kept)

    def government_at(self, positions):
        """Copy the rows of the government alone, record array [positions, 1]."""
        return self._as_rows([_copy_of(self._kept[0], positions)])[0]

    def thin(self, every):
        """Drop the periods that are not multiples of ``every``, so that a run of any length fits into memory."""
        stays = self._periods.as_array() % every == 0
        for kept in (*self._kept, self._periods):
            kept.keep(stays)
        stays = stays.tolist()
        self._weights = list(compress(self._weights, stays))
        self._values = {name: list(compress(values, stays)) for name, values in self._values.items()}

    def aggregate(self, every):
        """Aggregate the periods up to each multiple of ``every`` (`model.spans`); later ones stay as they are.

        Memory shrinks as with `thin`, but a flow still includes every period.
        """
        last = [k for k, period in enumerate(self.periods) if period % every == 0]
        after = range(last[-1] + 1 if last else 0, self.count)
        both = Spans.ending(last), Spans.of(after)
        spans = Spans(*(np.concatenate(parts) for parts in zip(*both, strict=True)))
        if spans.size == self.count:
            return
        for name, values in self.metrics.items():
            self._values[name] = METRICS[name].aggregate(values, self.weights, spans)
        weights = periods_in(self, spans).astype(int).tolist()
        for kept, rows in zip(self._kept, aggregate_rows(self, spans), strict=True):
            kept.numbers = as_numbers(rows)
        self.periods, self._weights = [self.periods[k] for k in spans.last], weights
        self.spacing = every

    def _as_rows(self, both):
        return tuple(as_rows(numbers, names) for numbers, names in zip(both, self._names, strict=False))

    def get_model_vars_dataframe(self):
        """One row per period collected, one column per metric."""
        return pd.DataFrame(self.metrics, index=pd.Index(self.periods, name="Step"))

    def get_agent_vars_dataframe(self):
        """One row per period and firm, indexed by Step and AgentID: the firm's name, if it has one, and its columns."""
        _, firms = self.rows()
        ids = range(1, 1 + firms.shape[1])  # as the Mesa agents, which need not be made for it
        index = pd.MultiIndex.from_product([self.periods, ids], names=["Step", "AgentID"])
        names = {"name": self.firm_names * self.count} if self.firm_names else {}
        return pd.DataFrame(names | {name: firms[name].ravel() for name in firms.dtype.names}, index=index)

    def mean(self, after=0):
        """Mean of every metric over what has been collected since the end of period ``after``, by name.

        Periods in which a metric is NaN are left out; NaN if none remain. ValueError if no period has been collected.
        """
        first = bisect_right(self.periods, after)
        if first == self.count:
            since = f" since period {after:,}: the last is {self.periods[-1]:,}" if self.periods else " yet"
            raise ValueError(f"no period has been collected{since}; play on, or collect more often")
        # of a row that stands for several periods, those after the period count
        weights = np.minimum(self.weights[first:], np.array(self.periods[first:]) - after)
        mean = mean_of_numbers if (weights == 1).all() else partial(mean_known, weights=weights)
        return {name: mean(np.array(values[first:], float)) for name, values in self.metrics.items()}


def _copy_of(kept, positions):
    if isinstance(positions, range):
        positions = slice(positions.start, positions.stop, positions.step)
    return kept.numbers[positions].copy() if isinstance(positions, slice) else kept.numbers[list(positions)]


def keep_within(model, most):
    """Above ``most`` periods collected, halve what the model has collected.

    Later periods are collected half as often; if the market has a cycle, all are collected and aggregated.
    """
    collector = model.datacollector
    if model.params.cycle > 1 and collector.count > most:
        _aggregate(collector, most // 2)
    while collector.count > most:
        model.collect_every *= 2
        collector.thin(model.collect_every)


def _aggregate(collector, most):
    """Aggregate the periods collected until at most ``most`` are left."""
    every = collector.spacing
    collector.aggregate(every)
    while collector.count > most:
        every *= 2
        collector.aggregate(every)
