"""Parameters of a market over years, each declared once."""

import numpy as np

from agents.emitters.behaviours import BEHAVIOURS
from agents.emitters.emitter import EMITTERS
from agents.emitters.files import EMITTER_FILE
from learning.knobs import ParameterError, knob, settings
from model import shared_knobs
from model.systems.emissions_trading.policy import OURS, ComplianceParams, share
from model.systems.emissions_trading.setup import table_of


@settings
class EmissionsTradingParams(ComplianceParams):
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
    emission_noise: float = share(
        0.0,
        "spread of emissions that nobody can foresee when abating, common to all firms / planned emissions",
        "population",
    )
    own_noise: float = share(0.0, "the same of each firm's own", "population")
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

    def check(self):
        """Ranges must be ranges, the table must fit the years, prices must be in order."""
        if self.choke_min > self.choke_max:
            raise ParameterError(f"choke_min = {self.choke_min}: above choke_max = {self.choke_max}")
        if self.msr_upper > self.msr_full:
            raise ParameterError(f"msr_upper = {self.msr_upper}: above msr_full = {self.msr_full}")
        for name, unit in (("cap_table", "t"), ("tax_table", "€/t")):
            if getattr(self, name):
                self._check_table(name, unit)
        for name in ("ecr_price", "ccr_price", "ceiling_price"):
            value = getattr(self, name)
            if 0.0 < value < self.reserve_price:
                raise ParameterError(
                    f"{name} = {value} €/t: must be 0 (none) or at least reserve_price = {self.reserve_price} €/t"
                )

    def _check_table(self, name, unit):
        words = getattr(self, name)
        try:
            values = table_of(words)
        except ValueError:
            values = np.zeros(0)
        if len(values) != self.years or not np.isfinite(values).all() or (values <= 0).any():
            raise ParameterError(
                f"{name} = {words!r}: must be {self.years} numbers above 0 ({unit}, one per year) with spaces "
                "between them"
            )
