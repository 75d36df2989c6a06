"""Mitigation: effects of a cap on the chains, read from their curves, and both cases of bids over all
caps."""

import altair as alt
import numpy as np
import solara

from model.metrics import METRICS
from model.systems.supply_chains.mitigation import outlook
from model.views.charts import theme
from model.views.controls import number_text
from model.views.fields import NumberTable
from model.views.live.live_chart import LiveChart
from model.views.pages.base import tab
from model.views.pages.supply_chains.charts.chains import GREEN_COLOURS, steps_of
from model.views.pages.supply_chains.tabs.cases import Cases
from model.views.parts import Div, Text

ABOUT = (
    "The government issues 1 − λ of the permits that the chains would need if permits cost nothing. The trading "
    "price ψ*, every chain's plan and what it costs follow from that number alone, whoever wins the permits: move "
    "the slider and read them from the stored curves. λ here is only a question; the run goes on with its own phi."
)
HIGHEST = 50
"""Per cent: beyond the paper's highest mitigation rate, 40, and what chains can abate."""
KEPT = "mitigation rate"
RATES = np.linspace(0.0, HIGHEST / 100, 2 * HIGHEST + 1)
"""Mitigation rates at which lines are drawn."""


@tab(title="Mitigation", system="supply_chains")
@solara.component
def Mitigation(desk):
    """The slider, the effects of its rate, and the cases."""
    desk.tick.value  # noqa: B018 - read to be drawn again when another run has begun
    model = desk.run.model
    rate = desk.kept.value.get(KEPT, 10)
    Text(ABOUT, classes=["lead"])
    with Div(classes=["mitigation__slider"]):
        Text(f"Mitigation rate λ: {rate} %", classes=["card__title"])
        solara.SliderInt(
            "Mitigation rate λ, %",
            value=rate,
            min=0,
            max=HIGHEST,
            thumb_label=False,
            on_value=lambda percent: desk.keep(KEPT, percent),
        )
    found = outlook(model.plans, rate / 100)
    Facts(model, found)
    with Div(classes=["cards"]):
        Abatement(model, found)
        PriceOverRates(model, found)
        EachChain(model, found)
        GreenOverRates(model, found)
    Cases(desk, rate / 100)


@solara.component
def Facts(model, found):
    """Numbers of the whole market at the rate, as a table of two lines."""
    limit = f"{100 * model.abatement_limit:.1f} %"
    head = ["ψ*, €/t", "permits, t", "emissions, t", "abatement cost, €", "fined, t", "abatement limit"]
    numbers = [found.price, found.permits, found.emissions.sum(), found.abatement_cost.sum(), found.shortfall]
    with Div(classes=["card", "card--wide"]):
        NumberTable(head=["", *head], rows=[["all chains", *(f"{x:,.0f}" for x in numbers), limit]])
        if not found.met:
            Text(
                f"No price brings emissions down by {found.mitigation:.0%}: the chains can avoid {limit} at any "
                f"price up to {model.plans.price_max:,.0f} €/t, which is the trading price then, and the fine for "
                "each tonne without a permit.",
                classes=["card__help"],
            )


def Card(title, help, draw, data):
    """One chart in its card; a function, so that its data are compared and not its arguments."""
    with Div(classes=["card"]):
        Text(title, classes=["card__title"])
        LiveChart(draw, data, label=title)
        Text(help, classes=["card__help"])


@solara.component
def Abatement(model, found):
    """The abatement curve of all chains together, and the emissions to avoid."""
    plans, total = model.plans, float(model.plans.emissions[0])
    highest = min(plans.price_max, max(500.0, 2.0 * found.price))
    price, emissions = steps_of(np.insert(plans.price, 0, 0.0), plans.emissions, highest)
    curve = [
        {"avoided": float(total - e), "price": float(p), "place": k}
        for k, (p, e) in enumerate(zip(price, emissions, strict=True))
    ]
    market = {
        "avoided": total - found.permits,
        "price": found.price,
        "name": f"to avoid {total - found.permits:,.0f} t",
        "caption": f"ψ* = {found.price:,.4g} €/t",
    }
    Card(
        "Marginal abatement curve of all chains, €/t",
        "What the next tonne avoided costs, cheapest first. Upright: what λ asks for. Where it lies beyond the "
        "curve, no price is high enough.",
        draw_abatement,
        {"curve": curve, "market": [market]},
    )


def draw_abatement():
    """Draw the curve, the tonnes to avoid, and the price where they meet."""
    x = alt.X("avoided:Q").title("emissions avoided, t").axis(format=theme.NUMBERS, grid=False)
    y = alt.Y("price:Q").title("€/t").axis(format=theme.NUMBERS)
    tooltip = [
        alt.Tooltip("avoided:Q", title="avoided, t", format=",.0f"),
        alt.Tooltip("price:Q", title="price, €/t", format=",.1f"),
    ]
    base = alt.Chart(alt.NamedData("curve")).encode(x=x, y=y)
    line = base.mark_line(strokeWidth=2.5, color=theme.SERIES_COLOURS["demand"]).encode(order="place:Q")
    spots = base.mark_point(size=50, opacity=0).encode(tooltip=tooltip)
    return theme.framed(alt.layer(line, spots, *abatement_market(x, y)), height=270)


