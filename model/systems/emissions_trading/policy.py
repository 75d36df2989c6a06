"""Policy of a market over years: knobs of its cap, supply, trade and compliance, each declared once."""

from learning.knobs import knob, positive, settings
from model import shared_knobs
from model.systems.emissions_trading.exchange_params import ExchangeParams
from model.systems.emissions_trading.setup import FREE_RULES, INSTRUMENTS, UNSOLD
from model.systems.emissions_trading.supply_steps import SUPPLY_FILE

OURS = "ours"


def price(default, help, high=10_000.0, **more):
    """Declare a price of the policy, €/t."""
    return knob(
        default, low=0.0, high=high, step=1.0, unit="€/t", help=help, source=OURS, group="policy", **more
    )


def share(default, help, group="policy", high=1.0, **more):
    """Declare a share from 0 to ``high``."""
    about = {
        "low": 0.0,
        "high": high,
        "step": 0.01,
        "unit": "share",
        "help": help,
        "source": OURS,
        "group": group,
    }
    return knob(default, **about | more)


@settings
class CalendarParams(ExchangeParams):
    """Length of a run, the cap, and what becomes of permits: the frame of the policy."""

    years: int = knob(
        10, low=1, high=50, unit="years", help="years of a run; then a new one begins", group="policy"
    )
    quarters: int = knob(
        4,
        low=1,
        high=12,
        help="periods of a year, by the name of the usual ones: in each firms trade, abate and emit",
        group="policy",
    )
    instrument: str = knob(
        "permits",
        choices=INSTRUMENTS,
        help="what a tonne emitted needs: a permit, or a tax paid at once, and no permits",
        group="policy",
    )
    tax: float = price(
        40.0,
        "tax on emissions in the first year; it rises by price_growth a year",
        when={"instrument": ("tax",)},
    )
    tax_table: str = knob(
        "",
        help="tax of every year, €/t, with spaces between them, instead of such a path",
        group="policy",
        when={"instrument": ("tax",)},
    )
    cap_path: str = knob(
        "linear",
        choices=("linear", "geometric"),
        help="how the cap falls from cap_first to cap_last: by as much, or by the same share every year",
        group="policy",
        when={"cap_table": ("",)},
    )
    cap_first: float = share(
        0.95,
        "cap of the first year / planned emissions without abatement",
        high=2.0,
        low=0.01,
        when={"cap_table": ("",)},
    )
    cap_last: float = share(0.55, "the same of the last year", high=2.0, low=0.01, when={"cap_table": ("",)})
    cap_table: str = knob(
        "", help="cap of every year, t, with spaces between them, instead of such a path", group="policy"
    )
    free_share: float = share(0.0, "permits given away at the start of a year / cap")
    free_rule: str = knob(
        "size",
        choices=FREE_RULES,
        help="who gets free permits: in proportion to planned emissions or to the column free_permits of a file of "
        "firms, all alike, in proportion to last year's emissions or to what they would have been without abatement, "
        "or all to the first firm; or by a benchmark per unit of output, so that their number follows output",
        group="policy",
        when={"free_share": positive},
    )
    consigned_share: float = share(
        0.0,
        "free permits that are sold in auctions for their owners, who get the proceeds / all free permits of a year",
        when={"free_share": positive},
    )
    banking: bool = knob(True, help="whether permits stay valid in later years", group="policy")
    validity: int = shared_knobs.validity(also="0: any", default=0, low=0, unit="years")
    holding_limit: float = share(
        0.0,
        "permits that a firm may keep after compliance / its planned emissions of the year; the rest expires; 0: any",
        high=10.0,
    )
    borrow_share: float = share(
        0.0,
        "free permits of the next year that a firm may surrender already / all it is to get then",
        when={"free_share": positive},
    )
    initial_bank: float = knob(
        0.0, low=0.0, high=1e6, unit="t", help="permits that firms hold at the start, by size", group="policy"
    )
    terminal: str = knob(
        "zero",
        choices=("zero", "roll"),
        help="what firms expect after the last year: permits worth nothing, or the last year's cap again and again",
        group="policy",
    )


