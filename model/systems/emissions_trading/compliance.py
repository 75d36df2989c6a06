"""Compliance at the end of a year: what firms lack is bought at the ceiling, permits are surrendered, fines paid."""

import numpy as np

from learning.jit import rule
from model import accounts
from model.systems.emissions_trading.limits import date_permits, expire_old, limit_holdings
from model.systems.emissions_trading.plans import missing_costs
from model.systems.emissions_trading.setup import BY_BENCHMARK, UPDATED


@rule
def sell_at_ceiling(firms, government, setup):
    """Sell firms the permits they lack at compliance at the ceiling, any number, if it is open and the fine dearer."""
    public = government[0]
    for firm in firms:
        firm.ceiling_award = firm.ceiling_payment = 0.0
    ceiling = setup.ceiling[int(public.year) - 1]
    is_open = setup.ceiling_at_compliance and public.quarter == setup.quarters
    if not is_open or ceiling > missing_costs(government, setup):
        return
    for firm in firms:
        firm.ceiling_award = max(firm.uncovered + firm.owed - max(firm.permits, 0.0), 0.0)
        firm.ceiling_payment = ceiling * firm.ceiling_award
        accounts.issue(government, firm.ceiling_award)
        accounts.sell(firm, government, firm.ceiling_award, firm.ceiling_payment)
        firm.profit -= firm.ceiling_payment


@rule
def comply(firms, government, room, setup):
    """At the end of a year, surrender permits for emissions and debts, and pay fines for those missing."""
    for firm in firms:
        firm.shortfall = firm.penalty_payment = 0.0
    public = government[0]
    if public.quarter < setup.quarters:
        return
    date_permits(firms, room, int(public.year) - 1)
    for firm in firms:
        due = firm.uncovered + firm.owed
        covered = min(max(firm.permits, 0.0), due)
        accounts.hand_in(firm, government, covered)
        missing = due - covered
        firm.shortfall = max(missing - firm.owed, 0.0)
        firm.penalty_payment = setup.penalty * firm.shortfall
        accounts.pay_government(firm, government, firm.penalty_payment)
        firm.profit -= firm.penalty_payment
        firm.uncovered, firm.owed = 0.0, missing if setup.make_good else 0.0
        public.forgiven += missing - firm.owed
    if setup.free_rule in UPDATED:
        claim_by_activity(firms, setup, int(public.year) - 1)


@rule
def claim_by_activity(firms, setup, year):
    """Set each firm's claim on the next year's free permits, a share of those planned, by its activity in ``year``.

    Claims add up to 1, but with a benchmark to activity / planned activity, as far as the next year's cap allows.
    """
    total = planned = 0.0
    for firm in firms:
        total += firm.activity
    if setup.free_rule == BY_BENCHMARK and year + 1 < setup.years and setup.free[year + 1] > 0.0:
        for quarter in range(year * setup.quarters, (year + 1) * setup.quarters):
            planned += setup.planned[quarter]
        planned = max(planned, total * setup.free[year + 1] / setup.cap[year + 1])
    else:
        planned = total
    for firm in firms:
        firm.claim = firm.activity / planned if planned > 0.0 else firm.claim
        firm.activity = 0.0


@rule
def end_validity(firms, government, room, setup):
    """At the end of a year, let permits expire that are too old, or more than firms may hold; without banking all."""
    public, year = government[0], int(government[0].year) - 1
    if public.quarter < setup.quarters:
        return
    if setup.banking and setup.validity > 0:
        expire_old(firms, government, room, setup, year)
    if setup.most_kept[year] < np.inf:
        limit_holdings(firms, government, room, setup, setup.most_kept[year])
