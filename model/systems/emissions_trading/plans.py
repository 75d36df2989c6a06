"""Public knowledge in a quarter: the outlook, and the price at which the market is expected to clear."""

import math

import numpy as np

from agents.emitters.curves import emissions_at, market_row
from agents.emitters.emitter import net_position
from agents.emitters.lines import NOTHING, Line, put_line, with_emissions
from agents.emitters.outlook import Offsets, Outlook
from agents.emitters.planning import plan
from agents.emitters.projects import avoided_by_all
from learning.crossing import HIGH, TRIAL, begin_crossing, is_open, note_value
from learning.jit import rule
from model.mechanisms.supply_curve import snap_to_step, supply_below
from model.systems.emissions_trading.facts import (
    all_offsets_at,
    auctions_a_year,
    holds_auction,
    needed_at,
    quarter_of,
    total_baseline,
)
from model.systems.emissions_trading.limits import limits_ahead
from model.systems.emissions_trading.supply_steps import has_steps, offered_by

NEAR_LIMIT = 1e-6
"""Distance from its limit, as a share of it, in which an order shrinks."""
HIGHEST = 1.0 + 1e-7
"""Largest price that can clear a market, over the highest choke price."""
ROUNDING = 4.0 * 2.0**-52
"""Rounding error of a sum at most, over its size and the number of what is added."""


@rule
def quarters_ahead(government, setup):
    """Number of later quarters that count in plans: to the end of the horizon, or of the year without banking."""
    year, quarter = int(government[0].year), int(government[0].quarter)
    if not setup.banking and not setup.limits:
        return setup.quarters - quarter
    last = min(setup.years * setup.quarters + setup.beyond, (year + setup.horizon) * setup.quarters)
    return last - quarter_of(government, setup) - 1


@rule
def quarters_of_use(government, setup):
    """Number of later quarters in which permits are still of use."""
    if not setup.banking:
        return setup.quarters - int(government[0].quarter)
    return setup.years * setup.quarters + setup.beyond - quarter_of(government, setup) - 1


@rule
def announced(room, setup, t):
    """Permits, t, that are announced for quarter ``t`` of the run, free ones in the first quarter of a year.

    Of a table's steps those that the auction's permits fill. Steps beyond them are for sale at their price only, as
    cost containment and the ceiling are: nobody counts on them.
    """
    year = t // setup.quarters
    if year >= setup.years:
        return (setup.cap[setup.years - 1] - room.surprise[setup.years - 1]) / setup.quarters
    given = 0.0
    if t % setup.quarters == 0:
        used_before = setup.advance[year - 1] if year > 0 else 0.0
        given = setup.given[year] - used_before + setup.advance[year]
    if not holds_auction(t, setup):
        return given
    planned = (room.auctions[year] + setup.consigned[year] - room.surprise[year]) / auctions_a_year(setup)
    if has_steps(setup.supply):
        planned = min(planned, offered_by(setup.supply, year, planned))
    return given + planned


@rule
def write_plans(firms, room, setup, now, ahead):
    """Write what is expected of the quarters ahead: a deviation of emissions from planned ones fades as shocks do."""
    gross = total_baseline(firms) + avoided_by_all(room.projects, now)
    deviation = math.log(gross / setup.planned[now])
    for k in range(ahead):
        planned = setup.planned[now + 1 + k]
        room.baseline[k] = planned * math.exp(setup.persistence[k + 1] * deviation)
        room.baseline[k] = max(room.baseline[k] - avoided_by_all(room.projects, now + 1 + k), 0.0)
        room.base[k] = planned if setup.planned_base else room.baseline[k]
        room.level[k] = setup.cost_level[now + 1 + k if setup.announced else now]
        room.base[k] /= room.level[k]
        room.growth[k] = setup.return_growth[k + 1]
        room.offsets[k] = setup.offset_limit * planned
        room.supply[k] = announced(room, setup, now + 1 + k)
        room.ends[k] = 1.0 if (now + 2 + k) % setup.quarters == 0 else 0.0


