"""Auction: the present or the last auction, round by round, with every farm's demand and bid book."""

import solara

from agents.farms.curves import MONEY
from model.systems.escape_permits.auction import value_of
from model.views.fields import ChoiceField, ChoiceFields, NumberTable
from model.views.pages.base import tab
from model.views.pages.escape_permits.charts.pollutants import names_of
from model.views.pages.escape_permits.charts.rounds import (
    allocation_rows,
    draw_allocation,
    draw_excess,
    draw_prices,
    rounds_rows,
)
from model.views.pages.escape_permits.charts.surfaces import book_data, draw_book, farm_choices
from model.views.pages.escape_permits.tabs.parts import Card
from model.views.pages.place import PlaceSlider
from model.views.parts import Div, Text

ABOUT = (
    "Go back to any round of the present auction or of the last one that closed: announced prices, demand of the "
    "farms, the provisional allocation, and every bid made until then."
)
KEPT = "round of an auction"
PRESENT, LAST = "present", "last"


def record_on_page(model):
    """Record the rounds of the auctions of a model of the page."""
    model.start_recording()


@tab(title="Auction", system="escape_permits", prepare=record_on_page)
@solara.component
def AuctionTab(desk):
    """Choice of the auction, the slider over its rounds, and the state of that round."""
    desk.tick.value  # noqa: B018 - read to be drawn again at every refresh
    kept = {"source": PRESENT, "at": None} | desk.kept.value.get(KEPT, {})
    found = desk.run.look(lambda model: look(model, kept["source"]))
    Text(ABOUT, classes=["lead"])
    if found is None:
        return Text("No round has been played yet: press Step or Play.", classes=["lead"])
    instance, rounds, names, options, closed, asks = found

    def keep(**changed):
        desk.keep(KEPT, kept | changed)

    with Div(classes=["chooser"]):
        ChoiceField(
            label="auction",
            options=[{"value": PRESENT, "text": "present auction"}]
            + [{"value": LAST, "text": "last auction that closed"}] * closed,
            value=kept["source"] if closed else PRESENT,
            event_change=lambda name: keep(source=name, at=None),
        )
        ChoiceFields(desk, options)
    last = len(rounds)
    at = last if kept["at"] is None else min(kept["at"], last)
    # a view at the end of an auction under way follows it
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
    Facts(instance, shown, names, asks)
    with Div(classes=["cards"]):
        if asks != "sealed":
            Clocks(instance, rounds, at, names)
        Now(instance, shown, names, farm, asks)
    Farms(instance, shown, names, asks)


def look(model, source):
    """Instance, rounds, pollutants, farms, whether an auction has closed, and the kind of bids; None without
    a round."""
    recorder = model.recorder
    if recorder is None or not recorder.rounds:
        return None
    closed = bool(recorder.finished)
    instance, rounds = recorder.instance, recorder.rounds
    if source == LAST and closed:
        instance, rounds = recorder.finished_instance, recorder.finished
    return instance, list(rounds), names_of(model), farm_choices(model), closed, model.auction.asks


def Facts(instance, shown, names, asks):
    """Numbers of the round, a line per pollutant; without those that its format does not have."""
    head, rows = fact_table(instance, shown, names, asks)
    with Div(classes=["card", "card--wide"]):
        Text(headline_of(shown, asks), classes=["card__title"])
        NumberTable(head=head, rows=rows)


def headline_of(shown, asks):
    """State of the auction as text, with its revenue."""
    if shown.closed:
        return f"Round {shown.number}, closed: the allocation is final. Revenue {shown.paid.sum() / MONEY:,.2f} €."
    if asks == "demand":
        return f"Round {shown.number}: prices go on rising until demand fits; nothing is allocated before."
    return f"Round {shown.number}, the allocation is provisional. Revenue {shown.revenue / MONEY:,.2f} €."


def fact_table(instance, shown, names, asks):
    """Head and lines of the table of a round."""
    lots, supply = instance.terms.packages.lots, instance.terms.supply
    demand, leading = lots[shown.headline].sum(0), lots[shown.leader].sum(0)
    columns = {"for sale": [f"{k:,}" for k in supply]}
    if asks != "sealed":
        columns |= {
            "clock price, €/lot": [f"{price / MONEY:,.2f}" for price in shown.price],
            "headline demand": [f"{k:,}" for k in demand],
            "excess demand": [f"{k:+,}" for k in demand - supply],
        }
    if asks != "demand" or shown.closed:
        columns["in the allocation"] = [f"{k:,}" for k in leading]
        columns["left over"] = [f"{k:,}" for k in supply - leading]
    return ["", *columns], [list(line) for line in zip(names, *columns.values(), strict=True)]


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
    lines = "" if asks == "sealed" else " Dark lines: headline demand in this round."
    Card(
        "Demand and allocation of each farm, lots",
        f"Bars: lots in the allocation{'' if shown.closed else ' that brings the most revenue'}.{lines}",
        draw_allocation,
        {"farms": farms, "clock": [] if asks == "sealed" else farms},
    )
    if asks == "demand" or shown.book is None:
        why = (
            "an English clock takes none"
            if asks == "demand"
            else "those of this early round are no longer kept"
        )
        return Text(f"Bids for packages: {why}.", classes=["lead"])
    Card(
        "Bid book of a farm, €",
        "Highest bid so far for every package; white: none. Choose the farm above.",
        draw_book,
        book_data(instance, farm - 1, shown.book, shown.headline, shown.leader, names),
    )


def Farms(instance, shown, names, asks):
    """Table of every farm in the round."""
    head, rows = farm_table(instance, shown, names, asks)
    with Div(classes=["card", "card--wide"]):
        Text(f"Farms in round {shown.number}", classes=["card__title"])
        with Div(classes=["scrolled"]):
            NumberTable(head=head, rows=rows)


def farm_table(instance, shown, names, asks):
    """Head and lines of the table of farms; without columns that the format does not have."""
    lots, n = instance.terms.packages.lots, len(shown.leader)
    columns = {"farm": [str(i + 1) for i in range(n)]}
    if asks != "sealed":
        surplus = (value_of(instance, shown.headline) - lots[shown.headline] @ shown.price) / MONEY
        columns["demands"] = [lots_text(lots[k], names) for k in shown.headline]
        columns["surplus at these prices, €"] = [f"{each:,.2f}" for each in surplus]
    if asks != "demand" or shown.closed:
        columns["wins" if shown.closed else "would win"] = [lots_text(lots[k], names) for k in shown.leader]
    if asks != "demand":
        columns["its bid for that, €"] = [f"{bid / MONEY:,.2f}" for bid in shown.leading]
    if asks != "demand" and shown.book is not None:
        columns["packages bid"] = [f"{count:,}" for count in (shown.book >= 0).sum(1)]
    if shown.closed:
        columns["pays, €"] = [f"{paid / MONEY:,.2f}" for paid in shown.paid]
    return list(columns), [list(line) for line in zip(*columns.values(), strict=True)]


def lots_text(lots, names):
    """Text of a package."""
    return " + ".join(f"{k} {name}" for k, name in zip(lots, names, strict=True) if k) or "nothing"
