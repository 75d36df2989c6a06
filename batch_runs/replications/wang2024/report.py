"""Report of the replication of [Wang2024], section by section."""

from math import nan

import numpy as np

from batch_runs.replications.common.report import Section, Table, short
from batch_runs.replications.common.statistics import mean
from batch_runs.replications.common.verdicts import (
    claims_table,
    failures,
    mean_text,
    rule_for,
    sources_of,
    tally,
)
from batch_runs.replications.wang2024.claims import ALLOCATION
from batch_runs.replications.wang2024.figures import TITLES, by_period, figures
from batch_runs.replications.wang2024.measures import totals_of
from batch_runs.replications.wang2024.published import (
    LARGER_SAMPLE,
    LEARNED,
    LEVEL,
    PUBLISHED,
    SHARES,
    SHOWN,
    TOTALS,
    UTILITY,
    table_of,
)
from batch_runs.replications.wang2024.replays import EPISODES, SKIPPED
from batch_runs.replications.wang2024.runs import (
    ACTIONS,
    HEURISTIC,
    IDLE,
    NUMBERS,
    POPULATIONS,
    RANDOM,
    RULES,
    SOLD_RULE,
    title,
)
from batch_runs.replications.wang2024.tables import SALES, head, sales_table, variants_table

TITLE = "Replication of Wang et al. (2024) without learning: nine allocation rules on the grid"
REPORTED = tuple(NUMBERS)[: tuple(NUMBERS).index("polluted cells")]

EXACT = "Exact numbers are the worst over all episodes played."
ANOTHER_POPULATION = (
    "The published figures come from enterprises that had learned under the rule they were evaluated with (or, under "
    "size, under another one). Ours follow a script, the same under every rule: another population. Equal numbers "
    "are therefore no success and different ones no failure. What can be compared: allocations, pollution and "
    "recorded episodes, exactly; the order of rules, as a question to a second population; and levels, as the height "
    "that learning has to reach."
)
ONE_COEFFICIENT = (
    "Every episode is scored at both economy-climate coefficients. Nobody on the map reacts to the coefficient under "
    "indicator rules, so the same episode has two welfares; the published comparison scores the learned government at "
    "0.05 and the nine rules at 0.2, which favours it."
)
TWO_SHORTFALLS = (
    "Shortfall settled is the number of permits missing at the starts of periods 2 to 10; only this enters welfare. "
    "Shortfall left is missing at the last step; it is fined and never settled."
)
DEFICIT_PAYS = (
    "With a level below a third a production of size S earns 10 S coins and its fine is below 10 S. From then on few "
    "permits do not stop production; they leave emissions uncovered, early under a convex schedule, late under a "
    "decreasing one."
)
FRESH = (
    "Every episode is the first of its environment, as the published ones nearly are, unless said otherwise: labour "
    "hardly counts in utilities yet (its weight ends near 0.05). Welfare is that of the final state; the sum of a "
    "government's rewards is 20 less."
)
IN_DEBT = (
    "Random enterprises can end in debt. Equality then leaves the range from 0 to 1, as its definition has it, and "
    "welfare means nothing where the sum of coins is near zero or below."
)
BY_NATURE = (
    "The heuristic produces on free ground while a production earns more than its labour and its permits or its fine, "
    "invests while that pays within 100 steps, and builds projects from 60 coins on if they pay. Labour counts as the "
    "coins that bring the utility it takes. A permit is worth the fine or the income it stands for, as far as it will "
    "be missed before the next fine. It asks for that and what the step could have earned otherwise, and takes an "
    "open ask that leaves it more; only in a step in which it could earn less than a coin otherwise does it post a bid "
    "at what the permit is worth, to wait. It trades less than learned enterprises because all of them are short of "
    "permits in the same periods and have too many in the same ones, and because an order takes a step of production."
)


def sections(found, episodes, replays):
    """All sections but the last; found : list of `Result`; replays : pairs (`Recorded`, its result)."""
    exact = {s.id for s in ALLOCATION}
    rules = [r for r in found if r.id in exact or r.id.startswith("R_")]
    others = [r for r in found if r not in rules]
    return [
        Section("Summary", [_summary(found, episodes), ANOTHER_POPULATION, f"{rule_for('seeds')} {EXACT}"]),
        Section(
            "What does not depend on who acts",
            [
                claims_table("Allocation, pollution and recorded episodes", rules, "cases"),
                _totals(episodes),
                *([_replays(replays)] if replays else [SKIPPED]),
            ],
        ),
        Section(
            "Statements about rules and populations",
            [
                claims_table("Claims of the paper, and questions of our own", others, "seeds"),
                sources_of(others),
                ONE_COEFFICIENT,
            ],
        ),
        failures(found, _instead(episodes)),
        Section(
            "The numbers",
            [TWO_SHORTFALLS, FRESH, _heuristic(episodes), _larger(), *_baselines(episodes), IN_DEBT],
        ),
        Section("With and without trade, labour dear", [variants_table(episodes)]),
        Section("Permits sold by auction", [SALES, sales_table(episodes)]),
        Section("What enterprises do", [BY_NATURE, _actions(episodes), _published_ranges(episodes)]),
        Section("Figures", figures(episodes)),
    ]


def _summary(found, episodes):
    return (
        f"{tally(found)} Utility of heuristic enterprises is {_range(episodes, 'utility', HEURISTIC)} by rule "
        f"(learned, published: {UTILITY[0]} to {UTILITY[1]}), of random ones {_range(episodes, 'utility', RANDOM)}, "
        f"of idle ones {_range(episodes, 'utility', IDLE)}. Welfare with heuristic enterprises is "
        f"{_range(episodes, 'welfare at c_e 0.2', HEURISTIC)} at c_e 0.2 (published rules: 97 to 663) and "
        f"{_range(episodes, 'welfare at c_e 0.05', HEURISTIC)} at c_e 0.05 (629 to 1186); the best rules are "
        f"{_best(episodes, 'welfare at c_e 0.2')} and {_best(episodes, 'welfare at c_e 0.05')}."
    )


