"""Emissions trading over years: permits that are held, policy made of parts.

A quarter: the government issues permits and gives some away, sells others in an auction; firms trade, abate what costs
less than a permit, and emit the rest. At the end of a year they surrender permits for what they emitted; what is left
stays valid. A run has as many quarters as the policy's years; after the last one a new run begins with the same firms.
"""

import numpy as np

import model.systems.emissions_trading.metrics  # noqa: F401 - registers the metrics
from agents.bidders.demand_schedule import collect_schedules
from agents.emitters.behaviours import BEHAVIOURS
from agents.emitters.draws import draw_emitters, mean_choke_price
from agents.emitters.emitter import EMITTERS, Emitter
from agents.emitters.files import read_emitters
from agents.emitters.government import CalendarGovernment
from agents.population import Population
from model.base import MarketModel
from model.mechanisms.auctions.base import AUCTIONS
from model.systems.bidding.rules import Recorder
from model.systems.emissions_trading.auction import hold_auction, offer_permits, turn_of, write_schedule
from model.systems.emissions_trading.exchange import hold_exchange
from model.systems.emissions_trading.history import draw_baselines, foreseen_prices
from model.systems.emissions_trading.params import EmissionsTradingParams
from model.systems.emissions_trading.plans import estimate_price, look_ahead
from model.systems.emissions_trading.room import room_for
from model.systems.emissions_trading.rules import (
    Chance,
    begin_quarter,
    comply,
    emit,
    end_validity,
    issue_permits,
    play_quarters,
    review_reserve,
)
from model.systems.emissions_trading.setup import setup_of


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
        "offered",
        "sold",
        "cover_ratio",
        "traded_volume",
        "revenue",
        "windfall",
        "fines",
        "shortfall",
        "debt",
        "reserve",
        "cancelled",
        "award_concentration",
        "total_profit",
    )

    def run_period(self, chance):
        """Play one quarter, firm by firm. `rules.play_quarters` plays many, with the same verbs in the same order."""
        clear, provide, room, setup = self.auction.clear, self.behaviour.provide, self.room, self.setup
        firms, government = self.firms.rows, self.government.population.rows
        begin_quarter(firms, government, room, setup, chance.baseline[0], chance.foreseen[0])  # news
        issue_permits(firms, government, room, setup)  # first quarter: cap, stability reserve, free permits
        offer_permits(government, room, setup)  # the supply curve
        self.outlook = look_ahead(firms, government, room, setup)  # what everybody knows
        estimate_price(provide, firms, government, room, setup, self.outlook)
        self.collect_bids()
        hold_auction(clear, firms, government, room, setup, chance.tie_key[0])
        hold_exchange(provide, firms, government, room, setup, self.outlook)
        emit(firms, government, room, setup)  # abate up to the price
        comply(firms, government, setup)  # last quarter: surrender permits, pay fines
        end_validity(firms, government, setup)
        review_reserve(firms, government, room, setup)  # publish the permits in circulation

    def collect_bids(self):
        """Collect every firm's schedule; ValueError naming the firm if it is not valid."""
        collect_schedules(self.firms, self, self.room.price, self.room.volume)

    def schedule_of(self, row):
        """Schedule that the behaviour proposes for a firm: prices, €/t, and volumes, t, float64[steps] each."""
        firms, government = self.firms.rows, self.government.population.rows
        turn = turn_of(row, firms, government, self.setup)
        market = self.behaviour.provide, row, firms, government, self.room, self.setup, self.outlook
        write_schedule(*market, turn)
        return self.room.price[row].copy(), self.room.volume[row].copy()

    # -- agents and parameters --------------------------------------------------------------------------------------

    def build(self):
        """Make the government, the firms, their auction, and the arrays that rules work in."""
        p = self.params
        self.names, self.yearly_baseline, weight, choke_price = self.firm_facts()
        self.government = Population(CalendarGovernment, self, 1)[0]
        self.firms = Population(EMITTERS[p.emitter], self, len(weight))
        self.firms.rows.weight, self.firms.rows.choke_price = weight, choke_price
        self.auction, self.behaviour = AUCTIONS[p.auction], BEHAVIOURS[p.behaviour]
        self.apply_policy()
        mean = mean_choke_price(weight, choke_price)
        self.room = room_for(weight, choke_price, mean, self.setup, p.bid_steps)
        self.history, self.played = np.zeros((0, 1 + len(weight))), 0

    def apply_policy(self):
        """Make the rules' numbers anew, as live parameters may have changed; foreseen prices stay those of before."""
        self.setup = setup_of(self.params, self.yearly_baseline)

    def firm_facts(self):
        """Names, a year's planned emissions of all firms, t, sizes and choke prices, float64[n] each."""
        p = self.params
        if p.emitters:
            names, facts = read_emitters(p.emitters)
            total = float(facts["baseline"].sum())
            return names, total, facts["baseline"] / total, facts["choke_price"]
        limits = {name: getattr(p, name) for name in ("size_spread", "choke_min", "choke_max", "choke_mean")}
        names = [f"firm {number}" for number in range(1, p.n_firms + 1)]
        return names, p.baseline, *draw_emitters(self.streams["population"], p.n_firms, **limits)

    # -- many quarters, compiled ------------------------------------------------------------------------------------

    def draw_chance(self, periods):
        """Take the next quarters from whole runs, each drawn at its start, and draw the order of ties."""
        parts, missing = [], periods
        while missing > 0:
            if self.played == len(self.history):
                self.history, self.played = self._draw_run(), 0
            parts.append(self.history[self.played : self.played + missing])
            self.played += len(parts[-1])
            missing -= len(parts[-1])
        drawn = np.concatenate(parts)
        ties = self.streams["ties"].random((periods, len(self.firms)))
        return Chance(baseline=drawn[:, 1:].copy(), foreseen=drawn[:, 0].copy(), tie_key=ties)

    def _draw_run(self):
        """A run's foreseen prices, €/t, and emissions without abatement, t: float64[quarters, 1 + n]."""
        planned = self.setup.planned[: self.params.cycle]
        baseline = draw_baselines(self.params, self.room.weight, planned, self.streams)
        price = foreseen_prices(self.params, self.setup, baseline, self.room.choke_price)
        return np.column_stack([price, baseline])

    def is_compiled(self):
        """Return whether firms bid as their behaviour says, none in plain Python."""
        return self.firms.kind.bid is Emitter.bid

    def run_compiled(self, periods, chance):
        """Play the block in one loop over the same rules as `run_period`."""
        recorded = self.recorded_periods(periods)
        public = self.government.population
        recorder = Recorder(
            every=self.collect_every,
            before=self.steps,
            firms_now=self.firms.numbers,
            government_now=public.numbers,
            firms=self.firms.record(len(recorded)),
            government=public.record(len(recorded)),
        )
        market = self.firms.rows, public.rows, self.room, self.setup
        play_quarters(self.auction.clear, self.behaviour.provide, *market, chance, recorder)
        return recorded, recorder.government, recorder.firms
