"""The picture of the course: bids in merit order against the supply, what permits are worth, revenue and gains."""

from typing import NamedTuple

import altair as alt
import numpy as np

from model.systems.bidding.model import BiddingModel
from model.views.charts import theme
from model.views.charts.base import chart, records
from model.views.charts.marks import rimmed

SERVED, UNSERVED, WORTH = "bid served", "bid not served", "worth"
LINES = {SERVED: "#1f5f99", UNSERVED: "#9db4c8", WORTH: "#228833"}
REVENUE, GAIN, LOSS = "revenue", "gain of firms", "loss"
AREAS = {REVENUE: "#6a3d9a", GAIN: "#228833", LOSS: "#b71c1c"}

HEIGHT = 340
"""Height of the drawing, px."""

ROOM = 1.2
"""Height of the axis over that of the highest bid or worth, so that the result in words stands above both."""
NARROWEST = 0.03
"""Least share of the width at which a step is labelled with its firm."""

ROUNDING = 1e-9
"""Amounts below this share count as none."""


class Pieces(NamedTuple):
    """Parts of bids within which price and worth do not change; arrays by piece, a firm's own in their order.

    firm : row of the bidder. price, worth : €/t; no price, nan, where a firm needs permits and did not bid. volume : t.
    """

    firm: np.ndarray
    price: np.ndarray
    volume: np.ndarray
    worth: np.ndarray


class Result(NamedTuple):
    """Result of the auction. award, t, payment, € : by firm. supply : t. crossing : lowest price served, €/t.
    price : in words."""

    award: np.ndarray
    payment: np.ndarray
    supply: float
    crossing: float
    price: str


def picture_rows(model, pieces, result=None):
    """Rows of the picture; result : None before the first auction, when there is only what permits are worth."""
    known = result is not None
    order = np.argsort(-(pieces.price if known else pieces.worth), kind="stable")
    won = _won(pieces, result.award)[order] if known else np.zeros(order.size)
    firm, price, volume, worth = (column[order] for column in pieces)
    ends = volume.cumsum()
    numbers = np.asarray(model.names or range(1, len(model.firms) + 1)).astype(str)
    columns = {"firm": firm + 1, "name": numbers[firm], "worth": worth, "start": ends - volume, "end": ends}
    if not known:
        return {
            "lines": _lines(columns, WORTH, worth),
            "areas": [],
            "names": _names(columns, volume),
            "market": [],
        }
    bid = np.nan_to_num(price)
    paid, asked = (
        paid_by_piece(firm, bid, won, result.award, result.payment),
        np.where(np.isnan(price), 0.0, volume),
    )
    columns |= {"bid": bid, "paid": paid, "volume": asked, "won": won}
    lines = _lines(columns | {"end": ends - volume + won}, SERVED, bid, won > ROUNDING)
    lines += _lines(columns | {"start": ends - volume + won}, UNSERVED, bid, asked - won > ROUNDING)
    return {
        "lines": _lines(columns, WORTH, worth) + lines,
        "areas": _areas(columns, won, paid),
        "names": _names(columns, volume),
        "market": [
            _market_row(result, won, paid, worth) | {"room": ROOM * float(max(worth.max(), bid.max()))}
        ],
    }


def _won(pieces, award):
    """Permits that each piece wins, t: a firm's first pieces are served first."""
    won, left = np.zeros(pieces.firm.size), award.astype(float)
    for k, firm in enumerate(pieces.firm):
        won[k] = min(left[firm], pieces.volume[k])
        left[firm] -= won[k]
    return won


def paid_by_piece(firm, price, won, award, payment):
    """Price paid for what each piece wins, €/t: the bid where a firm pays its own bids, else its mean payment.

    firm, price, won : row of the firm, bid, €/t, and permits won, t, by piece; award, t, payment, € : by firm.
    """
    own = np.bincount(firm, price * won, minlength=award.size)
    mean = payment / np.where(award > 0.0, award, 1.0)
    as_bid = np.isclose(own, payment, rtol=1e-9)
    return np.where(as_bid[firm], price, mean[firm])


