"""Sealed-bid auctions of whole permits among firms with private abatement costs [TwoTier].

A period is one auction: costs and supply are drawn, every firm submits a demand schedule of a few steps, the format
clears it, and indices tell how far bids and allocation are from the truth.
"""

import numpy as np

from agents.bidders.bidder import BIDDERS, Bidder
from agents.bidders.demand_schedule import write_schedule
from agents.government import Government
from agents.population import Population, as_rows
from model.base import MarketModel
from model.place import place_at_random
from model.systems.two_tier import rules as rules_of
from model.systems.two_tier.params import TwoTierParams
from model.systems.two_tier.worlds import Worlds, costs_from, draw_chance, policy_for


class TwoTier(MarketModel, name="two_tier"):
    """Firms with private costs bid demand schedules; one step is one auction."""

    Params = TwoTierParams
    metrics = (
        "cap",
        "clearing_price",
        "equilibrium_price",
        "sold",
        "revenue",
        "total_profit",
        "mean_profit",
        "allocative_efficiency",
        "equal_split_efficiency",
        "dri_marginal",
        "dri_window",
        "tier_difference",
        "quantity_reduction",
        "award_concentration",
    )

    def build(self):
        """Make government and firms, and the policy they bid by."""
        p = self.params
        self.government = Population(Government, self, 1)[0]
        self.firms = Population(BIDDERS[p.bidder], self, p.n_firms)
        self.worlds = Worlds(p, 1, self.firms.numbers[None])
        self.firms.rows.cost = costs_from(p, self.streams["population"].random(p.n_firms))
        self.policy = policy_for(p)
        self.prices_seen = np.zeros(p.history)
        self.grid = place_at_random([self.government, *self.firms], self.streams["space"])

    def __setstate__(self, state):
        """Let a copy's world and its firms be one state again."""
        vars(self).update(state)
        self.worlds.use(self.firms.numbers[None])

    def apply_policy(self):
        """Let the next auction follow the parameters."""
        self.worlds.set_policy(self.params)
        self.policy.enter(self.params)

    # -- one auction, firm by firm ----------------------------------------------------------------------------------

    def run_period(self, chance):
        """Let nature draw, collect schedules, hold the auction, take its measure, settle."""
        worlds, firms, government = self.worlds, self.firms.rows, self.government.population.rows
        worlds.begin(chance)
        self.actions = self.policy.act(worlds.situation(self.prices_seen), chance.action)
        self.collect_bids()
        terms = worlds.supply[0], worlds.tie_key[0], worlds.rules, worlds.schedules.scratch
        prices = rules_of.hold_auction(worlds.auction.clear, firms, *terms, *worlds.book(0))
        rules_of.publish(government, worlds.supply[0], *prices)
        rules_of.measure(firms, worlds.supply[0], prices[0], *worlds.book(0)[:2])
        rules_of.settle(firms, government, worlds.supply[0])
        self.prices_seen = np.concatenate([[prices[0]], self.prices_seen])[: self.params.history]

    def collect_bids(self):
        """Ask every firm for its schedule; ValueError naming the firm if it is none."""
        price, volume = self.worlds.book(0)[:2]
        for firm in self.firms:
            bid_price, bid_volume = (np.asarray(x, float) for x in firm.bid(self))
            if bid_price.shape != price[0].shape or bid_volume.shape != volume[0].shape:
                raise ValueError(
                    f"firm {firm.row}: a schedule has {len(price[0])} prices and as many volumes"
                )
            if not ((bid_price >= 0) & (bid_volume >= 0) & np.isfinite(bid_price + bid_volume)).all():
                raise ValueError(
                    f"firm {firm.row} bids {bid_price} €/t for {bid_volume} t: both must be >= 0"
                )
            price[firm.row], volume[firm.row] = bid_price, bid_volume

    def schedule_of(self, row):
        """Schedule that a firm's present action stands for: prices, €/t, and volumes, t, float64[steps] each."""
        firm, rules = self.firms.rows[row], self.worlds.rules
        price, volume = np.zeros(self.params.steps), np.zeros(self.params.steps)
        top = rules_of.highest_price(firm, rules)
        write_schedule(self.actions[0, row], top, firm.need, rules.repair, price, volume)
        return price, volume

    # -- many auctions, compiled ------------------------------------------------------------------------------------

    def draw_chance(self, periods):
        """What nature draws for the next auctions."""
        return draw_chance(self.params, self.streams, periods)

    def is_compiled(self):
        """Auctions can be played together unless firms look back at prices or are written in plain Python."""
        return self.params.history == 0 and self.firms.kind.bid is Bidder.bid

    def run_compiled(self, periods, chance):
        """Play the auctions as so many worlds at once, then settle them one after the other."""
        public = self.government.population
        worlds = Worlds(self.params, periods)
        worlds.rows.cost = self.firms.rows.cost
        worlds.begin(chance)
        worlds.play(self.policy.act(worlds.situation(), chance.action))
        worlds.measure()
        governments = public.record(periods)
        governments[:] = public.numbers
        rules_of.settle_worlds(
            worlds.rows,
            as_rows(governments, public.positions),
            worlds.supply,
            worlds.prices,
            self.firms.rows,
            public.rows,
        )
        self.firms.numbers[:] = worlds.numbers[-1]
        public.numbers[:] = governments[-1]
        self.worlds.take_last(worlds)
        recorded = self.recorded_periods(periods)
        kept = np.array(recorded, int) - self.steps - 1
        return recorded, governments[kept], worlds.numbers[kept]
