"""The auction of a quarter: schedules of bids around the price expected, sold along the steps of supply."""

import math

import numpy as np

from agents.emitters.planning import plan
from learning.jit import rule
from model import accounts
from model.mechanisms.supply_curve import (
    STEP_KINDS,
    bid_at,
    find_offer,
    put,
    share_among_steps,
    sort_steps,
)
from model.systems.emissions_trading.facts import auctions_a_year, holds_auction, quarter_of
from model.systems.emissions_trading.levers import CCR_PRICE, RESERVE_PRICE, stricter_by
from model.systems.emissions_trading.plans import demand_of, money_of, most_worth, show_means
from model.systems.emissions_trading.setup import CANCEL, RETURN, ROLL
from model.systems.emissions_trading.supply_steps import has_steps, put_table

AUCTIONS_ABOVE, MOST_BROUGHT_BACK = 2, 0.25
"""Auctions in a row above the reserve price after which unsold permits are offered again, and their largest share of
what is offered else, as in California."""
SPECK = 1e-12
"""Share of the permits offered below which a remainder is rounding."""


@rule
def offer_permits(firms, government, room, setup):
    """Announce the quarter's supply: permits planned, rolled over and consigned, in the steps of policy or table."""
    public, year = government[0], int(government[0].year) - 1
    stricter = stricter_by(government, setup, RESERVE_PRICE)
    public.reserve_price = min(setup.reserve_price[year] * stricter, setup.ceiling[year])
    is_held = holds_auction(quarter_of(government, setup), setup)
    public.offered = 0.0
    if is_held:
        consign(firms, setup, year)
        public.offered = room.auctions[year] / auctions_a_year(setup) + public.rolled + total_consigned(firms)
        public.rolled = 0.0
        bring_back(public, setup)
    if has_steps(setup.supply):
        put_table(room.curve, setup.supply, year, public.offered, stricter)
    else:
        put_steps_of_policy(room.curve, government, setup)
    if not is_held:
        room.curve.quantity[:] = 0.0
    sort_steps(room.curve)


@rule
def put_steps_of_policy(curve, government, setup):
    """Write the supply from the reserve price on, with containment reserves and the ceiling, as four steps."""
    public, year = government[0], int(government[0].year) - 1
    withheld = setup.ecr_share * public.offered if setup.ecr_price > 0.0 else 0.0
    added = public.containment_left if setup.ccr_price > 0.0 else 0.0
    trigger = setup.ccr_price * stricter_by(government, setup, CCR_PRICE)
    limited = setup.ceiling[year] == np.inf
    put(curve, 0, STEP_KINDS.reserve_price, public.reserve_price, public.offered - withheld)
    put(curve, 1, STEP_KINDS.emissions_containment, max(setup.ecr_price, public.reserve_price), withheld)
    put(curve, 2, STEP_KINDS.cost_containment, max(trigger, public.reserve_price), added)
    put(
        curve,
        3,
        STEP_KINDS.ceiling,
        public.reserve_price if limited else setup.ceiling[year],
        0.0 if limited else np.inf,
    )


@rule
def bring_back(public, setup):
    """Offer permits unsold before once two auctions in a row ended above the reserve price, some at a time.

    At once if another rule has replaced this one.
    """
    if public.waiting > 0.0 and (public.above >= AUCTIONS_ABOVE or setup.unsold != RETURN):
        back = min(public.waiting, MOST_BROUGHT_BACK * public.offered)
        public.waiting -= back
        public.offered += back


@rule
def write_schedules(provide, first, last, firms, government, room, setup, outlook):
    """Write the bids of the firms from ``first`` to ``last`` - 1.

    They are at prices around the one expected, each for the demand half a step below it.
    """
    for i in range(first, last):
        write_prices(i, turn_of(i, firms, government, setup), government, room, setup)
    show_means(first, last, firms, room, setup)
    plan(provide, room.asked_at, outlook, first, last, room.wanted)
    for i in range(first, last):
        write_volumes(i, firms, government, room, setup, outlook)


@rule
def write_volumes(i, firms, government, room, setup, outlook):
    """Write the volumes that firm ``i`` bids at its prices; a trader for no more than its money pays for.

    That is as if it paid its bids.
    """
    now, asked = quarter_of(government, setup), 0.0
    money = math.inf if i < setup.emitters else money_of(firms[i])
    for k in range(room.asked_at.shape[0]):
        price, at = room.price[i, k], room.asked_at[k, i]
        wanted = max(demand_of(i, at, room.wanted[k, i], firms, room, setup, outlook, now, True), asked)
        if (wanted - asked) * price > money:
            wanted = asked + money / price
        room.volume[i, k] = wanted - asked
        money = max(money - (wanted - asked) * price, 0.0)
        asked = wanted


@rule
def write_prices(i, turn, government, room, setup):
    """Write the prices that firm ``i`` bids, and those for whose demand it does.

    A bid at the most that permits are worth is for the demand there: beyond it, firms do without. Firms' prices differ
    by ``turn`` in [0, 1) of a step, so that small changes of demand meet small changes of supply.
    """
    public, count, most = government[0], room.price.shape[1], most_worth(government, setup)
    width = (setup.bid_above + setup.bid_below) * public.estimate / count
    for k in range(count):
        price = public.estimate * (1.0 + setup.bid_above) - width * (k + turn)
        price = min(max(price, public.reserve_price), most)
        at = max(price - 0.5 * width, min(public.reserve_price, price)) if price < most else price
        room.price[i, k], room.asked_at[k, i] = price, at


