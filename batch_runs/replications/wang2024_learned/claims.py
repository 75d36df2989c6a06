"""The claims about trained enterprises and governments, among them those of the paper's section 4.3.

The paper compares governments before their enterprises have adapted to each as to the others; here every government is
judged with four populations, among them those that have adapted to it. That trained enterprises are better than
scripted ones, and by how much, is a question of our own.
"""

from math import inf

from batch_runs.replications.common.claims import Range, Statement
from batch_runs.replications.wang2024.claims import OWN, SOURCE
from batch_runs.replications.wang2024.runs import title
from batch_runs.replications.wang2024_learned.measures import (
    alignment,
    best_in_words,
    change,
    government_above,
    lead,
    level,
    over_rules,
    policies_in_words,
    rule_above,
    strangers_lead,
    under_every_rule,
)
from batch_runs.replications.wang2024_learned.runs import (
    ADAPTED,
    ADAPTED_AGAIN,
    FULL,
    HEURISTIC,
    LEADER,
    LEARNED,
    OF_HEURISTIC,
    REOPTIMISED,
    SCRATCH,
    WELFARES,
)
from model.envs.grid_episodes import FIRST

LEAST_GAIN = {FIRST: 45.0, FULL: 20.0}
"""Utility by which trained enterprises are to exceed the heuristic in the mean over rules (ours)."""
LEAST_TRADE = Range(44.0, inf)
"""Permits traded in an episode: the fewest under a policy of the source."""
OTHER_POPULATION = (
    "The source trained other enterprises under each policy; these learned under all rules at once. The failure is "
    "that of the statement for them."
)
LABOUR = {FIRST: "first episodes", FULL: "labour at its full weight"}

UTILITY = tuple(
    statement
    for regime, short in ((FIRST, "first"), (FULL, "full"))
    for statement in (
        Statement(
            f"U1 {short}",
            f"trained enterprises earn more utility than the heuristic under every rule, {LABOUR[regime]}",
            under_every_rule(LEARNED, HEURISTIC, regime),
            "mean utility, trained - heuristic",
            "",
        ),
        Statement(
            f"U2 {short}",
            f"by {LEAST_GAIN[regime]:g} at least in the mean over rules (ours)",
            over_rules(LEARNED, HEURISTIC, regime, Range(LEAST_GAIN[regime], inf)),
            f"mean utility, trained - heuristic, above {LEAST_GAIN[regime]:g}",
            "",
        ),
        Statement(
            f"U3 {short}",
            "beginning as copies of the heuristic, they learn more in the same time than from scratch",
            over_rules(LEARNED, SCRATCH, regime),
            "mean utility, begun as copies - from scratch",
            "",
        ),
    )
)

PLACES = (
    ("H", "heuristic enterprises, which it was trained with", HEURISTIC, OF_HEURISTIC),
    ("L", "trained enterprises, which it was trained with", LEARNED, LEADER),
    ("A", "these enterprises after they have adapted to it", ADAPTED, LEADER),
    ("R", "adapted enterprises, with which it has been trained again", ADAPTED, REOPTIMISED),
    ("B", "these enterprises after they have adapted once more", ADAPTED_AGAIN, REOPTIMISED),
)
"""Short name, description, enterprises and government of every meeting in which a government is judged."""


def short_of(number):
    """Short name of a welfare: its climate cost, and + where the last step's shortfall is included.

    >>> short_of("welfare at c_e 0.2, last step included")
    '0.2+'
    """
    cost, settled = WELFARES[number]
    return f"{cost}{'+' if settled else ''}"


WELFARE = tuple(
    Statement(
        f"G {place} {short_of(number)}",
        f"a trained government exceeds the best of the nine rules in {number}, with {description}",
        lead(number, population, government),
        f"{number}, government - best rule with the same enterprises",
        "coins",
        facts=best_in_words(number, population),
        source=OWN if WELFARES[number][1] else SOURCE,
    )
    for number in WELFARES
    for place, description, population, government in PLACES
)
OBJECTIVE = next(iter(WELFARES))
"""The welfare that governments are trained for."""

