"""The auction of a quarter: schedules of bids around the price expected, sold along the steps of supply."""

import numpy as np

from learning.jit import rule
from model import accounts
from model.mechanisms.supply_curve import STEP_KINDS, find_offer, share_among_steps, sort_steps
from model.systems.emissions_trading.plans import most_worth, net_demand, quarter_of
from model.systems.emissions_trading.setup import CANCEL, ROLL

SPECK = 1e-12
"""Share of the permits offered below which a remainder is rounding."""


@rule
def offer_permits(government, room, setup):
    """Announce the quarter's supply: permits planned and rolled over, containment reserves, and the ceiling."""
    public, curve, year = government[0], room.curve, int(government[0].year) - 1
    public.reserve_price = setup.reserve_price[year]
    public.offered = room.auctions[year] / setup.quarters + public.rolled
    public.rolled = 0.0
    withheld = setup.ecr_share * public.offered if setup.ecr_price > 0.0 else 0.0
    added = public.containment_left if setup.ccr_price > 0.0 else 0.0
    limited = setup.ceiling[year] == np.inf
    put(curve, 0, STEP_KINDS.reserve_price, public.reserve_price, public.offered - withheld)
    put(curve, 1, STEP_KINDS.emissions_containment, max(setup.ecr_price, public.reserve_price), withheld)
    put(curve, 2, STEP_KINDS.cost_containment, max(setup.ccr_price, public.reserve_price), added)
    put(
        curve,
        3,
        STEP_KINDS.ceiling,
        public.reserve_price if limited else setup.ceiling[year],
        0.0 if limited else np.inf,
    )
    sort_steps(curve)


@rule
def put(curve, step, kind, price, quantity):
    """Write one step of the supply curve: its kind, price, €/t, and quantity, t."""
    curve.kind[step], curve.price[step], curve.quantity[step] = kind, price, quantity


@rule
def write_schedule(provide, i, firms, government, room, setup, outlook, turn):
    """Write the bids of firm ``i``: prices around the one expected, each for its demand half a step below it.

    Firms' prices differ by ``turn`` in [0, 1) of a step, so that small changes of demand meet small changes of supply.
    """
    public, now, asked = government[0], quarter_of(government, setup), 0.0
    count = room.price.shape[1]
    width = (setup.bid_above + setup.bid_below) * public.estimate / count
    for k in range(count):
        price = public.estimate * (1.0 + setup.bid_above) - width * (k + turn)
        price = min(max(price, public.reserve_price), most_worth(setup))
        at = max(price - 0.5 * width, min(public.reserve_price, price))
        wanted = max(net_demand(provide, at, i, i + 1, firms, room, setup, outlook, now), asked)
        room.price[i, k], room.volume[i, k] = price, wanted - asked
        asked = wanted


@rule
def turn_of(i, firms, government, setup):
    """Place, in [0, 1), of firm ``i`` within a step of the schedules; it changes from quarter to quarter."""
    n = firms.shape[0]
    return ((7919 * i + 31 * quarter_of(government, setup)) % n + 0.5) / n


@rule
def collect_bids(provide, firms, government, room, setup, outlook):
    """Write every firm's schedule; traders do not bid."""
    for i in range(setup.emitters):
        turn = turn_of(i, firms, government, setup)
        write_schedule(provide, i, firms, government, room, setup, outlook, turn)


@rule
def hold_auction(clear, firms, government, room, setup, tie_key):
    """Sell along the supply curve by the auction format, and settle; what is left goes where ``unsold`` says."""
    public = government[0]
    supply, reserve = find_offer(room.curve, room.price, room.volume)
    public.clearing_price = public.equilibrium_price = reserve
    for i in range(firms.shape[0]):
        room.award[i] = room.payment[i] = 0.0
    if supply > 0.0:
        public.clearing_price, public.equilibrium_price = clear(
            room.price,
            room.volume,
            supply,
            reserve,
            tie_key,
            setup.auction,
            room.scratch,
            room.award,
            room.payment,
        )
    deliver_awards(firms, government, room)
    put_away_unsold(firms, government, setup)


@rule
def deliver_awards(firms, government, room):
    """Settle the awards; permits sold beyond those offered are issued first."""
    public, sold = government[0], 0.0
    for i in range(firms.shape[0]):
        firms[i].award, firms[i].auction_payment = room.award[i], room.payment[i]
        sold += room.award[i]
    share_among_steps(room.curve, sold, room.taken)
    for k in range(room.taken.shape[0]):
        if room.curve.kind[k] == STEP_KINDS.cost_containment:
            public.containment_left -= room.taken[k]
            accounts.issue(government, room.taken[k])
        elif room.curve.kind[k] == STEP_KINDS.ceiling:
            accounts.issue(government, room.taken[k])
    accounts.settle_auction(firms, government)


@rule
def put_away_unsold(firms, government, setup):
    """Put permits that the auction left into the reserve, cancel them, or keep them for the next auction."""
    public, left = government[0], government[0].offered
    for firm in firms:
        left -= firm.award
    if left <= SPECK * public.offered:
        return
    last = public.year == setup.years and public.quarter == setup.quarters
    if setup.unsold == CANCEL or (setup.unsold == ROLL and last):
        accounts.cancel(government, left)
    elif setup.unsold == ROLL:
        public.rolled = left
    else:
        accounts.set_aside(government, left)
