"""Learning bidders under uniform and discriminatory pricing, with a regulated secondary market [Esmaeili2021].

A period: the government issues permits, firms bid in a sealed-bid auction, trade what they have too much or too
little of at a regulated price, produce within their permits (or pay a fine), and learn from their profit.
"""

import numpy as np

from agents import firm_table
from agents.firm import FIRMS, Firm
from agents.government import ExchangeGovernment
from agents.population import Population
from learning.base import LEARNERS, Game
from learning.knobs import ParameterError
from model import accounts
from model.base import MarketModel
from model.grid import place_at_random
from model.mechanisms.auctions.base import AUCTIONS
from model.systems import learning_bidders_loop as loop
from model.systems import learning_bidders_rules as rules_of
from model.systems.learning_bidders_loop import Chance, How, Recorder
from model.systems.learning_bidders_params import LearningBiddersParams
from model.systems.learning_bidders_rules import Rules
from model.trade_graph import trade_graph


class LearningBidders(MarketModel, name="learning_bidders"):
    """Firms learn to bid; one step is one auction with its secondary market and compliance."""

    Params = LearningBiddersParams
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
        self.book = rules_of.empty_book(firms.required_permits)
        self.auction = AUCTIONS[self.params.auction]
        self.apply_policy()
        self.learner = self._make_learner()
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

    def _make_learner(self):
        p, firms = self.params, self.firms.rows
        game = Game(
            players=len(self.firms),
            states=p.price_bins,
            actions=p.price_steps * p.volume_steps,
            sincere=self._truthful_actions(),
            payoff_scale=(firms.selling_price - firms.unit_cost) * firms.full_output,
        )
        return LEARNERS[p.learner](game, p.parts[p.learner], self.streams["learner start"])

    def _truthful_actions(self):
        """Actions, int64[n], that bid the private value for what is required, or the nearest volume to it."""
        p, firms = self.params, self.firms.rows
        room = firms.highest_volume - firms.lowest_volume
        wanted = np.clip(firms.required_permits - firms.lowest_volume, 0.0, room)
        share_of_room = np.divide(wanted, room, out=np.zeros(len(firms)), where=room > 0)
        return (p.price_steps - 1) * p.volume_steps + np.rint(share_of_room * (p.volume_steps - 1)).astype(
            int
        )

    # -- one period, agent by agent -------------------------------------------------------------------------------

    def run_period(self, chance):
        """Issue permits, collect bids, hold the auction, trade, comply, learn, cancel what is left.

        The compiled loop (`learning_bidders_loop.play_periods`) calls the same rules in the same order.
        """
        self.chance = chance
        firms, government = self.firms.rows, self.government.population.rows
        rules_of.issue_cap(government, self.rules)
        self.collect_bids()
        self.book.tie_key[:] = chance.tie_key[0]
        rules_of.hold_auction(self.auction.clear, self.book, firms, government, self.rules)
        rules_of.hold_exchange(self.book, firms, government, chance.margin[0])
        rules_of.comply(firms, government, self.rules)
        if self.learning:
            self.teach()
        self.government.state = self.next_state
        accounts.expire(firms, government)

    def collect_bids(self):
        """Ask every firm for its bid; ValueError naming the firm if a bid is no price and volume."""
        for firm in self.firms:
            firm.action = -1  # unless its bid is one of the grid
            price, volume = firm.bid(self)
            if not (0 <= price < np.inf and 0 <= volume < np.inf):
                raise ValueError(
                    f"firm {firm.row} bids price {price!r} €/t, volume {volume!r} t: both must be >= 0"
                )
            firm.bid_price, firm.bid_volume = price, volume

    def teach(self):
        """Let every firm learn from the period."""
        for firm in self.firms:
            firm.learn(self)
        self.learner.rounds += 1

    @property
    def state(self):
        """Bin of the last clearing price: what bidders know of the market."""
        return int(self.government.state)

    @property
    def next_state(self):
        """Bin of the present clearing price."""
        return rules_of.state_of(self.government.clearing_price, self.rules)

    def bid_of(self, row, action):
        """Bid ``(price €/t, volume t)`` that an action (position on the grid of bids) means for a firm."""
        return rules_of.bid_of(self.firms.rows[row], action, self.rules)

    def chance_of(self, row):
        """The two random numbers of a firm in this period, float64[2]."""
        return self.chance.bidding[0, row]

    def payoffs_of(self, row):
        """What every action would have earned a firm this period, €; empty for learners that do not want to know."""
        payoffs = np.zeros(self.learner.game.actions if self.learner.needs_payoffs else 0)
        if payoffs.size:
            rules_of.fill_payoffs(
                self.auction.clear,
                self.book,
                self.firms.rows,
                row,
                self.rules,
                self.chance.margin[0],
                payoffs,
            )
        return payoffs

    # -- many periods, compiled -----------------------------------------------------------------------------------

    def draw_chance(self, periods):
        """Numbers for the learners, the order of equal bids, and the margin of the trading price."""
        n = len(self.firms)
        return Chance(
            bidding=self.streams["bidding"].random((periods, n, 2)),
            tie_key=self.streams["ties"].random((periods, n)),
            margin=self.params.trade_margin * self.streams["exchange"].random(periods),
        )

    def is_compiled(self):
        """Compiled unless the learner or the kind of firm is written in plain Python."""
        kind = self.firms.kind
        return self.learner.is_compiled() and kind.bid is Firm.bid and kind.learn is Firm.learn

    def run_compiled(self, periods, chance):
        """Play the block in one loop over the same rules as `run_period`."""
        recorded = self.recorded_periods(periods)
        public = self.government.population
        payoffs = self.learner.game.actions if self.learner.needs_payoffs else 0
        recorder = Recorder(
            every=self.collect_every,
            before=self.steps,
            firms_now=self.firms.numbers,
            government_now=public.numbers,
            firms=self.firms.record(len(recorded)),
            government=public.record(len(recorded)),
        )
        loop.play_periods(
            self.auction.clear,
            self.learner.choose,
            self.learner.learn,
            self.learner.memory,
            self.learner.numbers,
            self.learner.rounds,
            loop.empty_lesson(len(self.firms), payoffs),
            self.book,
            self.firms.rows,
            public.rows,
            self.rules,
            chance,
            How(self.explore, self.learning, self.learner.needs_payoffs),
            recorder,
        )
        self.learner.rounds += periods * self.learning
        return recorded, recorder.government, recorder.firms

    # -- looking back ---------------------------------------------------------------------------------------------

    def trades(self, last=1):
        """Who sold how much to whom over the last ``last`` periods collected, as a `networkx.DiGraph`."""
        return trade_graph(self, last)
