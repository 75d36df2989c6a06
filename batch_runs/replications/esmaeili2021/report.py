"""Report of the replication of [Esmaeili2021], section by section."""

import numpy as np

from batch_runs.replications.common.claims import score
from batch_runs.replications.common.report import Section, Table
from batch_runs.replications.common.verdicts import (
    agreements,
    claims_table,
    estimate_text,
    failures,
    rule_for,
    score_distribution,
    tally,
    verdicts_by_group,
)
from batch_runs.replications.esmaeili2021.claims import findings
from batch_runs.replications.esmaeili2021.figures import figures, finding_figures
from batch_runs.replications.esmaeili2021.outcomes import D, U
from batch_runs.replications.esmaeili2021.runs import MAIN, READ_OUT, ROUNDS, YARDSTICK
from model.scenarios import scenarios

TITLE = "Replication of Esmaeili Avval et al. (2021): uniform and discriminatory carbon auctions"
CHOICE_LABEL = "Reading shown in the figures:"
PUBLISHED_CROSSING, PUBLISHED_VARIANCES = "0.90", ("0.423", "0.05")

SPLIT = (
    "The paper's claims are numbered 1 to 26. A claim of two parts, or about two formats or bands of phi, is split "
    "into a, b, … “At every phi” is judged at the worst phi. Bands: phi < 0.9 and phi > 0.9; 0.90 itself belongs to "
    "neither. A population has the same firms and random numbers in both formats, at every phi and under every "
    "reading, so differences are paired. Words without a number (“stable”, “nearly "
    "equal”, “almost every”) have tolerances of ours, which follow from the grid of bids or are round numbers; none "
    "was adjusted to a result."
)
HELD_OUT = (
    "The main reading was chosen as the one of the highest score among all readings, on populations with other seeds "
    "(1 to 30). All verdicts here are those of populations that had no part in this choice."
)
OPEN_POINTS = (
    "The paper leaves open whether exploration ends and the step size falls, how large a bid volume may be, "
    "and what a firm short of permits does. Each reading answers these differently; nothing else differs "
    "between them."
)
EXPLOITABILITY = (
    "Exploitability is the most a firm could gain by another bid of its own grid, given the others' learned bids, as "
    "a share of its margin at full output. It measures how far the learned bids are from a Nash equilibrium of the "
    "one-period game; the paper does not report it."
)
EQUILIBRIA = (
    "Pure equilibria of the game on the same grid of bids, found by iterated best response from truthful and from "
    "random bids. Where learned clearing prices lie below theirs, firms pay less than in competition in the "
    "one-period game, without any agreement: the effect is that of tacit collusion. Because bids stay exploitable and "
    "the future counts little (gamma 0.1), imperfect learning is a more likely cause than fear of punishment."
)
NO_ESCAPE = (
    "It can be negative because the secondary market sells to a firm short of permits even if they cost more than "
    "they are worth to it, so staying out of the auction does not avoid the loss."
)


def sections(readings, judged):
    """Return all sections but the last; readings : list of `Reading`, the main one first; judged : by reading."""
    main, found = readings[0], judged[readings[0].name]
    labels = {reading.name: label(reading.name) for reading in readings}
    scores = score_distribution(judged, labels, main.name)
    grid = verdicts_by_group("Verdict of every claim under every reading", judged, labels, values=False)
    numbers = _numbers_table(readings, judged)
    explained = "U: uniform, D: discriminatory pricing. Means over populations, 95 % intervals."
    return [
        Section("Summary", [_summary(main, found), rule_for("populations"), HELD_OUT, scores, SPLIT]),
        Section(
            "The claims",
            [claims_table("Claims under the main reading", found, "populations"), agreements(found)],
        ),
        failures(found),
        Section("Every claim under every reading", [OPEN_POINTS, _readings_table(readings), grid, numbers]),
        Section("Figures", [explained, *figures(readings)]),
        Section("Beyond the paper", [*_finding_parts(readings), *finding_figures(readings)]),
    ]


def _summary(main, found):
    variances = [main.average("bid_variance", auction).mean() for auction in (U, D)]
    return (
        f"Under the main reading: {tally(found)} Profits under the two formats cross at phi = {_crossing(main)} "
        f"(paper: near {PUBLISHED_CROSSING}). The variance of bids is {variances[0]:.3f} (€/t)² under uniform and "
        f"{variances[1]:.3f} under discriminatory pricing (paper: {' and '.join(PUBLISHED_VARIANCES)})."
    )


def _crossing(reading):
    """Format the phi at which profits cross; a crossing that does not exist is infinite."""
    return estimate_text(reading.profit_crossing(), form=lambda x: "none" if np.isinf(x) else f"{x:.3f}")


