"""Pictures of decisions in one episode: what the government gave to whom, and why an enterprise acted as it did."""

from itertools import pairwise

import altair as alt
import numpy as np

from agents.enterprises.actions import FIRST_BID, INVEST, NOTHING, PRODUCE, first_ask, first_move
from model.systems.grid.step import ALLOCATION
from model.views.charts import theme

GREENS = "greens"
LIKELIEST = 8
"""Actions shown, the likeliest ones; prices of bids and of asks are added up."""


def allocation_rows(shots, params):
    """Rows ``period, firm, given, missing`` of every allocation of an episode so far, t.

    missing : what the enterprise lacked in the step before, which is settled as its shortfall.
    """
    rows = []
    for before, after in pairwise(shots):
        if int(after.government[0].clock) % params.period_length != ALLOCATION:
            continue
        rows += [
            {
                "period": int(after.government[0].period) + 1,
                "firm": i + 1,
                "given": float(after.firms[i].allocation),
                "missing": max(-float(before.firms[i].permits), 0.0),
            }
            for i in range(len(after.firms))
        ]
    return {"given": rows}


def draw_allocations():
    """Draw permits given as a table of colours, an enterprise a row, a compliance period a column."""
    base = alt.Chart(alt.NamedData("given")).encode(
        x=alt.X("period:O").title("compliance period").axis(labelAngle=0),
        y=alt.Y("firm:O").title("enterprise"),
        tooltip=[
            alt.Tooltip("firm:O", title="enterprise"),
            alt.Tooltip("period:O"),
            alt.Tooltip("given:Q", title="permits given, t", format=".3~r"),
            alt.Tooltip("missing:Q", title="missing before, t", format=".3~r"),
        ],
    )
    colour = alt.Color("given:Q").scale(scheme=GREENS, domainMin=0).title("permits given, t")
    cells = base.mark_rect(stroke="white").encode(color=colour)
    short = base.transform_filter("datum.missing > 0").mark_point(
        shape="triangle-down", filled=True, size=45, color="#bb3300", opacity=1
    )
    return theme.framed(cells + short)


def names_of_actions(max_price):
    """Name of every action, prices of orders added up: a list of labels, one per action."""
    ask, move = first_ask(max_price), first_move(max_price)
    named = {NOTHING: "nothing", PRODUCE: "produce", INVEST: "invest"}
    named |= dict.fromkeys(range(FIRST_BID, ask), "bid") | dict.fromkeys(range(ask, move), "ask")
    return [named.get(k) or f"move {('left', 'right', 'up', 'down')[k - move]}" for k in range(move + 4)]


def reason_rows(shot, firm, max_price):
    """Rows ``action, probability, chosen`` of one enterprise in a step, the likeliest first; none if not weighed."""
    if not len(shot.weighed):
        return {"reasons": []}
    labels = names_of_actions(max_price)
    kinds, at = np.unique(labels, return_inverse=True)
    probability = np.bincount(at, shot.weighed[firm])
    order = np.argsort(-probability, kind="stable")[:LIKELIEST]
    action, count = int(shot.actions[firm]), len(labels)
    chosen = {labels[action % count], labels[action // count]} if action >= count else {labels[action]}
    return {
        "reasons": [
            {"action": str(kinds[k]), "probability": float(probability[k]), "chosen": str(kinds[k]) in chosen}
            for k in order
        ]
    }


def draw_reasons():
    """Draw the probabilities of an enterprise's actions; the one that was drawn is dark."""
    colour = alt.Color("chosen:N").scale(domain=[True, False], range=["#1b7837", "#a6dba0"]).legend(None)
    bars = (
        alt.Chart(alt.NamedData("reasons"))
        .mark_bar()
        .encode(
            y=alt.Y("action:N").sort(None).title(None),
            x=alt.X("probability:Q").title("probability").axis(format=".0%").scale(domain=[0, 1]),
            color=colour,
            tooltip=["action:N", alt.Tooltip("probability:Q", format=".1%")],
        )
    )
    return theme.framed(bars)
