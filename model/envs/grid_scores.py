"""Scores of trained policies of the grid: enterprises beside the heuristic, governments beside the nine rules.

All play the same worlds with the same chance, so that differences are paired.
"""

from typing import NamedTuple

import numpy as np

from agents.enterprises.learned import learned_policy
from agents.enterprises.policies import ENTERPRISE_POLICIES
from model.envs.grid_episodes import FIRST, REGIMES, play_episodes
from model.envs.grid_governments import RULES, LearnedGovernments, RuleGovernments, Side

HEURISTIC = "heuristic"
"""Enterprises beside which trained ones are scored."""
UTILITY, TRADED, BIDS = "utility", "permits traded", "utility with learned bids"
WELFARES = {"welfare if settled": True, "welfare, the source's": False}
"""Welfare -> whether it includes the permits missing at the end."""
BESIDE = {
    UTILITY: "heuristic enterprises",
    TRADED: "heuristic enterprises",
    BIDS: "the same, bidding what permits are worth",
} | dict.fromkeys(WELFARES, "best of the nine rules")
"""Score of what was trained -> what is beside it."""
SCORED = 10_007
"""Beside a training's seed, that of the worlds in which it is scored."""


class Difference(NamedTuple):
    """Mean of paired differences, half its 95 % interval, and the means of both sides."""

    mean: float
    half: float
    first: float
    second: float


def difference(first, second):
    """Compare paired numbers, float64[pairs]."""
    apart = first - second
    half = 1.96 * apart.std(ddof=1) / np.sqrt(len(apart)) if len(apart) > 1 else np.nan
    return Difference(float(apart.mean()), float(half), float(first.mean()), float(second.mean()))


def score_enterprises(params, enterprises, worlds, seed, regime, stop=lambda: False):
    """Play the nine published rules, ``worlds`` worlds each; return the `Scores` of all, rule by rule."""
    rules, size = RuleGovernments.published(params, worlds), worlds * len(RULES)
    return play_episodes(params, enterprises, rules, size, seed, len(RULES), regime, stop)


def score_governments(params, enterprises, network, worlds, seed, regime="first", stop=lambda: False):
    """Play a learned government and the nine rules in the same worlds; return the `Scores` of it and of the rules."""
    learned, rules = LearnedGovernments(params, network), RuleGovernments.published(params, worlds, worlds)
    copies, governments = 1 + len(RULES), Side(learned, worlds, rules)
    scores = play_episodes(params, enterprises, governments, worlds * copies, seed, copies, regime, stop)
    return scores.part(slice(worlds)), scores.part(slice(worlds, None))


def beside_best_rule(learned, rules, climate_cost, settled):
    """Compare the welfare of a learned government with that of the rule that is best in the same worlds."""
    welfare = rules.welfare_at(climate_cost, settled).reshape(len(RULES), -1)
    return difference(learned.welfare_at(climate_cost, settled), welfare[welfare.mean(1).argmax()])


def usual_policy(params, name):
    """Return a registered enterprise policy that knows the parameters."""
    policy = ENTERPRISE_POLICIES[name](params.parts[name])
    policy.learn_parameters(params.everything())
    return policy


def score_trained(params, found, worlds, seed):
    """Score the policies of a `agents.trained.Trained` on worlds that no training sees: {name: `Difference`}."""
    scores, seed, enterprises = {}, [seed, SCORED], usual_policy(params, params.policy)
    if found.enterprises:
        enterprises = learned_policy(params, found.enterprises, found.bids)
        at_worth = learned_policy(params, found.enterprises) if found.bids else None
        for regime in REGIMES:
            compared = compare_learned(params, enterprises, at_worth, worlds, seed, regime)
            scores |= {f"{name}, labour as in {regime}": score for name, score in compared.items()}
    if found.government:
        own, rules = score_governments(params, enterprises, found.government, worlds, seed)
        for name, settled in WELFARES.items():
            scores[name] = beside_best_rule(own, rules, params.climate_cost, settled)
    return scores


def compare_learned(params, enterprises, at_worth, worlds, seed, regime, stop=lambda: False):
    """Compare learned enterprises with heuristic ones over all nine rules, by utility and permits traded.

    at_worth : the same enterprises, bidding for permits what these are worth, to be compared with, too; or None.
    Returns {a key of `BESIDE`: `Difference`}.
    """

    def play(policy):
        return score_enterprises(params, policy, worlds, seed, regime, stop)

    def compared(column, *both):
        means = (getattr(scores, column).reshape(len(RULES), worlds, -1).mean((0, 2)) for scores in both)
        return difference(*means)

    learned, heuristic = play(enterprises), play(usual_policy(params, HEURISTIC))
    found = {
        UTILITY: compared("utility", learned, heuristic),
        TRADED: compared("trades", learned, heuristic),
    }
    return found | ({BIDS: compared("utility", learned, play(at_worth))} if at_worth else {})


def measure(params, enterprises, government, worlds, seed, stop=lambda: False):
    """Measure policies as they are now, in the same worlds each time: numbers by name, means over worlds.

    government : has ``decide(batch)``; None for the nine published rules, ``worlds`` worlds each.
    """
    rules = government or RuleGovernments.published(params, worlds)
    copies = 1 if government else len(RULES)
    found = {}
    for regime in REGIMES:
        scores = play_episodes(
            params, enterprises, rules, worlds * copies, seed, copies, regime=regime, stop=stop
        )
        found[f"utility, {regime}"] = float(scores.utility.mean())
        if regime == FIRST:
            for name in ("welfare", "welfare_if_settled", "shortfall", "deficit", "trades", "projects"):
                found[name] = float(getattr(scores, name).mean())
    return found
