"""Mechanisms: all auctions on the same farms, and one of them over the correlation, played again at once."""

from functools import partial

import numpy as np
import solara

from model.mechanisms.combinatorial.base import PACKAGE_AUCTIONS
from model.systems.escape_permits.comparison import compare, draw_instance
from model.systems.escape_permits.what_if import with_correlation
from model.views.controls import number_text
from model.views.fields import ChoiceField, NumberTable, Problem
from model.views.pages.base import tab
from model.views.pages.escape_permits.auctions_run import AuctionsRun
from model.views.pages.escape_permits.charts import mechanisms as drawn
from model.views.pages.escape_permits.charts.pollutants import names_of
from model.views.pages.escape_permits.tabs.parts import Card, Slider
from model.views.parts import Div, Text

ABOUT = (
    "The farms of the run's present auction, sold their permits by every auction format. All formats see the same "
    "farms; clocks and package bidders behave as the panel says, sealed bidders bid their values (under VCG), these "
    "less a profit target or a share (first price), or lot by lot (separate auctions). The slider gives farms another "
    "correlation and plays everything again; the run itself goes on with its own."
)
KEPT = "correlation of the auctions"
FARMS = {
    "all farms": slice(None),
    "first, third, … farms": slice(0, None, 2),
    "second, fourth, … farms": slice(1, None, 2),
}
FINE, COARSE = 21, 11
"""Correlations played, from 0 to 1: many where that is quick."""
AT_ONCE, QUICK = 20, 12
"""Farms up to which auctions are played over the correlation without being asked, and up to which finely."""


def warm(model):
    """Play every format on a small instance, which compiles the rules."""
    params = model.params.small(len(model.pollutants))
    compare(params, draw_instance(params, 0))


@tab(title="Mechanisms", system="escape_permits", warm=warm)
@solara.component
def MechanismsTab(desk):
    """The slider, the formats side by side, and one of them over the correlation."""
    desk.tick.value  # noqa: B018 - read to be drawn again when an auction has begun
    beat, set_beat = solara.use_state(0)  # noqa: RUF059 - rises with the auctions' news
    runs = [desk.part(name, AuctionsRun) for name in ("formats compared", "auctions over the correlation")]

    def listen():
        def hear():
            set_beat(lambda number: number + 1)

        for run in runs:
            run.listen(hear)
        hear()  # quick auctions may have ended before
        return lambda: [run.listen(None) for run in runs]

    solara.use_effect(listen, [])
    kept = {"r": None, "whose": next(iter(FARMS)), "mechanism": None, "wanted": None} | desk.kept.value.get(
        KEPT, {}
    )
    params, instance, names, number = desk.run.look(
        lambda made: (made.params, made.instance, names_of(made), int(made.government.auction))
    )

    def keep(**changed):
        desk.keep(KEPT, kept | changed)

    Text(ABOUT, classes=["lead"])
    if len(names) > 1:
        Correlation(instance, kept, keep)
    ask_formats(runs[0], params, instance, kept)
    Formats(runs[0], names, number)
    if len(names) > 1:
        Over(runs[1], params, instance, names, kept, keep)


def Correlation(instance, kept, keep):
    """Choice of the farms and of their correlation."""
    own = instance.curves.correlation[FARMS[kept["whose"]], 1:]
    same = own.size and own.min() == own.max()
    range_text = f"{own.min():.2f}" if same else f"{own.min(initial=9):.2f} to {own.max(initial=0):.2f}"
    label = f"as in the run ({range_text})" if kept["r"] is None else f"{kept['r']:.2f}"
    with Div(classes=["chooser"]):
        ChoiceField(
            label="whose correlation",
            options=[{"value": name, "text": name} for name in FARMS],
            value=kept["whose"],
            event_change=lambda name: keep(whose=name),
        )
    Slider(
        f"Correlation r of {kept['whose']}: {label}",
        float(own.mean()) if kept["r"] is None else kept["r"],
        float(own.max(initial=0.0)),
        lambda r: keep(r=r),
        None if kept["r"] is None else lambda: keep(r=None),
    )


def ask_formats(run, params, instance, kept):
    """Play every format with the correlation chosen."""

    def play(name):
        farms = instance
        if kept["r"] is not None:
            farms = with_correlation(params, instance, kept["r"], FARMS[kept["whose"]])
        return compare(params, farms, [name])[name]

    work = {name: partial(play, name) for name in PACKAGE_AUCTIONS}
    run.ask(instance, (params, kept["r"], kept["r"] is not None and kept["whose"]), work)


HEAD = ("auction", "rounds", "efficiency, %", "revenue, €", "surplus, €")


