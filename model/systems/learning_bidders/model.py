"""Learning bidders under uniform and discriminatory pricing, with a regulated secondary market [Esmaeili2021].

A period: the government issues permits, firms bid in a sealed-bid auction, trade what they have too much or too
little of at a regulated price, produce within their permits (or pay a fine), and learn from their profit.
"""

import numpy as np

from agents import firm_table
from agents.firm import FIRMS
from agents.government import ExchangeGovernment
from agents.grid_bidder import shares_on_grid
from agents.population import Population
from learning.draws import uniform
from model.auction_metrics import BID_METRICS
from model.compliance import fined_above, permit_worth
from model.systems.bidding.model import BiddingModel
from model.systems.bidding.rules import hold_auction, issue_permits, show_price
from model.systems.learning_bidders import rules
from model.systems.learning_bidders.params import LearningBiddersParams
from model.systems.learning_bidders.rules import (
    Chance,
    Setup,
    comply,
    emit_efficiently,
    end_validity,
    hold_exchange,
    see_needs,
)


class LearningBidders(BiddingModel, name="learning_bidders"):
    """Firms learn to bid; one step is one auction with its secondary market and compliance."""

    Params = LearningBiddersParams
    play_periods = staticmethod(rules.play_periods)
    profit_if = staticmethod(rules.profit_if)
    fill_payoffs = staticmethod(rules.fill_payoffs)
    fill_gains = staticmethod(rules.fill_gains)
    metrics = (
        "cap",
        "clearing_price",
        "equilibrium_price",
        "trading_price",
        "mean_bid_price",
        "bid_price_variance",
        "bid_distance",
        "mean_bid_volume",
        *BID_METRICS,
        "sold",
        "traded_volume",
        "bought_above_value",
        "secondary_supply",
        "secondary_demand",
        "revenue",
        "fines",
        "total_profit",
        "mean_profit",
        "first_profit",
        "efficiency",
        "government_share",
        "benefit_reduction",
        "emissions",
        "emission_reduction",
        "shortfall",
        "award_concentration",
        "best_bid_changes",
    )

    def run_period(self, chance):
        """Play one period, firm by firm. `rules.play_periods` plays many, with the same verbs in the same order."""
        clear, book, setup = self.auction.clear, self.book, self.setup
        firms, government = self.firms.rows, self.public.rows
        issue_permits(government, setup)  # Eq. 2.1
        see_needs(book, firms, setup)
        self.collect_bids(chance)  # Section 3
        hold_auction(clear, book, firms, government, setup, chance.tie_key[0])  # Eqs. 2.3-2.8
        hold_exchange(book, firms, government, setup, chance.margin[0])  # Eqs. 2.9-2.13
        comply(firms, government, setup)  # Eqs. 3.5-3.6
        emit_efficiently(firms, setup)
        show_price(government, government[0].clearing_price, setup)  # Section 3.2
        self.teach()  # Eqs. 3.3-3.4
        end_validity(book, firms, government, setup)

    def build(self):
        """Make the government, the firms, the auction, and the learner."""
        facts = self.firm_facts()
        self.names = firm_table.read_firm_names(self.params.firms) if self.params.firms else ()
        self.public = Population(ExchangeGovernment, self, 1)
        self.firms = Population(FIRMS[self.params.firm], self, len(facts["full_output"]))
        firms = self.firms.columns
        for name, values in facts.items():
            firms[name] = values
        firms.required_permits = firms.emission_intensity * firms.full_output
        firms.private_value = (firms.selling_price - firms.unit_cost) / firms.emission_intensity
        self.prepare_bidding()

    def firm_facts(self):
        """Prices, costs, intensities and outputs, float64[n] by name: from the file, or drawn [Table 2]."""
        p = self.params
        if p.firms:
            facts = firm_table.read_firms(p.firms)
            p.check_members("n_firms", len(facts["full_output"]), "firms")
            return facts
        rng = self.streams["population"]
        return {
            "selling_price": rng.uniform(p.selling_price_min, p.selling_price_max, p.n_firms),
            "unit_cost": rng.uniform(p.unit_cost_min, p.unit_cost_max, p.n_firms),
            "emission_intensity": rng.uniform(p.emission_intensity_min, p.emission_intensity_max, p.n_firms),
            "full_output": rng.uniform(p.output_min, p.output_max, p.n_firms),
        }

    def apply_policy(self):
        """Derive the cap and the range of bids."""
        p, firms = self.params, self.firms.columns
        cap = self.public.kind.cap_proposal(p.phi, firms.required_permits.sum())
        firms.highest_price = np.minimum(firms.private_value, p.penalty if p.compliance == "best" else np.inf)
        highest = max(firms.private_value.max(), p.reserve_price)
        self.setup = p.fill(
            Setup,
            cap=float(cap),
            highest_value=float(highest),
            fined_above=fined_above(p.compliance, p.penalty),
            **self._volumes(cap),
            voluntary=p.exchange == "voluntary",
            shares=shares_on_grid(p.price_steps, p.volume_steps, p.price_grid),
            auction=np.array(p.parts[p.auction].vector()),
            by_value=(-firms.private_value).argsort(kind="stable"),
            worth=permit_worth(p.compliance, firms.private_value, p.penalty),
        )
        firms.lowest_volume, firms.highest_volume = self.setup.lowest_volume, self.setup.highest_volume

    def _volumes(self, cap):
        """Volumes a firm without permits can bid; none where its highest price is below the reserve price."""
        p, firms = self.params, self.firms.columns
        required = firms.required_permits
        match p.volume_rule:
            case "required":
                low, high = required, p.volume_factor * required
            case "cap_share":
                low, high = required, np.maximum(required, p.volume_cap_share * cap)
            case "output_range":
                low, high = (output * firms.emission_intensity for output in (p.output_min, p.output_max))
        bids = firms.highest_price >= p.reserve_price
        return {"lowest_volume": low * bids, "highest_volume": high * bids}

    @property
    def expires(self):
        """Whether permits expire at the end of the step in which they were issued."""
        return self.params.validity == 1

    @property
    def validity(self):
        """Periods for which permits are valid."""
        return self.params.validity

    def payoff_scale(self):
        """Profit of each firm with free permits, float64[n], €."""
        firms = self.firms.columns
        return (firms.selling_price - firms.unit_cost) * firms.full_output

    def chance_after_auction(self):
        """The margin of the trading price."""
        return (self.chance.margin[0],)

    def expected_chance(self):
        """The mean margin: profit is linear in the trading price, and that in its random margin."""
        return (self.params.trade_margin / 2.0,)

    def draw_chance(self, periods):
        """Draw the numbers for the learners, the order of equal bids, and the margin of the trading price."""
        margin = self.params.trade_margin * uniform(self.streams["exchange"], periods)
        return Chance(*self.draw_bidding(periods), margin)
