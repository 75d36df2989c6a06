"""Knowledge of firms with foresight in a quarter: all later emissions of the run, and the steps of later supply."""

import math

from agents.emitters.foresight import CEILING, FINE, FREE, PLANNED, STEPS, WITHHELD, YEARLY
from agents.emitters.lines import line_of_firms, put_line
from agents.emitters.projects import avoided_by
from learning.jit import rule
from model.systems.emissions_trading.facts import auctions_a_year, holds_auction, quarter_of
from model.systems.emissions_trading.plans import quarters_ahead
from model.systems.emissions_trading.supply_steps import amount_of, has_steps


@rule
def foresee(baseline, t, government, room, setup):
    """Write what comes after the block's quarter ``t``, if any firm has foresight.

    baseline : float64[at least t and the rest of its run, n], t. Beyond the run's end plans are foreseen.
    """
    if not setup.foresees:
        return
    now, last = quarter_of(government, setup), setup.years * setup.quarters
    for k in range(quarters_ahead(government, setup)):
        for i in range(room.weight.shape[0]):
            planned = setup.planned[now + 1 + k] * room.weight[i]
            gross = baseline[t + 1 + k, i] if now + 1 + k < last else planned
            room.foreseen.baseline[k, i] = max(gross - avoided_by(room.projects, i, now + 1 + k), 0.0)
            base = planned if setup.planned_base else room.foreseen.baseline[k, i]
            room.foreseen.base[k, i] = base / setup.cost_level[now + 1 + k]
        room.foreseen.level[k] = setup.cost_level[now + 1 + k]
        emitted, base = room.foreseen.baseline[k], room.foreseen.base[k]
        put_line(room.foreseen.lines, k, line_of_firms(emitted, base, room.curves))
        write_steps(room.foreseen, now + 1 + k, k, government[0], room, setup)


@rule
def write_steps(foreseen, t, k, public, room, setup):
    """Write the supply of quarter ``t`` of the run, ``k`` ahead, as its steps; of what has no limit a year's need.

    Beyond the run's end the last year's cap is sold at any price.
    """
    year = min(t // setup.quarters, setup.years - 1)
    price, quantity, beyond = foreseen.price[k], foreseen.quantity[k], t >= setup.years * setup.quarters
    unlimited = 1e3 * setup.planned[t] * setup.quarters
    planned = (
        setup.cap[year] / setup.quarters
        if beyond
        else (room.auctions[year] + setup.consigned[year]) / auctions_a_year(setup)
    )
    if not beyond and not holds_auction(t, setup):
        planned = 0.0
    withheld = setup.ecr_share * planned if setup.ecr_price > 0.0 and not beyond else 0.0
    floor, ceiling = setup.reserve_price[year], setup.ceiling[year]
    given = t % setup.quarters == 0 and not beyond
    price[FREE], quantity[FREE] = 0.0, setup.given[year] if given else 0.0
    price[PLANNED], quantity[PLANNED] = 0.0 if beyond else floor, planned - withheld
    price[WITHHELD], quantity[WITHHELD] = max(setup.ecr_price, floor), withheld
    price[YEARLY] = max(setup.ccr_price, floor)
    quantity[YEARLY] = 0.0 if beyond else yearly_reserve(t, public, setup)
    price[CEILING] = ceiling
    quantity[CEILING] = unlimited if ceiling < math.inf and (beyond or holds_auction(t, setup)) else 0.0
    price[FINE], quantity[FINE] = setup.penalty, 0.0 if setup.make_good else unlimited
    if has_steps(setup.supply):
        quantity[PLANNED] = planned if beyond else 0.0
        for s in range(setup.supply.price.shape[1]):
            price[STEPS + s] = setup.supply.price[year, s]
            offered = holds_auction(t, setup) and not beyond
            quantity[STEPS + s] = amount_of(setup.supply, year, s, planned) if offered else 0.0


@rule
def yearly_reserve(t, public, setup):
    """Permits, t, of the cost containment reserve, counted in a year's last auction, when prices are highest."""
    if setup.ccr_price <= 0.0 or (t + setup.between_auctions) % setup.quarters != 0:
        return 0.0
    year = t // setup.quarters
    return public.containment_left if year == int(public.year) - 1 else setup.ccr_share * setup.cap[year]
