"""What the report of the replication of [Esmaeili2021] says, section by section, from what was measured."""

import numpy as np

from batch_runs.replications.common.claims import NOT_REPRODUCED, REPRODUCED, WEAK, score
from batch_runs.replications.common.report import Section, Table, short
from batch_runs.replications.esmaeili2021.figures import figures, finding_figures
from batch_runs.replications.esmaeili2021.findings import findings
from batch_runs.replications.esmaeili2021.reading import D, U
from batch_runs.replications.esmaeili2021.runs import MAIN, READ_OUT, ROUNDS, YARDSTICK
from batch_runs.work.provenance import versions
from model.scenarios import scenarios

TITLE = "Replication of Esmaeili Avval et al. (2021): uniform and discriminatory carbon auctions"
CHOICE_LABEL = "Reading shown in the figures:"
PUBLISHED_CROSSING, PUBLISHED_VARIANCES = "0.90", ("0.423", "0.05")

RULE = (
    "One rule for every claim: a claim puts a number (mostly a difference or a slope, one per population) "
    "into a range, above zero unless said otherwise. Reproduced: the 95 % interval of its mean over "
    "populations lies in the range. Weak: the mean does, the interval does not. Not reproduced: the mean "
    "does not. The score counts 1 for a claim reproduced and 1/2 for a weak one."
)
SPLIT = (
    "The paper's claims are numbered 1 to 26; one that says two things, or the same of two formats or bands "
    "of phi, is split into a, b, … “At every phi” is judged at the worst phi. Bands: phi < 0.9 and phi > "
    "0.9; 0.90 itself belongs to neither. Populations see the same firms and random numbers in both formats, "
    "at every phi and under every reading, so differences are paired. Tolerances follow from the grid of "
    "bids or are round numbers; none was adjusted to a result."
)
OPEN_POINTS = (
    "The paper leaves open whether exploration ends and the step size falls, how large a bid volume may be, "
    "and what a firm short of permits does. Each reading answers these differently; nothing else differs "
    "between them."
)
EXPLOITABILITY = (
    "Exploitability is the most a firm could gain by another bid of its own grid, the others' learned bids "
    "given, as a share of its margin at full output. It says how far what was learned is from a Nash "
    "equilibrium of the one-period game; the paper does not measure it."
)
EQUILIBRIA = (
    "Pure equilibria of the game on the same grid of bids, by iterated best response from truthful bids and "
    "from random ones. Where learned clearing prices lie below them, firms pay less than competition in the "
    "one-period game would make them pay, although nobody agreed on anything: tacit collusion in its effect. "
    "As bids stay exploitable and the future counts little (gamma 0.1), imperfect learning is a likelier "
    "cause of it than fear of punishment."
)
NO_ESCAPE = (
    "It can be negative because the secondary market serves a firm short of permits even where they cost "
    "more than they are worth to it, so staying out of the auction is no escape."
)


def sections(readings, judged, seconds):
    """All sections; readings : list of `Reading`, the main one first; judged : results by reading."""
    main, found = readings[0], judged[readings[0].name]
    return [
        Section("What came out", [_summary(main, found), RULE, SPLIT]),
        Section("The claims", [_claims_table(found)]),
        Section("What is not reproduced, and what happens instead", [_failures_table(found)]),
        Section(
            "Every claim under every reading",
            [OPEN_POINTS, _readings_table(readings), _grid(judged), _numbers_table(readings, judged)],
        ),
        Section(
            "Figures",
            [
                "U: uniform, D: discriminatory pricing. Means over populations, 95 % intervals.",
                *figures(readings),
            ],
        ),
        Section("What the paper does not show", [*_finding_parts(readings), *finding_figures(readings)]),
        Section("How it was computed", [_method(main, seconds)]),
    ]


