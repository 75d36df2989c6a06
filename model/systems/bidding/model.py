"""Systems in which firms bid a price and a volume from a grid and learn from their profit.

Each writes its own period: ``run_period`` in its `model.py`, firm by firm, and ``play_periods`` in its `rules.py`,
compiled, with the same verbs in the same order. The shared verbs are here and in `bidding/rules.py`.
"""

import numpy as np

from learning.base import LEARNERS, Game
from learning.direct import Direct
from learning.draws import fill_uniformly, uniform
from learning.knobs import ParameterError
from learning.mixture import learner_for
from learning.shares import read_shares
from model.base import BLOCK, MarketModel
from model.mechanisms.auctions.base import AUCTIONS
from model.systems.bidding.learners import learning_of
from model.systems.bidding.rules import bid_of, empty_book, recorder_for
from model.systems.bidding.settling import settling
from model.trade_graph import trade_graph

LONG_PERIOD = 20_000_000
"""Most bids sorted in a period that is played in one compiled call: about a second."""


class BiddingModel(MarketModel):
    """Firms with a learner in a repeated sealed-bid auction. Subclasses also define `build` and `apply_policy`.

    ``build`` makes government and firms and calls `prepare_bidding`; ``apply_policy`` sets ``setup`` and what the
    firms may bid.
    """

    play_periods = None
    """The compiled loop, called with the arguments that `run_compiled` passes."""
    validity = 1
    """Periods for which permits are valid."""
    _room = None
    _last_loop = None, None
    """What the types of arguments of the last compiled loop of this class followed from, and the loop."""
    profit_if = fill_payoffs = fill_gains = None
    """The rules for a firm's profit of given bids, ``profit_if(clear, book, firm, i, setup, *chance)``, for that of
    each of its actions, ``fill_payoffs(clear, book, firms, i, setup, *chance, payoffs)``, and for what every firm alone
    would gain by its best one, ``fill_gains(clear, book, firms, setup, *chance, payoffs, gains)``; chance : what
    `chance_after_auction` returns.
    """

    # -- defined by each system ------------------------------------------------------------------------------------

    def payoff_scale(self):
        """Profit of each firm if permits cost nothing, float64[n], €."""
        raise TypeError(f"{type(self).__name__} must define payoff_scale()")

    def chance_after_auction(self):
        """The period's random numbers on which profits depend once the auction is held: a tuple."""
        return ()

    def expected_chance(self):
        """Values of these random numbers at which a profit equals its expectation: a tuple."""
        return ()

    # -- shared by all systems --------------------------------------------------------------------------------------

    def prepare_bidding(self):
        """Make the auction and the learner, after government and firms."""
        self.book = empty_book(self.firms.columns.required_permits, validity=self.validity)
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
        rng = self.streams["learner start"]

        def make(name, its_game):
            return LEARNERS[name](its_game, p.parts[name], rng)

        try:
            return learner_for(game, read_shares(p.learner), make)
        except ParameterError:
            raise
        except ValueError as error:
            raise ParameterError(f"learner = {p.learner}: {error}") from None

    def _truthful_actions(self):
        """Actions, int64[n], that bid the highest price for the required permits, or for the volume nearest to them."""
        p, firms = self.params, self.firms.columns
        room = firms.highest_volume - firms.lowest_volume
        wanted = np.minimum(np.maximum(firms.required_permits - firms.lowest_volume, 0.0), room)
        share_of_room = np.divide(wanted, room, out=np.zeros(len(firms)), where=room > 0)
        volume_step = np.rint(share_of_room * (p.volume_steps - 1)).astype(int)
        return (p.price_steps - 1) * p.volume_steps + volume_step

    # -- the verbs of a period that go firm by firm -----------------------------------------------------------------

    def collect_bids(self, chance):
        """Collect every firm's bid; ValueError naming the firm if a bid is not a price and a volume."""
        self.chance, self.seen_state = chance, self.state
        for firm in self.firms:
            firm.action = -1  # unless its bid is one of the grid
            price, volume = firm.bid(self)
            if not (0 <= price < np.inf and 0 <= volume < np.inf):
                raise ValueError(
                    f"firm {firm.row} bids price {price!r} €/t, volume {volume!r} t: both must be >= 0"
                )
            firm.bid_price, firm.bid_volume = price, volume

    def teach(self):
        """Let every firm learn from the period, unless learning is off, and note whose best bid changed."""
        if not self.learning:
            self.firms.rows.best_bid_changed = np.nan
            return
        before = self.learner.preferred(self.seen_state)
        for firm in self.firms:
            firm.learn(self)
        self.learner.rounds += 1
        self.firms.rows.best_bid_changed = self.learner.preferred(self.seen_state) != before

    def warning(self):
        """Return that learners have not settled where their best bids still change; "" otherwise."""
        found = settling(self)
        return found.warning() if found else ""

    def trades(self, last=1):
        """Trades over the last ``last`` periods collected, seller to buyer, as a `networkx.DiGraph`."""
        return trade_graph(self, last)

    # -- for the firms' own methods ---------------------------------------------------------------------------------

    @property
    def state(self):
        """Bin of the last price shown, the state bidders see; ``seen_state`` is the one they last bid on."""
        return int(self.government.state)

    def bid_of(self, row, action):
        """Bid ``(price €/t, volume t)`` that an action (position on the grid of bids) means for a firm.

        ValueError for one that is not on the grid.
        """
        if not 0 <= action < len(self.setup.shares):
            raise ValueError(f"action = {action}: must be from 0 to {len(self.setup.shares) - 1}")
        return bid_of(self.firms.rows[row], action, self.setup)

    def chance_of(self, row):
        """The two random numbers of a firm in this period, float64[2]."""
        return self.chance.bidding[0, row]

    def payoffs_of(self, row):
        """Profit of a firm this period with each of its actions, €; empty for learners that do not use it."""
        learner = self.learner.of(row).learner
        payoffs = np.zeros(learner.game.actions if learner.needs_payoffs else 0)
        if payoffs.size:
            chance = self.chance_after_auction()
            self.fill_payoffs(
                self.auction.clear, self.book, self.firms.rows, row, self.setup, *chance, payoffs
            )
        return payoffs

    # -- many periods, compiled ------------------------------------------------------------------------------------

    def draw_bidding(self, periods):
        """Draw numbers for the learners, float64[periods, n, 2], and the order of equal bids, float64[periods, n].

        Where the auction does not read the latter there are none, [periods, 0], but their stream moves on, so that
        later draws stay the same.
        """
        ties, n = self.streams["ties"], len(self.firms)
        if self.auction.reads_tie_keys(self.params.parts[self.params.auction]):
            keys = uniform(ties, (periods, n))
        else:
            keys = np.zeros((periods, 0))
            ties.bit_generator.advance(periods * n)
        return fill_uniformly(self.streams["bidding"], self._room_for_draws(periods)), keys

    def _room_for_draws(self, periods):
        """Array for the learners' numbers; full blocks share theirs, as new memory costs more than the numbers."""
        if periods == BLOCK and self._room is not None:
            return self._room
        room = np.zeros((periods, len(self.firms), 2))
        if periods == BLOCK:
            self._room = room
        return room

    def is_compiled(self):
        """Return whether learner and kind of firm are compiled, neither written in plain Python.

        Very long periods are played firm by firm, so that they can be interrupted: to the same result.
        """
        return self.learner.is_compiled() and self.firms.kind.plays_the_learner() and not self._is_long()

    def _is_long(self):
        """Whether a period takes much longer than a second, because firms learn from all bids they did not make."""
        cleared = sum(
            group.learner.game.players * group.learner.game.actions
            for group in self.learner.groups
            if group.learner.needs_payoffs
        )
        return cleared * len(self.firms) > LONG_PERIOD

    def _compiled_loop(self, learners):
        """`play_periods`, whose argument types are looked up once for models in a row with the same parameters."""
        kernels = [kernel for each in learners for kernel in (each.choose, each.learn, each.prefer)]
        follows = [self.params, self.auction.clear, *kernels, *map(type, self.setup)]
        known, loop = self._last_loop
        if known != follows:
            loop = Direct(self.play_periods)
            type(self)._last_loop = follows, loop
        return loop

    def run_compiled(self, periods, chance):
        """Play the block in one loop over the same rules as `run_period`."""
        recorded = self.recorded_periods(periods)
        recorder = recorder_for(self, len(recorded))
        learners = tuple(learning_of(group, self.explore, self.learning) for group in self.learner.groups)
        self._compiled_loop(learners)(
            self.auction.clear,
            learners,
            self.book,
            self.firms.rows,
            self.public.rows,
            self.setup,
            chance,
            recorder,
        )
        self.learner.rounds += periods * self.learning
        return recorded, recorder.government, recorder.firms
