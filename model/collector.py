"""Mesa's DataCollector, fed by single periods or by blocks of a compiled loop."""

from bisect import bisect_right
from functools import partial
from itertools import groupby

import mesa
import numpy as np
import pandas as pd

from agents.population import as_numbers, as_rows
from model.metrics import METRICS
from model.spans import Spans, aggregate_rows, periods_in


def mean_of_numbers(values):
    """Mean of the values that are not NaN; NaN if there are none."""
    values = np.asarray(values, float)
    total = np.add.reduce(values)
    if values.size and total == total:  # the usual case, several times faster: none is NaN
        return float(total / values.size)
    known = values[~np.isnan(values)]
    return float(known.mean()) if known.size else float("nan")


class Collector(mesa.DataCollector):
    """Metrics of the model and columns of the firms, for every period collected.

    ``model_vars`` and the data frames are those of Mesa's DataCollector; ``periods`` numbers the rows.
    """

    def __init__(self, model, metrics):
        reporters = {name: partial(self._now, METRICS[name]) for name in metrics}
        super().__init__(model_reporters=reporters)
        self._names = model.government.population.positions, model.firms.positions
        self.first_id = model.firms[0].unique_id
        self.flows = tuple(
            [name for name, column in population.kind.column_declarations().items() if column.flow]
            for population in (model.government.population, model.firms)
        )
        self.periods = []
        self.weights = []  # periods that each row stands for
        self.spacing = 1
        self._blocks = []
        self._ends = []  # position after the last row of each block

    @staticmethod
    def _now(metric, model):
        return float(metric(model.government.population.rows, model.firms.rows))

    def collect(self, model):
        """Collect the present period."""
        super().collect(model)
        self.periods.append(model.steps)
        self._keep(model.government.population.numbers[None].copy(), model.firms.numbers[None].copy())

    def collect_block(self, periods, government, firms):
        """Collect a block of periods with the numbers of government and firms, float64[periods, 1 or n, columns]."""
        if not len(periods):
            return
        rows = self._as_rows((government, firms))
        for name in self.model_reporters:
            self.model_vars[name].extend(METRICS[name](*rows).tolist())
        self.periods.extend(periods)
        self._keep(government, firms)

    def _keep(self, government, firms):
        self._blocks.append((government, firms))
        self._ends.append(len(self.periods))
        self.weights += [1] * (len(self.periods) - len(self.weights))

    def rows(self, last=None):
        """Rows of government and firms, record arrays [periods, 1 or n], of the last ``last`` periods."""
        if not self._blocks:
            raise ValueError("no period has been collected yet: run the model first")
        if last and last < len(self.periods):
            return self.rows_at(range(len(self.periods) - last, len(self.periods)))
        if len(self._blocks) > 1:
            self._blocks = [tuple(np.concatenate(parts) for parts in zip(*self._blocks, strict=True))]
            self._ends = self._ends[-1:]
        return self._as_rows(self._blocks[0])

    def rows_at(self, positions):
        """Copy the rows of government and firms at these positions (at least one; 0: the first collected).

        The cost grows with the number of positions, not with the number of periods.
        """
        taken = []
        for block, group in groupby(positions, lambda k: bisect_right(self._ends, k)):
            start = self._ends[block - 1] if block else 0
            inside = [k - start for k in group]
            taken.append([numbers[inside] for numbers in self._blocks[block]])
        return self._as_rows(np.concatenate(parts) for parts in zip(*taken, strict=True))

    def thin(self, every):
        """Drop the periods that are not multiples of ``every``, so that a run of any length fits into memory."""
        kept = [k for k, period in enumerate(self.periods) if period % every == 0]
        if self._blocks:
            self.rows()  # makes one block of them
            self._blocks = [tuple(numbers[kept] for numbers in self._blocks[0])]
            self._ends = [len(kept)]
        self.periods = [self.periods[k] for k in kept]
        self.weights = [self.weights[k] for k in kept]
        for name, values in self.model_vars.items():
            self.model_vars[name] = [values[k] for k in kept]

    def aggregate(self, every):
        """Aggregate the periods up to each multiple of ``every`` (`model.spans`); later ones stay as they are.

        Memory shrinks as with `thin`, but a flow still includes every period.
        """
        last = [k for k, period in enumerate(self.periods) if period % every == 0]
        after = range(last[-1] + 1 if last else 0, len(self.periods))
        both = Spans.ending(last), Spans.of(after)
        spans = Spans(*(np.concatenate(parts) for parts in zip(*both, strict=True)))
        if spans.size == len(self.periods):
            return
        for name, values in self.model_vars.items():
            self.model_vars[name] = METRICS[name].aggregate(values, self.weights, spans)
        numbers = [as_numbers(rows) for rows in aggregate_rows(self, spans)]
        weights = periods_in(self, spans).astype(int).tolist()
        self.periods, self.weights = [self.periods[k] for k in spans.last], weights
        self._blocks, self._ends, self.spacing = [tuple(numbers)], [len(self.periods)], every

    def _as_rows(self, both):
        return tuple(as_rows(numbers, names) for numbers, names in zip(both, self._names, strict=True))

    def get_model_vars_dataframe(self):
        """One row per period collected, one column per metric."""
        return pd.DataFrame(self.model_vars, index=pd.Index(self.periods, name="Step"))

    def get_agent_vars_dataframe(self):
        """One row per period and firm, indexed by Step and AgentID, one column per firm column."""
        _, firms = self.rows()
        ids = range(self.first_id, self.first_id + firms.shape[1])
        index = pd.MultiIndex.from_product([self.periods, ids], names=["Step", "AgentID"])
        return pd.DataFrame({name: firms[name].ravel() for name in firms.dtype.names}, index=index)

    def mean(self, last=None):
        """Mean of every metric over the last ``last`` periods collected, by name.

        Periods in which a metric is NaN are left out; NaN if none remain.
        """
        return {
            name: mean_of_numbers(values[-last:] if last else values)
            for name, values in self.model_vars.items()
        }
