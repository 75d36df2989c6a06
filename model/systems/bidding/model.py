"""Systems in which firms bid a price and a volume from a grid and learn from their profit.

A period: issue, bid, auction, then what the system does with the awards, learn, cancel. `BiddingModel` plays it
agent by agent or in a compiled loop; a system gives its facts, its policy and the part after the auction.
"""

import numpy as np

from learning.base import LEARNERS, Game
from model import accounts
from model.base import MarketModel
from model.mechanisms.auctions.base import AUCTIONS
from model.systems.bidding import rules as rules_of
from model.systems.bidding.loop import How, Learning, Recorder, empty_lesson


class BiddingModel(MarketModel):
    """Firms with a learner in a repeated sealed-bid auction. Subclasses also define `build` and `apply_policy`.

    ``build`` makes government and firms and calls `prepare_bidding`; ``apply_policy`` sets ``rules`` and what the
    firms may bid.
    """

    play_periods = None
    """The compiled loop, with the arguments that `run_compiled` hands it."""
    profit_if = payoffs_if = None
    """The rules for a firm's profit of given bids, ``profit_if(clear, book, firm, i, rules, *terms)``, and for that
    of each of its actions, ``payoffs_if(clear, book, firms, i, rules, *terms, payoffs)``.
    """

    # -- what a system gives ---------------------------------------------------------------------------------------

    def trade_and_comply(self, chance):
        """Play the period from the auction's awards to the firms' profits."""
        raise TypeError(f"{type(self).__name__} must define trade_and_comply()")

    def fill_payoffs(self, row, payoffs):
        """Write what every action would have earned a firm this period, €, into float64[actions]."""
        raise TypeError(f"{type(self).__name__} must define fill_payoffs()")

    def payoff_scale(self):
        """Profit of each firm if permits cost nothing, float64[n], €."""
        raise TypeError(f"{type(self).__name__} must define payoff_scale()")

    def expected_terms(self):
        """What `profit_if` takes besides: values of what is random after the auction that give the expected profit."""
        return ()

    def state_price(self):
        """Price of the present period, €/t, that bidders see in the next."""
        return self.government.clearing_price

    # -- what all share ---------------------------------------------------------------------------------------------

    def prepare_bidding(self):
        """Make the auction and the learner once government and firms stand."""
        self.book = rules_of.empty_book(self.firms.rows.required_permits)
        self.auction = AUCTIONS[self.params.auction]
        self.apply_policy()
        self.learner = self._make_learner()

    def _make_learner(self):
        p = self.params
        game = Game(
            players=len(self.firms),
            states=p.price_bins,
            actions=p.price_steps * p.volume_steps,
            sincere=self._truthful_actions(),
            payoff_scale=self.payoff_scale(),
        )
        return LEARNERS[p.learner](game, p.parts[p.learner], self.streams["learner start"])

    def _truthful_actions(self):
        """Actions, int64[n], that bid the highest price for what is required, or the nearest volume to it."""
        p, firms = self.params, self.firms.rows
        room = firms.highest_volume - firms.lowest_volume
        wanted = np.clip(firms.required_permits - firms.lowest_volume, 0.0, room)
        share_of_room = np.divide(wanted, room, out=np.zeros(len(firms)), where=room > 0)
        volume_step = np.rint(share_of_room * (p.volume_steps - 1)).astype(int)
        return (p.price_steps - 1) * p.volume_steps + volume_step

    # -- one period, agent by agent --------------------------------------------------------------------------------

    def run_period(self, chance):
        """Issue permits, collect bids, hold the auction, trade, comply, learn, cancel what is left.

        The compiled loop (``play_periods``) calls the same rules in the same order.
        """
        self.chance = chance
        firms, government = self.firms.rows, self.government.population.rows
        rules_of.issue_cap(government, self.rules)
        self.collect_bids()
        self.book.tie_key[:] = chance.tie_key[0]
        rules_of.hold_auction(self.auction.clear, self.book, firms, government, self.rules)
        self.trade_and_comply(chance)
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
        """Bin of the last period's price: what bidders know of the market."""
        return int(self.government.state)

    @property
    def next_state(self):
        """Bin of the present price."""
        return rules_of.state_of(self.state_price(), self.rules)

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
            self.fill_payoffs(row, payoffs)
        return payoffs

    # -- many periods, compiled ------------------------------------------------------------------------------------

    def draw_bidding(self, periods):
        """Numbers for the learners, float64[periods, n, 2], and for the order of equal bids, float64[periods, n]."""
        n = len(self.firms)
        return self.streams["bidding"].random((periods, n, 2)), self.streams["ties"].random((periods, n))

    def is_compiled(self):
        """Compiled unless the learner or the kind of firm is written in plain Python."""
        return self.learner.is_compiled() and self.firms.kind.plays_the_learner()

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
        learner = self.learner
        self.play_periods(
            self.auction.clear,
            Learning(
                choose=learner.choose,
                learn=learner.learn,
                memory=learner.memory,
                numbers=learner.numbers,
                rounds=learner.rounds,
            ),
            empty_lesson(len(self.firms), payoffs),
            self.book,
            self.firms.rows,
            public.rows,
            self.rules,
            chance,
            How(self.explore, self.learning, learner.needs_payoffs),
            recorder,
        )
        self.learner.rounds += periods * self.learning
        return recorded, recorder.government, recorder.firms
