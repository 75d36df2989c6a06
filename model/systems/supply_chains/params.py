"""Parameters of the supply chains, each declared once [Esmaeili2022]."""

from agents.supply_chains.chain import CHAINS
from agents.supply_chains.draws import PROBLEM_SETS
from agents.supply_chains.files import CHAIN_FILE
from agents.supply_chains.table_5 import COST_CURVES
from learning.knobs import ParameterError, given, knob, settings
from model import shared_knobs
from model.params import Params

SECTION_3, SECTION_5 = "Esmaeili2022, Section 3", "Esmaeili2022, Section 5"
POPULATIONS = ("table_5", "drawn")
UNSOLD = ("withheld", "offered")
BID_LIMITS = ("private_value", "trading_price")
PLANNED = ({"population": ("drawn",)}, {"instance": given})
"""Where chains have plans of their own, and are not those of Table 5."""
VALUES_DRAWN = tuple(way | {"private_values": ("",)} for way in PLANNED)


@settings
class SupplyChainsParams(Params):
    """Parameters of the supply chains."""

    phi: float = shared_knobs.phi(high=1.5, source="Esmaeili2022, Section 6: 0.60 to 1.00")
    auction: str = shared_knobs.auction(source=SECTION_3)
    reserve_price: float = shared_knobs.reserve_price(default=100.0, step=5.0, source=SECTION_3)
    price_cap: float = knob(
        0.0,
        low=0.0,
        high=10_000.0,
        step=5.0,
        unit="€/t",
        help="highest bid price allowed; 0: none. It binds where it is below a private value",
        source="Esmaeili2022, Section 6: case 1 none, case 2 140",
        group="policy",
        live=True,
    )
    volume_cap: float = knob(
        0.0,
        low=0.0,
        high=1e6,
        step=50.0,
        unit="t",
        help="one largest bid volume for all instead of volume_factor; 0: none",
        source="Esmaeili2022, Section 6: case 1 none, case 2 3000",
        group="policy",
        live=True,
    )
    unsold: str = shared_knobs.unsold(
        also="withheld: the trading price equates emissions with the permits sold; or offered: the government sells "
        "them at the trading price, which equates emissions with the cap, as the source writes",
        default="withheld",
        choices=UNSOLD,
        source="Esmaeili2022, Section 3.2.5",
    )
    highest_trading_price: float = knob(
        10_000.0,
        low=1.0,
        high=1e6,
        step=100.0,
        unit="€/t",
        help="upper bound of the trading price, and fine per tonne where abatement cannot meet the cap",
        source="Esmaeili2022, Section 4.4",
        group="policy",
    )
    learner: str = shared_knobs.learner(source=SECTION_5)
    chain: str = knob("supply_chain", choices=CHAINS, help="kind of chain", group="bidding")
    bid_limit: str = knob(
        "private_value",
        choices=BID_LIMITS,
        help="the most a chain bids; private_value: its average profit per permit, as the source; trading_price: that "
        "at which emissions equal the cap, what one more permit is worth to everybody",
        source="Esmaeili2022, Eq. 2",
        group="bidding",
        live=True,
    )
    price_steps: int = shared_knobs.price_steps(default=41, high=201, source=SECTION_5)
    price_grid: str = shared_knobs.price_grid(source="open in Esmaeili2022, Section 5")
    volume_steps: int = shared_knobs.volume_steps(source=SECTION_5)
    price_bins: int = shared_knobs.price_bins(
        also="the equilibrium price", default=81, high=401, source=SECTION_5
    )
    volume_factor: float = shared_knobs.volume_factor(
        also="where there is no volume cap",
        default=1.1,
        source="Esmaeili2022, Section 6",
        when={"volume_cap": (0.0,)},
    )
    read_out: str = shared_knobs.read_out(source="open in Esmaeili2022")
    population: str = knob(
        "table_5",
        choices=POPULATIONS,
        help="table_5: the paper's emissions and private values, and cost_curve, at once; drawn: "
        "chains drawn as in Appendix B, whose plans are solved first (seconds to minutes, then kept on disk)",
        source="Esmaeili2022, Table 5, Appendix B",
        group="population",
    )
    cost_curve: str = knob(
        "inferred",
        choices=tuple(COST_CURVES),
        help="marginal cost of avoiding emissions of population=table_5, which the paper does not print; inferred: the "
        "straight line that its average profits imply (carbon instance infer), to 45 %; steep: that of one instance, "
        "to 28 %",
        source="Esmaeili2022, Section 6.2.4, Eq. 12, Tables 6 and 8",
        group="population",
        when={"population": ("table_5",)},
    )
    instance: str = knob(
        "",
        file=CHAIN_FILE,
        replaces=("population", "cost_curve", "n_chains", "problem_set"),
        help="JSON or CSV file of chains to use instead of those of population",
        group="population",
    )
    n_chains: int = knob(
        5,
        low=1,
        high=50,
        help="number of chains drawn",
        source="Esmaeili2022, Table 4: 3 to 7",
        group="population",
        when={"population": ("drawn",)},
    )
    problem_set: str = knob(
        "s1",
        choices=tuple(PROBLEM_SETS),
        help="size of the chains drawn; small is for class and tests",
        source="Esmaeili2022, Section 5",
        group="population",
        when={"population": ("drawn",)},
    )
    instance_seed: int = knob(
        1,
        low=0,
        high=10**9,
        help="seed of the chains drawn, or of private values for those of a file: apart from the run's, so that many "
        "runs share what was solved",
        group="population",
        when=PLANNED,
    )
    gap: float = knob(
        1e-4,
        low=1e-8,
        high=0.1,
        unit="share",
        help="by which a plan of the emission curve may cost more than the least possible",
        group="population",
        when=PLANNED,
    )
    private_value_min: float = knob(
        140.0,
        low=0.0,
        unit="€/t",
        help="lowest private value drawn",
        source="Esmaeili2022, Table 5",
        group="population",
        when=VALUES_DRAWN,
    )
    private_value_max: float = knob(
        225.0,
        low=0.0,
        unit="€/t",
        help="highest private value drawn",
        source="Esmaeili2022, Table 5",
        group="population",
        when=VALUES_DRAWN,
    )
    private_values: str = knob(
        "",
        help="private values of the chains, €/t, such as 140,150,225: instead of drawn ones",
        group="population",
    )

    def check(self):
        """Ranges must be ranges, and private values numbers."""
        if self.private_value_min > self.private_value_max:
            raise ParameterError(
                f"private_value_min = {self.private_value_min}: above private_value_max = {self.private_value_max}"
            )
        if self.price_cap and self.price_cap < self.reserve_price:
            raise ParameterError(
                f"price_cap = {self.price_cap} €/t: below reserve_price = {self.reserve_price} €/t, so nobody could bid"
            )
        self.own_private_values()

    def own_private_values(self):
        """The private values given as text, list of float; ParameterError if they are no positive numbers."""
        try:
            values = [float(word) for word in self.private_values.split(",") if word.strip()]
        except ValueError:
            values = [0.0]
        if not all(0.0 < value < 1e6 for value in values):
            raise ParameterError(
                f"private_values = {self.private_values!r}: must be positive numbers, €/t, such as 140,150,225"
            )
        return values
