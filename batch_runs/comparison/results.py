"""Results of a comparison: means of every metric with intervals, and differences paired by seed."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd

from batch_runs.replications.common.statistics import mean, paired
from model.base import SYSTEMS
from model.metrics import METRICS
from model.reported import adds_up

HEADLINES = {
    "Price": ("carbon_price", "clearing_price", "average_price_ghg", "mean_permit_price"),
    "Emissions": ("emissions", "emissions_ghg", "episode_emissions"),
    "Cost of abatement": ("abatement_cost", "joint_abatement_cost"),
    "Revenue of the government": ("public_revenue", "revenue", "auction_revenue", "auction_proceeds"),
    "Windfall of free permits": ("windfall",),
    "Profit of all firms": ("total_profit",),
    "Concentration of awards": ("award_concentration",),
    "Efficiency": ("efficiency", "auction_efficiency", "cost_efficiency", "welfare"),
    "Damage avoided less its cost": ("climate_welfare",),
}
"""Questions of a reader, the first ones first, and the metrics that answer each, the best first."""


def headlines_among(metrics):
    """The metric, among those that are a number, that answers each of `HEADLINES`, by question."""
    known = {metric.name: metric for metric in metrics}
    found = {question: [known[n] for n in names if n in known] for question, names in HEADLINES.items()}
    return {question: here[0] for question, here in found.items() if here}


@dataclass(frozen=True)
class Comparison:
    """All runs: arrays with leading axes of policies and seeds."""

    policies: list
    seeds: tuple
    periods: int
    window: int
    period: np.ndarray
    """int64[points]: last period of each point of a course."""
    course: np.ndarray
    """float64[policies, seeds, points, metrics]."""
    means: np.ndarray
    """float64[policies, seeds, metrics]: over the window."""

    @cached_property
    def accounts(self):
        """Periods over which amounts are added up, and the name of so many: those of all policies, or one period."""
        found = {policy.params.accounts for policy in self.policies}
        return found.pop() if len(found) == 1 else (1, self.policies[0].params.period_name)

    def account(self, metric):
        """Number of periods whose mean amount is reported as a total; 1 for prices, shares and levels."""
        return self.accounts[0] if adds_up(metric.name) else 1

    @classmethod
    def of(cls, policies, jobs, found):
        """Put the results of `runs.play_all` together."""
        seeds = tuple(dict.fromkeys(job.seed for job in jobs))
        shape = len(policies), len(seeds)
        course, means = (np.array([one[name] for one in found]) for name in ("course", "mean"))
        return cls(
            policies=policies,
            seeds=seeds,
            periods=jobs[0].periods,
            window=jobs[0].window,
            period=found[0]["period"],
            course=course.reshape(*shape, *course.shape[1:]),
            means=means.reshape(*shape, -1),
        )

    @cached_property
    def metrics(self):
        """Metrics of the system, in order."""
        return [METRICS[name] for name in SYSTEMS[self.policies[0].system].metrics]

    def sample(self, metric, policy):
        """Mean of a metric in each run of a policy, of amounts a year if it has such: float64[seeds]."""
        return self.means[policy, :, self.metrics.index(metric)] * self.account(metric)

    def level(self, metric, policy):
        """`Estimate` of a metric under a policy; None where no run has the number."""
        return estimate_of(self.sample(metric, policy))

    def difference(self, metric, policy):
        """`Estimate` of a metric less that under the first policy, paired by seed; None where no pair has it."""
        pair = self.sample(metric, policy), self.sample(metric, 0)
        return paired(*pair) if np.isfinite(pair[0] - pair[1]).any() else None

    def course_of(self, metric, policy, less_first=False):
        """Course of a metric, as `sample`, float64[seeds, points]; less_first : less that under the first policy."""
        at = self.metrics.index(metric)
        course = self.course[policy, :, :, at] * self.account(metric)
        return course - self.course_of(metric, 0) if less_first else course

    @cached_property
    def headlines(self):
        """Metric that answers each of `HEADLINES` in this system, if it is a number under some policy, by question."""
        return headlines_among([metric for metric in self.metrics if self.has(metric)])

    def has(self, metric):
        """Whether a metric is a number in some run."""
        return any(np.isfinite(self.sample(metric, k)).any() for k in range(len(self.policies)))

    def table(self):
        """One row per run: policy, seed, and the mean of every metric."""
        names = [metric.name for metric in self.metrics]
        rows = [
            {"policy": policy.name, "seed": seed} | dict(zip(names, self.means[k, s], strict=True))
            for k, policy in enumerate(self.policies)
            for s, seed in enumerate(self.seeds)
        ]
        return pd.DataFrame(rows)


def estimate_of(sample):
    """Mean with its interval, of float64[seeds]; None where no run has the number."""
    return mean(sample) if np.isfinite(sample).any() else None