@rule
def add_up_shortage(room, ahead, covered_now, limited):
    """Write the shortage at the end of each year ahead as a line of the share avoided now; return how many there are.

    covered_now : whether the present year's end counts with 0; limited : whether such lines hold nowhere.
    """
    years, line = 0, NOTHING
    if covered_now:
        put_line(room.lines, years, line)
        years += 1
    for k in range(ahead):
        line = with_emissions(line, room.baseline[k], room.base[k] * room.growth[k])
        line = Line(line.total - room.supply[k], line.fall, -1.0 if limited else line.holds_to)
        if room.ends[k] > 0.0:
            put_line(room.lines, years, line)
            years += 1
    return years


@rule
def look_ahead(firms, government, room, setup, settled=False):
    """Write the plans for the quarters ahead; return the `Outlook`.

    settled : whether all emissions of the year are known.
    """
    now, public = quarter_of(government, setup), government[0]
    ahead = quarters_ahead(government, setup)
    write_plans(firms, room, setup, now, ahead)
    offsets = Offsets(most=room.offsets, low=setup.offset_low, high=setup.offset_high)
    limits = limits_ahead(firms, room, setup, now, ahead, settled)
    ends_now = public.quarter == setup.quarters
    limited = setup.limits or setup.offset_low < math.inf
    years = add_up_shortage(room, ahead, ends_now and not settled, limited)
    return Outlook(
        baseline=room.baseline,
        base=room.base,
        level=room.level,
        growth=room.growth,
        supply=room.supply,
        ends=room.ends,
        weight=room.weight,
        curves=room.curves,
        lines=room.lines,
        years=years,
        ahead=ahead,
        per_year=setup.quarters,
        ends_now=ends_now,
        settled=settled,
        limits=limits,
        offsets=offsets,
        reserve_price=public.reserve_price,
        need=setup.planned[now] * setup.quarters,
        expected_price=public.expected_price,
        foreseen=room.foreseen,
        markup=room.markup,
        bank_share=room.bank_share,
        table=room.table,
        top=highest_price(room),
        past_prices=room.past_prices,
        money=room.money,
        held=room.held,
        lasts=quarters_of_use(government, setup),
    )


@rule
def worth_to(i, price, room):
    """Price, €/t, up to which firm ``i`` abates if a permit costs ``price``: less by its mark-up.

    More with a mark-down, but no more than doing without a permit costs.
    """
    return min(price / (1.0 + room.markup[i]), max(price, room.most_worth[0]))


@rule
def money_of(trader):
    """Money, €, that a trader can spend."""
    return max(trader.cash + trader.credit, 0.0)


@rule
def show_means(first, last, firms, room, setup):
    """Show those of the firms from ``first`` to ``last`` - 1 who are traders their money and permits."""
    for i in range(max(first, setup.emitters), last):
        room.money[i] = money_of(firms[i])
        room.held[i] = firms[i].permits


@rule
def net_demand(provide, price, first, last, firms, room, setup, outlook, now, emitting=True):
    """Permits, t, that the firms from ``first`` to ``last`` - 1 want to buy at ``price``, €/t; below zero: to sell.

    provide : tuple of `agents.emitters.planning.Planning`, how each group of firms provides for later; emitting :
    whether the quarter's emissions are still to come.
    """
    plan_at(provide, price, first, last, firms, room, setup, outlook)
    total = 0.0
    for i in range(first, last):
        total += demand_of(i, price, room.wanted[0, i], firms, room, setup, outlook, now, emitting)
    return total


@rule
def plan_at(provide, price, first, last, firms, room, setup, outlook):
    """Write to ``room.wanted[0]`` what the firms from ``first`` to ``last`` - 1 want for later at ``price``, €/t."""
    show_means(first, last, firms, room, setup)
    for i in range(first, last):
        room.tried[0, i] = price
    plan(provide, room.tried, outlook, first, last, room.wanted)


