"""Parameters of a market over years, each declared once."""

import numpy as np

from agents.emitters.behaviours import BEHAVIOURS
from agents.emitters.emitter import EMITTERS
from agents.emitters.files import EMITTER_FILE
from learning.knobs import ParameterError, knob, settings
from model import shared_knobs
from model.params import Params
from model.systems.emissions_trading.policy_words import policy_in_words
from model.systems.emissions_trading.setup import FREE_RULES, UNSOLD

OURS = "ours"


def price(default, help, **more):
    """Declare a price of the policy, €/t."""
    return knob(
        default, low=0.0, high=10_000.0, step=1.0, unit="€/t", help=help, source=OURS, group="policy", **more
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
class CalendarParams(Params):
    """Length of a run, the cap, and what becomes of permits: the frame of the policy."""

    years: int = knob(
        10, low=1, high=50, unit="years", help="years of a run; then a new one begins", group="policy"
    )
    quarters: int = knob(
        4, low=1, high=12, help="auctions a year; a period is the time from one to the next", group="policy"
    )
    cap_path: str = knob(
        "linear",
        choices=("linear", "geometric"),
        help="how the cap falls from cap_first to cap_last: by as much, or by the same share every year",
        group="policy",
    )
    cap_first: float = share(
        0.95, "cap of the first year / planned emissions without abatement", high=2.0, low=0.01
    )
    cap_last: float = share(0.55, "the same of the last year", high=2.0, low=0.01)
    cap_table: str = knob(
        "", help="cap of every year, t, with spaces between them, instead of such a path", group="policy"
    )
    free_share: float = share(0.0, "permits given away at the start of a year / cap")
    free_rule: str = knob(
        "size",
        choices=FREE_RULES,
        help="who gets free permits: in proportion to planned emissions, all alike, in proportion to last year's "
        "emissions or to what they would have been without abatement, or all to the first firm",
        group="policy",
    )
    banking: bool = knob(True, help="whether permits stay valid in later years", group="policy")
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
    reserve_price: float = shared_knobs.reserve_price(
        also="in the first year", default=32.0, step=1.0, source=OURS
    )
    price_growth: float = share(0.05, "rise of reserve price and ceiling a year")
    unsold: str = shared_knobs.unsold(
        also="into the reserve, cancelled, or offered in the next one",
        default="reserve",
        choices=UNSOLD,
        source=OURS,
    )
    ecr_price: float = price(
        0.0, "emissions containment: below it ecr_share of an auction is held back; 0: never"
    )
    ecr_share: float = share(0.1, "permits of an auction held back below ecr_price")
    ccr_price: float = price(0.0, "cost containment: from it on further permits are sold; 0: none")
    ccr_share: float = share(0.1, "further permits for a year from ccr_price on / its cap")
    ceiling_price: float = price(
        0.0, "price of the first year at which auctions sell any number of permits; 0: none"
    )
    stability: str = knob(
        "none",
        choices=("none", "eu"),
        help="stability reserve: auctions shrink and grow with the permits in circulation as in the EU",
        source="EU2015",
        group="policy",
    )
    msr_upper: float = share(0.6, "circulation above which it takes permits in / first cap", high=10.0)
    msr_full: float = share(
        0.79, "circulation above which it takes in the share msr_rate / first cap", high=10.0
    )
    msr_rate: float = share(0.24, "share of the circulation taken in a year")
    msr_lower: float = share(0.29, "circulation below which it releases permits / first cap", high=10.0)
    msr_release: float = share(0.144, "permits released in a year / first cap")
    msr_limit: float = share(
        0.29, "reserve above which permits are cancelled / first cap; 0: none", high=10.0
    )
    initial_reserve: float = knob(
        0.0, low=0.0, high=1e6, unit="t", help="permits in the reserve at the start", group="policy"
    )
    exchange: str = shared_knobs.exchange(
        also="a call market with one price, or none", default="call", choices=("call", "none"), source=OURS
    )
    penalty: float = shared_knobs.penalty(default=100.0, step=1.0, source=OURS)
    make_good: bool = knob(
        True, help="whether permits that were missing are owed still after the fine", group="policy"
    )


@settings
class EmissionsTradingParams(SupplyParams):
    """Parameters of a market over years."""

    interest: float = share(0.05, "interest a year", group="population", high=0.5)
    behaviour: str = knob("outlook", choices=BEHAVIOURS, help="how firms plan their permits", group="bidding")
    risk_premium: float = share(
        0.0, "return that firms require above the interest", group="bidding", high=0.5
    )
    horizon: int = knob(
        0,
        low=0,
        high=50,
        unit="years",
        help="years that firms look ahead; 0: all years of a run",
        group="bidding",
    )
    belief: str = knob(
        "true",
        choices=("true", "lasting", "passing"),
        help="how long firms believe that a deviation from planned emissions lasts: as long as it does on average, "
        "for ever, or not beyond the quarter",
        group="bidding",
    )
    first_expectation: float = knob(
        30.0,
        low=0.0,
        high=10_000.0,
        unit="€/t",
        help="price that adaptive firms expect at first",
        group="bidding",
    )
    learning_rate: float = share(0.3, "share of a surprise by which they correct it", group="bidding")
    bid_steps: int = knob(
        5, low=1, high=20, help="steps of a firm's demand schedule in an auction", group="bidding"
    )
    bid_above: float = share(0.05, "highest price bid above the price expected", group="bidding")
    bid_below: float = share(0.15, "lowest price bid below the price expected", group="bidding", high=0.99)
    emitter: str = knob("emitter", choices=EMITTERS, help="kind of firm", group="bidding")
    n_firms: int = shared_knobs.n_firms(also="where they are drawn", default=10, high=2000, source=OURS)
    emitters: str = knob(
        "",
        file=EMITTER_FILE,
        replaces=("n_firms", "size_spread", "choke_min", "choke_max", "choke_mean", "baseline"),
        help="CSV file of firms to use instead of drawn ones",
        group="population",
    )
    size_spread: float = share(
        0.8, "spread of sizes: standard deviation of their logarithms", "population", high=3.0
    )
    baseline: float = knob(
        100.0,
        low=0.001,
        high=1e9,
        unit="t",
        help="planned emissions of all firms in the first year",
        group="population",
    )
    growth: float = knob(
        0.0,
        low=-0.2,
        high=0.2,
        step=0.01,
        unit="share",
        help="growth of planned emissions a year",
        group="population",
    )
    choke_min: float = knob(
        150.0, low=0.001, unit="€/t", help="lowest choke price drawn, before scaling", group="population"
    )
    choke_max: float = knob(
        300.0, low=0.001, unit="€/t", help="highest choke price drawn", group="population"
    )
    choke_mean: float = knob(
        200.0,
        low=0.001,
        unit="€/t",
        help="choke price of all firms together, to which they are scaled",
        group="population",
    )
    curve_base: str = knob(
        "actual",
        choices=("actual", "planned"),
        help="marginal costs rise with the share of actual, or of planned emissions that is avoided",
        group="population",
    )
    common_spread: float = share(0.05, "spread of shocks that all firms share", "population")
    common_persistence: float = share(0.9, "share of such a shock left after a quarter", "population")
    own_spread: float = share(0.1, "spread of each firm's own shocks", "population")
    own_persistence: float = share(0.8, "share of such a shock left after a quarter", "population")
    demand_change: float = knob(
        0.0,
        low=-0.9,
        high=10.0,
        step=0.01,
        unit="share",
        help="lasting change of emissions, unannounced",
        group="population",
    )
    demand_change_in: int = knob(
        9,
        low=1,
        high=600,
        unit="quarters",
        help="quarter of a run from which on demand_change acts",
        group="population",
    )
    pass_through: float = share(
        0.0, "part of the permit price that firms add to the price of their product", "population"
    )

    period_name = "quarter"
    usual_window = 40  # a run of the default length, so that means are those of a whole run

    @property
    def usual_periods(self):
        """Quarters of one run."""
        return self.years * self.quarters

    @property
    def cycle(self):
        """Quarters of one run; the next one begins anew."""
        return self.years * self.quarters

    def in_words(self):
        """Words on each part of the policy, by its title."""
        return policy_in_words(self)

    def check(self):
        """Ranges must be ranges, the table must fit the years, prices must be in order."""
        if self.choke_min > self.choke_max:
            raise ParameterError(f"choke_min = {self.choke_min}: above choke_max = {self.choke_max}")
        if self.msr_upper > self.msr_full:
            raise ParameterError(f"msr_upper = {self.msr_upper}: above msr_full = {self.msr_full}")
        if self.cap_table:
            self._check_table()
        for name in ("ecr_price", "ccr_price", "ceiling_price"):
            value = getattr(self, name)
            if 0.0 < value < self.reserve_price:
                raise ParameterError(
                    f"{name} = {value} €/t: must be 0 (none) or at least reserve_price = {self.reserve_price} €/t"
                )

    def _check_table(self):
        try:
            caps = np.array([float(word) for word in self.cap_table.split()])
        except ValueError:
            caps = np.zeros(0)
        if len(caps) != self.years or not np.isfinite(caps).all() or (caps <= 0).any():
            raise ParameterError(
                f"cap_table = {self.cap_table!r}: must be {self.years} numbers above 0 (t, one per year) with spaces "
                "between them"
            )
