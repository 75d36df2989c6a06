"""The policy of a market over years in words, part by part, made from its parameters.

A part is a function of the parameters that returns its words, "" if the policy does not have it; it names the knobs it
speaks of. Knobs of the policy that no part names are listed by name where they differ from their defaults, so that
nothing is left out when a policy gets a new part.
"""

from pathlib import Path

from agents.regulators.regulator import rule_of
from learning.registry import Registry

PARTS = Registry("part of a policy")

FREE = {
    "size": "in proportion to planned emissions",
    "equal": "all firms alike",
    "emissions": "in proportion to last year's emissions",
    "baseline": "in proportion to what last year's emissions would have been without abatement",
    "first": "all to the first firm",
    "benchmark": "by a benchmark per unit of last year's output",
}
UNSOLD = {
    "reserve": "unsold permits go into the reserve",
    "cancel": "unsold permits are cancelled",
    "roll": "unsold permits come back in the next auction",
    "return": "unsold permits come back after two auctions above the reserve price",
}
AUCTIONS = {
    "uniform": "one price for all",
    "discriminatory": "winners pay their bids",
    "vcg": "winners pay what their permits are worth to others",
    "ascending_clock": "the price rises until demand fits the supply",
}
EXCHANGES = {
    "call": "a call market with one price each quarter",
    "order_book": "an order book, in which firms trade one after the other",
    "regulated": "at a price tied to the auction's",
    "none": "none",
}
LEVERS = {
    "reserve_price": "reserve price",
    "cap": "permits auctioned",
    "ccr_price": "trigger of cost containment",
}
OTHERS = "also"
ANEW = "set anew every year"


def part(title, *knobs):
    """Decorator: register the words of a part under its title, with the knobs it speaks of."""

    def add(write):
        PARTS.register(title)((write, knobs))
        return write

    return add


def policy_in_words(p):
    """Words by the title of each part, for `EmissionsTradingParams` ``p``."""
    if p.instrument == "tax":
        found = {"tax": tax(p), ANEW: regulator(p)}
    else:
        found = {title: write(p) for title, (write, _) in PARTS.items()} | {OTHERS: others(p)}
    return {title: text for title, text in found.items() if text}


def others(p):
    """Knobs of the policy that no part speaks of, where they differ from their defaults."""
    named = {name for _, knobs in PARTS.values() for name in knobs}
    changed = [
        f"{name.replace('_', ' ')} {getattr(p, name)}{' ' + knob.unit if knob.unit else ''}"
        for name, knob in p.knobs().items()
        if knob.group == "policy" and name not in named and getattr(p, name) != knob.default
    ]
    return ", ".join(changed)


def tonnes(p, share):
    """An amount given as a share of planned emissions; in t unless these are those of a file."""
    return f"{share:.3g} × planned emissions" if p.emitters else f"{share * p.baseline:.4g} t"


def of_first_cap(p, share):
    """An amount given as a share of the first cap."""
    return f"{share * float(p.cap_table.split()[0]):.4g} t" if p.cap_table else tonnes(p, share * p.cap_first)


def rising(p):
    """How prices of the policy rise."""
    return f", rising {percent(p.price_growth)} a year" if p.price_growth and p.years > 1 else ""


def percent(share):
    """A share in per cent.

    >>> percent(0.025)
    '2.5 %'
    """
    return f"{100 * share:.3g} %"


@part("tax", "instrument", "tax", "tax_table")
def tax(p):
    """What emitting costs where there are no permits."""
    if p.instrument != "tax":
        return ""
    if p.tax_table:
        return f"{', '.join(p.tax_table.split())} €/t in years 1 to {p.years}, instead of permits"
    return f"{p.tax:g} €/t{rising(p)}, instead of permits"


@part("cap", "years", "quarters", "cap_path", "cap_first", "cap_last", "cap_table")
def cap(p):
    """How many permits every year brings."""
    if p.cap_table:
        return f"{', '.join(p.cap_table.split())} t in years 1 to {p.years}"
    if p.cap_first == p.cap_last or p.years == 1:
        return f"{tonnes(p, p.cap_first)} a year"
    way = "linearly" if p.cap_path == "linear" else "by the same share every year"
    turn = "falling" if p.cap_last < p.cap_first else "rising"
    return f"{tonnes(p, p.cap_first)} in year 1, {turn} {way} to {tonnes(p, p.cap_last)} in year {p.years}"


@part("allocation", "free_share", "free_rule", "consigned_share")
def allocation(p):
    """Who gets permits, and how."""
    if not p.free_share:
        return "all permits are auctioned"
    sold = f"; {percent(1.0 - p.free_share)} are auctioned" if p.free_share < 1.0 else ", none auctioned"
    consigned = (
        f"; {percent(p.consigned_share)} of them are sold for their owners" if p.consigned_share else ""
    )
    listed = p.emitters and p.free_rule == "size"
    who = "as the file of firms says" if listed else FREE.get(p.free_rule, p.free_rule)
    return f"{percent(p.free_share)} are given away, {who}{consigned}{sold}"


@part(
    "auctions",
    *("auction", "auctions", "reserve_price", "supply_steps", "price_growth", "unsold"),
    *("lot", "largest_bid", "least_cover"),
)
def auctions(p):
    """How permits are sold, and from which price on."""
    if p.free_share == 1.0:
        return ""
    often = {1: "one a year", 4: "one a quarter"}.get(
        p.auctions or p.quarters, f"{p.auctions or p.quarters} a year"
    )
    form = f"{often}, {AUCTIONS.get(p.auction, p.auction.replace('_', ' '))}{limits_of_bids(p)}"
    if p.supply_steps:
        floor = f"supply in the steps of {Path(p.supply_steps).name}, beyond the cap if these are more"
    elif p.reserve_price:
        floor = f"reserve price {p.reserve_price:g} €/t{rising(p)}"
    else:
        return f"{form}, no reserve price"
    return f"{form}; {floor}; {UNSOLD.get(p.unsold, p.unsold)}"


