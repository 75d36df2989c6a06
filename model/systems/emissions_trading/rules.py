"""The quarter of a market over years compiled: `play_quarters` beside the model's ``run_period``, and its verbs."""

from typing import NamedTuple

import numpy as np

from agents.emitters.curves import cost_of, emissions_at
from agents.emitters.projects import avoided_by, decide_on_projects
from learning.jit import driver, rule
from model import accounts
from model.mechanisms.stability_reserve import change_of_auctions, excess_of_reserve
from model.systems.bidding.rules import record
from model.systems.emissions_trading.auction import collect_bids, hold_auction, offer_permits, trim_bids
from model.systems.emissions_trading.bid_statistics import publish_bids
from model.systems.emissions_trading.compliance import comply, end_validity, sell_at_ceiling
from model.systems.emissions_trading.exchange import hold_exchange, hold_true_up
from model.systems.emissions_trading.facts import all_offsets_at, base_of, quarter_of
from model.systems.emissions_trading.foresight_knowledge import foresee
from model.systems.emissions_trading.learning_firms import decide, teach, value_quarter
from model.systems.emissions_trading.levers import TAX, change_cap, stricter_by
from model.systems.emissions_trading.limits import advance_permits, allow_advances, give_free
from model.systems.emissions_trading.past_bids import keep_bids
from model.systems.emissions_trading.plans import estimate_price, look_ahead, most_worth
from model.systems.emissions_trading.regulator import judge, regulate
from model.systems.emissions_trading.setup import BY_BASELINE, BY_BENCHMARK, EQUALLY, TO_FIRST
from model.systems.emissions_trading.yardsticks import measure_quarter, start_record


class Chance(NamedTuple):
    """Everything random in a block of quarters, drawn beforehand."""

    baseline: np.ndarray
    """float64[at least quarters, n], t: each firm's emissions without abatement; where firms have foresight, to the
    end of the last run."""
    foreseen: np.ndarray
    """float64[quarters], €/t: price if everybody had foreseen all emissions of the run."""
    noise: np.ndarray
    """float64[quarters, n], t: emissions beyond those that firms choose."""
    tie_key: np.ndarray
    """float64[quarters, n] in [0, 1): order of equal bids, where the auction's tie rule uses it."""
    deciding: np.ndarray
    """float64[quarters, n, 2] in [0, 1): for learners; without any, of no quarters."""
    regulating: np.ndarray
    """float64[quarters, 1, 2] in [0, 1): for a regulator who learns; without one, of no quarters."""
    arrival: np.ndarray
    """int64[quarters, m]: firms in the order in which they come to the order book, if there is one."""
    limit: np.ndarray
    """float64[quarters, m] in [0, 1): place of the limit price that each has then."""


@rule
def begin_quarter(firms, government, room, setup, baseline, foreseen):
    """Turn the calendar, and show every firm its emissions without abatement, float64[n], t.

    foreseen : €/t, the price if everybody had foreseen all emissions, to compare with.
    """
    public = government[0]
    if public.year == 0.0 or (public.quarter == setup.quarters and public.year == setup.years):
        begin_run(firms, government, room, setup)
    elif public.quarter == setup.quarters:
        public.year, public.quarter = public.year + 1.0, 1.0
    else:
        public.quarter += 1.0
    public.foreseen_price = foreseen
    public.last_price = np.nan if quarter_of(government, setup) == 0 else public.carbon_price
    room.most_worth[0] = most_worth(government, setup)
    now = quarter_of(government, setup)
    for i in range(firms.shape[0]):
        firms[i].saved = min(avoided_by(room.projects, i, now), baseline[i])
        firms[i].baseline = baseline[i] - firms[i].saved


@rule
def begin_run(firms, government, room, setup):
    """Begin year 1: what was held and owed in the run before is void, and firms get their first permits."""
    public = government[0]
    public.year = public.quarter = 1.0
    accounts.set_aside(government, -public.reserve)
    accounts.expire(firms, government)
    for firm in firms:
        public.forgiven += firm.owed + firm.uncovered
        firm.owed = firm.uncovered = firm.advanced = firm.consigned = 0.0
    room.dated[:] = 0.0
    for year in range(setup.years):
        room.auctions[year] = setup.cap[year] - setup.free[year]
        room.surprise[year] = setup.surprise[year]
    room.projects.works_from[:] = np.inf
    public.rolled = public.waiting = public.above = public.next_change = public.stricter = 0.0
    public.expected_price = setup.first_expectation
    accounts.issue(government, setup.initial_bank + setup.initial_reserve)
    accounts.set_aside(government, setup.initial_reserve)
    for i in range(firms.shape[0]):
        accounts.give(firms[i], government, setup.initial_bank * room.weight[i])
    for i in range(setup.emitters, firms.shape[0]):
        firms[i].credit = setup.trader_capital - firms[i].cash
    for k in range(room.past_prices.shape[0]):
        room.past_prices[k] = np.nan
    public.circulation = setup.initial_bank
    claim_by_plan(firms, room, setup)


