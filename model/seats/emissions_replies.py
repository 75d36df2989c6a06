"""Other decisions of a quarter, tried by playing the quarter again with all the others and all chance as they were.

A quarter has too many decisions to try them all: they are tried one after the other, the bid first, each with the best
of those before. So the best one found is a lower bound of what could have been had.
"""

from model.seats.schedules import single_step

SHARES = (0.0, 0.25, 0.5, 0.75, 0.9, 1.0, 1.1, 1.25, 1.5, 2.0, 3.0)
"""Volumes bid for / emissions of the quarter without abatement."""
CLOSE = (0.9, 0.95, 1.05, 1.1)
"""Volumes tried at last / the best one found."""
JUST_ABOVE = 1.0 + 1e-6
"""Price just above another one, as a multiple."""


def other_decisions(seat, decision):
    """What each decision tried would have brought: list of (€, decision).

    decision : the person's own.
    """
    found = []

    def best_of(decisions):
        found.extend((result_of(seat, each), each) for each in decisions)
        return max([(seat.rounds[-1].profit, decision), *found], key=lambda pair: pair[0])[1]

    best = decision
    if not seat.taxed:
        best = best_of(other_bids(seat, best))
        best = best_of([best | {"trade": "plan"}, best | {"trade": "none"}])
    best = best_of([best | {"abate_price": None}, best | {"abate_price": seat.model.government.carbon_price}])
    best = best_of([best | {"project_price": None}, best | {"project_price": 0.0}])
    if not seat.taxed:
        best_of([scaled(best, share, seat) for share in CLOSE])
    return found


def result_of(seat, decision):
    """What a decision would have brought in the last quarter, €."""
    return float(seat.earned(seat.replay(decision), seat.before))


def other_bids(seat, decision):
    """The decision with other bids: one price for a volume, just above the auction's, further above, or the highest."""
    market, own = seat.model.government, seat.model.firms[seat.row]
    highest = max(market.clearing_price, own.choke_price)
    prices = market.clearing_price * JUST_ABOVE, 1.05 * market.clearing_price, highest
    volumes = [share * own.baseline for share in SHARES]
    steps = seat.model.params.bid_steps
    return [decision | single_step(price, volume, steps) for volume in volumes for price in prices]


def scaled(decision, share, seat):
    """A decision with all volumes bid for times ``share``."""
    volumes = [f"volume_{k}" for k in range(1, seat.model.params.bid_steps + 1)]
    return decision | {name: share * decision[name] for name in volumes}
