"""Charts of sweeps over package auctions: permits sold, efficiency, and revenue."""

from functools import partial

from model.views.charts.base import chart
from model.views.charts.sweep import SHARED, swept_lines, swept_rows
from model.views.charts.theme import metric_options
from model.views.pages.escape_permits.charts.pollutants import SYSTEM

FIRST = "joint_abatement_cost"


def swept_auctions(title, metric):
    """Decorator: a chart of one metric over the sweep."""
    return chart(
        title=title, rows=partial(swept_rows, metric=metric), needs=(metric,), system=SYSTEM, **SHARED
    )


@swept_auctions("Share of GHG permits sold over the sweep", "share_sold_ghg")
def swept_share_sold():
    """Share of the GHG permits sold. Where the lines of all auctions coincide, permits stay unsold because of
    the farms' costs, not because of the auction."""
    return swept_lines()


@swept_auctions("Efficiency of the auctions over the sweep, share", "auction_efficiency")
def swept_auction_efficiency():
    """Abatement cost that the permits sold save, over the most they could save."""
    return swept_lines()


@swept_auctions("Revenue of the auctions over the sweep, €", "auction_revenue")
def swept_auction_revenue():
    """Total payments of the farms."""
    return swept_lines()


def metric_choices(results):
    """Metrics in the results, abatement cost first; metrics without any number are left out."""
    names = [
        name
        for name in results.columns[list(results.columns).index("seed") + 1 :]
        if results[name].notna().any()
    ]
    return {"metric": metric_options(names, first=FIRST)}


@chart(
    title="Any metric of the auctions over the sweep",
    rows=partial(swept_rows, metric=FIRST),
    needs=(FIRST,),
    system=SYSTEM,
    asks=("metric",),
    choices=metric_choices,
    **SHARED,
)
def swept_auction_metric():
    """Choose a metric. Bands: 95 % intervals of the mean over seeds (Student's t); only auctions that closed
    count."""
    return swept_lines()
