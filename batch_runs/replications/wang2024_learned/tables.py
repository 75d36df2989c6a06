"""Tables of the replication of [Wang2024] with learning."""

import pandas as pd

from batch_runs.replications.common.report import Table, short
from batch_runs.replications.common.statistics import crossed, mean
from batch_runs.replications.common.verdicts import digits, estimate_text
from batch_runs.replications.wang2024.runs import title
from batch_runs.replications.wang2024_learned.claims import PLACES
from batch_runs.replications.wang2024_learned.measures import SI
from batch_runs.replications.wang2024_learned.runs import (
    ADAPTED_AGAIN,
    BY_PPO,
    GOVERNMENTS,
    HEURISTIC,
    LEADER,
    LEARNED,
    NUMBERS,
    OF_HEURISTIC,
    POPULATIONS,
    REOPTIMISED,
    SCRATCH,
)
from model.envs.grid_episodes import FIRST
from model.envs.grid_governments import RULES

SHOWN = (
    "welfare at c_e 0.2",
    "emissions",
    "trades",
    "properties",
    "projects",
    "investments",
    "equality",
    "shortfall",
    "deficit",
    "coins",
)
"""Numbers of the source's Figure 3, and others that its section 4.3 speaks of."""
UNITS = {"emissions": "t", "trades": "t", "shortfall": "t", "deficit": "t", "coins": "per enterprise"}


def text(sample):
    """Format the mean of float64[seeds, worlds] with its interval; without one where there is one seed only."""
    return estimate_text(crossed(sample), form=digits)


def by_seed(sample):
    """Format the means of float64[seeds, worlds] of the single seeds, each with half its interval over worlds."""
    each = (mean(row) for row in sample)
    return "; ".join(f"{short(e.value)} ± {short(e.high - e.value)}" for e in each)


def utility_table(outcomes, regime):
    """Utility of enterprises by rule: the heuristic, and how much more trained ones earn."""
    rows = []
    for rule in (*RULES, None):

        def of(population, rule=rule):
            if rule is None:
                return outcomes.over_rules("utility", population, regime)
            return outcomes.of("utility", population, rule, regime)

        gain = of(LEARNED) - of(HEURISTIC)
        rows.append(
            (
                "mean" if rule is None else title(rule),
                float(of(HEURISTIC).mean()),
                float(of(LEARNED).mean()),
                text(gain),
                by_seed(gain),
                text(of(SCRATCH) - of(HEURISTIC)),
            )
        )
    labour = (
        "first episodes, in which labour hardly counts" if regime == FIRST else "labour at its full weight"
    )
    columns = ("rule", "heuristic", "trained", "gain", "by training seed", "gain from scratch")
    return Table(f"Mean utility of enterprises, {labour}", columns, rows)


def welfare_table(outcomes, number):
    """Welfare of trained governments beside the best of the nine rules with the same enterprises."""
    rows = []
    for place, description, population, government in (
        *PLACES,
        ("P", "trained enterprises; a government by PPO", LEARNED, BY_PPO),
        ("X", "heuristic enterprises; a government trained with others", HEURISTIC, LEADER),
        ("Y", "trained enterprises; a government trained with heuristic ones", LEARNED, OF_HEURISTIC),
    ):
        own, best = outcomes.of(number, population, government), outcomes.best_rule(number, population)
        rows.append(
            (
                place,
                description,
                float(own.mean()),
                float(best.mean()),
                text(own - best),
                by_seed(own - best),
                ", ".join(sorted({title(rule) for rule in outcomes.best_rules(number, population)})),
            )
        )
    columns = ("", "played with", "government", "best rule", "lead", "by training seed", "best rules")
    return Table(f"{number[0].upper()}{number[1:]}, coins", columns, rows)


def details_table(outcomes):
    """Numbers of an episode under the policies of the source's Figure 3, by enterprises."""
    rows = [
        (title(policy) if policy in SI else policy, who, *(text(outcomes.of(x, who, policy)) for x in SHOWN))
        for who, policies in (
            (HEURISTIC, (*SI, OF_HEURISTIC)),
            (LEARNED, (*SI, LEADER)),
            (ADAPTED_AGAIN, (*SI, REOPTIMISED)),
        )
        for policy in policies
    ]
    heads = (f"{x}, {UNITS[x]}" if x in UNITS else x for x in SHOWN)
    caption = "Policies of the source's Figure 3: mean over training seeds and worlds, 95 % interval"
    return Table(caption, ("policy", "enterprises", *heads), rows)


def cost_table(outcomes):
    """Processor time of every stage, and what it reached by its own measure."""
    rows = []
    for name in (*POPULATIONS, *GOVERNMENTS):
        seconds, curve = outcomes.stage(name, "seconds"), outcomes.stage(name, "curve")
        rows.append((name, curve.shape[1], float(seconds.mean()), *(_ends(curve[:, k]) for k in (0, -1))))
    columns = ("stage", "improvements", "seconds of a core", "score of the first", "score of the last")
    caption = "Stages: mean processor time; mean utility or welfare of training episodes, by training seed"
    return Table(caption, columns, rows)


def _ends(scores):
    return "; ".join(short(float(score)) for score in scores)


def score_table(played):
    """One row per population, policy and world, for data/scores.csv; played : pairs (`Match`, its result)."""
    rows = []
    for match, result in played:
        names = [f"{name}, seed {seed}" for seed, name in match.governments] + [title(r) for r in RULES]
        for name, of_worlds in zip(names, result["numbers"]):
            for world, numbers in enumerate(of_worlds):
                at = {"enterprises": match.population, "seed": match.seed, "labour": match.regime}
                rows.append(at | {"policy": name, "world": world} | dict(zip(NUMBERS, numbers)))
    return pd.DataFrame(rows)
