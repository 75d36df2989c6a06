"""Charts of learning: what a firm has learned, what other bids would have earned, and whether bids
converge."""

from itertools import pairwise

import altair as alt
import numpy as np

from model.systems.bidding.equilibrium import BidGame
from model.systems.bidding.model import BiddingModel
from model.systems.bidding.settling import exploitability_at, points_over_time
from model.views.charts import theme
from model.views.charts.base import chart, firm_choices, metric_columns, records
from model.views.charts.marks import MEAN_NOTE, one_line, value_above, y_of

MOST_STEPS = 40
"""Most prices and most volumes of a heat map; of a finer grid of bids, evenly spaced ones are drawn."""

IN_FORCE = -1
"""Stands for the market's present state."""


def table_rows(model, positions, firm=1, state=IN_FORCE):
    """Numbers a firm has learned for each bid in a state of the market, over price (€/t) and volume (t)."""
    table = model.learner.table(firm - 1)
    row = table[0] if len(table) == 1 else table[model.state if state == IN_FORCE else state]
    return bid_map(model, firm, row, model.learner.of(firm - 1).learner.table_label)


def payoff_rows(model, positions, firm=1):
    """Profit that each bid of a firm would have earned this period with all other bids unchanged, €."""
    if not model.steps:  # nothing was earned yet; the map shows which bids are possible
        return bid_map(model, firm, np.zeros(model.learner.game.actions), "no period played yet")
    return bid_map(model, firm, BidGame(model).payoffs(firm - 1), "expected profit, €")


def bid_map(model, firm, values, meaning):
    """Rows of a heat map over the bids of a firm, with the best bid and the last bid.

    values : float64[actions], a number per bid; meaning : the name of these numbers.
    """
    prices, volumes = bid_axes(model, firm)
    table = values.reshape(len(prices), len(volumes))
    best = np.unravel_index(table.argmax(), table.shape)
    rows, columns = shown_steps(len(prices), best[0]), shown_steps(len(volumes), best[1])
    price = dict(zip(("bid_price", "price_from", "price_to"), cells(prices[rows]), strict=True))
    volume = dict(zip(("bid_volume", "volume_from", "volume_to"), cells(volumes[columns]), strict=True))
    bids = {name: np.repeat(numbers, len(columns)) for name, numbers in price.items()}
    bids |= {name: np.tile(numbers, len(rows)) for name, numbers in volume.items()}
    bids |= {"value": table[np.ix_(rows, columns)].ravel(), "firm": [firm] * (len(rows) * len(columns))}
    return {"bids": records(bids), "marked": marked(model, firm, prices[best[0]], volumes[best[1]], meaning)}


def bid_axes(model, firm):
    """Prices (€/t) and volumes (t) that a firm can bid, ascending."""
    setup = model.setup
    prices = [model.bid_of(firm - 1, k * setup.volume_steps)[0] for k in range(setup.price_steps)]
    volumes = [model.bid_of(firm - 1, k)[1] for k in range(setup.volume_steps)]
    return np.array(prices), np.array(volumes)


def shown_steps(count, best):
    """Positions of the steps drawn, out of ``count``; the best one is among them."""
    if count <= MOST_STEPS:
        return np.arange(count)
    return np.unique(np.append(np.linspace(0, count - 1, MOST_STEPS).astype(int), best))


def cells(values):
    """The ascending ``values``, and the lower and upper edge of each cell; a single value gets a visible
    width."""
    step = np.diff(values).mean() if len(values) > 1 else 0.0
    half = step / 2 if step > 0 else max(abs(values[0]) / 20, 0.05)
    inner = (values[1:] + values[:-1]) / 2
    return values, np.append(values[0] - half, inner), np.append(inner, values[-1] + half)


def marked(model, firm, price, volume, meaning):
    """Rows of the best bid on the map and of the firm's last bid."""
    best = {"firm": firm, "bid": "best", "bid_price": float(price), "bid_volume": float(volume)}
    row = model.firms[firm - 1]
    last = {"firm": firm, "bid": "made last", "bid_price": row.bid_price, "bid_volume": row.bid_volume}
    return [point | {"meaning": meaning} for point in ([best, last] if model.steps else [best])]


def table_choices(model):
    """Choices of firms and of states of the market; a state is a range of the last auction price, €/t."""
    setup = model.setup
    if not model.learner.uses_states:
        return firm_choices(model) | {"state": {"the same in all states": IN_FORCE}}
    limits = np.linspace(setup.reserve_price, setup.highest_value, setup.price_bins + 1)
    ranges = {f"last price {low:.2f} to {high:.2f} €/t": k for k, (low, high) in enumerate(pairwise(limits))}
    return firm_choices(model) | {"state": {"state in force": IN_FORCE} | ranges}


@chart(
    title="What a firm has learned",
    rows=table_rows,
    system=BiddingModel,
    section="learning",
    asks=("firm", "state"),
    choices=table_choices,
)
def learned_values():
    """The learner's number for each possible bid in one state of the market, such as a Q-value or a
    propensity. The state is the last price of the auction. A bid that was never tried shows its initial
    value."""
    return heat_map()