@settings
class SupplyParams(CalendarParams):
    """How permits are sold, and reserves that answer to the price or to the bank."""

    auction: str = shared_knobs.auction(source=OURS)
    auctions: int = knob(
        0,
        low=0,
        high=12,
        help="auctions a year, the first in its first quarter, all for as many permits; must divide quarters; 0: one "
        "in every quarter",
        group="policy",
    )
    reserve_price: float = shared_knobs.reserve_price(
        also="in the first year", default=32.0, step=1.0, source=OURS
    )
    price_growth: float = share(0.05, "rise of reserve price, ceiling and tax a year")
    unsold: str = shared_knobs.unsold(
        also="into the reserve, cancelled, offered in the next one, or only after two above the reserve price",
        default="reserve",
        choices=UNSOLD,
        source=OURS,
    )
    least_cover: float = share(
        0.0, "bids below which an auction is cancelled, as if nothing was sold / permits offered", high=10.0
    )
    largest_bid: float = share(0.0, "largest bid of a firm / permits offered; 0: any")
    lot: float = knob(
        0.0,
        low=0.0,
        high=1e6,
        unit="t",
        help="permits are sold in whole lots of so many: bids are rounded down; 0: any amounts. Equal bids share "
        "them by largest remainder, unless tie_rule names another way",
        group="policy",
    )
    ecr_price: float = price(
        0.0, "emissions containment: below it ecr_share of an auction is held back; 0: never"
    )
    ecr_share: float = share(
        0.1, "permits of an auction held back below ecr_price", when={"ecr_price": positive}
    )
    ccr_price: float = price(0.0, "cost containment: from it on further permits are sold; 0: none")
    ccr_share: float = share(
        0.1, "further permits for a year from ccr_price on / its cap", when={"ccr_price": positive}
    )
    ceiling_price: float = price(
        0.0, "price of the first year at which auctions sell any number of permits; 0: none"
    )
    supply_steps: str = knob(
        "",
        file=SUPPLY_FILE,
        replaces=(
            *("reserve_price", "price_growth", "ecr_price", "ecr_share", "ccr_price", "ccr_share"),
            *("ceiling_price", "ceiling_at_compliance"),
        ),
        help="CSV file of supply to use instead: from which price on each auction offers how many permits",
        group="policy",
    )
    stability: str = knob(
        "none",
        choices=("none", "eu"),
        help="stability reserve: auctions shrink and grow with the permits in circulation as in the EU",
        source="EU2015",
        group="policy",
    )
    msr_upper: float = share(
        0.6, "circulation above which it takes permits in / first cap", high=10.0, when={"stability": ("eu",)}
    )
    msr_full: float = share(
        0.79,
        "circulation above which it takes in the share msr_rate / first cap",
        high=10.0,
        when={"stability": ("eu",)},
    )
    msr_rate: float = share(0.24, "share of the circulation taken in a year", when={"stability": ("eu",)})
    msr_lower: float = share(
        0.29,
        "circulation below which it releases permits / first cap",
        high=10.0,
        when={"stability": ("eu",)},
    )
    msr_release: float = share(0.144, "permits released in a year / first cap", when={"stability": ("eu",)})
    msr_limit: float = share(
        0.29,
        "reserve above which permits are cancelled / first cap; 0: none",
        high=10.0,
        when={"stability": ("eu",)},
    )
    initial_reserve: float = knob(
        0.0, low=0.0, high=1e6, unit="t", help="permits in the reserve at the start", group="policy"
    )


@settings
class OffsetParams(SupplyParams):
    """Offsets: credits from outside the cap that count as permits."""

    offset_limit: float = share(0.0, "offsets that a firm may use / its planned emissions; 0: none")
    offset_price: float = price(20.0, "price of the first offset", when={"offset_limit": positive})
    offset_rise: float = price(
        500.0,
        "rise of the price of offsets from none to as many as planned emissions",
        high=1e6,
        when={"offset_limit": positive},
    )


@settings
class ComplianceParams(OffsetParams):
    """What happens between the last emissions of a year and the surrender of permits, and after it."""

    penalty: float = shared_knobs.penalty(default=100.0, step=1.0, source=OURS)
    make_good: bool = knob(
        True, help="whether permits that were missing are owed still after the fine", group="policy"
    )
    true_up: bool = knob(
        False,
        help="whether firms trade once more after the last emissions of a year, before they surrender permits",
        group="policy",
    )
    ceiling_at_compliance: bool = knob(
        False,
        help="whether firms that lack permits at compliance can buy them at ceiling_price, too",
        group="policy",
        when={"ceiling_price": positive},
    )