@rule
def turn_of(i, firms, government, setup):
    """Place, in [0, 1), of firm ``i`` within a step of the schedules; it changes from quarter to quarter."""
    n = firms.shape[0]
    return ((7919 * i + 31 * quarter_of(government, setup)) % n + 0.5) / n


@rule
def collect_bids(provide, firms, government, room, setup, outlook):
    """Write the schedule of everybody who bids."""
    write_schedules(provide, 0, setup.bidders, firms, government, room, setup, outlook)


@rule
def trim_bids(government, room, setup):
    """Cut every firm's schedule off at the largest bid allowed, and round it down to whole lots.

    Where there is no auction nobody bids.
    """
    if not holds_auction(quarter_of(government, setup), setup):
        room.volume[:] = 0.0
        return
    limited = setup.largest_bid < np.inf
    if setup.lot == 0.0 and not limited:
        return
    most = setup.largest_bid * government[0].offered if limited else np.inf
    for i in range(room.volume.shape[0]):
        asked = kept = 0.0
        for k in range(room.volume.shape[1]):
            asked += room.volume[i, k]
            reached = max(in_lots(min(asked, most), setup), kept)
            room.volume[i, k], kept = reached - kept, reached


@rule
def in_lots(volume, setup):
    """Round ``volume``, t, down to whole lots."""
    return volume if setup.lot == 0.0 else math.floor(volume / setup.lot * (1.0 + 1e-9)) * setup.lot


@rule
def hold_auction(clear, firms, government, room, setup, tie_key):
    """Sell along the supply curve by the auction format, and settle; what is left goes where ``unsold`` says.

    If bids cover too small a part of what is offered, nothing is sold.
    """
    public = government[0]
    supply, reserve = find_offer(room.curve, room.price, room.volume)
    supply = in_lots(supply, setup)
    public.clearing_price = public.equilibrium_price = reserve
    for i in range(firms.shape[0]):
        room.award[i] = room.payment[i] = 0.0
    if supply > 0.0 and is_covered(government, room, setup):
        public.clearing_price, public.equilibrium_price = clear_in_lots(
            clear, supply, reserve, tie_key, room, setup
        )
    deliver_awards(firms, government, room, setup)
    pay_owners(firms, government)
    if holds_auction(quarter_of(government, setup), setup):
        put_away_unsold(firms, government, setup)


@rule
def is_covered(government, room, setup):
    """Whether bids at the reserve price or above cover as much of what is offered as they must."""
    public, least = government[0], setup.least_cover
    return least == 0.0 or bid_at(room.price, room.volume, public.reserve_price) >= least * public.offered


@rule
def clear_in_lots(clear, supply, reserve, tie_key, room, setup):
    """Clear the auction, counting in lots if there are any; returns clearing and equilibrium price, €/t."""
    unit, rest = setup.lot, (setup.auction, room.scratch, room.award, room.payment)
    if unit == 0.0:
        return clear(room.price, room.volume, supply, reserve, tie_key, *rest)
    for i in range(room.volume.shape[0]):
        for k in range(room.volume.shape[1]):
            room.volume[i, k] /= unit
    prices = clear(room.price, room.volume, supply / unit, reserve, tie_key, *rest)
    for i in range(room.volume.shape[0]):
        room.award[i] *= unit
        room.payment[i] *= unit
        for k in range(room.volume.shape[1]):
            room.volume[i, k] *= unit
    return prices


@rule
def deliver_awards(firms, government, room, setup):
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
    if has_steps(setup.supply):
        accounts.issue(government, max(sold - public.offered, 0.0))
    accounts.settle_auction(firms, government)


@rule
def consign(firms, setup, year):
    """Hand in the free permits that an auction of ``year``, from 0, is to sell for their owners."""
    for firm in firms:
        firm.consigned += setup.consigned[year] / auctions_a_year(setup) * firm.claim


@rule
def total_consigned(firms):
    """Permits, t, that wait to be sold for their owners."""
    total = 0.0
    for firm in firms:
        total += firm.consigned
    return total


@rule
def pay_owners(firms, government):
    """Pay owners of permits sold for them the mean price; theirs are sold first, what is left in the next auction."""
    sold, paid, waiting = 0.0, 0.0, total_consigned(firms)
    for firm in firms:
        sold += firm.award
        paid += firm.auction_payment
    part = min(sold / waiting, 1.0) if waiting > 0.0 else 0.0
    for firm in firms:
        firm.consigned_sold = part * firm.consigned
        firm.consigned -= firm.consigned_sold
        firm.proceeds = paid / sold * firm.consigned_sold if sold > 0.0 else 0.0
        accounts.pay_proceeds(firm, government, firm.proceeds)


@rule
def put_away_unsold(firms, government, setup):
    """Put the government's permits that the auction left into the reserve, cancel them, or keep them for the next."""
    public, left, sold = government[0], government[0].offered - total_consigned(firms), 0.0
    for firm in firms:
        sold += firm.award
    left -= sold
    is_above = sold > 0.0 and public.clearing_price > public.reserve_price * (1.0 + 1e-9)
    public.above = public.above + 1.0 if is_above else 0.0
    if left <= SPECK * public.offered:
        return
    last = public.year == setup.years and public.quarter + setup.between_auctions > setup.quarters
    if setup.unsold == CANCEL or (setup.unsold == ROLL and last):
        accounts.cancel(government, left)
    elif setup.unsold == ROLL:
        public.rolled = left
    elif setup.unsold == RETURN:
        public.waiting += left
    else:
        accounts.set_aside(government, left)
