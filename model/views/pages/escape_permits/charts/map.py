"""Map of the district: regulator and farms, and the farms that would win permits."""

import altair as alt
import numpy as np

from agents.farms.draws import KINDS
from model.views.charts import theme
from model.views.charts.base import chart, records
from model.views.charts.marks import value_above
from model.views.pages.escape_permits.charts.pollutants import SYSTEM, names_of, where_it_stands

STATUS = {
    "wins permits of all kinds": "#009e73",
    "of some kinds": "#e69f00",
    "of none": "#9a9a9a",
    "not yet run": "#d8d8d8",
    "regulator": theme.GOVERNMENT,
}
OWN = "own curves"
SHAPES = dict(zip((*KINDS, OWN, "regulator"), ("circle", "triangle-up", "diamond", "square"), strict=True))


def kinds(model):
    """Kind of every farm: that of its curves, in turn; unknown for curves from a file."""
    p, n = model.params, len(model.firms)
    return [OWN] * n if p.curves else [(p.kind_odd, p.kind_even)[i % 2] for i in range(n)]


def statuses(model, lots):
    """Kinds of permit that each farm would win, as text."""
    if not model.steps:
        return ["not yet run"] * len(lots)
    all_kinds, some, none = list(STATUS)[:3]
    won = (lots > 0).sum(1)
    return np.select([won == lots.shape[1], won > 0], [all_kinds, some], none).tolist()


def district_rows(model, positions):
    """Position, kind and provisional package of every farm, the regulator, and the corners of the grid."""
    lots = model.instance.terms.packages.lots[model.auction.leader]
    farms, places = model.firms.rows, [farm.pos for farm in model.firms]
    names = names_of(model)
    columns = {
        "firm": np.arange(1, len(places) + 1),
        "x": [x for x, _ in places],
        "y": [y for _, y in places],
        "status": statuses(model, lots),
        "kind": kinds(model),
        "share": lots.sum(1) / model.instance.curves.baseline.sum(1),
        "package": [", ".join(f"{lot} {name}" for name, lot in zip(names, row, strict=True)) for row in lots],
        "bid": farms.leading,
        "correlation": [f"{r:.3g}" for r in model.instance.curves.correlation[:, 1:].max(1, initial=0.0)],
    }
    x, y = model.government.pos
    regulator = {"x": x, "y": y, "status": "regulator", "kind": "regulator"}
    regulator["revenue"] = float(model.government.provisional_revenue)
    edge = {"x": [-0.5, model.grid.width - 0.5], "y": [-0.5, model.grid.height - 0.5]}
    return {
        "firms": records(columns),
        "government": [regulator],
        "corners": records(edge),
        "about": [{"caption": where_it_stands(model)}],
    }


@chart(title="Regulator and farms of the district", rows=district_rows, system=SYSTEM, section="network")
def district():
    """The regulator stands in the middle. Colour: what a farm would win at this moment (has won, once the auction
    has closed); size: how much of its emissions that covers; shape: kind of farm. Click a farm to choose it
    elsewhere."""
    cells = alt.Axis(title=None, labels=False, ticks=False, domain=False, tickMinStep=1)
    x = alt.X("x:Q").scale(nice=False, zero=False).axis(cells)
    y = alt.Y("y:Q").scale(nice=False, zero=False).axis(cells)
    corners = alt.Chart(alt.NamedData("corners")).mark_point(opacity=0).encode(x=x, y=y)
    look = {
        "color": alt.Color("status:N")
        .scale(domain=list(STATUS), range=list(STATUS.values()))
        .legend(title=None, symbolOpacity=1, symbolType="circle", values=list(STATUS)[:3]),
        "shape": alt.Shape("kind:N")
        .scale(domain=list(SHAPES), range=list(SHAPES.values()))
        .legend(title=None, orient="bottom", values=[*KINDS, OWN]),
    }
    size = alt.Size("share:Q").scale(domain=[0, 1], range=[160, 900]).legend(None)
    tooltip = [
        alt.Tooltip("firm:N", title="farm"),
        alt.Tooltip("kind:N"),
        alt.Tooltip("correlation:N", title="correlation, lots/lot"),
        alt.Tooltip("status:N", title="now"),
        alt.Tooltip("package:N", title="lots"),
        alt.Tooltip("bid:Q", title="its bid for them, €", format=",.2f"),
    ]
    farms = alt.Chart(alt.NamedData("firms")).encode(x=x, y=y)
    regulator = alt.Chart(alt.NamedData("government")).encode(x=x, y=y)
    heard = [
        alt.Tooltip("status:N", title="agent"),
        alt.Tooltip("revenue:Q", title="provisional revenue, €", format=",.2f"),
    ]
    return theme.framed(
        alt.layer(
            corners,
            regulator.mark_point(size=800, filled=True, opacity=1).encode(**look, tooltip=heard),
            regulator.mark_text(text="R", color="white", fontWeight="bold", fontSize=14),
            farms.mark_point(filled=True, opacity=0.9).encode(**look, size=size, tooltip=tooltip),
            farms.mark_text(color=theme.INK, fontSize=11, fontWeight="bold", stroke=None).encode(
                text="firm:N"
            ),
            value_above("about", "caption"),
        ),
        height=320,
    ).properties(view={"stroke": "#d0d0d0", "fill": "#fbfbf8"})
