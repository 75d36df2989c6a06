"""Both cases of bids, with caps and without, over mitigation rates: played on a button, with progress."""

import altair as alt
import solara

from model.systems.supply_chains.mitigation import CASES, READ_OUT
from model.views.charts import theme
from model.views.fields import ChoiceField, NumberTable, Problem
from model.views.live.background import use_news
from model.views.live.live_chart import LiveChart
from model.views.pages.supply_chains.case_run import MITIGATION, CaseRun
from model.views.pages.supply_chains.charts.chains import chain_colour
from model.views.parts import Div, Text

ABOUT = (
    "Who wins the permits, and what they pay, depends on the bids. In case 1 chains bid up to their private values "
    "and 1.1 times their emissions; in case 2 nobody bids above 140 €/t or for more than 3,000 t. Each run begins "
    "with untrained chains, with the run's parameters and seed (Q-learning in the paper's three stages, "
    f"over the length of the run); the numbers are means of {READ_OUT} auctions after it, without experiments."
)
CASE_COLOURS = dict(zip(CASES, ("#0072b2", "#d55e00"), strict=True))
KEPT = "cases"
FORMAT = "cases: auction"


@solara.component
def Cases(desk, rate):
    """Length, start and stop, then shares, prices and profits over the rates, and a table for one rate."""
    run = desk.part(KEPT, CaseRun)
    problem, set_problem = solara.use_state("")
    redraw = use_news(run)

    def set_periods(number):
        run.periods = number
        redraw()

    def start():
        try:
            run.start(desk.kind, desk.run.model.params, desk.run.model.seed, run.periods)
        except ValueError as error:
            set_problem(str(error))
        else:
            set_problem("")

    solara.v.Html(tag="h2", class_="section", children=["Both cases over mitigation rates"])
    Text(ABOUT, classes=["lead"])
    with Div(classes=["chooser"]):
        solara.InputInt("auctions per run", value=run.periods, on_value=set_periods)
        solara.Button("Play both cases", on_click=start, color="primary", disabled=run.running)
        solara.Button("Cancel", on_click=run.cancel, outlined=True, disabled=not run.running)
        if run.total:
            Text(state_of(run), classes=["sweep__state"])
    if problem or run.error:
        Problem(problem or f"A run has failed: {run.error}")
    if run.total:
        solara.ProgressLinear(value=100 * run.done / run.total)
    if run.rows:
        Results(desk, list(run.rows), rate)


def state_of(run):
    """Progress of the runs as text."""
    state = (
        run.queue_text or "playing" if run.running else "finished" if run.done >= run.total else "ended early"
    )
    return f"{run.done} of {run.total} runs, {state}"


@solara.component
def Results(desk, rows, rate):
    """Charts and table of one auction format."""
    formats = list(dict.fromkeys(row["auction"] for row in rows))
    chosen = desk.chosen.value.get(FORMAT)
    chosen = chosen if chosen in formats else formats[0]
    with Div(classes=["pick"]):
        ChoiceField(
            label="auction of the cases",
            options=[{"value": name, "text": name} for name in formats],
            value=chosen,
            event_change=lambda name: desk.choose(FORMAT, name),
        )
    shown = [row for row in rows if row["auction"] == chosen]
    with Div(classes=["cards"]):
        for case in CASES:
            mine = [row for row in shown if row["case"] == case]
            Card(f"Shares of the permits sold, {case}", draw_shares, {"shares": mine})
        whole = [row for row in rows if row["chain"] == 1]
        Card("Price paid per permit, mean, €/t", draw_paid, {"points": whole})
        Card("Change of profit against no policy, mean over chains", draw_change, {"points": whole})
        for case in CASES:
            mine = [row for row in shown if row["case"] == case]
            Card(f"Profit of each chain, {case}, €", draw_profits, {"profits": mine})
        nearest = min(MITIGATION, key=lambda known: abs(known - rate))
        for case in CASES:
            Table(case, nearest, [r for r in shown if r["case"] == case and r["mitigation"] == nearest])


def Card(title, draw, data):
    """One chart in its card."""
    with Div(classes=["card"]):
        Text(title, classes=["card__title"])
        LiveChart(draw, data, label=title)


