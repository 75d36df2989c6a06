"""Tables of the replication of [Goyal]: formats, orders of prices, other rules, the sweep."""

import numpy as np

from batch_runs.replications.common.report import Table
from batch_runs.replications.common.statistics import share
from batch_runs.replications.common.verdicts import digits, interval_of, mean_text
from batch_runs.replications.goyal.cases import (
    AXES,
    CLOCK,
    COMPARED,
    DEFAULTS,
    EXCHANGED,
    FIRST_PRICE,
    FORMATS,
    OF_CLOCK,
    OF_FIRST_PRICE,
    RULES,
    TEN,
    TITLES,
)
from batch_runs.replications.goyal.claims import PROTOTYPE, PROTOTYPE_SWEEP
from batch_runs.replications.goyal.measures import (
    all_sold,
    holding,
    losers,
    lower_price,
    much_unsold,
    no_higher_price,
    orders,
    price_of,
    revenue,
    unsold,
)
from batch_runs.replications.goyal.runs import CHANGES, GHG, NUTRIENT


def beside_prototype(found, estimates):
    """Results of the prototype beside those measured here."""
    rows = [
        (r.id, r.claim, PROTOTYPE[r.id], f"{digits(r.value)} {interval_of(r)}, n = {r.n}", r.verdict)
        for r in found
        if r.id in PROTOTYPE
    ]
    form = "A, B, both: {}, {}, {} of 108 in at least 90 % of the instances"
    here = form.format(*holding(estimates)[:3])
    rows.append(("", "the sweep, with other axes", form.format(*PROTOTYPE_SWEEP), here, ""))
    return Table(
        "An earlier prototype beside these runs", ("id", "claim", "prototype", "here", "verdict"), rows
    )


def orders_by_case(caption, auctions, cases, prototype=()):
    """Who pays less per lot, by case; prototype : case -> its share with a lower price."""
    rows = []
    for case in cases:
        paid, price = auctions.paid(case).sum(-1), auctions.price(case)
        of_prototype = (f"{100 * prototype[case]:.0f} %",) if prototype else ()
        happens = _share_of(lower_price(case)(auctions))
        lots = (f"{ghg:.1f} + {nutrient:.1f}" for ghg, nutrient in auctions.bought(case).mean(0))
        counts = *orders(auctions, case), happens, *of_prototype
        rows.append((case, *counts, *map(mean_text, price.T), *map(mean_text, paid.T), *lots))
    columns = (
        "case",
        *_columns(prototype),
        *(
            f"{number}, {farm} farm"
            for number in ("€/lot", "payment, €", "GHG + nutrient lots")
            for farm in ("first", "second")
        ),
    )
    return Table(f"{caption}: the first farm's average price against the second's", columns, rows)


def by_pollutant(auctions):
    """Prices by pollutant, which the average of all lots hides: payments divided pro rata."""
    rows = []
    for label, j in (("all", None), ("GHG", GHG), ("nutrient", NUTRIENT)):
        prices = (mean_text(of_farm) for of_farm in auctions.price(DEFAULTS, pollutant=j).T)
        happens = _share_of(lower_price(pollutant=j)(auctions))
        rows.append((label, *orders(auctions, pollutant=j), happens, *prices))
    columns = ("lots", *_columns(()), "€/lot, r = 0.5", "€/lot, r = 0.1")
    return Table("The price at r = 0.5 against that at r = 0.1, by pollutant", columns, rows)


def _columns(prototype):
    return (
        "lower",
        "equal",
        "higher",
        "one buys none",
        "lower, share",
        *(("prototype",) if prototype else ()),
    )


def _share_of(event):
    """Share of instances with an event, with its interval, as text; – if it can happen in none."""
    if np.isnan(np.asarray(event, float)).all():
        return "–"
    e = share(event)
    return f"{e.value:.3f} [{e.low:.3f}, {e.high:.3f}]"


def _claim_b(case):
    """The event of claim B; with the farms in the other order the second one has the larger correlation."""
    if not RULES.get(case, {}).items() >= EXCHANGED.items():
        return lower_price(case)
    return lambda auctions: np.where(np.isnan(e := no_higher_price(case)(auctions)), np.nan, 1.0 - e)


def orders_by_format(auctions):
    """Who pays less per lot, by case and format."""
    rows = [
        (
            case,
            TITLES[format],
            *orders(auctions, case, format),
            _share_of(lower_price(case, format)(auctions)),
        )
        for case in COMPARED
        for format in FORMATS
    ]
    caption = "By format: average price of farms of the first correlation against those of the second"
    return Table(caption, ("case", "format", *_columns(())), rows)


