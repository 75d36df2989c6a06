"""Report of the replication of [TwoTier], section by section."""

import numpy as np

from batch_runs.replications.common.report import Section, Table
from batch_runs.replications.common.verdicts import (
    claims_table,
    failures,
    mean_text,
    rule_for,
    sources_of,
    tally,
)
from batch_runs.replications.two_tier.claims import PROTOTYPE
from batch_runs.replications.two_tier.figures import figures
from batch_runs.replications.two_tier.runs import FORMATS, HRB, INDICES, LEARNING, TITLES, VCG, YARDSTICK
from batch_runs.replications.two_tier.theory import equilibrium_rows

TITLE = "Replication of the two-tier sealed-bid auctions: uniform, discriminatory and VCG"
EURO = ("revenue", "profit", "truthful_profit", "random_profit")
UNITS = dict.fromkeys(EURO, "€") | {"auctions_until_truthful": "auctions"}
SHOWN = (*INDICES, "unit_difference", "profit", "truthful_profit", *YARDSTICK, "exploitability")

WORDS = (
    "Numbers of theory are those of the worst case, and exact for the cases computed. HRB: uniform price set by the "
    "highest rejected bid; LAB: by the lowest accepted bid. The source asks the questions and names the means; it "
    "reports no results, so no number here is compared with one of its own. Prototype: an earlier prototype of ours."
)
BOTH_TIERS = (
    "The prototype's tier_difference under HRB, 0.75 to 0.77, seems to count permits not bid for as bids of 0, as "
    "our unit_difference does. Our tier_difference compares the two steps over the permits they bid for, and is "
    "undefined in auctions where nobody bids for a second permit. The prototype's range is therefore printed beside "
    "both. The prototype's ranges span three seeds; they are not intervals, and no verdict depends on them."
)


def sections(found, games, scale):
    """Return all sections but the last; found : list of `Result`; games : label -> `Learned`; scale : of theory."""
    theory = [r for r in found if r.id.startswith("T")]
    learned = [r for r in found if not r.id.startswith("T")]
    return [
        Section("Summary", [_summary(found, games), rule_for("seeds"), WORDS, sources_of(found)]),
        Section("Theory", [claims_table("Claims of auction theory", theory, "cases"), _equilibria(scale)]),
        Section("Learning", [claims_table("Claims about learned bids", learned, "seeds")]),
        failures(found),
        Section("The numbers", [BOTH_TIERS, *_number_tables(games)]),
        Section("Figures", ["Means over seeds, 95 % intervals.", *figures(games)]),
    ]


def _summary(found, games):
    small = next(iter(games.values()))
    index = {f: mean_text(small.of("dri_marginal", f)) for f in FORMATS}
    indices = ", ".join(f"{TITLES[f]} {index[f]}" for f in FORMATS)
    never = np.isinf(small.of("auctions_until_truthful", VCG)).sum()
    until = np.minimum(small.of("auctions_until_truthful", VCG), small.cell.samples)
    missing = f"; {never} seeds never" if never else ""
    return (
        f"{tally(found)} Marginal demand reduction of learned "
        f"bids, three firms: {indices}. VCG bidders come within 0.05 of the truth after {until.min():,.0f} to "
        f"{until.max():,.0f} auctions{missing} (prototype: 41,000 to 82,000). Ten firms: the index under HRB "
        f"lies {_gap(list(games.values())[-1])} above that under VCG (prototype: 0.22 to 0.36)."
    )


def _gap(large):
    return mean_text(large.of("dri_marginal", HRB) - large.of("dri_marginal", VCG))


def _equilibria(scale):
    caption = (
        "Discriminatory pricing, unit demand, values evenly distributed on [0, 1]: the equilibrium's bid, "
        "the best reply on a grid to rivals who bid so, and its gain, €. Rivals' values are a fine grid, so gains "
        "are no larger than its mesh."
    )
    columns = ("game", "value, €/t", "formula, €/t", "best reply, €/t", "gain, €")
    return Table(caption, columns, [tuple(row) for row in equilibrium_rows(scale)])


def _number_tables(games):
    """Return a table number x format for each game; the first one has the prototype's ranges."""
    made = []
    for k, (label, learned) in enumerate(games.items()):
        heads = [h for f in FORMATS for h in ((TITLES[f], "prototype") if k == 0 else (TITLES[f],))]
        rows = [(name, UNITS.get(name, "share"), *_cells(learned, name, k == 0)) for name in SHOWN]
        caption = (
            f"Learned bids without noise, {label}: mean over {len(learned.seeds)} seeds and 95 % interval"
        )
        made.append(Table(caption, ("number", "unit", *heads), rows))
    return made


def _cells(learned, name, with_prototype):
    for f in FORMATS:
        yield mean_text(learned.of(name, f))
        if with_prototype:
            known = PROTOTYPE[f].get("tier_difference" if name == "unit_difference" else name)
            yield _range(known) if known else ""


def _range(known):
    low, high = known
    return f"{low:g}" if low == high else f"{low:g} to {high:g}"


def method(games):
    """Describe the computation."""
    sizes = "; ".join(
        f"{label}: {len(g.seeds)} seeds, {g.cell.samples:,} auctions each, measured on {g.cell.auctions:,} "
        "fresh ones"
        for label, g in games.items()
    )
    knobs = ", ".join(f"{name} {value}" for name, value in LEARNING.items())
    return (
        f"{sizes}. For every auction supply is drawn between 0.3 and 0.7 of all needs, and costs "
        "between 0.5 and 1.5 €/t². Every firm has its own network and learns by PPO from its own "
        f"profits alone: {knobs}; sigmoid means, repair “ratio”, highest price the firm's own first value. "
        "Formats of one seed see the same costs, supplies and random numbers, so differences are paired."
    )