def limits_of_bids(p):
    """Lots, largest bids and least demand of an auction."""
    lots = f", in lots of {p.lot:g} t" if p.lot else ""
    largest = (
        f", nobody bids for more than {percent(p.largest_bid)} of what is offered" if p.largest_bid else ""
    )
    cover = f", cancelled below {p.least_cover:g} × the supply in bids" if p.least_cover else ""
    return lots + largest + cover


@part("price containment", "ecr_price", "ecr_share", "ccr_price", "ccr_share", "ceiling_price")
def containment(p):
    """What happens at low and at high prices."""
    rules = []
    if p.ecr_price:
        rules.append(f"below {p.ecr_price:g} €/t, {percent(p.ecr_share)} of an auction are held back")
    if p.ccr_price:
        rules.append(f"from {p.ccr_price:g} €/t on, up to {percent(p.ccr_share)} of a year's cap are added")
    if p.ceiling_price:
        rules.append(f"at {p.ceiling_price:g} €/t{rising(p)} auctions sell any number")
    return "; ".join(rules)


@part(
    "stability reserve",
    *("stability", "msr_upper", "msr_full", "msr_rate", "msr_lower", "msr_release", "msr_limit"),
    "initial_reserve",
)
def stability(p):
    """How auctions answer to the permits in circulation."""
    start = f"starts with {p.initial_reserve:g} t" if p.initial_reserve else ""
    if p.stability == "none":
        return start
    rules = [
        *([start] if start else []),
        f"takes permits in when more than {of_first_cap(p, p.msr_upper)} are in circulation, "
        f"{percent(p.msr_rate)} of them above {of_first_cap(p, p.msr_full)}",
        f"releases {of_first_cap(p, p.msr_release)} a year below {of_first_cap(p, p.msr_lower)}",
    ]
    if p.msr_limit:
        rules.append(f"what it holds above {of_first_cap(p, p.msr_limit)} is cancelled")
    return "; ".join(rules)


@part("banking", "banking", "initial_bank", "validity", "holding_limit", "borrow_share")
def banking(p):
    """How long permits stay valid, and how many may be kept or used before."""
    lasts = "permits stay valid"
    if not p.banking or p.validity == 1:
        lasts = "permits expire at the end of their year"
    elif p.validity:
        lasts = f"permits expire after {p.validity} years"
    kept = (
        f"; a firm keeps at most {percent(p.holding_limit)} of its yearly emissions"
        if p.holding_limit
        else ""
    )
    before = (
        f"; {percent(p.borrow_share)} of the next year's free permits can be used" if p.borrow_share else ""
    )
    start = f"; firms start with {p.initial_bank:g} t" if p.initial_bank else ""
    return lasts + kept + before + start


@part("offsets", "offset_limit", "offset_price", "offset_rise")
def offsets(p):
    """Credits from outside the cap."""
    if not p.offset_limit:
        return ""
    last = p.offset_price + p.offset_limit * p.offset_rise
    return f"up to {percent(p.offset_limit)} of planned emissions, from {p.offset_price:g} to {last:g} €/t"


@part("exchange", "exchange", "n_traders", "trader", "traders_bid")
def exchange(p):
    """Where firms trade, and traders without emissions."""
    place = EXCHANGES.get(p.exchange, p.exchange.replace("_", " "))
    if not p.n_traders:
        return place
    number = "one trader" if p.n_traders == 1 else f"{p.n_traders} traders"
    return f"{place}; with {number} without emissions" + (", in auctions too" if p.traders_bid else "")


@part(ANEW, "regulator", "lever", "lever_most", "lever_steps", "regulator_bins")
def regulator(p):
    """Who changes which part of the policy when a year begins."""
    if p.regulator == "announced":
        return ""
    words = LEVERS | ({"reserve_price": "prices of the steps of supply"} if p.supply_steps else {})
    lever = "tax" if p.instrument == "tax" else words.get(p.lever, p.lever)
    return f"the {lever}, by up to {percent(p.lever_most)} either way, {purpose_of(p)}"


def purpose_of(p):
    """What the regulator wants, with the numbers of its rule."""
    name, own = p.regulator, p.parts[p.regulator]
    if name == "price_target":
        return f"to steer the price to {own.target:g} €/t, rising {percent(own.rise)} a year"
    if name == "emission_target":
        path = f"{percent(own.first)} to {percent(own.last)} of planned emissions"
        return f"stricter by {percent(own.by)} after every year above a path from {path}"
    if rule_of(name):
        return f"by the rule {name.replace('_', ' ')}"
    seen = f", seeing {p.regulator_bins} bins each of price and bank" if p.regulator_bins > 1 else ""
    return f"learning what brings least damage and cost, of {p.lever_steps} choices{seen}"


@part("compliance", "penalty", "make_good", "true_up", "ceiling_at_compliance")
def compliance(p):
    """When permits are due, and what a missing one costs."""
    owed = "is still owed" if p.make_good else "is forgiven"
    trade = " after a last trade" if p.true_up else ""
    opened = "; the ceiling is open then" if p.ceiling_price and p.ceiling_at_compliance else ""
    return f"at the end of a year{trade}; a missing permit costs {p.penalty:g} €/t and {owed}{opened}"


@part("after the last year", "terminal")
def afterwards(p):
    """What firms expect of the time after the run."""
    last = "firms expect the last cap to go on, so permits keep a value"
    return last if p.terminal == "roll" else "permits are worth nothing"
