"""Report of the replication of [Esmaeili2022], section by section."""

import numpy as np

from agents.supply_chains.table_5 import SLOPE
from batch_runs.replications.common.claims import counted
from batch_runs.replications.common.invasion import RANDOM
from batch_runs.replications.common.report import Section, Table
from batch_runs.replications.common.statistics import mean
from batch_runs.replications.common.verdicts import (
    claims_table,
    estimate_text,
    failures,
    rule_for,
    tally,
    verdicts_by_group,
)
from batch_runs.replications.esmaeili2022.figures import NAMES, figures
from batch_runs.replications.esmaeili2022.findings import findings
from batch_runs.replications.esmaeili2022.measures import (
    AWARDS_AT_40,
    CAP_PRICE,
    CAP_VOLUME,
    LEAD,
    PROFIT_AT_40,
    RESERVE,
    spot,
)
from batch_runs.replications.esmaeili2022.runs import (
    CASE_1,
    CASE_2,
    CASES,
    CURVE_COLUMNS,
    FORMATS,
    Q_LEARNING,
    RATES,
    READ_OUT,
    ROTH_EREV,
    TABLE_4_CHAINS,
    TABLE_5,
    USUAL,
)
from batch_runs.replications.esmaeili2022.yardsticks import (
    largest_lead,
    largest_profit,
    mean_profit,
    share_of_random_play,
)

TITLE = "Replication of Esmaeili Avval et al. (2022): permits auctioned to supply chains"

WORDS = (
    "“Every chain” and “at every rate” are judged where it is worst. U: uniform, D: discriminatory pricing; rate: "
    "mitigation rate lambda = 1 - phi. Case 1 has no caps on bids, case 2 a price cap of 140 €/t and a volume cap of "
    "3000 t."
)
TWO_POPULATIONS = (
    "Two populations of five chains. Those of Table 5 have the paper's emissions and private values; the paper gives "
    "no cost of avoiding emissions. Those drawn follow Appendix B, each seed another "
    "instance, with every production plan solved. Claims count as judged on the chains of Table 5 where they can be, "
    "else on those drawn. Weak chains are the two with the lowest private values, 1 and 2 in Table 5."
)
INFERRED = (
    f"The marginal cost of Table 5's chains is a line, {SLOPE:,.0f} €/t times the share avoided. It is inferred from "
    "the average profits that the paper prints at 40 % (17a, 17b) with its Tables 6 and 8: two linear equations for "
    "the trading price and the average cost of a tonne avoided (carbon instance infer prints them). So 17a, 17b and "
    "17c, which follows from them, are no evidence on these chains and never count as reproduced. Bids and shares in "
    "case 2 (1-3) and who gains and who loses (14-16) were not used and could have failed. The paper's awards at 40 % "
    "(3, 6, 7) entered the equations as given; nothing makes the simulated ones equal to them. That the trading "
    "price rises up to 40 % (10b, 10c) holds with any rising cost that does not end before."
)
LIMIT = (
    "No price reduces an instance's emissions by more than its abatement limit. At higher rates the trading price is "
    "at its upper bound, 10,000 €/t, which is also the fine per tonne of shortfall."
)


YARDSTICKS = (
    "Table 4 compares populations that all learn alike. Populations that win the same permits differ in mean profit "
    "only by what they pay the government: this measures how low prices stay, not how well a single chain bids. Two "
    "yardsticks: chains that bid at random, and the reserve price for every permit, below which no bids get them. An "
    "invasion test changes the rule of the first chain only: the same chain, the same others, the same random numbers."
)


def sections(judged, populations, learners, solved):
    """All sections but the last.

    judged : results by population; populations : list of `Outcomes`; learners : `Learners`; solved : pairs
    (`Curves`, its result).
    """
    found = counted(judged)
    grid = verdicts_by_group("Verdict of every claim on each population", judged, NAMES)
    bids = [_bids_table(o, case, auction) for o in populations for case, auction in SPOTS]
    return [
        Section("Summary", [tally(found), rule_for("seeds"), WORDS, TWO_POPULATIONS, INFERRED]),
        Section("The claims", [claims_table("Claims of the paper", found, "seeds")]),
        failures(found),
        Section("Both populations", [grid]),
        Section("Bids and awards, Tables 6-9", bids),
        Section("Prices and profits", [_money_table(o) for o in populations]),
        Section("Learners, Table 4", [_learner_table(learners), _rules_table(learners)]),
        Section("Which rule pays, beyond the paper", _yardsticks(learners)),
        Section("The instances and their abatement limits", [LIMIT, _instance_table(solved)]),
        Section("Figures", ["After Figures 3-6 of the paper.", *figures(populations, learners)]),
    ]