@chart(
    title="What each bid would have earned, €",
    rows=payoff_rows,
    needs=("mean_profit",),
    system="learning_bidders",
    section="learning",
    asks=("firm",),
    choices=firm_choices,
)
def payoffs_of_bids():
    """Profit that each bid of one firm would have earned this period, with all other bids unchanged. The
    difference between the best bid and the bid made is what the firm could gain by changing its bid alone."""
    return heat_map()


def heat_map():
    """Draw values over bid volume and bid price, with the best bid and the last one."""
    x = alt.X("volume_from:Q").title("bid volume, t").axis(format=theme.NUMBERS, grid=False)
    y = alt.Y("price_from:Q").title("bid price, €/t").axis(format=theme.NUMBERS, grid=False)
    x, y = x.scale(zero=False, nice=False), y.scale(zero=False, nice=False)
    colour = alt.Color("value:Q").scale(scheme="viridis")
    scale_legend = alt.Legend(title=None, orient="right", direction="vertical", gradientLength=200)
    point_legend = alt.Legend(title=None)
    tooltip = [
        alt.Tooltip("firm:N"),
        alt.Tooltip("bid_price:Q", title="bid price, €/t", format=".3f"),
        alt.Tooltip("bid_volume:Q", title="bid volume, t", format=",.1f"),
    ]
    cells = (
        alt.Chart(alt.NamedData("bids"))
        .mark_rect()
        .encode(
            x=x,
            x2="volume_to:Q",
            y=y,
            y2="price_to:Q",
            color=colour.legend(scale_legend),
            tooltip=[*tooltip, alt.Tooltip("value:Q", format=",.4~r")],
        )
    )
    points = alt.Chart(alt.NamedData("marked"))
    spots = points.mark_point(size=140, strokeWidth=2, opacity=1, stroke="white").encode(
        x=y_of("bid_volume", x),
        y=y_of("bid_price", y),
        shape=alt.Shape("bid:N")
        .scale(domain=["best", "made last"], range=["diamond", "circle"])
        .legend(point_legend),
        fill=alt.Fill("bid:N")
        .scale(domain=["best", "made last"], range=[theme.INK, "#ee4455"])
        .legend(point_legend),
        tooltip=[alt.Tooltip("bid:N"), *tooltip],
    )
    return theme.framed(cells + spots + value_above("marked", "meaning"), height=280)


def variance_rows(model, positions):
    """Variance of the prices bid in each period, (€/t)²."""
    return {"variance": records(metric_columns(model, positions, ("bid_price_variance",)))}


@chart(
    title="Variance of the bid prices, (€/t)²",
    rows=variance_rows,
    needs=("bid_price_variance",),
    grows=True,
    section="learning",
    note=MEAN_NOTE,
)
def convergence():
    """Spread of the firms' bid prices. It falls when they settle on similar prices. Where it stays high,
    firms keep bidding differently, as they can when only the marginal bid sets the price."""
    y = alt.Y("bid_price_variance:Q").title("(€/t)²").axis(format=theme.NUMBERS).scale(zero=True)
    return theme.framed(one_line("variance", "bid_price_variance", y, "(€/t)²"))


def change_rows(model, positions):
    """Share of the firms whose best bid each period changed, %."""
    rows = metric_columns(model, positions, ("best_bid_changes",))
    rows["best_bid_changes"] = 100.0 * np.array(rows["best_bid_changes"])
    return {"changes": records(rows)}


@chart(
    title="Firms whose best bid changes, %",
    rows=change_rows,
    needs=("best_bid_changes",),
    grows=True,
    system=BiddingModel,
    section="learning",
    note=MEAN_NOTE,
)
def best_bids_changing():
    """Share of the firms for which a period changed the bid that they hold for best. Where it stays high, prices and
    profits are those of firms that still try, and the page warns. Settled is not optimal: see what another bid
    would gain."""
    y = alt.Y("best_bid_changes:Q").title("%").axis(format=theme.NUMBERS).scale(zero=True)
    return theme.framed(one_line("changes", "best_bid_changes", y, "%"))


def exploitability_rows(model, positions):
    """Gain of the best other bid, mean over firms, % of the full margin, at some of the periods collected."""
    at = points_over_time(model)
    if not len(at):
        return {"gains": []}
    gains = 100.0 * exploitability_at(model, at)
    periods = np.array(model.datacollector.periods)[at]
    return {"gains": records({"period": periods, "gain": gains})}


@chart(
    title="Exploitability of the bids, % of the full margin",
    rows=exploitability_rows,
    system=BiddingModel,
    section="learning",
)
def exploitability_over_time():
    """The most that a firm could gain by another bid of its grid while all other bids stay, mean over firms, as a share
    of what it earns when permits cost nothing. At 0 the bids are an equilibrium of the one-period game. Computed for
    some of the periods only, under the rules now in force; bids made as an experiment count as made."""
    x = alt.X("period:Q").axis(format=",d", grid=False).title("period")
    y = alt.Y("gain:Q").title("%").axis(format=theme.NUMBERS).scale(zero=True)
    tooltip = [alt.Tooltip("period:Q", format=",d"), alt.Tooltip("gain:Q", title="%", format=",.2f")]
    return theme.framed(
        alt.Chart(alt.NamedData("gains")).mark_line(point=True).encode(x=x, y=y, tooltip=tooltip)
    )