def formats(auctions):
    """One table per case: all formats on the same instances."""
    for case in COMPARED:
        rows = [
            (
                TITLES[f],
                mean_text(auctions.of("efficiency", case, f)),
                mean_text(revenue(auctions, case, f)),
                *map(mean_text, auctions.sold(case, f).T),
                _share_of(much_unsold(case, f)(auctions)),
                *(mean_text(price_of(auctions, case, f, j)) for j in (GHG, NUTRIENT)),
                mean_text(auctions.of("rounds", case, f)),
                _share_of(losers(auctions, case, f)),
            )
            for f in FORMATS
        ]
        columns = (
            "format",
            "efficiency",
            "revenue, €",
            "GHG sold",
            "nutrient sold",
            "30 % of GHG unsold, share of auctions",
            "price of GHG, €/lot",
            "price of nutrient, €/lot",
            "rounds",
            "a farm loses, share of auctions",
        )
        yield Table(f"{case}: mean over {auctions.count(case)} instances and 95 % interval", columns, rows)


def closings(auctions):
    """The English clock by its ticks and closing rule."""
    rows = [
        (
            case,
            _share_of(all_sold(case, CLOCK)(auctions)),
            *map(mean_text, auctions.sold(case, CLOCK).T),
            mean_text(auctions.of("efficiency", case, CLOCK)),
            mean_text(revenue(auctions, case, CLOCK)),
            mean_text(auctions.of("rounds", case, CLOCK)),
            _share_of(losers(auctions, case, CLOCK)),
        )
        for case in OF_CLOCK
    ]
    columns = (
        "English clock",
        "sold out, share of auctions",
        "GHG sold",
        "nutrient sold",
        "efficiency",
        "revenue, €",
        "rounds",
        "a farm loses, share of auctions",
    )
    count = auctions.count(next(iter(OF_CLOCK)))
    caption = f"Ticks (GHG, nutrient, €/lot) and closing rule: mean over {count} instances and 95 % interval"
    return Table(caption, columns, rows)


def target_changes(auctions):
    """Gain of one farm at the first price by another profit target, the same in all instances."""
    rows = [
        (case, farm, *map(mean_text, auctions.stacked("changed", case)[:, k].T))
        for case in COMPARED
        for k, farm in enumerate(("first", "second"))
    ]
    columns = ("case", "farm", *(f"{each:+g} €" for each in CHANGES))
    caption = (
        "One farm's profit target changed by a constant, the others' bids given: mean gain, €, same instances"
    )
    return Table(caption, columns, rows)


def shares_kept(auctions):
    """Bids that keep a share of all values: what they bring, and what the best other bids of one farm would gain."""
    rows = [
        (
            case,
            mean_text(auctions.of("efficiency", case, FIRST_PRICE)),
            mean_text(revenue(auctions, case, FIRST_PRICE)),
            mean_text(revenue(auctions, other, FIRST_PRICE)),
            mean_text(auctions.stacked("gain", case).max(1)),
        )
        for case, other in zip(OF_FIRST_PRICE, (DEFAULTS, TEN))
    ]
    columns = (
        "bids",
        "efficiency",
        "revenue, €",
        "revenue with profit targets, €",
        "largest gain of a farm, €",
    )
    return Table("First price with a share 1 / n of all values kept: mean and 95 % interval", columns, rows)


def rules(auctions):
    """The CMRA under other rules, beside the defaults."""
    rows = [
        (
            case,
            mean_text(1.0 - unsold(auctions, case)),
            _share_of(much_unsold(case)(auctions)),
            _share_of(_claim_b(case)(auctions)),
            mean_text(auctions.of("efficiency", case)),
            mean_text(revenue(auctions, case)),
            mean_text(auctions.of("rounds", case)),
        )
        for case in (DEFAULTS, *RULES)
    ]
    columns = (
        "rule",
        "GHG sold",
        "A, share of auctions",
        "B, share where both buy",
        "efficiency",
        "revenue, €",
        "rounds",
    )
    return Table("Other rules of the CMRA and of its bidders: mean and 95 % interval", columns, rows)


def by_axis(estimates):
    """In how many configurations with each value A and B hold."""
    rows = []
    for axis, values in AXES.items():
        for value in values:
            these = {c: pair for c, pair in estimates.items() if c.knobs[axis] == value}
            rows.append((axis, str(value), len(these), *holding(these)))
    rows.append(("all", "", len(estimates), *holding(estimates)))
    columns = ("axis", "value", "configurations", "A", "B", "both", "A surely", "B surely", "both surely")
    caption = "Configurations in which a claim holds in 90 % of the instances; surely: the whole interval above that"
    return Table(caption, columns, rows)


def configurations(estimates):
    """A and B in every configuration."""
    rows = [
        (
            *map(str, c.values),
            *(f"{e.value:.2f} [{e.low:.2f}, {e.high:.2f}]" if e else "–" for e in pair),
            pair[1].n if pair[1] else 0,
        )
        for c, pair in estimates.items()
    ]
    return Table("Every configuration", (*AXES, "A", "B", "instances in which both buy"), rows)
