"""A market over years that stops where people decide: before each auction, and after it."""

from contextlib import ExitStack, suppress

import numpy as np

from learning.postponed import interpreting
from model import accounts
from model.seats.base import in_place_of, without_records
from model.systems.emissions_trading import EmissionsTrading
from model.systems.emissions_trading.news import change_emissions

PLAN, NONE, BUY, SELL = TRADES = "as planned", "none", "buy", "sell"


class ReachedError(Exception):
    """Raised in a copy of the market where people are asked to decide."""


def stop(*_, **__):
    """Stand in for a decision that has not been made."""
    raise ReachedError


class StagedMarket:
    """`EmissionsTrading`, whose quarter is played in two stages by the people in the places of its firms.

    ``model`` : the market before the quarter; ``seen`` : a copy of it, as it is when people decide next; ``bids`` :
    what each seat has decided for the auction, None before it; ``tape`` : decisions of the quarters so far, pairs of
    lists, of auctions and after them; ``shocks`` : of the run, triples: quarter from which on plans know it, first
    quarter that it changes, share; ``costs`` : of the policy so far, float64[seats], €. A decision is a dict of the
    game's form, None or with ``advice`` for what the firm's own behaviour decides.
    """

    def __init__(self, params, rng):
        self.model, self.bids = EmissionsTrading(params, rng=rng), None
        self.start, self.tape, self.shocks = without_records(self.model), [], []
        self.costs = np.zeros(params.n_firms)
        self.look()

    def look(self):
        """Play a copy of the market until the next decision."""
        self.seen, undecided = without_records(self.model), "order" if self.bids else "bid"
        with interpreting(), ExitStack() as stack, suppress(ReachedError):
            put_in_place(stack, self.seen, self.bids or ())
            stack.enter_context(in_place_of(self.seen.firms[0], {undecided: stop}))
            self.seen.run_period(self.seen.draw_chance(1))

    def shock(self, share):
        """Let emissions without abatement change by a share from the next quarter on.

        Firms without a person plan with it as soon as they plan again: now, or after the auction from the next quarter
        on, because a quarter's plans are made before its auction.
        """
        now = self.model.steps
        self.shocks.append((now if self.bids is None else now + 1, now + 1, share))
        if self.bids is None:
            with interpreting():
                change_emissions(self.model, share, now + 1)
            self.look()

    def hear_news(self, market, quarter):
        """Let plans in ``market`` know the shocks that they know from this quarter on."""
        with interpreting():
            for known, since, share in self.shocks:
                if known == quarter:
                    change_emissions(market, share, since)

    def foreseen_prices(self):
        """Price, float64[quarters so far], €/t, had everybody foreseen all emissions, also after shocks."""
        return self.model.history[: self.model.steps, 0].copy()

    def close_auction(self, bids):
        """Hold the auction with these bids, one per seat, and look at the market after it."""
        self.bids = list(bids)
        self.look()

    def close_quarter(self, trading):
        """Let all trade, abate and comply by these decisions; True if it was the last quarter."""
        with interpreting(), ExitStack() as stack:
            put_in_place(stack, self.model, self.bids, trading)
            self.model.step()
        self.costs -= self.model.firms.rows.profit
        self.tape.append((self.bids, list(trading)))
        self.bids = None
        if self.model.steps == self.model.params.cycle:
            self.seen = self.model
            return True
        self.hear_news(self.model, self.model.steps)
        self.look()
        return False

    def replay(self, seat, plan):
        """Play the finished quarters again with other decisions of a seat, pairs by quarter; returns its profit, €."""
        market, earned = without_records(self.start), 0.0
        for quarter, ((bids, trading), own) in enumerate(zip(self.tape, plan, strict=True)):
            self.hear_news(market, quarter)
            bids, trading = list(bids), list(trading)
            bids[seat], trading[seat] = own
            with interpreting(), ExitStack() as stack:
                put_in_place(stack, market, bids, trading)
                market.run_period(market.draw_chance(1))
            earned += market.firms.rows.profit[seat]
        return float(earned)

    def series(self, metric):
        """Numbers of a metric, float64[quarters so far]."""
        return np.array(self.model.datacollector.model_vars[metric], float)

    def missing(self):
        """Permits, t, and money, €, that the identities of `model.accounts` fail to account for."""
        books = self.model.firms.rows, self.model.public.rows
        return accounts.permits_missing(*books), accounts.cash_missing(*books)


def put_in_place(stack, market, bids, trading=()):
    """Let decisions, one per seat, stand in for those of the firms in ``market``, as long as ``stack`` is open."""
    for firm, bid in zip(market.firms, bids, strict=False):
        stack.enter_context(in_place_of(firm, bid_of(bid, market.params.bid_steps)))
    for firm, decision in zip(market.firms, trading, strict=False):
        stack.enter_context(in_place_of(firm, trading_of(decision)))


def bid_of(decision, steps):
    """Methods of a firm, by name, that bid as decided; none where that is left to its behaviour."""
    if not decision or decision["advice"]:
        return {}
    schedule = np.full(steps, decision["price"]), np.array([decision["volume"]] + [0.0] * (steps - 1))
    return {"bid": lambda market: schedule}


def trading_of(decision):
    """Methods of a firm, by name, that order, abate and invest as decided; none for what is left to its behaviour."""
    if not decision or decision["advice"]:
        return {}
    made = {"abate": lambda market: decision["abate_price"]}
    if decision.get("trade", PLAN) != PLAN:
        made["order"] = lambda market, true_up=False: as_order(decision)
    if "project_price" in decision:
        made["invest"] = lambda market: decision["project_price"]
    return made


def as_order(decision):
    """Order on the exchange, (volume t, below zero to sell; limit €/t)."""
    sign = {BUY: 1.0, SELL: -1.0, NONE: 0.0}[decision["trade"]]
    return sign * decision["trade_volume"], decision["trade_limit"]
