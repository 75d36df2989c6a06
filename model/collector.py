"""Mesa's DataCollector, fed by single periods or by blocks of a compiled loop."""

from functools import partial

import mesa
import numpy as np
import pandas as pd

from agents.population import as_rows
from model.metrics import METRICS


class Collector(mesa.DataCollector):
    """Metrics of the model and columns of the firms, for every period collected.

    ``model_vars`` and the data frames are those of Mesa's DataCollector; ``periods`` numbers the rows.
    """

    def __init__(self, model, metrics):
        reporters = {name: partial(self._now, METRICS[name]) for name in metrics}
        super().__init__(model_reporters=reporters)
        self._names = model.government.population.positions, model.firms.positions
        self.first_id = model.firms[0].unique_id
        self.periods = []
        self._blocks = []

    @staticmethod
    def _now(metric, model):
        return float(metric(model.government.population.rows, model.firms.rows))

    def collect(self, model):
        """Take the present period."""
        super().collect(model)
        self.periods.append(model.steps)
        self._blocks.append(
            (model.government.population.numbers[None].copy(), model.firms.numbers[None].copy())
        )

    def collect_block(self, periods, government, firms):
        """Take many periods: which, and the numbers of government and firms, float64[periods, 1 or n, columns]."""
        rows = self._as_rows((government, firms))
        for name in self.model_reporters:
            self.model_vars[name].extend(METRICS[name](*rows).tolist())
        self.periods.extend(periods)
        self._blocks.append((government, firms))

    def rows(self, last=None):
        """Rows of government and firms, record arrays [periods, 1 or n], of the last ``last`` periods collected."""
        if not self._blocks:
            raise ValueError("no period has been collected yet: run the model first")
        if len(self._blocks) > 1:
            self._blocks = [tuple(np.concatenate(parts) for parts in zip(*self._blocks, strict=True))]
        return self._as_rows(numbers[-last:] if last else numbers for numbers in self._blocks[0])

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
        """Mean of every metric over the last ``last`` periods collected, by name."""
        return {
            name: float(np.mean(values[-last:] if last else values))
            for name, values in self.model_vars.items()
        }
