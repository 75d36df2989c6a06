"""Report of the replication of [Goyal], section by section."""

import numpy as np

from batch_runs.replications.common.report import Section
from batch_runs.replications.common.verdicts import claims_table, failures, rule_for, tally
from batch_runs.replications.goyal.cases import (
    ALIKE,
    AXES,
    CONFIGURATIONS,
    CORRELATIONS,
    DEFAULTS,
    KIND_CASES,
)
from batch_runs.replications.goyal.claims import SOURCE
from batch_runs.replications.goyal.figures import PROTOTYPE_SHARES, figures
from batch_runs.replications.goyal.measures import (
    ALMOST_ALL,
    holding,
    lot_ratio,
    swept,
)
from batch_runs.replications.goyal.tables import (
    beside_prototype,
    by_axis,
    by_pollutant,
    closings,
    configurations,
    formats,
    orders_by_case,
    orders_by_format,
    rules,
    shares_kept,
    target_changes,
)

TITLE = "Replication of Goyal et al.: escape permits for correlated pollutants by CMRA"

INTERVALS = " (Student's t for means, score intervals for shares, a bootstrap over instances otherwise)"
ALMOST = f"“In almost all auctions” is taken as in more than {100 * ALMOST_ALL.low:.0f} %."
CHOSEN = (
    "The cost functions behind the source are not public. Ours are proxies of the right order of magnitude, chosen "
    "where a prototype found A and B to hold. That a claim holds at the defaults therefore says only that there are "
    "such parameters; the sweep shows how special they are, other formats and cases show what brings them about."
)
DRIVER = (
    "Why GHG permits stay unsold: a farm that must abate nutrients abates GHG for their sake wherever r times the "
    "marginal cost of nutrients exceeds that of GHG. Emissions abated in this way need no permits, and further GHG "
    "permits are worth nothing: the allocation of highest value leaves them unsold, or gives them away. Where r = 0 "
    "all permits have a value, and nearly all are sold, in every format."
)
NOT_EVERYBODY_BUYS = (
    "An average price is the payment divided by the lots of both pollutants, and exists only where a farm buys. "
    "Instances in which either buys nothing are counted and left out, never filled with 0; the farm of r = 0.5 often "
    "needs no permits at all. Their number depends on how cost curves vary among farms, which the source does not say; "
    "a prototype with other draws of the same proxies had 218 of 250 instances in which both buy."
)
MIXTURE = (
    "An average over both pollutants says mostly what a farm buys: by mean prices of the CMRA at the defaults a "
    "nutrient lot costs {:.0f} times as much as a GHG lot. With r = 0.2 to 0.4 the first farm gets its GHG abatement "
    "from saving nutrients, buys almost only nutrient lots, and its average price is the higher one although it pays "
    "less in all. Where both buy in the same proportions at the same clock prices, the averages are equal. Beside the "
    "mixture there is a discount on additional bids, which the prices by pollutant show: there is none in the English "
    "clock."
)
KINDS_TEXT = (
    "At the defaults the farm of r = 0.5 is a crop farm, that of r = 0.1 a dairy farm, so the effect of the "
    "correlation could be one of the kind. The table separates them: all four pairs of kinds with correlations 0.5 and "
    "0.1, and the same pairs with 0.1 for both."
)
ORDER = (
    "Bids of value or price, whichever is less, are the reserve value for nearly all packages: allocations tie, and "
    "the order of the farms decides who gets the nutrient permits, the farm that needs them or the other one. The "
    "prototype's efficiency was 0.37; its order of farms is not known. In these rows B compares the same two farms."
)
BIDDING = (
    "All formats sell to farms that bid by one given rule: the truth under VCG, the best package at the clock prices, "
    "the value less a profit target at the first price, and lot by lot in separate auctions what one more lot is worth "
    "to a farm that expects its proportional share of the other pollutant, which may turn out a loss."
)
CLOSING = (
    "A clock that rises by ticks may pass the price at which all lots would be bought; where the demand of several "
    "lots ends in one tick, some stay unsold. With closing = rationed the lots that a clock's last rise left over go "
    "to those who gave them up, in proportion, at the price before, and all lots of that pollutant are sold at it. "
    "Lots that are given up later, because the price of another pollutant rises, stay unsold: at the last prices "
    "nobody wants them."
)
TARGETS = (
    "At the first price farms that know each other's values bid V(x) - π for every package x. The targets π are on the "
    "bidders' frontier of the core: a farm's VCG surplus where these are in the core, else one share of it for all who "
    "could be outbid together; less a millionth of a euro, so that the seller is not indifferent. By theory [Bernheim "
    "and Whinston 1986, Day and Milgrom 2008] this is a Nash equilibrium. It is checked without any grid: against the "
    "others' given bids a farm can get V(x) less what their bids lose by it, for the best x, and two winner "
    "determinations say how much that is (R6). Farms that did not know each other would bid otherwise; the equilibrium "
    "of that auction is not known. The seller values a lot at its reserve price, as under VCG."
)
SWEEP_TEXT = (
    "The axes of the prototype's sweep are not documented. Ours take what the source leaves open, the level of "
    "nutrient costs, their supply and the kinds of both farms, and the correlation of the first farm, which is what "
    "A and B are about; that of the second one stays 0.1, the supply of GHG permits 0.9."
)