def _readings_table(readings):
    presets = scenarios("learning_bidders")
    rows = [(label(r.name), r.name, presets[r.name].title, presets[r.name].about) for r in readings]
    return Table("The readings", ("reading", "preset", "title", "what it means"), rows)


def label(name):
    """Short name of a reading for the heads of columns.

    >>> label("esmaeili2021"), label("esmaeili2021_cap_share")
    ('main', 'cap share')
    """
    return name.removeprefix(MAIN).replace("_", " ").strip() or "main"


def _numbers_table(readings, judged):
    """Score, crossing, variances and exploitability of every reading."""
    rows = []
    for reading in readings:
        variances = (reading.average("bid_variance", auction).mean() for auction in (U, D))
        rounds = (reading.average("bid_price_variance", auction).mean() for auction in (U, D))
        rows.append(
            (
                label(reading.name),
                float(score(judged[reading.name])),
                _crossing(reading),
                *(f"{v:.3f}" for v in variances),
                *(f"{v:.3f}" for v in rounds),
                *(_range_over_phi(reading.of("exploitability", auction)) for auction in (U, D)),
            )
        )
    published = ("the paper", "", f"near {PUBLISHED_CROSSING}", *PUBLISHED_VARIANCES, "", "", "", "")
    columns = (
        "reading",
        "score",
        "profits cross at phi",
        "variance of bids, U",
        "D",
        "within a round, U",
        "D",
        "exploitability, U, %",
        "D, %",
    )
    caption = (
        "Readings by numbers. Variance across firms, (€/t)², of each firm's mean bid over the read-out, and "
        "of the bids of a single round; exploitability: lowest to highest mean over phi."
    )
    return Table(caption, columns, [*rows, published])


def _range_over_phi(values):
    means = values.mean(0)
    return f"{means.min():.1f}–{means.max():.1f}"


def _finding_parts(readings):
    """Text and tables on exploitability and equilibria, with our findings judged by the rule for claims."""
    phis = [f"{phi:.2f}" for phi in readings[0].phis]
    rows = [
        (label(reading.name), letter, *(float(x) for x in reading.of("exploitability", auction).mean(0)))
        for reading in readings
        for auction, letter in ((U, "U"), (D, "D"))
    ]
    exploitability = Table("Exploitability, % of full margin, mean firm", ("reading", "format", *phis), rows)
    prices = Table(
        "Clearing prices, €/t, learned and in pure equilibria, main reading",
        ("format", "price", *phis),
        [row for auction in (U, D) for row in _price_rows(readings[0], auction)],
    )
    own = claims_table("Our own statements under the main reading", findings(readings[0]), "populations")
    return [EXPLOITABILITY, exploitability, EQUILIBRIA, prices, _lowest_profit(readings[0]), own]


def _lowest_profit(reading):
    """Describe the lowest equilibrium profit of firms under D."""
    means = np.array(_means_of_known(reading.of("equilibrium_profit", D, YARDSTICK)))
    at = int(np.nanargmin(means))
    learned = reading.of("mean_profit", D).mean(0)[at]
    text = (
        f"In equilibria under D the mean firm's profit is lowest at phi {reading.phis[at]:.2f}: "
        f"{means[at]:.0f} €, against {learned:.0f} € learned."
    )
    return f"{text} {NO_ESCAPE}" if means[at] < 0 else text


def _price_rows(reading, auction):
    found = reading.of("equilibria", auction, YARDSTICK) > 0
    yield auction, "learned", *reading.of("clearing_price", auction).mean(0).tolist()
    for label, metric in (
        ("equilibrium, lowest found", "equilibrium_low"),
        ("highest found", "equilibrium_high"),
    ):
        yield auction, label, *_means_of_known(reading.of(metric, auction, YARDSTICK))
    yield auction, "populations with one found", *found.mean(0).tolist()


def _means_of_known(values):
    """Column means over the known numbers; NaN for a column without any."""
    known = ~np.isnan(values)
    sums, counts = np.where(known, values, 0.0).sum(0), known.sum(0)
    return np.divide(sums, counts, out=np.full(len(counts), np.nan), where=counts > 0).tolist()


def method(main):
    """Describe the computation."""
    populations = len(main.of("revenue", U))
    return (
        f"{populations} populations (seeds {main.seeds[0]} to {main.seeds[-1]}) of five firms, phi "
        f"{main.phis[0]:.2f} to {main.phis[-1]:.2f} ({len(main.phis)} values). Every firm learns for {ROUNDS:,} "
        f"rounds; then {READ_OUT} rounds are played without experiments or learning, and all numbers are means over "
        "these."
    )
