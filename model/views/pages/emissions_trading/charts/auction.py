"""The auction of the latest quarter, or of a chosen one: demand in the order of bids against the steps of supply."""

from typing import NamedTuple

import altair as alt
import numpy as np

from model.mechanisms.supply_curve import StepKinds
from model.systems.emissions_trading.past_bids import kept_quarters
from model.views.charts import theme
from model.views.charts.auction_picture import ROUNDING, paid_by_piece
from model.views.charts.base import chart, records
from model.views.charts.marks import rimmed
from model.views.pages.emissions_trading.timeline import quarters_of
from model.views.single_run import start_of_run

SERVED, UNSERVED, SUPPLY = "bids served", "bids not served", "supply"
LOOKS = {SERVED: "#4477aa", UNSERVED: "#c9d3dc"}
STEPS = {
    "reserve_price": "reserve price",
    "emissions_containment": "held back below",
    "cost_containment": "added from",
    "ceiling": "ceiling",
    "table": "from",
}
"""Name of each kind of supply step beside its price."""
ROOM = 1.08
"""Room at the top and right of the drawing."""
REVENUE, SAVED = "paid to the government", "bid beyond that"
AREAS = {REVENUE: "#6a3d9a", SAVED: "#228833"}
BELOW = 1.0
"""Room below the lowest bid, over the range of the bids; steps of supply further down are drawn at its bottom."""


class Auction(NamedTuple):
    """One auction, as it is drawn: the present one, or one that was kept; arrays as those of `PastBids`."""

    price: np.ndarray
    volume: np.ndarray
    award: np.ndarray
    payment: np.ndarray
    offered: float
    steps: tuple
    """Price, €/t, quantity, t, and kind of each step of supply."""


def latest_auction(model):
    """The auction of the present quarter."""
    room, firms = model.room, model.firms.rows
    return Auction(
        price=room.price,
        volume=room.volume,
        award=firms.award,
        payment=firms.auction_payment,
        offered=float(model.government.offered),
        steps=tuple(zip(*room.curve, strict=True)),
    )


def past_auction(model, quarter):
    """The auction of a quarter, by its number since the model began; None if it is not kept."""
    past = model.past_bids
    row = quarter % max(len(past.quarter), 1)
    if not len(past.quarter) or past.quarter[row] != quarter:
        return None
    steps = past.step_price[row], past.step_quantity[row], past.step_kind[row]
    return Auction(
        price=past.price[row],
        volume=past.volume[row],
        award=past.award[row],
        payment=past.payment[row],
        offered=float(past.offered[row]),
        steps=tuple(zip(*steps, strict=True)),
    )


def auctions_of(model):
    """Auctions to choose from: the latest, and those kept of the run shown, by their quarter's name."""
    run, first = quarters_of(model), start_of_run(model)
    numbers = ((run.year - 1) * model.params.quarters + run.quarter + first).tolist()
    kept = set(kept_quarters(model.past_bids))
    named = {name: number for name, number in zip(run.names, numbers, strict=True) if number in kept}
    return {"auction": {"the latest": 0} | named}


def auction_rows(model, positions=(), auction=0):
    """Bids by falling price and supply by rising price as steps over permits, t, and the result.

    auction : number of the quarter since the model began; 0: the latest.
    """
    run = quarters_of(model)
    if not len(run.positions):
        begin = {"permits": None, "price": None, "text": "the first auction comes with the first quarter"}
        return {"areas": [], "bids": [], "supply": [], "labels": [], "result": [begin]}
    kept = past_auction(model, auction) if auction else None
    shown, when = kept or latest_auction(model), run.names[-1]
    if kept:
        when = next(name for name, number in auctions_of(model)["auction"].items() if number == auction)
    bids = bid_steps(shown, model.names)
    right = ROOM * max(shown.offered, bids["to"].max(initial=0.0), 1e-9)
    supply, labels = supply_steps(shown, bids, right)
    return {
        "areas": areas_of(shown, bids),
        "bids": records({name: column for name, column in bids.items() if name != "row"}),
        "supply": supply,
        "labels": labels,
        "result": result_of(shown, when),
    }