SPOTS = tuple((case, auction) for case in CASES for auction in FORMATS)


def paper_bid(case, rate, tec):
    """Price, volume of a chain in the paper's Tables 6-9, as text, as far as known here."""
    if rate == 0.0:
        return f"{RESERVE:.0f}, {tec:.0f}"
    return f"{CAP_PRICE:.0f}, {CAP_VOLUME:.0f}" if case == CASE_2 else ""


def paper_award(case, rate, chain, tec, cap, chains):
    """Permits a chain gets in the paper's Tables 6-9, as text, as far as known here."""
    if rate == 0.0:
        return f"{tec:.0f}"
    if case == CASE_2:
        return f"{cap / chains:.0f}"
    return f"{AWARDS_AT_40.get(chain, 0.0):.0f}" if rate == RATES[-1] else ""


def _bids_table(outcomes, case, auction):
    """A row per rate and chain: bid, award, market share."""
    known = outcomes.population == TABLE_5
    columns = ("bid_price", "bid_volume", "award")
    values = [outcomes.of_chains(name, case, auction) for name in columns]
    values.append(100 * outcomes.market_share(case, auction))
    tec = outcomes.of_chains("required_permits", case, auction)
    if not known:
        values = [outcomes.by_strength(v, case, auction) for v in values]
    n, rows = tec.shape[-1], []
    cap = outcomes.of("cap", case, auction)
    for k, rate in enumerate(RATES):
        for i in range(n):
            measured = [estimate_text(mean(v[:, k, i])) for v in values]
            if known:
                size = tec[0, k, i]
                measured.insert(2, paper_bid(case, rate, size))
                measured.insert(4, paper_award(case, rate, i + 1, size, cap[0, k], n))
            rows.append((f"{100 * rate:.0f} %", i + 1, *measured))
    heads = ["bid price, €/t", "bid volume, t", "award, t", "market share, %"]
    if known:
        heads.insert(2, "paper's bid")
        heads.insert(4, "paper's award")
    who = "chain" if known else "rank by private value, weakest first"
    return Table(f"{spot(case, auction)}, {NAMES[outcomes.population]}", ("rate", who, *heads), rows)


def _money_table(outcomes):
    """Prices and profits by case, format and rate."""
    rows = []
    for case, auction in SPOTS:
        for k, rate in enumerate(RATES):
            prices = [
                estimate_text(mean(outcomes.of(m, case, auction)[:, k]))
                for m in ("price_paid", "trading_price")
            ]
            average, total = (
                estimate_text(mean(outcomes.of(m, case, auction)[:, k]), percent=True)
                for m in ("mean_profit_change", "profit_change")
            )
            paper = f"{PROFIT_AT_40[case]:.0%}".replace("%", " %") if rate == RATES[-1] else ""
            green = [
                _green(outcomes.of(m, case, auction)[:, k]) for m in ("green_production", "green_transport")
            ]
            rows.append((spot(case, auction), f"{100 * rate:.0f} %", *prices, average, paper, total, *green))
    columns = (
        "where",
        "rate",
        "price paid, €/t",
        "trading price, €/t",
        "average change of profit",
        "paper",
        "change of the sum",
        "green machines",
        "green transport",
    )
    return Table(f"Prices, profits and green technology, {NAMES[outcomes.population]}", columns, rows)


def _green(values):
    return "–" if np.isnan(values).any() else estimate_text(mean(values), percent=True)


