"""Charts of single supply chains: shares of the permits, and profits that other bids would have earned."""

import altair as alt
import numpy as np

from model.systems.bidding.rules import empty_book
from model.systems.supply_chains import rules
from model.views.charts import theme
from model.views.charts.base import chart, firm_choices, firm_rows
from model.views.charts.learning import bid_map, heat_map
from model.views.charts.marks import SHOWN, running_means
from model.views.pages.supply_chains.charts.chains import SYSTEM, chain_colour


def share_rows(model, positions):
    """Share of each chain in the permits sold in each period."""
    rows = firm_rows(model, positions, ("award", "required_permits"))
    sold, required = {}, {}
    for row in rows:
        sold[row["period"]] = sold.get(row["period"], 0.0) + row["award"]
        required[row["period"]] = required.get(row["period"], 0.0) + row["required_permits"]
    return {
        "shares": [
            {"period": row["period"], "firm": row["firm"], "award": row["award"]}
            | {"share": row["award"] / sold[row["period"]] if sold[row["period"]] else 0.0}
            | {"needed": row["required_permits"] / required[row["period"]]}
            for row in rows
        ]
    }


@chart(
    title="Shares of the chains in the permits sold",
    rows=share_rows,
    needs=("award_concentration",),
    system=SYSTEM,
    by_firm=True,
    grows=True,
    section="firms",
    note=f"Running mean of {SHOWN} periods shown.",
)
def award_shares():
    """Shares of the chains in the permits sold. Without caps on bids the chains with high private values can
    outbid the others; with a price cap that binds for all, they share alike."""
    y = alt.Y("mean:Q").title("share").axis(format=".0%").stack("zero").scale(domain=[0, 1])
    tooltip = [
        alt.Tooltip("firm:N", title="chain"),
        alt.Tooltip("period:Q", format=",d"),
        alt.Tooltip("award:Q", title="award, t", format=",.1f"),
        alt.Tooltip("share:Q", format=".1%"),
        alt.Tooltip("mean:Q", title="running mean", format=".1%"),
        alt.Tooltip("needed:Q", title="share of the emissions", format=".1%"),
    ]
    base = running_means("shares", ["firm"], mean="share").encode(y=y, color=chain_colour("square"))
    spots = base.mark_point(size=60, opacity=0).encode(tooltip=tooltip)
    return theme.framed(base.mark_area(opacity=0.85) + spots)


def chain_payoff_rows(model, positions, firm=1):
    """Profit that each bid of a chain would have earned this period with all other bids unchanged, €."""
    payoffs = np.zeros(model.learner.game.actions)
    if not model.steps:
        return bid_map(model, firm, payoffs, "no period played yet")
    chains, book = model.firms.rows, empty_book(model.firms.rows.required_permits, model.setup.cap)
    book.tie_key[:] = model.book.tie_key
    rules.fill_payoffs(model.auction.clear, book, chains, firm - 1, model.setup, payoffs)
    return bid_map(model, firm, payoffs, "profit, €")


@chart(
    title="What each bid of a chain would have earned, €",
    rows=chain_payoff_rows,
    needs=("mean_profit",),
    system=SYSTEM,
    section="learning",
    asks=("firm",),
    choices=firm_choices,
)
def payoffs_of_chains():
    """Profit that each bid of one chain would have earned this period, with all other bids unchanged. Permits
    it does not win cost the trading price: where that is higher than the auction's price, bidding for many
    pays."""
    return heat_map()