@rule
def claim_by_plan(firms, room, setup):
    """Set each firm's share of free permits in the first year: by planned emissions, or as file or rule say."""
    for i in range(firms.shape[0]):
        firms[i].claim, firms[i].activity = room.free_weight[i], 0.0
        if setup.free_rule == EQUALLY:
            firms[i].claim = 1.0 / setup.emitters if i < setup.emitters else 0.0
        elif setup.free_rule == TO_FIRST:
            firms[i].claim = 1.0 if i == 0 else 0.0


@rule
def issue_permits(firms, government, room, setup):
    """In the first quarter of a year, issue the cap, move permits to or from the reserve, and give the free ones."""
    public, year = government[0], int(government[0].year) - 1
    for firm in firms:
        firm.free_permits = 0.0
    if public.quarter > 1.0:
        return
    fit_auctions(firms, room, setup, year)
    public.yearly_cap = setup.cap[year] + change_cap(government, room, setup)
    if setup.surprise[year] != 0.0:
        room.surprise[:] = 0.0  # the change is known now
    public.containment_left = setup.ccr_share * setup.cap[year]
    accounts.issue(government, public.yearly_cap)
    apply_change(government, room, setup)
    give_free(firms, government, setup, year)
    allow_advances(firms, setup, year)


@rule
def fit_auctions(firms, room, setup, year):
    """Auction in ``year``, from 0, what the benchmark leaves of the cap, which may differ from what was planned."""
    if setup.free_rule == BY_BENCHMARK:
        claimed = 0.0
        for firm in firms:
            claimed += firm.claim
        room.auctions[year] = max(setup.cap[year] - setup.free[year] * claimed, 0.0)


@rule
def apply_change(government, room, setup):
    """Change the year's auctions as the stability reserve booked, and cancel what it holds above its limit."""
    public, year = government[0], int(government[0].year) - 1
    public.change = min(max(public.next_change, -room.auctions[year]), public.reserve)
    public.next_change = 0.0
    room.auctions[year] += public.change
    accounts.set_aside(government, -public.change)
    if setup.stability:
        above = excess_of_reserve(setup.stability_rule, public.reserve, public.year, 0.0)
        accounts.set_aside(government, -above)
        accounts.cancel(government, above)


@rule
def set_tax(firms, government, setup):
    """Publish the year's tax, which takes the place of auction and exchange: nothing is offered or traded."""
    public = government[0]
    tax = setup.tax[int(public.year) - 1] * stricter_by(government, setup, TAX)
    public.reserve_price = public.clearing_price = public.equilibrium_price = public.yearly_cap = np.nan
    public.carbon_price, public.estimate, public.trading_price = tax, tax, np.nan
    for firm in firms:
        firm.worth = tax


@rule
def charge(firm, government, setup):
    """Let one firm's emissions of the quarter be taxed at once, or be due at compliance."""
    public = government[0]
    public.emitted += firm.emissions
    if not setup.taxed:
        firm.uncovered += firm.emissions
        return
    firm.tax_payment = public.carbon_price * firm.emissions
    accounts.pay_government(firm, government, firm.tax_payment)
    public.taxed += firm.emissions


@rule
def buy_offsets(firms, i, government, room, setup, now, chosen):
    """Let firm ``i`` buy the offsets that cost less than a permit is worth to it, for no more than it chose to emit.

    Each costs as much as the last one, of the firm's share of the supply.
    """
    firm, share = firms[i], room.weight[i]
    firm.offsets = min(share * all_offsets_at(firm.worth, setup, now), chosen)
    firm.offset_payment = 0.0
    if firm.offsets > 0.0:
        used = firm.offsets / (share * setup.offset_limit * setup.planned[now])
        firm.offset_payment = firm.offsets * (
            setup.offset_low + used * (setup.offset_high - setup.offset_low)
        )
        accounts.certify(firm, government, firm.offsets)
        accounts.buy_goods(firm, government, firm.offset_payment)