def _range(episodes, number, population):
    """Lowest to highest mean over rules."""
    means = [mean(episodes.of(number, rule, population)).value for rule in RULES]
    low, high = short(min(means)), short(max(means))
    return low if low == high else f"{low} to {high}"


def _best(episodes, number):
    return title(max(RULES, key=lambda rule: episodes.of(number, rule).mean()))


def _instead(episodes):
    """Describe when permits are short, from the numbers by period."""
    levels = by_period(episodes, "emission level").values()
    missing = [
        f"{schedule} " + ", ".join(short(float(sample[:, k].mean())) for k in (0, 1, -2, -1))
        for schedule, sample in by_period(episodes, "missing").items()
    ]
    return (
        f"Heuristic enterprises miss, at the ends of the first two and the last two periods, t: {'; '.join(missing)}. "
        f"Their mean level is {short(float(np.mean([sample[:, 0].mean() for sample in levels])))} at the end of the "
        f"first period already. {DEFICIT_PAYS}"
    )


def _totals(episodes):
    """Allocations of an episode, as played and as the tables have them."""
    rows = []
    for rule in RULES:
        played = totals_of(episodes, rule)
        known = zip(played.min(0), played.max(0), TOTALS[table_of(rule)])
        rows.append(
            (title(rule), *(cell for low, high, table in known for cell in (_same(low, high), table)))
        )
    columns = ("rule", "to enterprises, t", "table", "projects", "table", "lost, t", "table")
    return Table(
        "Permits of an episode, as played in every episode and as the tables have them", columns, rows
    )


def _same(low, high):
    return f"{low:g}" if low == high else f"{low:g} to {high:g}"


def _replays(replays):
    rows = [
        (recorded.name, EPISODES[recorded.name], *(int(x) for x in found["numbers"]))
        for recorded, found in replays
    ]
    columns = ("file", "what", "steps", "agreeing", "numbers compared", "final metrics", "agreeing")
    return Table("Recorded episodes replayed", columns, rows)


def _heuristic(episodes):
    """Every rule: the heuristic with intervals, and the published figures below."""
    rows = []
    for rule in RULES:
        rows.append((title(rule), "heuristic", *_cells(episodes, rule, HEURISTIC)))
        rows.append((title(rule), "published, learned", *_published(title(rule))))
    rows.append((LEARNED, "published, learned", *_published(LEARNED)))
    caption = (
        f"Heuristic enterprises, mean over {len(episodes.seeds)} seeds and 95 % interval, and published means of five "
        "episodes"
    )
    return Table(caption, ("rule", "enterprises", *map(head, REPORTED)), rows)


def _cells(episodes, rule, population):
    return (mean_text(episodes.of(number, rule, population)) for number in REPORTED)


def _published(policy):
    known = dict(zip(SHOWN, PUBLISHED[policy]))
    return (float(known.get(number, nan)) for number in REPORTED)


def _larger():
    rows = [
        (policy, *(f"{value} ± {error}" for value, error in pairs)) for policy, pairs in LARGER_SAMPLE.items()
    ]
    caption = (
        "Thirty fresh episodes per policy played by the published networks in another implementation of the "
        "simulator's rules, ± standard error; size rules with the networks trained under them"
    )
    return Table(caption, ("policy", "welfare at c_e 0.2", "welfare at c_e 0.05"), rows)


def _baselines(episodes):
    """Random enterprises by rule; idle ones, who are the same under every rule."""
    rows = [(title(rule), "random", *_cells(episodes, rule, RANDOM)) for rule in RULES]
    rows.append(("any", "idle", *_cells(episodes, RULES[0], IDLE)))
    caption = f"Random and idle enterprises, mean over {len(episodes.seeds)} seeds and 95 % interval"
    return [Table(caption, ("rule", "enterprises", *map(head, REPORTED)), rows)]


def _actions(episodes):
    rows = [
        (TITLES[population], *(mean_text(column) for column in episodes.shares(population).T))
        for population in POPULATIONS
    ]
    rows.append(("published, learned", *(_ends(SHARES[action]) for action in ACTIONS)))
    return Table(
        "Share of each action, mean over rules, interval over seeds", ("enterprises", *ACTIONS), rows
    )


def _ends(pair):
    return f"{pair[0]:g}" if pair[0] == pair[1] else f"{pair[0]:g} to {pair[1]:g}"


def _published_ranges(episodes):
    """Utility and level at the end by population."""
    rows = [
        (TITLES[p], _range(episodes, "utility", p), _range(episodes, "emission level", p))
        for p in POPULATIONS
    ]
    rows.append(("published, learned", _ends(UTILITY), _ends(LEVEL)))
    columns = ("enterprises", "mean utility", "emission level at the end")
    return Table("Lowest to highest mean over rules", columns, rows)


def method(episodes):
    """Describe the computation."""
    p = episodes.params
    return (
        f"{len(episodes.seeds)} seeds ({min(episodes.seeds)} to {max(episodes.seeds)}) x {len(RULES)} rules x "
        f"{len(POPULATIONS)} populations, one episode of {p.episode} steps each: {p.n_firms} enterprises on "
        f"{p.height} x {p.width} cells, all parameters at their defaults; besides, heuristic enterprises without "
        "trade, heuristic and random ones with labour at its full weight (labour_warmup = 0), and auctions under "
        f"{title(SOLD_RULE)}. A seed fixes skills, positions, visiting "
        "orders, research and project cells, so differences between rules and populations are paired."
    )
