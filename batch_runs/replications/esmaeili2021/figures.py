"""Figures of the replication of [Esmaeili2021]: after its Figures 2-13, and of our own findings.

Each shows means over populations with 95 % intervals; a Vega parameter ``reading`` chooses the reading.
"""

import numpy as np
import pandas as pd

from batch_runs.replications.common.figures import altair, colour_series, lines_with_bands
from batch_runs.replications.common.report import Figure
from batch_runs.replications.common.statistics import mean
from batch_runs.replications.esmaeili2021.outcomes import D, U
from batch_runs.replications.esmaeili2021.runs import MAIN, YARDSTICK

BLUE, RED, LIGHT_BLUE, LIGHT_RED, BLACK = "#2166ac", "#b2182b", "#67a9cf", "#ef8a62", "#222222"
RANKS = ("highest bid", "2nd", "3rd", "4th", "lowest bid")
GREENS = ("#00441b", "#1b7837", "#41ab5d", "#78c679", "#addd8e")
FEWEST = 3
"""Smallest number of populations for which a mean is shown."""
WIDTH, HEIGHT = 380, 240

CURVES = (
    ("bid_prices", "Bid prices", "mean_bid_price", "€/t", "Mean over firms."),
    ("bid_volumes", "Bid volumes", "mean_bid_volume", "t", "Mean over firms."),
    ("profits", "Profits", "mean_profit", "€", "Mean over firms, after auction, trade and fines."),
    ("government_revenue", "Government revenue", "revenue", "€", "Auction payments of all firms."),
    (
        "clearing_price",
        "Clearing price",
        "clearing_price",
        "€/t",
        "U: marginal bid; D: weighted mean of winning bids.",
    ),
    ("trading_price", "Trading price", "trading_price", "€/t", "Regulated price of the secondary market."),
    (
        "traded_volume",
        "Traded volume",
        "traded_volume",
        "t",
        "Permits that change hands on the secondary market.",
    ),
    (
        "government_share",
        "Government's share",
        "government_share",
        "share",
        "(Revenue + fines) / (revenue + fines + profits): the paper's Eq. 4.1, which it calls efficiency.",
    ),
    (
        "efficiency",
        "Efficiency",
        "efficiency",
        "share",
        "Surplus realised / largest possible under the cap. The paper does not have it.",
    ),
    (
        "benefit_reduction",
        "Benefit reduction",
        "benefit_reduction",
        "share",
        "Profit lost against free allocation of the cap.",
    ),
    (
        "emissions",
        "Emissions",
        "emissions",
        "t",
        "All firms. Where both formats use every permit, one curve hides the other.",
    ),
)


def figures(readings):
    """All figures, for a list of `Reading`."""
    return [*_bid_figures(readings), *_curve_figures(readings), _learner_figure(readings)]


def finding_figures(readings):
    """Figures of our own findings: exploitability and equilibria."""
    return [_exploitability_figure(readings), *_equilibrium_figures(readings)]


def curve(reading, series, values):
    """Rows of a figure: mean and interval over populations of ``values``, float64[populations, phis]."""
    known = (~np.isnan(values)).sum(0)
    estimates = [
        mean(column) if k >= min(FEWEST, len(values)) else None for k, column in zip(known, values.T)
    ]
    return [
        {
            "reading": reading.name,
            "series": series,
            "phi": phi,
            "mean": e.value,
            "low": e.low,
            "high": e.high,
            "n": e.n,
        }
        for phi, e in zip(reading.phis.tolist(), estimates)
        if e is not None
    ]


def _bid_figures(readings):
    """Bids, ranked within each population, against the equilibrium price: one figure per format."""
    made = []
    for auction, letter in ((U, "U"), (D, "D")):
        rows = []
        for reading in readings:
            ranked = -np.sort(-reading.of_firms("bid_price", auction), axis=-1)
            for k, label in enumerate(RANKS):
                rows += curve(reading, label, ranked[:, :, k])
            rows += curve(reading, "equilibrium price", reading.of("equilibrium_price", auction))
        colours = dict(zip((*RANKS, "equilibrium price"), (*GREENS, BLACK)))
        title = f"Bids against the equilibrium price, {auction} ({letter})"
        caption = "The five firms' bids, ranked within each population, and the bid of the marginal bidder."
        made.append(_figure(f"bids_{auction}", title, caption, rows, "€/t", colours))
    return made