def bid_steps(shown, names):
    """Columns of the bids, the highest first, each from and to a number of permits, t."""
    price, volume = shown.price, shown.volume
    firm = np.repeat(np.array(names), price.shape[1])
    asked = np.flatnonzero(volume.ravel() > 0.0)
    order = asked[np.argsort(-price.ravel()[asked], kind="stable")]
    volumes = volume.ravel()[order]
    ends, sold = np.cumsum(volumes), float(shown.award.sum())
    served = ends - volumes < sold * (1.0 - 1e-9)
    return {
        "from": ends - volumes,
        "to": ends,
        "price": price.ravel()[order],
        "volume": volumes,
        "row": order // price.shape[1],
        "firm": firm[order],
        "series": np.where(served, SERVED, UNSERVED),
    }


def areas_of(shown, bids):
    """Rectangles over the permits sold: what is paid for them, and what bidders would have paid beyond that."""
    start, bidders = bids["from"], slice(len(shown.price))
    won = np.clip(float(shown.award.sum()) - start, 0.0, bids["volume"])
    result = shown.award[bidders], shown.payment[bidders]
    paid, sold = paid_by_piece(bids["row"], bids["price"], won, *result), won > ROUNDING
    sides = {"from": start, "to": start + won, "paid": paid, "bid": bids["price"]}
    return records({name: side[sold] for name, side in sides.items()})


def supply_steps(shown, bids, right):
    """Corners of the supply curve up to ``right``, t, and the names of its steps."""
    top = ROOM * bids["price"].max(initial=0.0)
    steps = [each for each in shown.steps if each[1] > 0.0]
    corners, labels, at, bottom = [], [], 0.0, lowest_shown(bids)
    for price, quantity, kind in steps:
        to, drawn = min(at + quantity, right), max(price, bottom)
        corners += [{"permits": at, "price": drawn}, {"permits": to, "price": drawn}]
        labels.append({"permits": at, "price": drawn, "label": step_label(price, kind, price < bottom)})
        at, top = to, max(top, price)
    if corners and at < right:
        corners.append({"permits": at, "price": max(top, corners[-1]["price"])})
    return [corner | {"place": k, "series": SUPPLY} for k, corner in enumerate(corners)], labels


def lowest_shown(bids):
    """Price, €/t, at which supply is drawn that begins further down, since bids are close to each other."""
    if not len(bids["price"]):
        return 0.0
    low, high = bids["price"].min(), bids["price"].max()
    return max(low - BELOW * (high - low), 0.0)


def step_label(price, kind, below):
    """Name of a step of supply; below : whether its price is too low to be drawn."""
    if not price:
        return "no reserve price"
    return f"{STEPS[StepKinds._fields[kind]]} {price:,.4g} €/t" + (" (further down)" if below else "")


def result_of(shown, when):
    """The price and the permits sold, none where nothing was; with a line in words that begins with the quarter."""
    sold, won = float(shown.award.sum()), shown.award > 0.0
    if shown.offered <= 0.0 and not sold:
        return [{"permits": None, "price": None, "text": f"{when}: no permits for sale"}]
    if not sold:
        text = f"{when}: nobody bids, {shown.offered:,.4g} t stay unsold"
        return [{"permits": None, "price": None, "text": text}]
    price = float(shown.payment.sum()) / sold
    alike = np.allclose(shown.payment[won], price * shown.award[won], rtol=1e-9)
    text = f"{when}: {sold:,.4g} t sold at {price:,.4g} €/t" + ("" if alike else " on average")
    beyond = sold - shown.offered
    if abs(beyond) > 1e-9 * shown.offered:
        text += f", {beyond:,.3g} t beyond the cap" if beyond > 0.0 else f", {-beyond:,.3g} t unsold"
    return [{"permits": sold, "price": price, "text": text}]


