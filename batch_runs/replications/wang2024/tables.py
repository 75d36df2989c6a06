"""Tables of the replication of [Wang2024] beside the nine rules: trade and dear labour, permits sold by auction."""

from math import nan

from batch_runs.replications.common.report import Table
from batch_runs.replications.common.verdicts import mean_text
from batch_runs.replications.wang2024.figures import TITLES
from batch_runs.replications.wang2024.runs import (
    FORMATS,
    FULL,
    FULL_NO_TRADE,
    HEURISTIC,
    NO_TRADE,
    NUMBERS,
    RANDOM,
    SOLD_RULE,
    USUAL,
    title,
)

COMPARED = ("utility", "welfare at c_e 0.2", "shortfall settled", "coins", "trades", "labour")
"""Numbers shown of variants."""

SALES = (
    "Where permits are sold, as many as the rule would give away are for sale at the start of every period. Each "
    "enterprise bids a schedule, a step for every permit at what it is worth on top of those before, at most the fine, "
    "and all prices are lowered alike where half of its coins does not cover them. The proceeds leave the enterprises "
    "and count in no welfare."
)


def head(number):
    """Head of a number's column, with its unit."""
    unit = NUMBERS[number]
    return f"{number}, {unit}" if unit not in ("", number) else number


def variants_table(episodes):
    """Trading and not trading, at both weights of labour, mean over the nine rules."""
    played = [(HEURISTIC, v) for v in (USUAL, NO_TRADE, FULL, FULL_NO_TRADE)] + [
        (RANDOM, USUAL),
        (RANDOM, FULL),
    ]
    rows = [
        (TITLES[who], variant, *(mean_text(episodes.over_rules(number, who, variant)) for number in COMPARED))
        for who, variant in played
    ]
    caption = (
        f"Mean over the nine rules and {len(episodes.seeds)} seeds, 95 % interval over seeds; usual: labour hardly "
        "counts; full labour: it has its full weight from the first step"
    )
    return Table(caption, ("enterprises", "variant", *map(head, COMPARED)), rows)


def sales_table(episodes):
    """Free allocation beside every auction format."""
    numbers = (
        "welfare at c_e 0.2",
        "utility",
        "coins",
        "equality",
        "shortfall settled",
        "properties",
        "trades",
    )
    sold = ("auction proceeds", "auction price", "highest auction price")
    rows = [
        (
            "free" if v == USUAL else v,
            *(mean_text(episodes.of(x, SOLD_RULE, HEURISTIC, v)) for x in numbers + used),
        )
        for v, used in ((USUAL, ()), *((name, sold) for name in FORMATS))
    ]
    rows[0] += (nan,) * len(sold)
    caption = (
        f"{title(SOLD_RULE)}, heuristic enterprises, mean over {len(episodes.seeds)} seeds and 95 % interval"
    )
    return Table(caption, ("permits", *map(head, numbers + sold)), rows)