@rule
def emit(firms, government, room, setup, noise):
    """Let every firm abate what costs less than a permit is worth to it, and emit the rest and ``noise``, t."""
    public, now = government[0], quarter_of(government, setup)
    for i in range(firms.shape[0]):
        firm, base = firms[i], base_of(firms, i, room, setup, now)
        curve = room.curves, i, setup.cost_level[now]
        chosen = emissions_at(firm.worth, firm.baseline, base, *curve)
        firm.emissions = max(0.0, chosen + noise[i])
        firm.noise = firm.emissions - chosen
        firm.abatement_cost = cost_of(firm.baseline - chosen, base, *curve)
        charge(firm, government, setup)
        buy_offsets(firms, i, government, room, setup, now, chosen)
        by_baseline = setup.free_rule == BY_BASELINE or setup.free_rule == BY_BENCHMARK
        firm.activity += firm.baseline if by_baseline else firm.emissions
        income = setup.pass_through * public.carbon_price * firm.emissions
        accounts.buy_goods(firm, government, firm.abatement_cost)
        accounts.sell_products(firm, government, income)
        firm.profit = (
            income
            + firm.proceeds
            - firm.abatement_cost
            - firm.offset_payment
            - firm.auction_payment
            - firm.trade_payment
            - firm.tax_payment
        )


@rule
def invest(firms, government, room, setup):
    """Let every firm begin the projects that pay at what a permit is worth to it, and pay for them."""
    now, end = quarter_of(government, setup), setup.years * setup.quarters + setup.beyond
    for i in range(firms.shape[0]):
        firm = firms[i]
        firm.investment = decide_on_projects(room.projects, i, firm.worth, now, end)
        accounts.buy_goods(firm, government, firm.investment)
        firm.profit -= firm.investment


@rule
def review_reserve(firms, government, room, setup):
    """At the end of a year, publish the permits in circulation, and book the change of the next year's auctions."""
    public = government[0]
    public.expected_price += setup.learning_rate * (public.carbon_price - public.expected_price)
    public.expected_price *= setup.quarter_return
    for k in range(room.past_prices.shape[0] - 1, 0, -1):
        room.past_prices[k] = room.past_prices[k - 1]
    room.past_prices[0] = public.carbon_price
    if public.quarter < setup.quarters:
        return
    public.circulation = 0.0
    for firm in firms:
        public.circulation += firm.permits - firm.owed
    year = int(public.year)
    if setup.stability and year < setup.years:
        public.next_change = change_of_auctions(
            setup.stability_rule, public.circulation, public.reserve, room.auctions[year], year + 1.0
        )


@driver
def play_quarters(
    clear, provide, learners, regulation, past, firms, government, room, setup, chance, recorder
):
    """Play one quarter per row of ``chance``: the verbs of the model's ``run_period`` in the same order.

    clear : kernel of the auction; provide : tuple of `Planning`; learners : of `Learning`; the others by their classes.
    """
    kept = 0
    for t in range(chance.foreseen.shape[0]):
        begin_quarter(firms, government, room, setup, chance.baseline[t], chance.foreseen[t])
        start_record(government, room.past, setup)
        regulate(regulation, government, room, setup, chance.regulating, t)
        issue_permits(firms, government, room, setup)
        decide(learners, firms, room, setup, chance.deciding, t)
        if setup.taxed:
            set_tax(firms, government, setup)
        else:
            offer_permits(firms, government, room, setup)
            foresee(chance.baseline, t, government, room, setup)
            outlook = look_ahead(firms, government, room, setup)
            estimate_price(provide, firms, government, room, setup, outlook)
            collect_bids(provide, firms, government, room, setup, outlook)
            trim_bids(government, room, setup)
            publish_bids(firms, government, room)
            hold_auction(clear, firms, government, room, setup, chance.tie_key[t])
            keep_bids(past, recorder.before + t + 1, firms, government, room)
            hold_exchange(provide, firms, government, room, setup, outlook, chance, t)
        emit(firms, government, room, setup, chance.noise[t])
        invest(firms, government, room, setup)
        hold_true_up(provide, firms, government, room, setup)
        advance_permits(firms, government, setup)
        sell_at_ceiling(firms, government, setup)
        comply(firms, government, room, setup)
        end_validity(firms, government, room, setup)
        review_reserve(firms, government, room, setup)
        measure_quarter(firms, government, room, setup)
        value_quarter(firms, government, room, setup)
        teach(learners, firms, government, room, setup, t)
        judge(regulation, government, room, setup)
        kept = record(recorder, t, kept)
