"""Emissions trading over years: permits that are held, policy made of parts.

A quarter: the government issues permits and gives some away, sells others in an auction; firms trade, abate what costs
less than a permit, and emit the rest. At the end of a year they surrender permits for what they emitted; what is left
stays valid. A run has as many quarters as the policy's years; after the last one a new run begins with the same firms.
"""

import numpy as np

import model.auction_metrics
import model.systems.emissions_trading.metrics
import model.systems.emissions_trading.yardstick_metrics  # noqa: F401 - registers the metrics
from agents.bidders.demand_schedule import collect_schedules
from agents.emitters.curves import straight
from agents.emitters.draws import mean_choke_price
from agents.emitters.emitter import EMITTERS
from agents.emitters.government import CalendarGovernment
from agents.emitters.planning import groups_of, trader_plannings
from agents.emitters.projects import draw_projects
from agents.emitters.tabulated import tabulate_groups
from agents.population import Population
from agents.regulators.regulator import rule_of
from agents.traders.trader import Trader
from learning.direct import Direct
from learning.draws import uniform
from model.auction_metrics import BID_METRICS
from model.base import MarketModel
from model.mechanisms.auctions.base import AUCTIONS
from model.systems.bidding.rules import recorder_for
from model.systems.emissions_trading.agent_decisions import (
    abate_as_decided,
    invest_as_decided,
    judge_year,
    let_learners_decide,
    regulate_year,
    take_orders,
    teach_learners,
)
from model.systems.emissions_trading.auction import (
    hold_auction,
    offer_permits,
    trim_bids,
    write_schedules,
)
from model.systems.emissions_trading.bid_statistics import publish_bids
from model.systems.emissions_trading.compliance import comply, end_validity, sell_at_ceiling
from model.systems.emissions_trading.emitters import draw_or_read_emitters
from model.systems.emissions_trading.exchange import hold_exchange, hold_true_up
from model.systems.emissions_trading.foresight_knowledge import foresee
from model.systems.emissions_trading.foresight_prices import foreseen_prices, policy_of_run
from model.systems.emissions_trading.history import (
    draw_arrivals,
    draw_baselines,
    draw_noise,
)
from model.systems.emissions_trading.learning_firms import learners_of, learnings_of, value_quarter
from model.systems.emissions_trading.limits import advance_permits
from model.systems.emissions_trading.params import EmissionsTradingParams
from model.systems.emissions_trading.past_bids import empty_past_bids, keep_bids
from model.systems.emissions_trading.plans import estimate_price, look_ahead
from model.systems.emissions_trading.regulator import learner_of, regulation_of
from model.systems.emissions_trading.room import room_for
from model.systems.emissions_trading.rules import (
    Chance,
    begin_quarter,
    emit,
    issue_permits,
    play_quarters,
    review_reserve,
    set_tax,
)
from model.systems.emissions_trading.setup import setup_of
from model.systems.emissions_trading.yardsticks import measure_quarter, start_record


