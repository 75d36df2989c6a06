"""Learning bidders under uniform and discriminatory pricing, with a regulated secondary market [Esmaeili2021].

A period: the government issues permits, firms bid in a sealed-bid auction, trade what they have too much or too
little of at a regulated price, produce within their permits (or pay a fine), and learn from their profit.
"""

import numpy as np

from agents import firm_table
from agents.firm import FIRMS
from agents.government import ExchangeGovernment
from agents.population import Population
from learning.knobs import ParameterError
from model.place import place_at_random
from model.systems.bidding.model import BiddingModel
from model.systems.learning_bidders import rules as rules_of
from model.systems.learning_bidders.loop import play_periods
from model.systems.learning_bidders.params import LearningBiddersParams
from model.systems.learning_bidders.rules import Chance, Rules
from model.trade_graph import trade_graph


class LearningBidders(BiddingModel, name="learning_bidders"):
    """Firms learn to bid; one step is one auction with its secondary market and compliance."""

    Params = LearningBiddersParams
    play_periods = staticmethod(play_periods)
    profit_if = staticmethod(rules_of.profit_if)
    payoffs_if = staticmethod(rules_of.fill_payoffs)
    metrics = (
        "cap",
        "clearing_price",
        "equilibrium_price",
        "trading_price",
        "mean_bid_price",
        "bid_price_variance",
        "bid_distance",
        "mean_bid_volume",
        "sold",
        "traded_volume",
        "secondary_supply",
        "secondary_demand",
        "revenue",
        "fines",
        "total_profit",
        "mean_profit",
        "efficiency",
        "benefit_reduction",
        "emissions",
        "emission_reduction",
        "shortfall",
        "award_concentration",
    )

    def build(self):
        """Make government and firms, the game they play, and the learner."""
        facts = self.firm_facts()
        self.government = Population(ExchangeGovernment, self, 1)[0]
        self.firms = Population(FIRMS[self.params.firm], self, len(facts["full_output"]))
        firms = self.firms.rows
        for name, values in facts.items():
            firms[name] = values
        firms.required_permits = firms.emission_intensity * firms.full_output
        firms.private_value = (firms.selling_price - firms.unit_cost) / firms.emission_intensity
        self.prepare_bidding()
        self.grid = place_at_random([self.government, *self.firms], self.streams["space"])

    def firm_facts(self):
        """Prices, costs, intensities and outputs, float64[n] by name: from the file, or drawn [Table 2]."""
        p = self.params
        if p.firms:
            return firm_table.read_firms(p.firms)
        rng = self.streams["population"]
        return {
            "selling_price": rng.uniform(p.selling_price_min, p.selling_price_max, p.n_firms),
            "unit_cost": rng.uniform(p.unit_cost_min, p.unit_cost_max, p.n_firms),
            "emission_intensity": rng.uniform(p.emission_intensity_min, p.emission_intensity_max, p.n_firms),
            "full_output": rng.uniform(p.output_min, p.output_max, p.n_firms),
        }

    def apply_policy(self):
        """Derive the cap and the range of bids; ParameterError if nobody could bid."""
        p, firms = self.params, self.firms.rows
        cap = self.government.cap_proposal(p.phi, firms.required_permits.sum())
        highest = firms.private_value.max()
        if highest < p.reserve_price:
            raise ParameterError(
                f"reserve_price = {p.reserve_price} €/t: above every private value (highest: {highest:.3g} €/t), "
                "so nothing would be sold"
            )
        part = p.parts[p.auction]
        self.rules = Rules(
            cap=float(cap),
            reserve_price=p.reserve_price,
            highest_value=float(highest),
            price_bins=p.price_bins,
            price_steps=p.price_steps,
            volume_steps=p.volume_steps,
            penalise=p.compliance == "penalty",
            penalty=p.penalty,
            auction=np.array(part.vector()),
        )
        self._set_volumes(cap)

    def _set_volumes(self, cap):
        """Volumes a firm can bid; a firm whose permits are worth less than the reserve price bids for none."""
        p, firms = self.params, self.firms.rows
        required = firms.required_permits
        low, high = {
            "required": (required, p.volume_factor * required),
            "cap_share": (required, np.maximum(required, p.volume_cap_share * cap)),
            "output_range": (
                p.output_min * firms.emission_intensity,
                p.output_max * firms.emission_intensity,
            ),
        }[p.volume_rule]
        bids = firms.private_value >= p.reserve_price
        firms.lowest_volume, firms.highest_volume = low * bids, high * bids
        firms.highest_price = firms.private_value

    def payoff_scale(self):
        """Profit of each firm with free permits, float64[n], €."""
        firms = self.firms.rows
        return (firms.selling_price - firms.unit_cost) * firms.full_output

    def expected_terms(self):
        """The mean margin: profit is linear in the trading price, and that in its random margin."""
        return (self.params.trade_margin / 2.0,)

    def trade_and_comply(self, chance):
        """Trade what is too much or too little at the regulated price; produce, hand in permits."""
        firms, government = self.firms.rows, self.government.population.rows
        rules_of.hold_exchange(self.book, firms, government, chance.margin[0])
        rules_of.comply(firms, government, self.rules)

    def fill_payoffs(self, row, payoffs):
        """Write what every action would have earned a firm this period, €."""
        firms, margin = self.firms.rows, self.chance.margin[0]
        rules_of.fill_payoffs(self.auction.clear, self.book, firms, row, self.rules, margin, payoffs)

    def draw_chance(self, periods):
        """Numbers for the learners, the order of equal bids, and the margin of the trading price."""
        margin = self.params.trade_margin * self.streams["exchange"].random(periods)
        return Chance(*self.draw_bidding(periods), margin)

    def trades(self, last=1):
        """Who sold how much to whom over the last ``last`` periods collected, as a `networkx.DiGraph`."""
        return trade_graph(self, last)
