"""Supply chains bid for permits, with price and volume caps and a free secondary market [Esmaeili2022].

A period: the government issues permits, chains bid in a sealed-bid auction, trade at the price at which their best
plans together emit what the permits allow, follow those plans, and learn from their profit.
"""

import networkx as nx
import numpy as np
from mesa.space import MultiGrid

import model.systems.supply_chains.metrics  # noqa: F401 - registers the metrics
from agents.grid_bidder import shares_on_grid
from agents.population import Population
from agents.supply_chains.chain import CHAINS, Facility, PermitAuthority
from learning.knobs import ParameterError
from model import accounts
from model.auction_metrics import BID_METRICS
from model.mechanisms.exchange.free import equilibrium, plans_of
from model.systems.bidding.model import BiddingModel
from model.systems.bidding.rules import hold_auction, issue_permits, show_price
from model.systems.supply_chains import rules
from model.systems.supply_chains.curves import (
    are_stored,
    curve_files,
    curves_of,
    instance_of,
    private_values_of,
)
from model.systems.supply_chains.params import SupplyChainsParams
from model.systems.supply_chains.rules import Chance, Setup, comply, hold_exchange

MAP = 10
"""Side of the square on which facilities stand [Esmaeili2022, Appendix B]."""


class SupplyChains(BiddingModel, name="supply_chains"):
    """Chains with emission curves learn to bid; one step is one auction with its secondary market."""

    Params = SupplyChainsParams
    play_periods = staticmethod(rules.play_periods)
    profit_if = staticmethod(rules.profit_if)
    fill_payoffs = staticmethod(rules.fill_payoffs)
    fill_gains = staticmethod(rules.fill_gains)
    metrics = (
        "cap",
        "clearing_price",
        "equilibrium_price",
        "price_paid",
        "trading_price",
        "mean_bid_price",
        "mean_bid_volume",
        *BID_METRICS,
        "sold",
        "traded_volume",
        "secondary_supply",
        "secondary_demand",
        "revenue",
        "fines",
        "total_profit",
        "mean_profit",
        "first_profit",
        "profit_change",
        "mean_profit_change",
        "abatement_cost",
        "emissions",
        "emission_reduction",
        "shortfall",
        "green_production",
        "green_transport",
        "award_concentration",
        "best_bid_changes",
    )

    def run_period(self, chance):
        """Play one period, chain by chain. `rules.play_periods` plays many, with the same verbs in the same order."""
        clear, book, setup = self.auction.clear, self.book, self.setup
        chains, government = self.firms.rows, self.public.rows
        issue_permits(government, setup)
        self.collect_bids(chance)  # Section 5
        hold_auction(clear, book, chains, government, setup, chance.tie_key[0])  # Eqs. 3-5
        hold_exchange(book, chains, government, setup)  # Section 4.4
        comply(chains, government, setup)  # Eq. 10
        # the state is the equilibrium price [Esmaeili2022, Section 4.2]; in [Esmaeili2021, Section 3.2] it is the
        # clearing price, from which it differs where winners pay their bids
        show_price(government, government[0].equilibrium_price, setup)
        self.teach()  # Section 5
        accounts.expire(chains, government)

    @classmethod
    def preparation(cls, params):
        """Hashable key of the chains' plans; None for the chains of Table 5, which have no plans."""
        p = params
        if not p.instance and p.population == "table_5":
            return None
        drawn = () if p.instance else (p.instance_seed, p.n_chains, p.problem_set)
        return p.instance, *drawn, p.gap, p.highest_trading_price

    @classmethod
    def prepare(cls, params, **how):
        """Solve and store the plans that a model with ``params`` needs; ``how``: run, progress, stop."""
        curves_of(params, instance_of(params), **how)

    @classmethod
    def prepared_files(cls, params):
        """Paths of the stored curves of all chains."""
        return [path for path in curve_files(params, instance_of(params)) if path.exists()]

    @classmethod
    def is_prepared(cls, params):
        """Return whether the plans of all chains are stored."""
        return are_stored(params, instance_of(params))

    def build(self):
        """Read or solve the chains' plans; make government, chains and facilities."""
        self.instance = instance_of(self.params)
        self.curves = curves_of(self.params, self.instance)
        self.public = Population(PermitAuthority, self, 1)
        self.firms = Population(CHAINS[self.params.chain], self, len(self.curves))
        chains = self.firms.columns
        chains.required_permits = [curve.tec for curve in self.curves]
        chains.no_policy_cost = [curve.cost[0] for curve in self.curves]
        chains.private_value = private_values_of(self.params, self.instance)
        chains.no_policy_profit = chains.private_value * chains.required_permits
        self.plans = plans_of(self.curves)
        self.prepare_bidding()
        self.facilities = self._make_facilities()

    def _make_facilities(self):
        """A `Facility` for every centre, warehouse and zone of every chain; none for the chains of Table 5."""
        found = []
        if self.instance:
            self.firms.make_members()  # first, so that ids are in order
        for i, chain in enumerate(self.instance.chains if self.instance else ()):
            for kind, letter in (("centre", "m"), ("warehouse", "w"), ("zone", "c")):
                found += [Facility(self, i, kind, k) for k in range(chain.size[letter])]
        return found

    def place_agents(self):
        """Place facilities at their coordinates, each chain at its first centre, the government in the middle."""
        if not self.facilities:
            return super().place_agents()
        grid = MultiGrid(MAP, MAP, torus=False)
        grid.place_agent(self.government, (MAP // 2, MAP // 2))
        for facility in self.facilities:
            grid.place_agent(facility, self._cell(facility.chain, facility.kind, facility.number))
        for chain in self.firms:
            grid.place_agent(chain, self._cell(chain.row, "centre", 0))
        return grid

    def _cell(self, chain, kind, number):
        data = self.instance.chains[chain]
        place = getattr(data, f"{kind}_x")[number], getattr(data, f"{kind}_y")[number]
        return tuple(min(int(at), MAP - 1) for at in place)

    def apply_policy(self):
        """Derive the cap and the range of bids."""
        p, chains = self.params, self.firms.columns
        required = chains.required_permits
        cap = float(self.public.kind.cap_proposal(p.phi, required.sum()))
        limit = self._bid_limit(cap)
        chains.highest_price = np.minimum(limit, p.price_cap or np.inf)
        highest = max(chains.highest_price.max(), p.reserve_price)
        bids = chains.highest_price >= p.reserve_price
        chains.lowest_volume = np.minimum(required, p.volume_cap or np.inf) * bids
        chains.highest_volume = (p.volume_cap or p.volume_factor * required) * bids
        self.setup = p.fill(
            Setup,
            cap=cap,
            offers_unsold=p.unsold == "offered",
            highest_value=float(highest),
            shares=shares_on_grid(p.price_steps, p.volume_steps, p.price_grid),
            auction=np.array(p.parts[p.auction].vector()),
            plans=self.plans,
        )

    def _bid_limit(self, cap):
        """Highest price, €/t, that each chain would pay for a permit of a cap, t: float64[n].

        [Esmaeili2022, Eq. 2] takes the average profit per permit. A permit can also be bought and sold at the trading
        price, so that is what the next one is worth: the trading price at which emissions equal the cap.
        """
        if self.params.bid_limit == "private_value":
            return self.firms.columns.private_value
        return np.full(len(self.firms), equilibrium(self.plans, cap).price)

    def payoff_scale(self):
        """Profit of each chain when permits cost nothing, float64[n], €."""
        return self.firms.columns.no_policy_profit

    def draw_chance(self, periods):
        """Draw the numbers for the learners and the order of equal bids."""
        return Chance(*self.draw_bidding(periods))

    # -- looking at it ---------------------------------------------------------------------------------------------

    @property
    def abatement_limit(self):
        """Largest share of emissions that the chains abate: the share abated at the highest price."""
        total = self.plans.emissions
        return 1.0 - total[-1] / total[0]

    def flows(self, chain, price=None):
        """Goods of one chain (from 0) at a trading price, €/t, by default the present one: a `networkx.DiGraph`.

        Nodes (kind, number) carry ``x`` and ``y``; edges ``regular`` and ``green``, units over the horizon.
        The plan below the price is shown where the chain mixes two. ParameterError for chains without plans.
        """
        if self.instance is None:
            raise ParameterError(
                "population = table_5: these chains have no plans to show; take population = drawn"
            )
        price = self.government.trading_price if price is None else price
        data, curve = self.instance.chains[chain], self.curves[chain]
        plan = int(curve.plan_at(min(price, curve.price_max)))
        graph = nx.DiGraph()
        for kind in ("centre", "warehouse", "zone"):
            places = zip(getattr(data, f"{kind}_x"), getattr(data, f"{kind}_y"), strict=True)
            graph.add_nodes_from(
                ((kind, k), {"x": float(x), "y": float(y)}) for k, (x, y) in enumerate(places)
            )
        for (start, end), flow in (
            (("centre", "warehouse"), curve.to_warehouse[plan]),
            (("warehouse", "zone"), curve.to_zone[plan]),
        ):
            for a, b in np.argwhere(flow.sum(-1) > 0.0):
                regular, green = flow[a, b]
                graph.add_edge((start, int(a)), (end, int(b)), regular=float(regular), green=float(green))
        return graph
