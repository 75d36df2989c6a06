"""What if: a bid that the user sets for one firm, against the others' bids of this auction."""

import altair as alt
import numpy as np
import solara

from model.systems.two_tier.what_if import PRICING_RULES, book_of, profit_curve, repaired
from model.views.charts import theme
from model.views.charts.base import firm_choices
from model.views.fields import ChoiceFields, NumberTable
from model.views.live.live_chart import LiveChart
from model.views.pages.base import tab
from model.views.pages.two_tier.charts.schedules import curves_drawn, rule_colour, staircase, value_staircase
from model.views.parts import Div, Text

ABOUT = (
    "All bids of this auction stay as they are, except those of one firm, which you set. The table shows what "
    "it would have won, paid and earned under each pricing rule. Try to shade the last step: with one price for "
    "all it can lower what you pay for every permit; under VCG it only changes how many you win."
)


COARSE = (
    "A schedule of {steps} steps cannot state the values of {need} permits exactly: “True values” comes as close as it "
    "can. So another bid may gain even under VCG; it then makes up for steps that are too coarse, and does not hide "
    "demand. With as many steps as permits (steps = need) no bid beats the truth under VCG."
)

KEPT = "bids of what if"


@tab(title="What if", system="two_tier")
@solara.component
def WhatIf(desk):
    """Sliders for one firm's schedule, results under every pricing rule, profit over its last price."""
    desk.tick.value  # noqa: B018 - read to be drawn again at every refresh
    own = desk.kept.value.get(KEPT, {})
    Text(ABOUT, classes=["lead"])
    if not desk.run.model.steps:
        return Text("No auction has been held yet: press Step or Play.", classes=["lead"])
    options, book = desk.run.look(lambda model: (firm_choices(model), book_of(model)))
    chosen = desk.chosen.value.get("firm")
    row = options["firm"].get(chosen, 1) - 1
    bid = own.get(row)
    if bid is None or len(bid[0]) != book.price.shape[1]:
        bid = book.price[row].tolist(), book.volume[row].tolist()
    price, volume = repaired(*bid, book.need[row])
    with Div(classes=["cards"]):
        with Div(classes=["card"]):
            with Div(classes=["card__head"]):
                Text("Your bid", classes=["card__title"])
                ChoiceFields(desk, options)
            Bid(book, row, price, volume, lambda new: desk.keep(KEPT, own | {row: new}))
        Schedule(book, row, price, volume)
        Results(book, row, price, volume)
        Curve(book, row, price, volume)


@solara.component
def Bid(book, row, price, volume, set_bid):
    """A slider for the price and the volume of every step, and schedules to begin from.

    set_bid : called with (prices €/t, volumes t), or None for the firm's own bid.
    """
    highest, need = highest_price(book, row), int(book.need[row])

    def change(values, at, value):
        new = price.tolist(), volume.tolist()
        new[values][at] = float(value)
        set_bid(new)

    for k in range(len(price)):
        with Div(classes=["what-if__step"]):
            Slider(f"Price of step {k + 1}, €/t", price[k], highest, 0.01, lambda x, k=k: change(0, k, x))
            Slider(f"Volume of step {k + 1}, t", volume[k], need, 1, lambda x, k=k: change(1, k, x))
    with Div(classes=["chooser"]):
        solara.Button("The firm's own bid", on_click=lambda: set_bid(None), outlined=True, small=True)
        truth = [numbers.tolist() for numbers in book.truthful(row)]
        solara.Button("True values", on_click=lambda: set_bid(truth), outlined=True, small=True)
    if book.is_too_coarse(row):
        Text(COARSE.format(steps=len(price), need=need), classes=["card__help"])
    Text(
        f"Supply {book.supply:,.4g} t. The firm needs {need} t; its first permit is worth "
        f"{book.values(row)[0]:.2f} €/t to it. A step's price is cut to that of the step before, volumes to "
        "the need.",
        classes=["card__help"],
    )


@solara.component
def Slider(label, value, highest, step, change):
    """A slider from 0 to ``highest`` below its name and its number."""
    with Div(classes=["what-if__slider"]):
        Text(f"{label}: {value:,.4g}")
        solara.SliderFloat(
            label,
            value=float(value),
            min=0.0,
            max=float(highest),
            step=step,
            thumb_label=False,
            on_value=lambda new: abs(new - value) < step / 2 or change(new),
        )


