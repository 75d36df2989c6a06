"""The finished runs of the textbook statements as arrays over populations."""

import numpy as np
import pandas as pd

from batch_runs.replications.textbook.theory import (
    competitive_price,
    earned_without_trade,
    largest_surplus,
    least_cost,
)


class Markets:
    """All runs, by case."""

    def __init__(self, done):
        """Put the blocks of populations together; ``done`` : pairs (cell, its result)."""
        self.blocks = {}
        for cell, result in sorted(done, key=lambda pair: pair[0].seeds):
            self.blocks.setdefault(cell.case, []).append((cell, result))

    def of(self, name, case):
        """Array of a name that `play` returns, with a leading axis of populations."""
        return np.concatenate([result[name] for _, result in self.blocks[case]])

    def firms(self, column, case):
        """Column of the firms: float64[populations, periods, n]."""
        return self.of(f"firm {column}", case)

    def mean(self, metric, case):
        """Mean of a metric over the periods: float64[populations]."""
        return self.of(metric, case).mean(1)

    def seeds(self, case):
        """Numbers of a case's populations."""
        return [seed for cell, _ in self.blocks[case] for seed in cell.seeds]

    # -- beside the yardsticks of theory -----------------------------------------------------------------------------

    def competitive_price(self, case):
        """Competitive price, €/t: float64[populations]."""
        return self._from_values(competitive_price, case)

    def largest_surplus(self, case):
        """Largest value of the cap to the firms, €: float64[populations]."""
        return self._from_values(largest_surplus, case)

    def _from_values(self, yardstick, case):
        value, need = (self.firms(name, case)[:, 0] for name in ("private_value", "required_permits"))
        return np.array([yardstick(*firms) for firms in zip(value, need, self.of("cap", case)[:, 0])])

    def least_cost(self, case):
        """Least cost, €, of keeping supply chains' emissions within the cap: float64[populations]."""
        steps = zip(self.of("step price", case), self.of("step tonnes", case))
        avoided = self.firms("required_permits", case)[:, 0].sum(-1) - self.of("cap", case)[:, 0]
        return np.array([least_cost(*both, each) for both, each in zip(steps, avoided)])

    def least_burden(self, case):
        """Profits of supply chains without a policy less the least cost of keeping within the cap, €."""
        return self.firms("no_policy_profit", case)[:, 0].sum(-1) - self.least_cost(case)

    def full_margin(self, case):
        """Profit of each firm if permits cost nothing, €: float64[populations, periods, n]."""
        return self.firms("private_value", case) * self.firms("required_permits", case)

    def gain_from_trade(self, case):
        """Profit of each firm less that without the secondary market, €: float64[populations, periods, n]."""
        about = (self.firms(name, case) for name in ("private_value", "required_permits", "award"))
        params = case.params(0)
        alone = earned_without_trade(*about, params.penalty if params.compliance == "best" else np.inf)
        return self.firms("profit", case) + self.firms("auction_payment", case) - alone

    def inefficiency(self, case):
        """1 - value of two-tier permits where they went / largest possible: float64[populations, periods]."""
        realised, best = (self.firms(name, case).sum(-1) for name in ("value", "efficient_value"))
        return 1.0 - realised / best

    def surplus(self, case):
        """Profits, revenue and fines, €: float64[populations, periods]."""
        return sum(self.of(metric, case) for metric in ("total_profit", "revenue", "fines"))


def run_table(markets):
    """One row per case and population, with the mean of every number of a period; no columns of firms."""
    frames = []
    for case, blocks in markets.blocks.items():
        names = [name for name, values in blocks[0][1].items() if values.ndim < 3 and "step" not in name]
        means = {name: _per_population(markets.of(name, case)) for name in names}
        about = {"case": f"{case.scenario} {' '.join(f'{k}={v}' for k, v in case.changes)}".strip()}
        about |= {"reserve share": case.reserve_share, "seed": markets.seeds(case)}
        frames.append(pd.DataFrame(about | means))
    return pd.concat(frames, ignore_index=True)


def _per_population(values):
    return values.mean(1) if values.ndim == 2 else values