@chart(
    title="Auction: who wants how much at what price",
    rows=auction_rows,
    asks=("auction",),
    choices=auctions_of,
    needs=("clearing_price", "offered", "sold"),
    system="emissions_trading",
    section="market",
)
def auction_steps():
    """Bids by falling price (demand) against the steps of supply; the dot is the result. The price lies at
    the highest bid not served, or on a step. Violet: what winners pay, down to the axis, which does not
    begin at 0. Green: what they would have paid beyond that. Firms bid near the price they expect, so that demand is
    a short part of a longer curve. Point at a bid to see whose it is. Choose a quarter to see its auction again."""
    x = alt.X("from:Q").title("permits, t").axis(format=theme.NUMBERS, grid=False).scale(nice=False)
    y = alt.Y("price:Q").title("€/t").axis(format=theme.NUMBERS).scale(zero=False, padding=12)
    tooltip = [
        alt.Tooltip("firm:N"),
        alt.Tooltip("price:Q", title="bids, €/t", format=",.4~r"),
        alt.Tooltip("volume:Q", title="for, t", format=",.4~r"),
        alt.Tooltip("to:Q", title="with all higher bids, t", format=",.4~r"),
        alt.Tooltip("series:N", title="result"),
    ]
    colour = (
        alt.Color("series:N")
        .scale(domain=[*LOOKS, SUPPLY], range=[*LOOKS.values(), theme.INK])
        .legend(title=None, symbolType="stroke", symbolStrokeWidth=4, columns=3)
    )
    bids = alt.Chart(alt.NamedData("bids")).mark_rule(strokeWidth=5)
    bids = bids.encode(x=x, x2="to:Q", y=y, color=colour, tooltip=tooltip)
    supply = alt.Chart(alt.NamedData("supply")).mark_line(strokeWidth=2.5)
    supply = supply.encode(x="permits:Q", y="price:Q", order="place:Q", color=colour)
    names = alt.Chart(alt.NamedData("labels")).mark_text(align="left", baseline="top", dx=4, dy=4)
    names = names.encode(x="permits:Q", y="price:Q", text="label:N", color=alt.value(theme.INK))
    return theme.framed(alt.layer(*areas(x), bids, supply, *result_marks(), *rimmed(names)), 320)


def areas(x):
    """Draw what is paid, down to the axis, and what was bid beyond that."""
    base = alt.Chart(alt.NamedData("areas")).encode(x=x, x2="to:Q", y="paid:Q")
    look = {"opacity": 0.22, "stroke": None}
    fill = alt.Fill("kind:N").scale(domain=list(AREAS), range=list(AREAS.values()))
    fill = fill.legend(
        title=None, orient="bottom", symbolType="square", symbolOpacity=0.35, symbolStrokeWidth=0
    )
    paid = (
        base.transform_calculate(kind=f"'{REVENUE}'")
        .mark_rect(**look)
        .encode(y2=alt.value("height"), fill=fill)
    )
    saved = base.transform_calculate(kind=f"'{SAVED}'").mark_rect(**look).encode(y2="bid:Q", fill=fill)
    return paid, saved


def result_marks():
    """A dot at the result, dashed lines to both axes, and the result in words above the drawing."""
    result = alt.Chart(alt.NamedData("result"))
    dashed = {"strokeDash": [3, 3], "color": "#cc5500"}
    down = result.mark_rule(**dashed).encode(x="permits:Q", y="price:Q", y2=alt.value("height"))
    left = result.mark_rule(**dashed).encode(x="permits:Q", x2=alt.value(0), y="price:Q")
    tooltip = [alt.Tooltip("text:N", title="result")]
    dot = result.mark_point(filled=True, size=110, color="#cc5500", opacity=1)
    dot = dot.encode(x="permits:Q", y="price:Q", tooltip=tooltip)
    words = result.mark_text(
        align="right", baseline="bottom", fontWeight="bold", color="#cc5500", x="width", y=14
    )
    return down, left, dot, *rimmed(words.encode(text="text:N"))