def _curve_figures(readings):
    """One figure per metric with a curve for each format."""
    made = []
    for name, title, metric, unit, caption in CURVES:
        rows = []
        for reading in readings:
            for auction in (U, D):
                rows += curve(reading, auction, reading.of(metric, auction))
        made.append(_figure(name, title, caption, rows, unit, {U: BLUE, D: RED}))
    return made


def _learner_figure(readings):
    """Profits of Q-learning and both Roth-Erev rules, in both formats."""
    rows, colours = [], {}
    shades = {
        "q_learning": (BLUE, RED),
        "roth_erev": (LIGHT_BLUE, LIGHT_RED),
        "modified_roth_erev": ("#bbbbbb", "#777777"),
    }
    for learner, pair in shades.items():
        for auction, letter, shade in ((U, "U", pair[0]), (D, "D", pair[1])):
            series = f"{learner.replace('_', ' ')}, {letter}"
            colours[series] = shade
            for reading in readings:
                rows += curve(reading, series, reading.of("mean_profit", auction, learner))
    caption = (
        "Mean profit per firm under Q-learning and the two Roth-Erev rules; claim 26 compares the first two."
    )
    return _figure("learners", "Profits by learner", caption, rows, "€", colours)


def _exploitability_figure(readings):
    rows = []
    for reading in readings:
        for auction in (U, D):
            rows += curve(reading, auction, reading.of("exploitability", auction))
    title, unit = "Exploitability of learned bids", "% of full margin"
    caption = "Gain of the average firm from its best other bid, given the others' learned bids; 0 in an equilibrium."
    return _figure("exploitability", title, caption, rows, unit, {U: BLUE, D: RED})


def _equilibrium_figures(readings):
    """Learned outcomes beside those of pure equilibria."""
    pairs = (
        ("clearing price", "clearing_price", "equilibrium_mean", "€/t"),
        ("mean profit", "mean_profit", "equilibrium_profit", "€"),
    )
    made = []
    colours = {
        "learned, U": BLUE,
        "learned, D": RED,
        "equilibrium, U": LIGHT_BLUE,
        "equilibrium, D": LIGHT_RED,
    }
    for label, learned, equilibrium, unit in pairs:
        rows = []
        for reading in readings:
            for auction, letter in ((U, "U"), (D, "D")):
                rows += curve(reading, f"learned, {letter}", reading.of(learned, auction))
                rows += curve(reading, f"equilibrium, {letter}", reading.of(equilibrium, auction, YARDSTICK))
        caption = "Pure equilibria on the same bid grid, by iterated best response; mean of those found."
        name = f"equilibrium_{label.replace(' ', '_')}"
        made.append(_figure(name, f"Learned and equilibrium {label}", caption, rows, unit, colours))
    return made


def _figure(name, title, caption, rows, unit, colours):
    data = pd.DataFrame(rows)
    return Figure(name, title, caption, _band_chart(data, unit, colours).to_dict(), data)


def _band_chart(data, unit, colours):
    """Lines with interval bands over phi, one colour per series."""
    alt = altair()
    shown = data[["reading", "series", "phi", "mean", "low", "high"]].round(6)
    x = alt.X(
        "phi:Q",
        title="phi (permits issued / required)",
        scale=alt.Scale(zero=False, nice=False),
        axis=alt.Axis(format=".2f"),
    )
    colour = colour_series(colours, columns=3, labelLimit=220, symbolOpacity=1)
    base = alt.Chart(shown).transform_filter("datum.reading === reading").encode(x=x, color=colour)
    chart = lines_with_bands(base, unit, "phi:Q", zero=False)
    reading = alt.param(name="reading", value=MAIN)
    return chart.add_params(reading).properties(width=WIDTH, height=HEIGHT)
