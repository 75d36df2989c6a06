"""Sealed-bid auctions of whole permits among firms with private abatement costs [TwoTier].

A period is one auction: costs and supply are drawn, every firm submits a demand schedule of a few steps, the format
clears it, and indices measure how far bids and allocation are from truthful bidding.
"""

import numpy as np

import model.systems.two_tier.metrics  # noqa: F401 - registers the metrics
from agents.bidders.bidder import BIDDERS, Bidder
from agents.bidders.demand_schedule import collect_schedules, write_schedule
from agents.government import Government
from agents.population import Population, as_rows
from model.auction_metrics import BID_METRICS
from model.base import MarketModel
from model.systems.two_tier import rules
from model.systems.two_tier.params import TwoTierParams
from model.systems.two_tier.worlds import Worlds, costs_from, draw_chance, policy_for


class TwoTier(MarketModel, name="two_tier"):
    """Firms with private costs bid demand schedules; one step is one auction."""

    Params = TwoTierParams
    metrics = (
        "cap",
        "clearing_price",
        "equilibrium_price",
        *BID_METRICS,
        "sold",
        "revenue",
        "total_profit",
        "mean_profit",
        "efficiency",
        "equal_split_efficiency",
        "dri_marginal",
        "dri_window",
        "tier_difference",
        "quantity_reduction",
        "award_concentration",
    )

    def run_period(self, chance):
        """Play one auction, firm by firm; `run_compiled` plays many, with the same verbs in the same order."""
        worlds, firms, government = self.worlds, self.firms.rows, self.public.rows
        worlds.begin(chance)  # nature draws costs, supply and the order of equal bids
        self.actions = self.policy.act(worlds.situation(self.prices_seen), chance.action)
        self.collect_bids()
        prices = self.hold_auction()
        rules.measure(firms, worlds.supply[0], prices[0], *worlds.book(0)[:2], worlds.schedules.scratch)
        rules.publish(government, worlds.supply[0], *prices)
        rules.settle(firms, government, worlds.supply[0])
        self.prices_seen = np.concatenate([[prices[0]], self.prices_seen])[: self.params.history]

    def collect_bids(self):
        """Collect every firm's schedule; ValueError naming the firm if it is not valid."""
        collect_schedules(self.firms, self, *self.worlds.book(0)[:2])

    def hold_auction(self):
        """Clear the auction of the schedules collected; clearing price and equilibrium price, €/t."""
        worlds = self.worlds
        known = worlds.supply[0], worlds.tie_key[0], worlds.setup, worlds.schedules.scratch
        return rules.hold_auction(worlds.auction.clear, self.firms.rows, *known, *worlds.book(0))

    def schedule_of(self, row):
        """Schedule that a firm's present action stands for: prices, €/t, and volumes, t, float64[steps] each."""
        firm, setup = self.firms.rows[row], self.worlds.setup
        price, volume = np.zeros(self.params.steps), np.zeros(self.params.steps)
        top = rules.highest_price(firm, setup)
        write_schedule(self.actions[0, row], top, firm.need, setup.repair, price, volume)
        return price, volume

    # -- agents and parameters --------------------------------------------------------------------------------------

    def build(self):
        """Make the government, the firms, and their bidding policy."""
        p = self.params
        self.public = Population(Government, self, 1)
        self.firms = Population(BIDDERS[p.bidder], self, p.n_firms)
        self.worlds = Worlds(p, 1, self.firms.numbers[None])
        self.firms.rows.cost = costs_from(p, self.streams["population"].random(p.n_firms))
        self.policy = policy_for(p)
        self.prices_seen = np.zeros(p.history)

    def __setstate__(self, state):
        """Reconnect a copy's world with its firms, so that both share one state."""
        vars(self).update(state)
        self.worlds.use(self.firms.numbers[None])

    def apply_policy(self):
        """Apply the present parameters from the next auction on."""
        self.worlds.set_policy(self.params)
        self.policy.learn_parameters(self.params)

    # -- many auctions, compiled ------------------------------------------------------------------------------------

    def draw_chance(self, periods):
        """Draw the random numbers of the next auctions."""
        return draw_chance(self.params, self.streams, periods)

    def is_compiled(self):
        """Return whether auctions can be played together: firms see no past prices and none is in plain Python."""
        return self.params.history == 0 and self.firms.kind.bid is Bidder.bid

    def bytes_per_period(self):
        """Memory, bytes, of a period of a block: the schedules of all firms, and what is computed from them."""
        return super().bytes_per_period() + 80 * self.params.n_firms * self.params.steps

    def run_compiled(self, periods, chance):
        """Play the auctions as so many worlds at once, then settle them one after the other."""
        public = self.public
        worlds = Worlds(self.params, periods)
        worlds.rows.cost = self.firms.rows.cost
        worlds.begin(chance)
        worlds.play(self.policy.act(worlds.situation(), chance.action))  # collects bids, holds the auctions
        worlds.measure()
        governments = self._settle(worlds)  # publishes, settles
        self.firms.numbers[:] = worlds.numbers[-1]
        public.numbers[:] = governments[-1]
        self.worlds.take_last(worlds)
        recorded = self.recorded_periods(periods)
        kept = np.array(recorded, int) - self.steps - 1
        return recorded, governments[kept], worlds.numbers[kept]

    def _settle(self, worlds):
        """Settle the worlds as periods of this market; the government's numbers, float64[worlds, 1, columns]."""
        public = self.public
        governments = public.record(len(worlds.numbers))
        governments[:] = public.numbers
        rows = as_rows(governments, public.positions)
        rules.settle_worlds(worlds.rows, rows, worlds.supply, worlds.prices, self.firms.rows, public.rows)
        return governments