ADAPTING = (
    Statement(
        "A1",
        "enterprises gain by adapting to a trained government",
        change("utility", (ADAPTED, LEADER), (LEARNED, LEADER)),
        "mean utility under it, after - before",
        "",
    ),
    Statement(
        "A2",
        "the government loses welfare when enterprises adapt to it",
        change(OBJECTIVE, (LEARNED, LEADER), (ADAPTED, LEADER)),
        f"{OBJECTIVE}, before - after",
        "coins",
    ),
    Statement(
        "A3",
        "it gains by being trained again with the adapted enterprises",
        change(OBJECTIVE, (ADAPTED, REOPTIMISED), (ADAPTED, LEADER)),
        f"{OBJECTIVE}, trained again - as it was",
        "coins",
    ),
    Statement(
        "A4",
        "it loses again when they adapt once more",
        change(OBJECTIVE, (ADAPTED, REOPTIMISED), (ADAPTED_AGAIN, REOPTIMISED)),
        f"{OBJECTIVE}, before - after",
        "coins",
    ),
    *(
        Statement(
            f"A5 {place}",
            f"with enterprises that have adapted to it, {which} exceeds the best rule with those trained under rules",
            lead(OBJECTIVE, population, government, LEARNED),
            f"{OBJECTIVE}, government - best rule, each with its own enterprises",
            "coins",
        )
        for place, which, population, government in (
            ("A", "the government", ADAPTED, LEADER),
            ("B", "the government trained again", ADAPTED_AGAIN, REOPTIMISED),
        )
    ),
    Statement(
        "A6",
        "a government exceeds the best of the nine rules with enterprises of other trainings",
        strangers_lead(OBJECTIVE),
        f"{OBJECTIVE}, government - best rule, mean over enterprises of other seeds",
        "coins",
    ),
)

FLAT, DECREASING, CONVEX = (("flat", "size"), ("decreasing", "size"), ("convex", "size"))


def compare(id, claim, number, first, second, unit):
    """Statement of the paper that a number is larger under one rule than under another."""
    return Statement(
        id,
        claim,
        rule_above(number, first, second),
        f"{number}, {title(first)} - {title(second)}, trained enterprises",
        unit,
        source=SOURCE,
        reason=OTHER_POPULATION,
    )


def of_government(id, claim, number, unit, sign=1):
    """Statement of the paper that a number is above, or with ``sign`` -1 below, that of flat, decreasing and convex.

    It is asked again where both levels have adapted to each other.
    """
    again = government_above(number, sign, ADAPTED_AGAIN, REOPTIMISED)
    order = "government - rule" if sign > 0 else "rule - government"
    return Statement(
        id,
        claim,
        government_above(number, sign),
        f"{number}, {order}, under size; trained enterprises",
        unit,
        source=SOURCE,
        facts=policies_in_words(number),
        elsewhere={"after both have adapted": again},
        reason=OTHER_POPULATION,
    )


SETTLED = "shortfall"
DETAILS = (
    Statement(
        "T1",
        "trade lives among trained enterprises, as much as among the source's",
        level("trades", LEAST_TRADE),
        "permits traded in an episode, mean over the nine rules, at least 44",
        "t",
    ),
    Statement(
        "T2",
        "coins that circulate by trade go together with equality, over flat, decreasing, convex and the government",
        alignment("revenue", "equality"),
        "correlation over the four policies",
        "",
        source=SOURCE,
        reason=OTHER_POPULATION,
    ),
    compare("D1", "flat has more production than decreasing", "properties", FLAT, DECREASING, ""),
    compare("D2", "flat has more production than convex", "properties", FLAT, CONVEX, ""),
    compare("D3", "flat has more investment than decreasing", "investments", FLAT, DECREASING, ""),
    compare("D4", "convex has more investment than flat", "investments", CONVEX, FLAT, ""),
    compare("D5", "flat has higher emissions than decreasing", "emissions", FLAT, DECREASING, "t"),
    compare("D6", "flat has higher emissions than convex", "emissions", FLAT, CONVEX, "t"),
    compare("D7", "decreasing has higher equality than flat", "equality", DECREASING, FLAT, "share"),
    compare("D8", "decreasing has fewer excess emissions than flat", SETTLED, FLAT, DECREASING, "t"),
    compare("D9", "convex has fewer excess emissions than flat", SETTLED, FLAT, CONVEX, "t"),
    of_government("M1", "the trained government has more certified projects", "projects", ""),
    of_government("M2", "the trained government has more production", "properties", ""),
    of_government("M3", "the trained government has higher income", "coins", "coins"),
    of_government("M4", "the trained government has higher emissions", "emissions", "t"),
    of_government("M5", "the trained government has fewer excess emissions", SETTLED, "t", sign=-1),
    of_government("M6", "the trained government has less investment", "investments", "", sign=-1),
)
"""What the paper says of Figure 3: of the three schedules under size, and of its learned government beside them."""

STATEMENTS = (*UTILITY, *WELFARE, *ADAPTING, *DETAILS)