@solara.component
def Table(case, rate, rows):
    """Bids, awards, prices and profits of every chain at one rate."""
    head = ["chain", "bid, €/t", "bid, t", "award, t", "share", "paid, €/t", "profit, €", "change"]
    lines = [
        [
            str(row["chain"]),
            f"{row['bid_price']:,.1f}",
            f"{row['bid_volume']:,.0f}",
            f"{row['award']:,.0f}",
            f"{row['share']:.1%}",
            "–" if row["paid"] != row["paid"] else f"{row['paid']:,.1f}",
            f"{row['profit']:,.0f}",
            f"{row['change']:+.0%}",
        ]
        for row in rows
    ]
    with Div(classes=["card"]):
        Text(f"Each chain at λ = {rate:.0%}, {case}", classes=["card__title"])
        if lines:
            NumberTable(head=head, rows=lines)
        else:
            Text("Not played yet.", classes=["lead"])
        Text(
            "The rate played that is nearest to the slider's. Change: profit less that without a policy.",
            classes=["card__help"],
        )


def rate_axis():
    """Mitigation rates as an axis of bars or points."""
    return alt.X("mitigation:O").title("mitigation rate λ").axis(format=".0%", labelAngle=0)


def chain_tooltip():
    """Tooltip of a chain at a rate."""
    return [
        alt.Tooltip("chain:N"),
        alt.Tooltip("mitigation:Q", format=".0%"),
        alt.Tooltip("bid_price:Q", title="bid, €/t", format=",.1f"),
        alt.Tooltip("bid_volume:Q", title="bid, t", format=",.0f"),
        alt.Tooltip("award:Q", title="award, t", format=",.0f"),
        alt.Tooltip("share:Q", format=".1%"),
        alt.Tooltip("profit:Q", title="profit, €", format=",.0f"),
    ]


def draw_shares():
    """Draw stacked shares of the chains at every rate."""
    y = alt.Y("share:Q").title("share").axis(format=".0%").stack("zero").scale(domain=[0, 1])
    base = alt.Chart(alt.NamedData("shares")).transform_calculate(firm="datum.chain").mark_bar()
    bars = base.encode(x=rate_axis(), y=y, color=chain_colour("square"), tooltip=chain_tooltip())
    return theme.framed(bars)


def draw_profits():
    """Draw a line per chain over the rates; steep losses are compressed."""
    y = alt.Y("profit:Q").title("€").axis(format="~s", tickCount=7).scale(type="symlog", constant=100_000)
    base = alt.Chart(alt.NamedData("profits")).transform_calculate(firm="datum.chain")
    base = base.encode(x=rate_axis(), y=y, color=chain_colour())
    zero = alt.Chart(alt.NamedData("profits")).mark_rule(color=theme.MUTED).encode(y=alt.datum(0))
    marks = base.mark_line(strokeWidth=2) + base.mark_point(size=50, filled=True).encode(
        tooltip=chain_tooltip()
    )
    return theme.framed(alt.layer(zero, marks), height=260)


def draw_paid():
    """Draw the cost of a permit in each case and format."""
    return case_lines(alt.Y("mean_paid:Q").title("€/t").axis(format=theme.NUMBERS).scale(zero=False))


def draw_change():
    """Draw the mean change of a chain's profit from that without a policy, in each case and format."""
    return case_lines(alt.Y("mean_change:Q").title("change").axis(format="+.0%"))


def case_lines(y):
    """Draw a line per case and format over the rates: colour by case, dashes by format."""
    colour = alt.Color("case:N").scale(domain=list(CASE_COLOURS), range=list(CASE_COLOURS.values()))
    dash = alt.StrokeDash("auction:N").scale(domain=["uniform", "discriminatory"], range=[[1, 0], [4, 3]])
    tooltip = [
        alt.Tooltip("case:N"),
        alt.Tooltip("auction:N"),
        alt.Tooltip("mitigation:Q", format=".0%"),
        alt.Tooltip("mean_paid:Q", title="paid, €/t", format=",.2f"),
        alt.Tooltip("clearing_price:Q", title="clearing price, €/t", format=",.2f"),
        alt.Tooltip("trading_price:Q", title="trading price, €/t", format=",.1f"),
        alt.Tooltip("mean_change:Q", title="change of profit, mean over chains", format="+.0%"),
    ]
    base = alt.Chart(alt.NamedData("points")).encode(
        x=rate_axis(), y=y, color=colour.legend(alt.Legend(title=None, symbolType="stroke"))
    )
    line = base.mark_line(strokeWidth=2.5).encode(
        strokeDash=dash.legend(alt.Legend(title=None, symbolType="stroke"))
    )
    spots = base.mark_point(size=45, filled=True).encode(detail="auction:N", tooltip=tooltip)
    return theme.framed(line + spots, height=260)