def _lines(columns, series, height, shown=slice(None)):
    lengths = {name: np.asarray(column)[shown] for name, column in columns.items()}
    blank = dict.fromkeys(("bid", "paid", "volume", "won"))
    return [
        blank | row | {"height": at, "series": series}
        for row, at in zip(records(lengths), np.asarray(height)[shown].tolist(), strict=True)
    ]


def _areas(columns, won, paid):
    """Rectangles of what is paid, and of what the winners gain or lose, over the permits won."""
    worth, rows = columns["worth"], []
    for kind, low, high, shown in (
        (REVENUE, np.zeros(won.size), paid, won > ROUNDING),
        (GAIN, paid, worth, (won > ROUNDING) & (worth >= paid)),
        (LOSS, worth, paid, (won > ROUNDING) & (worth < paid)),
    ):
        sides = {"start": columns["start"], "end": columns["start"] + won, "low": low, "high": high}
        rows += [row | {"kind": kind} for row in records({k: v[shown] for k, v in sides.items()})]
    return rows


def _names(columns, volume):
    """Middle and name of each stretch of pieces of one firm that is wide enough for it."""
    begins = np.flatnonzero(np.diff(columns["firm"], prepend=-1))
    widths = np.add.reduceat(volume, begins) if begins.size else volume
    wide = widths > NARROWEST * volume.sum()
    middle = columns["start"][begins] + widths / 2
    return records({"middle": middle[wide], "name": columns["name"][begins][wide]})


def _market_row(result, won, paid, worth):
    sold, revenue = float(won.sum()), float((won * paid).sum())
    gain = float((won * worth).sum()) - revenue
    return {
        "supply": result.supply,
        "supply_name": f"supply {readable(result.supply)} t",
        "crossing": result.crossing,
        "crossing_name": result.price,
        "sold": min(sold, result.supply),
        "text": f"{readable(sold)} t sold for {readable(revenue)} €\nfirms gain {readable(gain)} € on them",
    }


def readable(number):
    """A number in words: whole from 1,000 on, else with four digits."""
    return f"{number:,.0f}" if abs(number) >= 1_000.0 else f"{number:.4g}"


def price_in_words(auction, public):
    """The price of an auction in words: one for all, or the lowest bid served and the mean of what is paid."""
    if auction == "uniform":
        return f"price for all {readable(public.clearing_price)} €/t"
    return f"lowest bid served {readable(public.equilibrium_price)} €/t"


def bids_of_grid(model):
    """Pieces and result of bids of one step per firm; result None before the first auction."""
    firms, rows = model.firms.rows, np.arange(len(model.firms))
    if not model.steps:
        zero = np.zeros(rows.size)
        return Pieces(rows, zero, np.array(firms.required_permits), np.array(firms.private_value)), None
    public = model.government
    crossing = float(public.equilibrium_price if model.params.auction != "uniform" else public.clearing_price)
    words = price_in_words(model.params.auction, public)
    result = Result(
        award=firms.award,
        payment=firms.auction_payment,
        supply=float(public.cap),
        crossing=crossing,
        price=words,
    )
    asked = firms.bid_volume > 0.0
    silent = rows[~asked][np.argsort(-firms.private_value[~asked], kind="stable")]
    shown = np.concatenate([rows[asked], silent])
    price = np.where(asked, firms.bid_price, np.nan)
    volume = np.where(asked, firms.bid_volume, firms.required_permits)
    return Pieces(shown, price[shown], volume[shown], firms.private_value[shown]), result


def auction_rows(model, positions):
    """Bids of the present period as steps in merit order, €/t over cumulated t, with areas of money."""
    return picture_rows(model, *bids_of_grid(model))


@chart(
    title="The auction: bids from the highest down, and the supply, €/t",
    rows=auction_rows,
    needs=("cap", "equilibrium_price", "clearing_price"),
    system=BiddingModel,
    section="bids",
)
def auction_picture():
    """Blue: bids from the highest down, each as wide as its volume. The supply ends where the black line stands; bids
    left of it are served. Green: what these permits are worth to their bidders; the gap to the blue line is how much
    they shade their bids. Violet: what the government gets. Green area: what the winners gain. Green without
    blue: firms that did not bid; before the first auction only what permits are worth is known."""
    return draw_auction()