def _summary(main, found):
    count = {v: sum(r.verdict == v for r in found) for v in (REPRODUCED, WEAK, NOT_REPRODUCED)}
    at = main.profit_crossing()
    variances = [main.average("bid_variance", auction).mean() for auction in (U, D)]
    return (
        f"Of {len(found)} statements {count[REPRODUCED]} are reproduced, {count[WEAK]} weakly, "
        f"{count[NOT_REPRODUCED]} not, under the main reading: a score of {score(found):g}. Profits under "
        f"the two formats cross at phi = {_with_interval(at)} (paper: near {PUBLISHED_CROSSING}). The "
        f"variance of bids is {variances[0]:.3f} (€/t)² under uniform and {variances[1]:.3f} under "
        f"discriminatory pricing (paper: {' and '.join(PUBLISHED_VARIANCES)})."
    )


def _with_interval(estimate):
    """An estimate as text; a crossing that does not exist is infinite."""
    value, low, high = ("none" if np.isinf(x) else f"{x:.3f}" for x in estimate[:3])
    return f"{value} [{low}, {high}]"


def _interval(result):
    return f"[{short(result.interval[0])}, {short(result.interval[1])}]"


def _claims_table(found):
    rows = [(r.id, r.claim, r.verdict, float(r.value), _interval(r), r.unit, r.measured, r.n) for r in found]
    columns = ("id", "claim", "verdict", "value", "95 % interval", "unit", "what is measured", "populations")
    return Table("Claims of the paper under the main reading", columns, rows)


def _failures_table(found):
    rows = [(r.id, r.claim, r.why) for r in found if r.verdict == NOT_REPRODUCED]
    return Table("Claims not reproduced under the main reading", ("id", "claim", "why"), rows)


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


def _grid(judged):
    """Claim x reading."""
    names = list(judged)
    rows = [
        (r.id, r.claim, *(judged[name][k].verdict for name in names)) for k, r in enumerate(judged[names[0]])
    ]
    rows.append(("", "score", *(float(score(judged[name])) for name in names)))
    return Table("Verdict of every claim under every reading", ("id", "claim", *map(label, names)), rows)


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
                _with_interval(reading.profit_crossing()),
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
    """Exploitability and equilibria in words and tables, with findings judged by the rule for claims."""
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
    judged = [
        (r.claim, r.verdict, float(r.value), _interval(r), r.unit, r.measured) for r in findings(readings[0])
    ]
    columns = ("statement", "verdict", "value", "95 % interval", "unit", "what is measured")
    table = Table("Statements of our own under the main reading, judged as the claims are", columns, judged)
    return [EXPLOITABILITY, exploitability, EQUILIBRIA, prices, _lowest_profit(readings[0]), table]


def _lowest_profit(reading):
    """The worst that equilibria under D do to firms, in words."""
    means = np.array(_means_of_known(reading.of("equilibrium_profit", D, YARDSTICK)))
    at = int(np.nanargmin(means))
    learned = reading.of("mean_profit", D).mean(0)[at]
    told = (
        f"In equilibria under D the mean firm's profit is lowest at phi {reading.phis[at]:.2f}: "
        f"{means[at]:.0f} €, against {learned:.0f} € learned."
    )
    return f"{told} {NO_ESCAPE}" if means[at] < 0 else told


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
    """Column means over the numbers there are; not a number where there is none."""
    known = ~np.isnan(values)
    sums, counts = np.where(known, values, 0.0).sum(0), known.sum(0)
    return np.divide(sums, counts, out=np.full(len(counts), np.nan), where=counts > 0).tolist()


def _method(main, seconds):
    populations = len(main.of("revenue", U))
    used = ", ".join(f"{name} {version}" for name, version in versions().items())
    return (
        f"{populations} populations (seeds 1 to {populations}) of five firms, phi {main.phis[0]:.2f} to "
        f"{main.phis[-1]:.2f} ({len(main.phis)} values). Every firm learns for {ROUNDS:,} rounds; then "
        f"{READ_OUT} rounds are played without experiments or learning, and all numbers are means over "
        "these. Runs: data/runs.csv, firms: data/firms.csv, verdicts: data/claims.csv; every figure's data: "
        f"data/<figure>.csv. Running what was missing took {seconds:.0f} s. Versions: {used}."
    )