@rule
def demand_of(i, price, wanted, firms, room, setup, outlook, now, emitting):
    """Permits, t, that firm ``i`` wants to buy at ``price``, €/t, if it wants ``wanted``, t, for later."""
    if not np.isnan(room.orders[i, 0]):
        return ordered_at(price, firms[i].bought, room.orders[i])
    costs = min(worth_to(i, price, room), outlook.limits.old_price)
    to_come = needed_at(costs, firms, i, room, setup, now) if emitting else 0.0
    return to_come + wanted - net_position(firms[i])


@rule
def ordered_at(price, bought, order):
    """Permits, t, that a firm which has ``bought`` t by now still orders at ``price``, €/t; below zero: offers.

    Close to its limit an order shrinks to nothing, so that a market can clear there and serve it in part.
    """
    volume, limit, before = order
    margin = limit - price if volume > 0.0 else price - limit
    if margin < 0.0:
        return 0.0
    left = volume - (bought - before)
    left = max(left, 0.0) if volume > 0.0 else min(left, 0.0)
    return left * min(margin / (NEAR_LIMIT * limit), 1.0) if limit > 0.0 else left


@rule
def public_excess(provide, price, firms, room, setup, outlook, now):
    """Demand less supply below ``price``, €/t, as far as the public knows: firms are alike to it."""
    plan_at(provide, price, 0, firms.shape[0], firms, room, setup, outlook)
    emitting = total_baseline(firms)
    base = (setup.planned[now] if setup.planned_base else emitting) / setup.cost_level[now]
    costs = min(price, outlook.limits.old_price)
    total = emissions_at(costs, emitting, base, room.curves, market_row(room.curves), setup.cost_level[now])
    total -= min(all_offsets_at(costs, setup, now), total)
    for i in range(firms.shape[0]):
        total += room.wanted[0, i] - net_position(firms[i])
    return total - supply_below(room.curve, price)


@rule
def highest_price(room):
    """Price, €/t, at which no firm emits anything, whatever the level of costs."""
    return room.highest_price[0]


@rule
def most_worth(government, setup):
    """The most that a permit is worth, €/t: the fine, unless missing permits are owed after it, or an open ceiling."""
    most = math.inf if setup.make_good else setup.penalty
    return min(most, setup.ceiling[int(government[0].year) - 1]) if setup.ceiling_at_compliance else most


@rule
def missing_costs(government, setup):
    """Cost, €/t, of a permit that is missing at compliance.

    The fine, and where the permit is owed after it, the carbon price, at which it is expected to be had next year.
    """
    settled = not setup.make_good or (int(government[0].year) == setup.years and setup.beyond == 0)
    return setup.penalty if settled else setup.penalty + government[0].carbon_price


@rule
def estimate_price(provide, firms, government, room, setup, outlook):
    """Publish the price, €/t, at which demand is expected to meet supply; 0 where it never does."""
    now, search, guess = quarter_of(government, setup), room.search, government[0].carbon_price
    begin_crossing(search, 0.0, highest_price(room), guess, rounding_of(firms, setup, now))
    while is_open(search):
        note_value(search, public_excess(provide, search[TRIAL], firms, room, setup, outlook, now))
    price = snap_to_step(room.curve, search[HIGH])
    government[0].estimate = min(price, most_worth(government, setup))


@rule
def rounding_of(firms, setup, now):
    """Rounding error, t, of demand less supply at most; infinite if demand may rise with the price somewhere.

    So it may by plans in plain Python; and where cost containment is foreseen, which is sold out above its trigger.
    """
    planned = setup.planned
    if setup.tabulates or (setup.foresees and setup.ccr_price > 0.0):
        return math.inf
    total = max(planned[now], planned[planned.shape[0] - 1]) * setup.quarters
    for firm in firms:
        total += abs(firm.permits) + firm.owed + firm.uncovered
    return ROUNDING * (firms.shape[0] + planned.shape[0]) * total