def draw_auction():
    """Draw the rows of `picture_rows`."""
    x = (
        alt.X("start:Q")
        .title("permits, cumulated, t")
        .axis(format=theme.NUMBERS, grid=False)
        .scale(nice=False)
    )
    y = alt.Y("height:Q").title("€/t").axis(format=theme.NUMBERS).scale(zero=True)
    areas = alt.Chart(alt.NamedData("areas")).mark_rect(opacity=0.22, stroke=None)
    fill = alt.Fill("kind:N").scale(domain=list(AREAS), range=list(AREAS.values()))
    look = {"symbolType": "square", "symbolOpacity": 0.35, "symbolStrokeWidth": 0}
    areas = areas.encode(
        x=x,
        x2="end:Q",
        y=alt.Y("low:Q").title("€/t"),
        y2="high:Q",
        fill=fill.legend(
            title=None, orient="bottom", **look
        ),  # beside the other one it is too wide for a phone
    )
    colour = alt.Color("series:N").scale(domain=list(LINES), range=list(LINES.values()))
    lines = alt.Chart(alt.NamedData("lines")).mark_rule()
    is_worth = (
        alt.datum.series == WORTH
    )  # wider and below, so that both are seen where a bid is what it is worth
    lines = lines.encode(
        x=x,
        x2="end:Q",
        y=y,
        color=colour.legend(title=None, symbolType="stroke", symbolStrokeWidth=3.5, columns=3),
        strokeWidth=alt.when(is_worth).then(alt.value(6.5)).otherwise(alt.value(3.0)),
        tooltip=line_tooltip(),
    )
    names = alt.Chart(alt.NamedData("names")).mark_text(
        dy=-7, fontSize=11, fontWeight="bold", color=theme.INK
    )
    names = names.encode(x="middle:Q", y=alt.datum(0), text="name:N")
    return theme.framed(alt.layer(areas, lines, names, *market_marks()), HEIGHT)


def line_tooltip():
    """Tooltip of a bid and of what its permits are worth."""
    return [
        alt.Tooltip("name:N", title="firm"),
        alt.Tooltip("bid:Q", title="bids, €/t", format=",.4~r"),
        alt.Tooltip("worth:Q", title="worth to it, €/t", format=",.4~r"),
        alt.Tooltip("volume:Q", title="for, t", format=",.4~r"),
        alt.Tooltip("won:Q", title="gets, t", format=",.4~r"),
        alt.Tooltip("paid:Q", title="pays, €/t", format=",.4~r"),
    ]


def market_marks():
    """Draw the supply, the price and the point where they cross, each with its name, and the result in words."""
    base, words = alt.Chart(alt.NamedData("market")), {"fontSize": 11, "color": theme.INK}
    supply = base.mark_rule(color=theme.INK, strokeWidth=2).encode(x="supply:Q")
    level = base.mark_rule(color=theme.INK, strokeWidth=1.5, strokeDash=[5, 4]).encode(y="crossing:Q")
    dot = base.mark_point(shape="circle", size=90, filled=True, opacity=1, color="#cc5500")
    supply_name = base.mark_text(align="left", dx=5, y=8, **words).encode(x="supply:Q", text="supply_name:N")
    level_name = base.mark_text(align="right", x="width", dx=-4, dy=-7, **words)
    text = base.mark_text(align="right", x="width", dx=-4, y=24, fontWeight="bold", lineBreak="\n", **words)
    return [
        base.mark_point(opacity=0).encode(y="room:Q"),
        supply,
        level,
        dot.encode(x="sold:Q", y="crossing:Q"),
        *rimmed(supply_name),
        *rimmed(level_name.encode(y="crossing:Q", text="crossing_name:N")),
        *rimmed(text.encode(text="text:N")),
    ]