def highest_price(book, row):
    """Upper end of the price sliders, €/t: somewhat above all bids and the firm's highest value."""
    return float(np.ceil(1.1 * max(book.price.max(), book.values(row)[0])))


@solara.component
def Schedule(book, row, price, volume):
    """The bid, the firm's true values, and its award."""
    result = book.with_bid(row, price, volume).result(row, "uniform, lowest accepted")
    market = {
        "quantity": result["award"],
        "quantity_name": f"award {result['award']:,.4g} t",
        "price": result["price"],
        "price_name": f"lowest bid served {result['price']:,.3f} €/t",
    }
    curves = staircase(volume, price, "bid") + value_staircase(book.values(row))
    with Div(classes=["card"]):
        Text("Your bid and the true values, €/t", classes=["card__title"])
        LiveChart(draw_schedule, {"curves": curves, "market": [market]}, label="Your bid and the true values")
        Text("Green: what each further permit is worth to the firm. Blue: your bid.", classes=["card__help"])


def draw_schedule():
    """Draw the curves of one firm."""
    return curves_drawn("permits of the firm, t")


@solara.component
def Results(book, row, price, volume):
    """Award, payment and profit under every rule, and the change of profit from the firm's own bid."""
    mine = book.with_bid(row, price, volume)
    rows = []
    for rule in PRICING_RULES:
        new, own = mine.result(row, rule), book.result(row, rule)
        now = [number_text(new[name]) for name in ("award", "payment", "profit")]
        rows.append([rule, *now, f"{new['profit'] - own['profit'] + 0.0:+,.2f}"])
    head = ["pricing rule", "award, t", "payment, €", "profit, €", "change, €"]
    with Div(classes=["card"]):
        Text("What your bid brings", classes=["card__title"])
        NumberTable(head=head, rows=rows)
        Text(
            "Profit: the value of the award less the payment. The last column compares with the bid that the "
            "firm made, under the same rule.",
            classes=["card__help"],
        )


def number_text(number):
    """A number with two decimals, without a minus before zero."""
    return f"{round(number, 2) + 0.0:,.2f}"


@solara.component
def Curve(book, row, price, volume):
    """Profit under every rule over the price of the last step; the rest of the bid stays as set."""
    step = len(price) - 1
    mine = book.with_bid(row, price, volume)
    rows = profit_curve(mine, row, step)
    here = [{"at": float(price[step]), "rule": rule} | mine.result(row, rule) for rule in PRICING_RULES]
    with Div(classes=["card"]):
        Text(f"Profit over the price of step {step + 1}, €", classes=["card__title"])
        LiveChart(draw_curve, {"curve": rows, "here": here}, label="Profit over the price of the last step")
        Text(
            "Dots: your bid. Left of them, you shade the last step more. The curve falls or jumps where your "
            "price passes another firm's bid. Under VCG your own bid decides how many permits you win, not "
            "their price.",
            classes=["card__help"],
        )


def draw_curve():
    """Draw profit curves in the rules' colours, with the present bid as dots."""
    x = alt.X("at:Q").title("price of the last step, €/t").axis(format=theme.NUMBERS, grid=False)
    y = alt.Y("profit:Q").title("profit, €").axis(format=theme.NUMBERS).scale(zero=False)
    tooltip = [
        alt.Tooltip("rule:N"),
        alt.Tooltip("at:Q", title="price, €/t", format=".3f"),
        alt.Tooltip("award:Q", title="award, t", format=",.4~r"),
        alt.Tooltip("payment:Q", title="payment, €", format=",.2f"),
        alt.Tooltip("profit:Q", title="profit, €", format=",.2f"),
    ]
    base = alt.Chart(alt.NamedData("curve")).encode(x=x.scale(nice=False), y=y)
    line = base.mark_line(strokeWidth=2.5, strokeJoin="round").encode(color=rule_colour())
    spots = base.mark_point(size=50, opacity=0).encode(tooltip=tooltip)
    rule, dots = present_bid(x, y, tooltip)
    return theme.framed(alt.layer(rule, line, spots, dots), height=280)


def present_bid(x, y, tooltip):
    """Draw the present bid as a line, and its profit under every rule as dots."""
    here = alt.Chart(alt.NamedData("here")).encode(x=x)
    rule = here.mark_rule(strokeDash=[5, 4], color=theme.MUTED)
    return rule, here.mark_circle(size=80, opacity=1).encode(y=y, color=rule_colour(), tooltip=tooltip)