def Formats(run, names, number):
    """Table and charts of all formats."""
    results = dict(run.results)
    waiting = f", {run.queue_text or f'{len(results)} of {run.total} played'}" if run.running else ""
    with Div(classes=["card", "card--wide"]):
        Text(f"All formats on the farms of one auction (number {number}){waiting}", classes=["card__title"])
        head = [*HEAD, *(f"{name} sold, %" for name in names), *(f"{name}, €/lot" for name in names)]
        NumberTable(head=head, rows=[format_row(name, result) for name, result in results.items()])
        Text(
            "Efficiency: worth of the permits sold over the most it could be. Surplus: of all farms. €/lot: average "
            "price. How a package's payment is divided is bookkeeping, by clock prices (CMRA, English clock) or by "
            "what the last lot is worth (VCG, first price), and a part may be below the reserve price.",
            classes=["card__help"],
        )
    if run.error:
        Problem(run.error)
    if not results:
        return
    with Div(classes=["cards"]):
        formats = drawn.pollutant_rows(results, names)
        Card(
            "Share of the permits sold",
            "GHG permits stay unsold under every format where farms abate GHG for the sake of the other pollutants.",
            drawn.draw_shares,
            {"formats": formats},
        )
        Card("Average price, €/lot", "None where nothing was sold.", drawn.draw_prices, {"formats": formats})
        Card(
            "Who gets the worth of the permits, €",
            "Revenue and the farms' surplus add up to the abatement cost saved.",
            drawn.draw_money,
            {"formats": drawn.money_rows(results)},
        )
        Card(
            "Surplus of each farm, €",
            "Worth of its permits less its payment. Below 0: it won only some of the permits that it needs together.",
            drawn.draw_surplus,
            {"farms": drawn.surplus_rows(results)},
        )


def format_row(name, result):
    """Line of the table for one format."""
    numbers = [f"{result.rounds:,}", number_text(result.efficiency, "share")]
    money = [f"{result.revenue:,.2f}", f"{result.surplus.sum():,.2f}"]
    shares = [number_text(float(share), "share") for share in result.share_sold]
    prices = [number_text(float(price)) for price in result.price_of_pollutants()]
    return [drawn.title_of(name), *numbers, *money, *shares, *prices]


def Over(run, params, instance, names, kept, keep):
    """One format over correlations from 0 to 1."""
    n = len(instance.value)
    mechanism = kept["mechanism"] or params.mechanism
    question = params, mechanism, kept["whose"]
    if n <= AT_ONCE or kept["wanted"] == (mechanism, kept["whose"]):
        run.ask(instance, question, over_work(params, instance, mechanism, FARMS[kept["whose"]], n))
    solara.v.Html(tag="h2", class_="section", children=["One auction over the correlation"])
    with Div(classes=["chooser"]):
        ChoiceField(
            label="auction",
            options=[{"value": name, "text": drawn.title_of(name)} for name in PACKAGE_AUCTIONS],
            value=mechanism,
            event_change=lambda name: keep(mechanism=name),
        )
        if n > AT_ONCE:
            solara.Button(
                "Play over the correlation",
                on_click=lambda: keep(wanted=(mechanism, kept["whose"])),
                color="primary",
                disabled=run.running,
            )
            solara.Button("Stop", on_click=run.cancel, outlined=True, disabled=not run.running)
        if run.running:
            Text(run.queue_text or f"{len(run.results)} of {run.total} auctions", classes=["sweep__state"])
    if run.error:
        Problem(run.error)
    if run.results:
        OverCharts(dict(run.results), names, kept, n)


def over_work(params, instance, mechanism, farms, n):
    """Correlation -> function that plays the format with it."""

    def play(r):
        return compare(params, with_correlation(params, instance, r, farms), [mechanism])[mechanism]

    rates = np.linspace(0.0, 1.0, FINE if n <= QUICK else COARSE)
    return {round(float(r), 3): partial(play, round(float(r), 3)) for r in rates}


def OverCharts(results, names, kept, n):
    """Share sold, prices and payments over the correlation."""
    pollutants, farms = drawn.over_rows(results, names)
    now = [] if kept["r"] is None else [{"r": kept["r"]}]
    with Div(classes=["cards"]):
        Card(
            "Share of the permits sold over r",
            f"r of {kept['whose']}; costs stay the same. With r = 0 a permit is wanted for every lot of GHG. A little "
            "correlation makes it worth abating GHG for the sake of nutrient, so fewer GHG permits are wanted; with "
            "a high one few lots of GHG do all of that, and more are wanted again.",
            drawn.draw_share_over,
            {"pollutants": pollutants, "now": now},
        )
        Card(
            "Average price over r, €/lot",
            "Gaps: nothing was sold.",
            drawn.draw_price_over,
            {"pollutants": pollutants, "now": now},
        )
        Card(
            "What each farm pays over r, €",
            "Point at a line for the farm's package. Payments jump where the package changes.",
            drawn.draw_payments if n <= drawn.MOST_NAMED else drawn.draw_many_payments,
            {"farms": farms, "now": now},
        )
