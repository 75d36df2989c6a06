"""Demand rule of a learned government: how many permits each enterprise should get, from a few public numbers.

A small network, the same for every enterprise, returns log(wanted / even share). Without hidden layers it is a linear
rule. What is wanted is scaled to what may be issued and becomes whole permits without loss.
"""

from math import exp
from typing import NamedTuple

import numpy as np

from agents.enterprises.senses import GOODS_SCALE
from agents.government_policies import PROJECT_SHARE
from learning.frozen import go_through
from learning.jit import jit, rule

FEATURES = (
    "size",
    "emission level",
    "mean emission level",
    "research ability",
    "coins, relative to the mean",
    "debt",
    "shortfall so far",
    "permits left",
)
"""Public numbers of an enterprise, or of all of them, that the rule weighs."""
INPUTS = 1 + 2 * len(FEATURES)
"""The share of the episode that is over, the features, and each feature times that share."""
ALL, GIVEN = "all", "given"
WEIGHED = {ALL: FEATURES, GIVEN: ("size", "research ability", "permits left")}
"""Features that a rule may be confined to; given: those that no enterprise can change by what it does."""
MOST_WANTED = 4.0
"""Largest |log of wanted / even share|."""
FOR_ENTERPRISES = 1.0 - 1.0 / PROJECT_SHARE
"""Share of what is issued that enterprises get; the rest goes to certified projects."""
EFFECTIVE = 2
"""Smallest number other than 0 that the source's simulator lets a government choose."""


class Budget(NamedTuple):
    """Limits of the permits that a government may issue."""

    total: float
    """Permits of an episode, t."""
    periods: int
    most_percent: float
    penalty: int
    """Choice of the penalty."""


def is_weighed(weighed):
    """Return which inputs a rule weighs that is confined to a choice of `WEIGHED`, bool[INPUTS]."""
    kept = [name in WEIGHED[weighed] for name in FEATURES]
    return np.array([True, *kept, *kept])


def ignore_others(weights, widths, weighed):
    """Set the weights, float64[..., all], of inputs that are not weighed to 0; widths : inputs, outputs of a layer.

    weights begin with those of the layer. Its inputs are those of one enterprise, or of several in a row.
    """
    inputs, outputs = widths
    first = weights[..., : inputs * outputs].reshape(*weights.shape[:-1], inputs, outputs)
    first[..., ~np.resize(is_weighed(weighed), inputs), :] = 0.0
    weights[..., : inputs * outputs] = first.reshape(*weights.shape[:-1], -1)


@jit
def decide_all(numbers, goods, weights, widths, activation, budget, decision):
    """Write the decisions of all worlds, int64[worlds, n + 2].

    numbers, goods : ``flat`` and ``enterprises`` of `model.systems.grid.government_seen.GovernmentSeen`; weights :
    float64[worlds or 1, all], a network per world, or one for all; widths, activation : as for `learning.frozen.act`.
    """
    n, wanted = decision.shape[1] - 2, np.empty(decision.shape[1] - 2)
    here, there = np.empty(widths.max()), np.empty(widths.max())
    for w in range(decision.shape[0]):
        own = weights[w if weights.shape[0] > 1 else 0]
        for i in range(n):
            write_inputs(numbers[w], goods[w], i, n, budget, here)
            go_through(own, widths, activation, here, there)
            wanted[i] = here[0]
        write_decision(wanted, float(numbers[w, 4 * n + 3]), budget, decision[w])


@jit
def write_decisions(wishes, numbers, budget, decision):
    """Write the decisions that follow from log(wanted / even share), float64[worlds, n]; numbers : as `decide_all`."""
    n = wishes.shape[1]
    for w in range(decision.shape[0]):
        write_decision(wishes[w].copy(), float(numbers[w, 4 * n + 3]), budget, decision[w])


@jit
def sense_all(numbers, goods, budget, inputs):
    """Write the inputs of all worlds and enterprises, float64[worlds, n, `INPUTS`]; others as for `decide_all`."""
    for w in range(inputs.shape[0]):
        for i in range(inputs.shape[1]):
            write_inputs(numbers[w], goods[w], i, inputs.shape[1], budget, inputs[w, i])


@rule
def write_inputs(numbers, goods, i, n, budget, row):
    """Write the share of the episode that is over, the features of enterprise i, and their products with that share."""
    mean, over = 0.0, min(float(numbers[5 * n + 4]) / budget.periods, 1.0)
    for j in range(n):
        mean += max(float(goods[j, 2]), 0.0) / n
    coins, permits = float(goods[i, 2]), float(goods[i, 0]) / GOODS_SCALE
    row[0], row[1] = over, float(numbers[2 * n + i]) - 1.0
    row[2], row[3] = numbers[n + i], numbers[3 * n]
    row[4] = float(numbers[i]) - 1.0
    row[5] = min(max(coins / (mean + GOODS_SCALE) - 1.0, -2.0), 2.0)
    row[6] = min(max(-permits, 0.0) / 5.0, 3.0)
    row[7] = min(float(numbers[4 * n + 4 + i]) / 5.0, 3.0)
    row[8] = min(float(numbers[4 * n + 3]) / budget.total, 1.0)
    for k in range(1, 9):
        row[8 + k] = over * row[k]


@rule
def write_decision(wanted, left, budget, decision):
    """Write the decision for log(wanted / even share), float64[n], which is overwritten; left : t not yet issued."""
    n, total = wanted.shape[0], 0.0
    for i in range(n):
        wish = min(max(wanted[i], -MOST_WANTED), MOST_WANTED)
        wanted[i] = FOR_ENTERPRISES * budget.total / budget.periods / n * exp(wish)
        total += wanted[i]
    issue(wanted, total, left, budget, decision)


@rule
def issue(wanted, total, left, budget, decision):
    """Write the decision that issues ``wanted``, float64[n], t, as far as ``left``, t, and the budget allow.

    total : sum of what is wanted, t.
    Weights are whole permits that add up to all that the percentage issues, so that rounding loses none.
    """
    n = wanted.shape[0]
    most = int(min(max(left, 0.0) / budget.total * 100.0 + 1e-9, budget.most_percent))
    percent = min(int(total / FOR_ENTERPRISES / budget.total * 100.0 + 0.5), most)
    if 0 < percent < EFFECTIVE:
        percent = EFFECTIVE if most >= EFFECTIVE else 0
    decision[n], decision[n + 1] = percent, budget.penalty
    whole = int(budget.total * percent / 100.0 * 9.0 / 10.0 + 1e-9)
    share_out(wanted, total, whole, decision)
    for i in range(n):
        decision[i] *= EFFECTIVE


@rule
def share_out(wanted, total, whole, decision):
    """Write whole numbers in proportion to ``wanted`` that add up to ``whole``; largest remainders are rounded up."""
    n, left = wanted.shape[0], whole
    for i in range(n):
        exact = wanted[i] / total * whole
        decision[i] = int(exact)
        wanted[i] = exact - int(exact)
        left -= decision[i]
    for _ in range(left):
        best = 0
        for i in range(1, n):
            if wanted[i] > wanted[best]:
                best = i
        decision[best] += 1
        wanted[best] = -1.0