class EmissionsTrading(MarketModel, name="emissions_trading"):
    """Firms hold permits for years under a policy made of parts; one step is a quarter."""

    Params = EmissionsTradingParams
    expires = False
    metrics = (
        "carbon_price",
        "foreseen_price",
        "clearing_price",
        "floor",
        "bank",
        "emissions",
        "yearly_cap",
        "abatement",
        "abatement_cost",
        "offsets",
        "investment",
        "saved_by_projects",
        "offered",
        "sold",
        *BID_METRICS,
        "floor_hit",
        "ceiling_hit",
        "price_volatility",
        "trading_price",
        "traded_volume",
        "true_up_price",
        "true_up_volume",
        "traders_permits",
        "traders_gain",
        "quoted_spread",
        "revenue",
        "public_revenue",
        "windfall",
        "fines",
        "shortfall",
        "debt",
        "reserve",
        "waiting",
        "borrowed",
        "cancelled",
        "expired",
        "award_concentration",
        "emission_concentration",
        "cost_efficiency",
        "climate_welfare",
        "optimal_price",
        "stricter",
        "total_profit",
    )

    def run_period(self, chance):
        """Play one quarter, firm by firm. `rules.play_quarters` plays many, with the same verbs in the same order."""
        clear, provide, room, setup = self.auction.clear, self.planning, self.room, self.setup
        firms, government = self.firms.rows, self.public.rows
        begin_quarter(firms, government, room, setup, chance.baseline[0], chance.foreseen[0])  # news
        start_record(government, room.past, setup)
        regulate_year(self, chance)
        issue_permits(firms, government, room, setup)  # first quarter: cap, stability reserve, free permits
        let_learners_decide(self, chance)
        if setup.taxed:
            set_tax(firms, government, setup)
        else:
            offer_permits(firms, government, room, setup)  # the supply curve
            foresee(chance.baseline, 0, government, room, setup)  # what firms with foresight know
            self.outlook = look_ahead(firms, government, room, setup)  # what everybody knows
            tabulate_groups(self.groups, self.params.parts, self.outlook)  # plans in plain Python
            estimate_price(provide, firms, government, room, setup, self.outlook)
            self.collect_bids()
            trim_bids(government, room, setup)  # lots, and the largest bid allowed
            publish_bids(firms, government, room)
            hold_auction(clear, firms, government, room, setup, chance.tie_key[0])
            keep_bids(self.past_bids, self.steps, firms, government, room)
            take_orders(self)
            hold_exchange(provide, firms, government, room, setup, self.outlook, chance, 0)
        abate_as_decided(self)
        emit(firms, government, room, setup, chance.noise[0])  # abate up to the price
        invest_as_decided(self)  # begin projects that pay
        take_orders(self, true_up=True)
        hold_true_up(provide, firms, government, room, setup)  # last quarter: trade what is left
        advance_permits(firms, government, setup)  # those of the next year
        sell_at_ceiling(firms, government, setup)
        comply(firms, government, room, setup)  # surrender permits, pay fines
        end_validity(firms, government, room, setup)
        review_reserve(firms, government, room, setup)  # publish the permits in circulation
        measure_quarter(firms, government, room, setup)  # against the best there could have been
        value_quarter(firms, government, room, setup)
        teach_learners(self)
        judge_year(self)

    def collect_bids(self):
        """Collect every firm's schedule; ValueError naming the firm if it is not valid."""
        collect_schedules(self.firms, self, self.room.price, self.room.volume)

    def schedule_of(self, row):
        """Schedule that the behaviour proposes for a firm: prices, €/t, and volumes, t, float64[steps] each."""
        firms, government = self.firms.rows, self.public.rows
        market = firms, government, self.room, self.setup, self.outlook
        write_schedules(self.planning, row, row + 1, *market)
        return self.room.price[row].copy(), self.room.volume[row].copy()

    # -- agents and parameters --------------------------------------------------------------------------------------

    def build(self):
        """Make the government, the firms, their auction, and the arrays that rules work in."""
        p = self.params
        drawn = draw_or_read_emitters(p, self.streams["population"])
        names, self.yearly_baseline, weight, self.knots, free_weight = drawn
        mean, self.emitters = mean_choke_price(weight, [each.cost[-1] for each in self.knots]), len(weight)
        self.public = Population(CalendarGovernment, self, 1)
        self.firms = Population(EMITTERS[p.emitter], self, self.emitters, (Trader, p.n_traders))
        self.names = names + [f"trader {number}" for number in range(1, p.n_traders + 1)]
        weight = np.append(weight, np.zeros(p.n_traders))
        free_weight = np.append(free_weight, np.zeros(p.n_traders))
        knots = self.knots + [straight(mean)] * p.n_traders
        self.firms.rows.weight = weight
        self.auction = AUCTIONS[p.auction]
        self.groups = groups_of(p.behaviour, self.emitters)
        self.planning = tuple(each.planning(p.parts) for each in self.groups)
        self.planning += trader_plannings(p.trader, p.parts, self.emitters, p.n_traders)
        self.apply_policy()
        about = {name: value for name, value in p.values().items() if name.startswith("project")}
        projects = draw_projects(
            self.streams["projects"], weight[: self.emitters], self.setup.planned[0], **about
        )
        self.room = room_for(weight, free_weight, knots, mean, projects, self.setup, p.bid_steps)
        self.firms.rows.choke_price = self.room.choke_price
        start = self.streams["learner start"]
        self.learners = learners_of(self.groups, p, self.room, self.setup, start)
        self.regulator = learner_of(p, mean, self.setup, self.streams["regulator start"])
        self.history, self.played = np.zeros((0, 1 + 2 * len(weight))), 0
        self.keep_bids(0)

    def keep_bids(self, quarters):
        """Keep the bids of the last ``quarters`` auctions from now on in ``past_bids``; by default none are kept."""
        curve = self.room.curve.price
        self.past_bids = empty_past_bids(quarters, *self.room.price.shape, len(curve))

    def keep_for_page(self):
        """Keep the bids of a run; return the model."""
        self.keep_bids(self.params.cycle)
        return super().keep_for_page()

    def apply_policy(self):
        """Make the rules' numbers anew, as live parameters may have changed; foreseen prices stay those of before."""
        self.params.check_orders(len(self.firms))
        self.setup = setup_of(self.params, self.yearly_baseline, self.emitters)
        weight = self.firms.rows.weight[: self.emitters]
        self.policy = policy_of_run(self.params, self.setup, weight, self.knots)

    # -- many quarters, compiled ------------------------------------------------------------------------------------

    def draw_chance(self, periods):
        """Take the next quarters from whole runs, each drawn at its start, and draw the order of ties."""
        known, n = self.history[self.played :], len(self.firms)
        runs = -(-max(periods - len(known), 0) // self.params.cycle)
        self.played += periods
        if runs > 0:
            drawn = self._draw_runs(runs)
            known, self.history = np.concatenate([known, drawn]), drawn[-self.params.cycle :]
            self.played = self.params.cycle - (len(known) - periods)
        drawn = known if self.setup.foresees else known[:periods]
        arrival, limit = draw_arrivals(self.params, periods, n, self.streams["arrivals"])
        return Chance(
            baseline=drawn[:, 1 : 1 + n].copy(),
            noise=drawn[:periods, 1 + n :].copy(),
            foreseen=drawn[:periods, 0].copy(),
            tie_key=uniform(self.streams["ties"], (periods, n)),
            deciding=uniform(self.streams["deciding"], (periods if self.learners else 0, n, 2)),
            regulating=uniform(self.streams["regulating"], (periods if self.regulator else 0, 1, 2)),
            arrival=arrival,
            limit=limit,
        )

    def begin_run_if_over(self):
        """Draw the next run's ``history`` once all quarters of the one before are ``played``."""
        if self.played == len(self.history):
            self.history, self.played = self._draw_runs(1), 0

    def _draw_runs(self, runs):
        """Foreseen prices, €/t, emissions without abatement, and noise, t: float64[runs × quarters, 1 + 2 n]."""
        planned = self.setup.planned[: self.params.cycle]
        n = self.emitters
        weight = self.room.weight[:n]
        about = self.params, weight, planned, runs, self.streams
        baseline, noise = (draw(*about).reshape(-1, n) for draw in (draw_baselines, draw_noise))
        about = baseline, noise, weight, self.knots
        price = foreseen_prices(self.params, self.setup, self.policy, *about)
        of_traders = np.zeros((len(baseline), len(self.firms) - n))
        return np.column_stack([price, baseline, of_traders, noise, of_traders])

    def is_compiled(self):
        """Return whether firms bid as their behaviour says, and nothing that decides is in plain Python."""
        learners = [each.learner for each in self.learners]
        behaviours = [each.behaviour for each in self.groups if each.behaviour]
        parts = [*learners, *behaviours, self.regulator or rule_of(self.params.regulator)]
        return self.firms.kind.follows_its_plan() and all(each.is_compiled() for each in parts)

    def run_compiled(self, periods, chance):
        """Play the block in one loop over the same rules as `run_period`."""
        recorded = self.recorded_periods(periods)
        recorder, public = recorder_for(self, len(recorded)), self.public
        market = self.firms.rows, public.rows, self.room, self.setup
        learnings = learnings_of(self.learners, self.explore, self.learning)
        regulation = regulation_of(self.params, self.regulator, self.explore, self.learning)
        others = learnings, regulation, self.past_bids
        loop = Direct(play_quarters)  # numba itself would look at every array for a third of a millisecond
        loop(self.auction.clear, self.planning, *others, *market, chance, recorder)
        for each in self.learners:
            each.learner.rounds += periods * self.learning
        if self.regulator:
            self.regulator.rounds = int(public.rows[0].lessons)
        return recorded, recorder.government, recorder.firms
