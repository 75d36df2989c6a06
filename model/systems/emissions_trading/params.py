"""Parameters of a market over years, each declared once."""

import numpy as np

from agents.emitters.curve_files import CURVE_FILE
from agents.emitters.curve_forms import CURVE_FORMS
from agents.emitters.files import EMITTER_FILE
from learning.knobs import ParameterError, changes, knob, positive, settings
from model import shared_knobs
from model.systems.emissions_trading.policy import OURS, share
from model.systems.emissions_trading.policy_words import policy_in_words
from model.systems.emissions_trading.regulator_params import RegulatorParams, decides
from model.systems.emissions_trading.setup import table_of


@settings
class EmissionsTradingParams(RegulatorParams):
    """Parameters of a market over years."""

    n_firms: int = shared_knobs.n_firms(also="where they are drawn", default=10, high=2000, source=OURS)
    emitters: str = knob(
        "",
        file=EMITTER_FILE,
        replaces=(
            "n_firms",
            "size_spread",
            "largest_share",
            "choke_min",
            "choke_max",
            "choke_mean",
            "baseline",
        ),
        help="CSV file of firms to use instead of drawn ones",
        group="population",
    )
    size_spread: float = share(
        0.8, "spread of sizes: standard deviation of their logarithms", "population", high=3.0
    )
    largest_share: float = share(
        0.0, "share of the largest firm in planned emissions; 0: as drawn", "population", high=0.99
    )
    baseline: float = knob(
        100.0,
        low=0.001,
        high=1e9,
        unit="t",
        help="planned emissions of all firms in the first year",
        group="population",
    )
    growth: float = share(0.0, "growth of planned emissions a year", "population", high=0.2, low=-0.2)
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
    curve: str = knob(
        "straight",
        choices=CURVE_FORMS,
        mixed=True,
        help="form of the marginal cost curve of abatement, up to a firm's choke price; several names share the firms "
        "in their order, by weight: straight:6+kinked:4",
        source=OURS,
        group="population",
    )
    abatement_curves: str = knob(
        "",
        file=CURVE_FILE,
        replaces=("curve", "choke_min", "choke_max", "choke_mean"),
        help="CSV file of marginal cost curves to use instead, one for all firms or one for each",
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
    own_persistence: float = share(
        0.8, "share of such a shock left after a quarter", "population", when={"own_spread": positive}
    )
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
        help="lasting change of emissions without abatement",
        group="population",
    )
    demand_change_in: int = knob(
        9,
        low=1,
        high=600,
        unit="quarters",
        help="quarter of a run from which on demand_change acts",
        group="population",
        when={"demand_change": changes},
    )
    projects: int = knob(
        0,
        low=0,
        high=20,
        help="lasting projects of each firm beside its abatement of the quarter: paid at once, and built if they pay "
        "at a price that rises at the required return",
        group="population",
    )
    project_share: float = share(
        0.05,
        "emissions that a project avoids / the firm's planned ones",
        "population",
        when={"projects": positive},
    )
    project_cost_min: float = knob(
        500.0,
        low=0.0,
        high=1e6,
        unit="€/t",
        help="lowest cost per t avoided in a quarter",
        group="population",
        when={"projects": positive},
    )
    project_cost_max: float = knob(
        2000.0,
        low=0.0,
        high=1e6,
        unit="€/t",
        help="highest cost per t avoided in a quarter",
        group="population",
        when={"projects": positive},
    )
    project_lead: int = knob(
        4,
        low=1,
        high=100,
        unit="quarters",
        help="time from a decision until the project works",
        group="population",
        when={"projects": positive},
    )
    damage: float = knob(
        0.0,
        low=0.0,
        high=10_000.0,
        step=1.0,
        unit="€/t",
        help="marginal damage of a year's emissions at damage_at; with damage_slope it makes welfare a number",
        group="population",
    )
    damage_at: float = knob(
        60.0,
        low=0.0,
        high=1e9,
        step=1.0,
        unit="t",
        help="emissions of a year for it",
        group="population",
        when={"damage_slope": positive},
    )
    damage_slope: float = knob(
        0.0,
        low=0.0,
        high=10_000.0,
        step=0.1,
        unit="€/t per t",
        help="rise of marginal damage with a year's emissions",
        group="population",
    )
    cost_change: float = knob(
        0.0,
        low=-0.9,
        high=10.0,
        step=0.01,
        unit="share",
        help="lasting change of the cost of abatement",
        group="population",
    )
    cost_change_in: int = knob(
        9,
        low=1,
        high=600,
        unit="quarters",
        help="quarter of a run from which on cost_change acts",
        group="population",
        when={"cost_change": changes},
    )
    cap_change: float = knob(
        0.0, low=-0.9, high=10.0, step=0.01, unit="share", help="lasting change of the cap", group="policy"
    )
    cap_change_in: int = knob(
        3,
        low=1,
        high=50,
        unit="years",
        help="year of a run from which on cap_change acts",
        group="policy",
        when={"cap_change": changes},
    )
    announced: bool = knob(
        False,
        help="whether firms know from the start of demand_change, cost_change and cap_change",
        group="population",
        when=tuple({each: changes} for each in ("demand_change", "cost_change", "cap_change")),
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

    @property
    def accounts(self):
        """Quarters over which reports add up amounts, and the name of so many."""
        return self.quarters, "year"

    @property
    def quarters_between_auctions(self):
        """Quarters from one auction to the next."""
        return self.quarters // (self.auctions or self.quarters)

    def in_words(self):
        """Words on each part of the policy, by its title."""
        return policy_in_words(self)

    def check(self):
        """Ranges must be ranges, the table must fit the years, prices must be in order."""
        if self.choke_min > self.choke_max:
            raise ParameterError(f"choke_min = {self.choke_min}: above choke_max = {self.choke_max}")
        if self.project_cost_min > self.project_cost_max:
            raise ParameterError(
                f"project_cost_min = {self.project_cost_min}: above project_cost_max = {self.project_cost_max}"
            )
        if self.msr_upper > self.msr_full:
            raise ParameterError(f"msr_upper = {self.msr_upper}: above msr_full = {self.msr_full}")
        if self.auctions and self.quarters % self.auctions:
            raise ParameterError(
                f"auctions = {self.auctions}: must divide quarters = {self.quarters}, or be 0: one in every quarter"
            )
        if self.supply_steps and self.lever == "ccr_price" and decides(self.regulator):
            raise ParameterError(
                f"lever = ccr_price: of no effect, as steps of supply are those of supply_steps = {self.supply_steps}; "
                "lever = reserve_price moves the prices of all of them"
            )
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
