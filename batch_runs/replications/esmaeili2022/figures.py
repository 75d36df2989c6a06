"""Figures of the replication of [Esmaeili2022], after its Figures 3-6: bids and market shares, prices, the use of
green technology, profits. Each shows means over seeds with 95 % intervals."""

import pandas as pd

from batch_runs.replications.common.figures import altair, colour_series, interval, lines_with_bands
from batch_runs.replications.common.report import Figure
from batch_runs.replications.esmaeili2022.measures import spot
from batch_runs.replications.esmaeili2022.runs import (
    CASES,
    DRAWN,
    FORMATS,
    RATES,
    ROTH_EREV,
    TABLE_4_CHAINS,
    TABLE_5,
    D,
    U,
)

BLUE, RED, GREEN, BROWN = "#2166ac", "#b2182b", "#1b7837", "#8c510a"
CHAINS = ("#8c510a", "#d8a24a", "#7fcdbb", "#2c9c8f", "#00473e")
"""Colours of five chains, the weakest first."""
WIDTH, HEIGHT = 250, 170
NAMES = {TABLE_5: "chains of Table 5", DRAWN: "chains drawn"}
CAPTION = {
    TABLE_5: "Chains of Table 5; mean over seeds, 95 % intervals.",
    DRAWN: "Chains drawn and solved, the weakest (lowest private value) first; mean over instances, 95 % intervals.",
}


def figures(populations, learners):
    """All figures; populations : list of `Outcomes`; learners : `Learners`."""
    made = []
    for outcomes in populations:
        made += [
            _chains(
                outcomes, "market_shares", "Market shares", outcomes.market_share, "share of the permits"
            ),
            _formats(outcomes, "price_paid", "Price paid in the auction", "€/t"),
            _formats(outcomes, "trading_price", "Trading price", "€/t"),
            _formats(
                outcomes, "mean_profit_change", "Average change of profit", "share of that without policy"
            ),
            _chains(
                outcomes,
                "chain_profits",
                "Change of profit by chain",
                outcomes.chain_profit_change,
                "share of that without policy",
            ),
        ]
        if outcomes.population == DRAWN:
            made.append(_green(outcomes))
    return [*made, _leads(learners)]


def curve(values, **about):
    """Rows of a figure: mean and interval over seeds of float64[seeds, rates]."""
    return [about | {"rate": rate} | interval(values[:, k]) for k, rate in enumerate(RATES)]


def _formats(outcomes, metric, title, unit):
    """A metric of the runs under both formats, a panel for each case."""
    rows = []
    for case in CASES:
        for auction in FORMATS:
            rows += curve(outcomes.of(metric, case, auction), panel=spot(case), series=auction)
    return _figure(outcomes.population, metric, title, rows, unit, {U: BLUE, D: RED})


def _chains(outcomes, name, title, number, unit):
    """A number of each chain, a panel for each case and format."""
    rows, colours = [], {}
    for case in CASES:
        for auction in FORMATS:
            values = number(case, auction)
            drawn = outcomes.population == DRAWN
            ordered = outcomes.by_strength(values, case, auction) if drawn else values
            for k in range(ordered.shape[-1]):
                series = f"{'rank' if drawn else 'chain'} {k + 1}"
                colours[series] = CHAINS[k]
                rows += curve(ordered[..., k], panel=spot(case, auction), series=series)
    return _figure(outcomes.population, name, title, rows, unit, colours)


def _green(outcomes):
    """Green machines and transport over the rate."""
    rows = []
    series = {"green machines": "green_production", "green transport": "green_transport"}
    for case in CASES:
        for auction in FORMATS:
            for label, metric in series.items():
                rows += curve(outcomes.of(metric, case, auction), panel=spot(case, auction), series=label)
    colours = dict(zip(series, (GREEN, BROWN)))
    return _figure(DRAWN, "green_technology", "Use of green technology", rows, "share of units", colours)


def _leads(learners):
    """Q-learning's lead over each rule of Roth and Erev by number of chains, Table 4."""
    alt, rows = altair(), []
    for rule in ROTH_EREV:
        for auction in FORMATS:
            for chains in TABLE_4_CHAINS:
                pairs = learners.pair(auction, rule, chains) if learners.seeds(rule, chains) else ()
                for q, other in pairs:
                    rows.append({"rule": rule, "panel": auction, "chains": chains, "lead": q / other - 1.0})
    data = pd.DataFrame(rows)
    chart = (
        alt.Chart(data.round(6))
        .mark_point(filled=True, size=45, opacity=0.7)
        .encode(
            alt.X("chains:O", title="chains", axis=alt.Axis(labelAngle=0)),
            alt.Y("lead:Q", title="lead, share of Roth-Erev's profit"),
            alt.Color(
                "rule:N", sort=list(ROTH_EREV), title=None, legend=alt.Legend(orient="bottom", columns=2)
            ),
            alt.XOffset("rule:N", sort=list(ROTH_EREV)),
            tooltip=["rule:N", "chains:O", alt.Tooltip("lead:Q", format=".3~g")],
        )
        .properties(width=WIDTH, height=HEIGHT)
        .facet(alt.Column("panel:N", title=None, sort=list(FORMATS)))
    )
    caption = "A point per instance. Mitigation rate 15 %; the paper's averages are 60 % (U) and 76 % (D)."
    title = "Q-learning's lead in mean profit over Roth-Erev"
    return Figure("learners", title, caption, chart.to_dict(), data)


def _figure(population, name, title, rows, unit, colours):
    data = pd.DataFrame(rows)
    shown = f"{title}, {NAMES[population]}"
    spec = _panels(data, unit, colours).to_dict()
    return Figure(f"{name}_{population}", shown, CAPTION[population], spec, data)


def _panels(data, unit, colours):
    """Lines with interval bands over the rate, two panels in a row, one colour per series."""
    alt = altair()
    base = alt.Chart(data.round(6)).encode(
        alt.X("rate:Q", title="mitigation rate", axis=alt.Axis(format=".0%", values=list(RATES))),
        color=colour_series(colours, columns=5, symbolOpacity=1),
    )
    layers = lines_with_bands(base, unit, "rate:Q").properties(width=WIDTH, height=HEIGHT)
    return layers.facet(alt.Facet("panel:N", title=None, sort=list(dict.fromkeys(data.panel))), columns=2)
