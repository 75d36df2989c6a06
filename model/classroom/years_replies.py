"""What a seat could have earned in a market over years, had the people in the other seats decided as they did.

The round is played again with another plan of the seat: all chance and all decisions of people stay, and firms without
a person go on deciding by their behaviour, so they answer to the plan. Years have too many plans to try them all: those
that follow the adviser from some quarter on, and then changes of the best one found, one kind after the other. So the
best one found is a lower bound of what could have been had.
"""

import numpy as np

from model.classroom.years_market import NONE, PLAN
from model.systems.emissions_trading.plans import highest_price

SHARES = (0.0, 0.5, 0.75, 0.9, 1.1, 1.25, 1.5, 2.0)
"""Volumes and prices tried / those of the best plan so far."""
MOST_STARTS = 6
"""Quarters from which on the adviser is followed; evenly spread if the round has more."""


class ReplySearch:
    """A search for the best plan of a seat in the finished round of a `StagedMarket`, one plan after the other.

    earned : what the best plan found brings, €; plan : its decisions, a pair for each quarter, of the auction and
    after it.
    """

    def __init__(self, market, seat):
        self.market, self.seat = market, seat
        self.plan = [(bids[seat], trading[seat]) for bids, trading in market.tape]
        self.earned = float(-market.costs[seat])
        self.highest = float(np.ceil(highest_price(market.start.room)))
        self.kinds = [
            ReplySearch.follow_adviser,
            ReplySearch.bid_for_more,
            ReplySearch.bid_higher,
            ReplySearch.abate_more,
            ReplySearch.trade_otherwise,
        ]
        self.untried = []

    def go_on(self):
        """Try one more plan; False if there was none left."""
        while not self.untried:
            if not self.kinds:
                return False
            self.untried = [plan for plan in self.kinds.pop(0)(self) if plan != self.plan]
        plan = self.untried.pop(0)
        earned = self.market.replay(self.seat, plan)
        if earned > self.earned:
            self.earned, self.plan = earned, plan
        return True

    def follow_adviser(self):
        """Plans that leave everything to the firm's behaviour from some quarter on."""
        starts = np.unique(np.linspace(0, len(self.plan) - 1, MOST_STARTS).astype(int))
        return [self.plan[:start] + [(None, None)] * (len(self.plan) - start) for start in starts]

    def bid_for_more(self):
        """Plans with all volumes bid for times a share."""
        return [self.changed(volume=share) for share in SHARES]

    def bid_higher(self):
        """Plans with all prices bid times a share."""
        return [self.changed(price=share) for share in SHARES]

    def abate_more(self):
        """Plans with all prices up to which the firm abates times a share."""
        return [self.changed(abate_price=share) for share in SHARES]

    def trade_otherwise(self):
        """Plans that trade as the firm's behaviour has it, or not at all."""
        return [self.changed(trade=word) for word in (PLAN, NONE)]

    def changed(self, **changes):
        """The best plan with other words, or with numbers times a share, in every decision of its own that has them."""
        return [tuple(self.change(each, **changes) for each in decisions) for decisions in self.plan]

    def change(self, decision, **changes):
        """One decision with a change, as a form allows it."""
        if not decision or decision["advice"]:
            return decision
        new = {
            name: round(decision[name] * by, 1) if isinstance(by, float) else by
            for name, by in changes.items()
            if name in decision
        }
        limited = {name: min(new[name], self.highest) for name in ("price", "abate_price") if name in new}
        return decision | new | limited