def sections(found, auctions):
    """All sections but the last; found : list of `Result`."""
    estimates = swept(auctions)
    of = {letter: [r for r in found if r.id[0] == letter] for letter in "ABCPRT"}
    return [
        Section(
            "Summary",
            [
                _summary(found, auctions, estimates),
                CHOSEN,
                f"{rule_for('instances', INTERVALS)} {ALMOST}",
                _whose(found),
                beside_prototype(found, estimates),
            ],
        ),
        Section("A: permits left unsold", [_claims("A", of), DRIVER]),
        Section(
            "B: average prices",
            [
                _claims("B", of),
                NOT_EVERYBODY_BUYS,
                by_pollutant(auctions),
                orders_by_case("By correlation of the first farm", auctions, CORRELATIONS, PROTOTYPE_SHARES),
                MIXTURE.format(lot_ratio(auctions)),
                KINDS_TEXT,
                orders_by_case("By kinds of the farms", auctions, KIND_CASES | ALIKE),
                orders_by_format(auctions),
            ],
        ),
        Section(
            "C: what other formats sell",
            [_claims("C", of), BIDDING, *formats(auctions), CLOSING, closings(auctions)],
        ),
        Section(
            "Revenue, and bids at the first price",
            [_claims("R", of), TARGETS, target_changes(auctions), shares_kept(auctions)],
        ),
        Section("The CMRA's promises", [_claims("P", of)]),
        Section("Rules that look harmless", [_claims("T", of), rules(auctions), ORDER]),
        failures(found),
        Section(
            "The sweep", [SWEEP_TEXT, by_axis(estimates), _by_value(estimates), configurations(estimates)]
        ),
        Section("Figures", figures(auctions)),
    ]


def _claims(letter, of):
    return claims_table(f"Claims {letter}", of[letter], "auctions")


def _summary(found, auctions, estimates):
    by_id = {r.id: r for r in found}
    a1, b1, no_higher, b3 = (_percent(by_id[k]) for k in ("A1", "B1", "B1b", "B3"))
    a, b, both, *sure = holding(estimates)
    defaults = (
        f"At the defaults more than 30 % of the GHG permits stay unsold in {a1} of the CMRAs; the farm of r = 0.5 pays "
        f"the lower average price in {b1} of the {by_id['B1'].n} instances in which both buy, no higher one in "
        f"{no_higher}, and less in all in {b3} of all {by_id['B3'].n}. {_average_prices(auctions)}"
    )
    sweep = (
        f"Of {len(estimates)} configurations A holds in {a} in at least 90 % of the instances, B in {b}, both in "
        f"{both} (whole interval above 90 %: {sure[0]}, {sure[1]}, {sure[2]})."
    )
    return f"{tally(found)} {defaults} {sweep}"


def _average_prices(auctions):
    """Format what either farm pays per lot on average, where both buy."""
    first, second = np.nanmean(auctions.price(DEFAULTS), axis=0)
    return f"On average it pays {first:.2f} €/lot, the farm of r = 0.1 {second:.2f} €/lot."


def _by_value(estimates):
    """In words, where A and B hold by nutrient supply and by correlation."""
    supplies, correlations = (AXES[axis] for axis in ("phi_nutrient", "correlation_odd"))
    supplied = (f"{value} in {_held(estimates, 0, phi_nutrient=value)}" for value in supplies)
    published = (
        f"{value} in {_held(estimates, 0, phi_nutrient=value, correlation_odd=max(correlations))}"
        for value in supplies
    )
    correlated = (f"{value} in {_held(estimates, 1, correlation_odd=value)}" for value in correlations)
    return (
        f"A by phi_nutrient: at {', '.join(supplied)}; with the published r = {max(correlations)} at "
        f"{', '.join(published)}. The more nutrient permits there are, the less GHG is abated for their sake. B by the "
        f"first farm's correlation: at {', '.join(correlated)} configurations."
    )


def _held(estimates, side, **knobs):
    """In how many configurations with these knobs A (side 0) or B (1) holds, as text."""
    these = {c: pair for c, pair in estimates.items() if knobs.items() <= c.knobs.items()}
    return f"{holding(these)[side]} of {len(these)}"


def _whose(found):
    of_source = ", ".join(r.id for r in found if r.source == SOURCE)
    return f"Claims and promises of the source: {of_source}. The other statements are questions of our own."


def _percent(result):
    return f"{100 * result.value:.1f} %"


def method(auctions):
    """Describe the computation."""
    return (
        f"{auctions.count(DEFAULTS):,} instances per case (seeds 1, 2, …), "
        f"{auctions.count(CONFIGURATIONS[0].name):,} per configuration of the sweep; {_played(auctions):,} auctions. "
        "An instance is a seed's normal numbers, which shift the knots of the marginal cost curves; every case and "
        "format sees the same ones, so differences are paired. Two farms of 20 lots of GHG and 10 of nutrients; supply "
        "36 and 10 lots, reserve 0.25 €/lot. Efficiency: value of the permits sold / the most that supply can have. "
        "P6 is checked, for two farms, by trying all pairs of bids in the book."
    )


def _played(auctions):
    return sum(cell.count * len(cell.formats) for blocks in auctions.cells.values() for cell, _ in blocks)