def abatement_market(x, y):
    """Draw the tonnes to avoid and the price as lines with their names."""
    market = alt.Chart(alt.NamedData("market"))
    wanted = market.mark_rule(strokeWidth=2, color=theme.SERIES_COLOURS["supply"]).encode(x=x)
    level = market.mark_rule(strokeDash=[5, 4], color=theme.INK).encode(y=y)
    style = {"fontSize": 11, "align": "left", "dx": 5}
    name = market.mark_text(y=8, color=theme.SERIES_COLOURS["supply"], **style).encode(x=x, text="name:N")
    price = market.mark_text(x=0, dy=-7, color=theme.INK, **style).encode(y=y, text="caption:N")
    return [wanted, level, name, price]


@solara.component
def PriceOverRates(model, found):
    """The trading price over all rates."""
    rows = solara.use_memo(lambda: rates_of(model), [id(model.plans)])
    here = [{"rate": found.mitigation, "price": found.price}]
    Card(
        "Trading price ψ* over λ, €/t",
        "Logarithmic above 100 €/t. The dot is the rate chosen; where the line is flat at the top, abatement has "
        "come to its limit.",
        draw_price,
        {"rates": rows, "here": here},
    )


def rates_of(model):
    """Rows ``rate, price`` and the green shares, mean over the chains, for all rates."""
    found = [outlook(model.plans, float(rate)) for rate in RATES]
    return [
        {"rate": f.mitigation, "price": f.price}
        | {"green machines": float(f.green_production.mean())}
        | {"green transport": float(f.green_transport.mean())}
        for f in found
    ]


def rate_axis():
    """Mitigation rates as an axis."""
    return alt.X("rate:Q").title("mitigation rate λ").axis(format=".0%", grid=False).scale(nice=False)


def draw_price():
    """Draw a line over the rates and a dot at the chosen one."""
    y = (
        alt.Y("price:Q")
        .title("€/t")
        .axis(format=theme.NUMBERS, values=[0, 50, 100, 200, 500, 1000, 2000, 5000, 10000])
    )
    y = y.scale(type="symlog", constant=100)
    tooltip = [alt.Tooltip("rate:Q", format=".1%"), alt.Tooltip("price:Q", title="ψ*, €/t", format=",.1f")]
    base = alt.Chart(alt.NamedData("rates")).encode(x=rate_axis(), y=y)
    line = base.mark_line(
        strokeWidth=2.5, interpolate="step-after", color=theme.SERIES_COLOURS["trading price"]
    )
    spots = base.mark_point(size=50, opacity=0).encode(tooltip=tooltip)
    here = alt.Chart(alt.NamedData("here")).mark_circle(size=110, opacity=1, color=theme.INK)
    return theme.framed(alt.layer(line, spots, here.encode(x=rate_axis(), y=y, tooltip=tooltip)), height=270)


@solara.component
def GreenOverRates(model, found):
    """Green machines and transport over all rates, or the reason why they are unknown."""
    rows = solara.use_memo(lambda: rates_of(model), [id(model.plans)])
    unknown = METRICS["green_production"].why_unknown(model)
    title = "Use of green technology over λ, share of units"
    if unknown:
        with Div(classes=["card"]):
            Text(title, classes=["card__title"])
            Text(f"{unknown.capitalize()}: draw chains in the tab Instance.", classes=["lead"])
        return
    shares = [
        {"rate": row["rate"], "series": name, "value": row[name]} for row in rows for name in GREEN_COLOURS
    ]
    Card(
        title,
        "Mean over the chains of the plans that are best at ψ* [Esmaeili2022, Fig. 5].",
        draw_green,
        {"shares": shares, "here": [{"rate": found.mitigation}]},
    )


def draw_green():
    """Draw two lines over the rates."""
    colour = theme.series_colour(GREEN_COLOURS, GREEN_COLOURS)
    y = alt.Y("value:Q").title("share").axis(format=".0%").scale(domain=[0, 1])
    tooltip = [
        alt.Tooltip("rate:Q", format=".1%"),
        alt.Tooltip("series:N"),
        alt.Tooltip("value:Q", title="share", format=".1%"),
    ]
    base = alt.Chart(alt.NamedData("shares")).encode(x=rate_axis(), y=y, color=colour)
    here = alt.Chart(alt.NamedData("here")).mark_rule(strokeDash=[5, 4], color=theme.INK)
    lines = [base.mark_line(strokeWidth=2.5), base.mark_point(size=50, opacity=0).encode(tooltip=tooltip)]
    return theme.framed(alt.layer(*lines, here.encode(x=rate_axis())), height=250)


@solara.component
def EachChain(model, found):
    """Emissions, abatement and cost of every chain at the rate."""
    head = [
        "chain",
        "TEC, t",
        "emissions, t",
        "avoided",
        "abatement cost, €",
        "green machines",
        "green transport",
    ]
    tec = model.plans.emitted[:, 0]
    rows = [
        [
            str(i + 1),
            f"{tec[i]:,.0f}",
            f"{found.emissions[i]:,.0f}",
            f"{found.abated[i] / tec[i]:.1%}",
            f"{found.abatement_cost[i]:,.0f}",
            *(share_text(shares[i]) for shares in (found.green_production, found.green_transport)),
        ]
        for i in range(len(tec))
    ]
    with Div(classes=["card"]):
        Text(f"Each chain at λ = {found.mitigation:.0%}", classes=["card__title"])
        NumberTable(head=head, rows=rows)
        Text(
            "TEC: emissions when permits cost nothing. Cost: what the plan costs more than the best one then, "
            "without permits and fines. Machines, transport: green shares of the units.",
            classes=["card__help"],
        )


def share_text(share):
    """A share in per cent, a dash where it is unknown."""
    text = number_text(float(share), "share")
    return text if text == "–" else f"{text} %"
