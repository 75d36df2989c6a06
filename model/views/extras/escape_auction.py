"""Auction: the present or the last auction, round by round, with every farm's demand and bid book."""

import solara

from agents.farms.curves import MONEY
from model.systems.escape_permits_auction import value_of
from model.views.chart_panel import _Choices
from model.views.charts.escape_rounds import (
    allocation_rows,
    draw_allocation,
    draw_excess,
    draw_prices,
    rounds_rows,
)
from model.views.charts.escape_surfaces import book_data, draw_book, farm_choices
from model.views.charts.pollutants import names_of
from model.views.compare_tab import _Numbers
from model.views.extras.base import extra
from model.views.extras.escape_parts import Card
from model.views.extras.place import PlaceSlider
from model.views.parameter_panel import _Choice

ABOUT = (
    "Go back to any round of the present auction or of the last one that closed: what the regulator announced, what "
    "farms demanded, who would have won, and every bid made until then."
)
KEPT = "round of an auction"
PRESENT, LAST = "present", "last"


def record_on_page(model):
    """Let a model of the page record the rounds of its auctions."""
    model.start_recording()


@extra(title="Auction", system="escape_permits", prepare=record_on_page)
@solara.component
def AuctionTab(desk):
    """Which auction, which round, and what was there."""
    desk.tick.value  # noqa: B018 - read to be drawn again at every refresh
    kept = {"source": PRESENT, "at": None} | desk.kept.value.get(KEPT, {})
    found = desk.run.look(lambda model: look(model, kept["source"]))
    solara.Text(ABOUT, classes=["lead"])
    if found is None:
        return solara.Text("No round has been played yet: press Step or Play.", classes=["lead"])
    instance, rounds, names, options, both, asks = found

    def keep(**changed):
        desk.keep(KEPT, kept | changed)

    with solara.Div(classes=["chooser"]):
        _Choice(
            label="auction",
            options=[{"value": PRESENT, "text": "present auction"}]
            + [{"value": LAST, "text": "last auction that closed"}] * both,
            value=kept["source"] if both else PRESENT,
            event_change=lambda name: keep(source=name, at=None),
        )
        _Choices(desk, None, options)
    last = len(rounds)
    at = last if kept["at"] is None else min(kept["at"], last)
    # at its end, the view follows an auction that goes on
    PlaceSlider(
        value=at,
        last=last,
        first=1,
        part="round",
        whole="auction",
        event_moved=lambda k: keep(at=None if k >= last else k),
    )
    farm = options["farm"].get(desk.chosen.value.get("farm"), 1)
    shown = rounds[at - 1]
    Facts(instance, shown, names)
    with solara.Div(classes=["cards"]):
        Clocks(instance, rounds, at, names)
        Now(instance, shown, names, farm, asks)
    Farms(instance, shown, names)


def look(model, source):
    """Instance, rounds, pollutants, farms, whether there are two auctions, and what is bid; None without a round."""
    recorder = model.recorder
    if recorder is None or not recorder.rounds:
        return None
    both = bool(recorder.finished) and recorder.finished_instance is not recorder.instance
    instance, rounds = recorder.instance, recorder.rounds
    if source == LAST and both:
        instance, rounds = recorder.finished_instance, recorder.finished
    return instance, list(rounds), names_of(model), farm_choices(model), both, model.auction.asks


def Facts(instance, shown, names):
    """The round in numbers, a line per pollutant."""
    lots, supply = instance.terms.packages.lots, instance.terms.supply
    demand, leading = lots[shown.headline].sum(0), lots[shown.leader].sum(0)
    head = [
        "",
        "clock price, €/lot",
        "for sale",
        "headline demand",
        "excess demand",
        "in the allocation",
        "left over",
    ]
    rows = [
        [
            name,
            f"{shown.price[j] / MONEY:,.2f}",
            f"{supply[j]:,}",
            f"{demand[j]:,}",
            f"{demand[j] - supply[j]:+,}",
            f"{leading[j]:,}",
            f"{supply[j] - leading[j]:,}",
        ]
        for j, name in enumerate(names)
    ]
    state = "closed: the allocation is final" if shown.closed else "the allocation is provisional"
    with solara.Div(classes=["card", "card--wide"]):
        solara.Text(
            f"Round {shown.number}, {state}. Revenue {paid(shown):,.2f} €.",
            classes=["card__title"],
        )
        _Numbers(head=head, rows=rows)


def paid(shown):
    """Bids in the allocation, €."""
    return float(shown.leading.sum()) / MONEY


def Clocks(instance, rounds, at, names):
    """Prices and excess demand over all rounds."""
    data = rounds_rows(instance, rounds, at, names)
    Card(
        "Clock prices, €/lot",
        "Upright: the round that is shown.",
        draw_prices,
        data,
    )
    Card(
        "Excess demand, lots",
        "Headline demand of all farms less the lots for sale.",
        draw_excess,
        data,
    )


def Now(instance, shown, names, farm, asks):
    """Allocation and demand in the round, and the bid book of one farm."""
    farms = allocation_rows(instance, shown, names)
    Card(
        "Demand and allocation of each farm, lots",
        "Bars: lots in the allocation that brings the most revenue. Dark lines: headline demand in this round.",
        draw_allocation,
        {"farms": farms, "clock": [] if asks == "sealed" else farms},
    )
    if asks == "demand" or shown.book is None:
        why = (
            "an English clock takes none"
            if asks == "demand"
            else "those of this early round are no longer kept"
        )
        return solara.Text(f"Bids for packages: {why}.", classes=["lead"])
    Card(
        "Bid book of a farm, €",
        "Highest bid so far for every package; white: none. Choose the farm above.",
        draw_book,
        book_data(instance, farm - 1, shown.book, shown.headline, shown.leader, names),
    )


def Farms(instance, shown, names):
    """Every farm in the round."""
    with solara.Div(classes=["card", "card--wide"]):
        solara.Text(f"Farms in round {shown.number}", classes=["card__title"])
        with solara.Div(classes=["scrolled"]):
            head = [
                "farm",
                "demands",
                "surplus at these prices, €",
                "would win",
                "its bid for that, €",
                "packages bid",
            ]
            _Numbers(head=head, rows=farm_table(instance, shown, names))


def farm_table(instance, shown, names):
    """Lines of the table of farms."""
    lots = instance.terms.packages.lots
    surplus = (value_of(instance, shown.headline) - lots[shown.headline] @ shown.price) / MONEY
    counts = (shown.book >= 0).sum(1) if shown.book is not None else [float("nan")] * len(surplus)
    return [
        [
            str(i + 1),
            said(lots[shown.headline[i]], names),
            f"{surplus[i]:,.2f}",
            said(lots[shown.leader[i]], names),
            f"{shown.leading[i] / MONEY:,.2f}",
            f"{counts[i]:,.0f}",
        ]
        for i in range(len(surplus))
    ]


def said(lots, names):
    """A package in words."""
    return " + ".join(f"{k} {name}" for k, name in zip(lots, names, strict=True) if k) or "nothing"