def _learner_table(learners):
    """Mean profits of Q-learning and Roth-Erev by number of chains."""
    rows = []
    for chains in (*TABLE_4_CHAINS, None):
        seeds = learners.seeds(next(iter(ROTH_EREV)), chains)
        if not seeds:
            continue
        cells = []
        for auction in FORMATS:
            profits = learners.pair(auction, chains=chains).mean(0).tolist()
            cells += [*profits, estimate_text(learners.lead(auction, chains=chains), percent=True)]
        rows.append((chains or "all", len(seeds), *cells))
    rows.append(("paper", "", *(x for a in FORMATS for x in ("", "", f"{100 * LEAD[a]:.0f} %"))))
    heads = [f"{head}, {a[0].upper()}" for a in FORMATS for head in ("Q-learning, €", "Roth-Erev, €", "lead")]
    caption = (
        "Mean profit per chain at a mitigation rate of 15 %, original Roth-Erev rule, recency 0.1, "
        "experimentation 0.2; lead: ratio of the means over instances, bootstrap interval"
    )
    return Table(caption, ("chains", "instances", *heads), rows)


def _rules_table(learners):
    """The lead over other rules and settings, on the instances these play."""
    rows = []
    for rule, (name, settings) in ROTH_EREV.items():
        leads = [estimate_text(learners.lead(auction, rule), percent=True) for auction in FORMATS]
        text = ", ".join(f"{k} {v:g}" for k, v in settings.items()) or "as usual"
        rows.append((rule, name, text, len(learners.seeds(rule)), *leads))
    caption = "Q-learning's lead over Roth-Erev by rule and settings (usual: recency 0.1, experimentation 0.2, scale 9)"
    return Table(caption, ("name", "rule", "settings", "instances", "lead, U", "lead, D"), rows)


def _yardsticks(learners):
    """Results of random play and of the least price, then our own statements."""
    rows = [
        (
            auction,
            estimate_text(mean(mean_profit(learners, RANDOM, auction))),
            estimate_text(share_of_random_play(learners, Q_LEARNING, auction), percent=True),
            estimate_text(share_of_random_play(learners, USUAL, auction), percent=True),
            estimate_text(mean(largest_profit(learners, auction))),
            estimate_text(largest_lead(learners, auction), percent=True),
        )
        for auction in FORMATS
    ]
    columns = (
        "format",
        "random play, €",
        "of Q-learning's profit",
        "of Roth-Erev's profit",
        "at the reserve price, €",
        "its lead over Roth-Erev",
    )
    caption = "Mean profit per chain of random play, and of Q-learning's permits at the reserve price"
    own = claims_table("Our own statements", findings(learners), "instances")
    return [YARDSTICKS, Table(caption, columns, rows), own]


def _instance_table(solved):
    """Emissions, abatement limit and cost of solving, per instance of five chains."""
    tec, least, gap, milps, seconds = range(len(CURVE_COLUMNS))
    rows = []
    for curves, result in solved:
        chains = result["chains"][:5]
        limit = 1.0 - chains[:, least].sum() / chains[:, tec].sum()
        rows.append(
            (
                curves.seed,
                float(chains[:, tec].sum()),
                f"{100 * limit:.1f} %",
                f"{chains[:, gap].max():.1e}",
                int(chains[:, milps].sum()),
                float(chains[:, seconds].sum()),
                int(result["redraws"]),
            )
        )
    columns = (
        "seed",
        "emissions without a price, t",
        "abatement limit",
        "gap",
        "programs",
        "CPU s",
        "redraws",
    )
    return Table("Instances: their first five chains; redraws: of all chains of the seed", columns, rows)


def method(extent):
    """Describe the computation."""
    return (
        f"Chains of Table 5: seeds 1 to {extent.seeds}; drawn: instances {extent.problem_set}, seeds 1 to "
        f"{extent.instances}; Table 4: the same instances with 3 to 7 chains in turn, other rules of Roth and Erev on "
        f"the first {extent.sensitivity}, random play (without learning) and two invasion tests on all. Presets "
        f"esmaeili2022_{CASE_1} and esmaeili2022_{CASE_2}; chains learn for {extent.rounds:,} auctions, then "
        f"{READ_OUT:,} are played without experiments or learning; numbers are means over these. Both formats, cases "
        "and all rates of a seed see the same random numbers, so differences are paired."
    )
