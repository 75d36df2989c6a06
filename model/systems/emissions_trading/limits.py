"""Limits of the bank: permits that expire, holding limits, and permits used before their year.

Permits of all years trade at one price, so every firm holds the mix of the market: their years are known for all
firms together (``room.dated``). The oldest are surrendered first.
"""

import math

from agents.emitters.curves import emissions_at, market_row
from agents.emitters.outlook import Limits
from learning.jit import rule
from model import accounts
from model.systems.emissions_trading.facts import all_offsets_at, needed_at, total_baseline, total_due


@rule
def announced_in(room, setup, year):
    """Permits, t, announced for a year of the run, from 0; beyond its end the last year's cap."""
    last = setup.years - 1
    if year > last:
        return setup.cap[last] - room.surprise[last]
    return setup.free[year] + room.auctions[year] - room.surprise[year]


@rule
def most_left(room, setup, now, year):
    """Most permits, t, that all firms can have left after ``year``, those of the next that may be used before added.

    Those of the last years only, if permits expire: of them, what is not issued yet limits plans. now : quarter.
    """
    last = setup.years - 1
    most, first = setup.most_kept[min(year, last)], year - setup.validity + 2
    if setup.validity > 0 and first > now // setup.quarters:
        valid = 0.0
        for each in range(first, year + 1):
            valid += announced_in(room, setup, each)
        most = min(most, valid)
    return most + setup.advance[min(year, last)]


@rule
def stale_after(room, setup, year):
    """Permits, t, held at the last compliance that have expired after ``year`` if they are not used before."""
    total = 0.0
    if setup.validity > 0:
        for each in range(min(year - setup.validity + 2, setup.years)):
            total += room.dated[each]
    return total


@rule
def needed_this_year(price, firms, room, setup, now, ahead, settled):
    """Permits, t, that firms need up to the end of the year if emitting costs ``price``, €/t, rising as required."""
    total, row = total_due(firms), market_row(room.curves)
    for i in range(0 if settled else firms.shape[0]):
        total += needed_at(price, firms, i, room, setup, now)
    for k in range(min(ahead, setup.quarters - 1 - now % setup.quarters)):
        later = price * room.growth[k]
        emitted = emissions_at(later, room.baseline[k], room.base[k], room.curves, row, room.level[k])
        total += emitted - min(all_offsets_at(later, setup, now + 1 + k), emitted)
    return total


@rule
def price_of_expiring(firms, room, setup, now, ahead, settled):
    """Price, €/t, at which the permits that expire this year are just used up; infinite if more are needed anyway.

    Permits of later years may cost more; to emit costs no more than this, or permits would expire unused.
    """
    expiring = stale_after(room, setup, now // setup.quarters)
    low, high = 0.0, 2.0 * room.mean_choke_price[0]
    for choke_price in room.choke_price:
        high = max(high, choke_price)
    if expiring <= needed_this_year(high, firms, room, setup, now, ahead, settled):
        return math.inf
    if expiring >= needed_this_year(0.0, firms, room, setup, now, ahead, settled):
        return 0.0
    middle = 0.5 * (low + high)
    while low < middle < high:
        if needed_this_year(middle, firms, room, setup, now, ahead, settled) > expiring:
            low = middle
        else:
            high = middle
        middle = 0.5 * (low + high)
    return high


@rule
def limits_ahead(firms, room, setup, now, ahead, settled):
    """Write what can be left, and what has expired, at the year ends ahead; return the `Limits`.

    now : quarter of the run, from 0; settled : whether its emissions are known, as due.
    """
    year, emitting, old_price = now // setup.quarters, 0.0, math.inf
    if setup.limits:
        for k in range(ahead):
            if room.ends[k] > 0.0:
                room.kept[k] = most_left(room, setup, now, (now + 1 + k) // setup.quarters)
                room.stale[k] = stale_after(room, setup, (now + 1 + k) // setup.quarters)
        emitting = 0.0 if settled else total_baseline(firms)
        old_price = price_of_expiring(firms, room, setup, now, ahead, settled)
    return Limits(
        apply=setup.limits,
        kept=room.kept,
        stale=room.stale,
        kept_now=most_left(room, setup, now, year),
        stale_now=stale_after(room, setup, year),
        due=total_due(firms),
        baseline=emitting,
        base=(setup.planned[now] if setup.planned_base else emitting) / setup.cost_level[now],
        level=setup.cost_level[now],
        old_price=old_price,
    )


@rule
def use_expiring(firms, outlook):
    """Let firms abate no more than they would if permits that expire this year were all they need."""
    for firm in firms:
        firm.worth = min(firm.worth, outlook.limits.old_price)


# -- at the end of a year -------------------------------------------------------------------------------------------


@rule
def date_permits(firms, room, year):
    """Date the permits that firms have got since the last compliance: those of ``year``, from 0."""
    total = 0.0
    for firm in firms:
        total += firm.permits
    for each in range(year):
        total -= room.dated[each]
    room.dated[year] = max(total, 0.0)


@rule
def take_oldest(firms, room):
    """Take permits that firms no longer hold out of the oldest years."""
    gone = 0.0
    for each in room.dated:
        gone += each
    for firm in firms:
        gone -= firm.permits
    for year in range(room.dated.shape[0]):
        taken = min(max(gone, 0.0), room.dated[year])
        room.dated[year] -= taken
        gone -= taken


@rule
def expire_old(firms, government, room, setup, year):
    """Let permits expire after their last year: of every firm's the share that the market has of them."""
    take_oldest(firms, room)
    old, total = stale_after(room, setup, year), 0.0
    for firm in firms:
        total += max(firm.permits, 0.0)
    for each in range(max(year - setup.validity + 2, 0)):
        room.dated[each] = 0.0
    for firm in firms:
        if old > 0.0:
            accounts.end_validity(firm, government, min(old / total, 1.0) * max(firm.permits, 0.0))


@rule
def limit_holdings(firms, government, room, setup, most):
    """Let expire what firms hold above their share, by size, of ``most``, t; of traders only without banking."""
    for i in range(setup.emitters if setup.banking else firms.shape[0]):
        accounts.end_validity(firms[i], government, max(firms[i].permits - most * room.weight[i], 0.0))


# -- permits of the next year ----------------------------------------------------------------------------------------


@rule
def allow_advances(firms, setup, year):
    """Set how many free permits of the next year each firm may use at the end of ``year``, from 0."""
    for firm in firms:
        firm.advance = max(setup.advance[year] * firm.claim - firm.advanced, 0.0)


@rule
def give_free(firms, government, setup, year):
    """Give the free permits of ``year``, from 0, less those that a firm has used before, which are not issued again."""
    for firm in firms:
        right = setup.given[year] * firm.claim
        used = min(firm.advanced, right)
        firm.advanced -= used
        firm.free_permits = right - used
        accounts.issue(government, -used)
        accounts.give(firm, government, firm.free_permits)


@rule
def advance_permits(firms, government, setup):
    """At the end of a year, issue permits of the next to firms that lack some, as far as they may use them."""
    public = government[0]
    if public.quarter < setup.quarters:
        return
    for firm in firms:
        lacking = max(firm.uncovered + firm.owed - firm.permits, 0.0)  # with those sold ahead, if it has none
        taken = min(lacking, firm.advance)
        firm.advance = 0.0
        firm.advanced += taken
        firm.free_permits += taken
        accounts.issue(government, taken)
        accounts.give(firm, government, taken)
