"""Escape permits: farms bid for packages of permits for several pollutants that they abate jointly [Goyal].

A step is one round of an auction: the regulator announces prices, farms bid, the regulator closes the auction or
raises prices. After the close, permits are delivered, the safety valve opens, and farms abate what their permits do
not cover; the next auction begins with the next step. R1 to R12 are the paper's rules as `model/EQUATIONS.md` numbers
them.
"""

import numpy as np

from agents.farms.curves import MONEY, abate
from agents.farms.farm import FARMS, Farm
from agents.farms.pollutants import POLLUTANTS
from agents.farms.regulator import Regulator
from agents.population import Population, renamed
from model.base import MarketModel
from model.mechanisms.combinatorial.safety_valve import buy_from_valve
from model.systems.escape_permits import rules
from model.systems.escape_permits.auction import (
    best_value,
    bid_all,
    bidding_from,
    bids_of,
    curves_for,
    instance_from,
    money,
    open_auction,
    value_of,
)
from model.systems.escape_permits.metrics import PACKAGE_METRICS
from model.systems.escape_permits.params import EscapePermitsParams
from model.systems.escape_permits.recorder import Recorder


class EscapePermits(MarketModel, name="escape_permits"):
    """Farms bid for packages of permits; one step is one clock round."""

    Params = EscapePermitsParams
    metrics = PACKAGE_METRICS
    compile_seconds = 15

    def run_period(self, chance):
        """Play one round, farm by farm; `run_compiled` plays many, and calls the same `play_round`."""
        self.play_round(self.collect_bids)

    def play_round(self, collect):
        """Play one round; ``collect`` enters all bids: `collect_bids` farm by farm, `bid_together` compiled."""
        if self.auction.closed:
            self.open_next_auction()
        self.announce_prices()
        collect()  # R5, R6
        self.publish_demand()
        number, price = self.auction.round, self.auction.price
        self.auction.end_round()  # R7-R12: enter bids, find winners, close or raise prices
        self.publish_bids()
        self.record(number, price)
        held = self.deliver()  # with the safety valve; nothing while the auction is open
        self.comply(held)  # R2, R3: abate what permits do not cover

    def announce_prices(self):
        """Publish round and clock prices."""
        public = self.public.rows
        public.clock_round, public.closed = self.auction.round, 0.0
        self._write(public, "clock_price", self.auction.price / MONEY)

    def collect_bids(self):
        """Collect every farm's bids; ValueError naming the farm if they are not valid."""
        for farm in self.firms:
            self.auction.submit(farm.row, *farm.bid(self))

    def bid_together(self):
        """Enter the bids of all farms in one compiled call."""
        bid_all(self.instance, self.auction, self.bidding)

    def straightforward_bid(self, row):
        """Return headline demand and bids of a farm that bids straightforwardly."""
        return bids_of(row, self.instance, self.auction, self.bidding)

    def publish_demand(self):
        """Publish the packages demanded at the prices of the round, and the surplus they would leave."""
        auction, lots = self.auction, self.instance.terms.packages.lots
        demanded = lots[auction.headline]
        self._write(self.firms.rows, "demand", demanded)
        self._write(self.public.rows, "demand", demanded.sum(0))
        paid = demanded @ auction.price
        self.firms.rows.surplus = (value_of(self.instance, auction.headline) - paid) / MONEY

    def publish_bids(self):
        """Publish the bid book and the provisional allocation."""
        auction, farms, public = self.auction, self.firms.rows, self.public.rows
        book = auction.book
        farms.bids = (book >= 0).sum(1)
        farms.leading = np.maximum(book[np.arange(len(book)), auction.leader], 0) / MONEY
        farms.eligibility = auction.eligibility()
        public.provisional_revenue = auction.provisional_revenue / MONEY
        self._write(public, "provisional", self.instance.terms.packages.lots[auction.leader].sum(0))

    def record(self, number, price):
        """Keep round ``number``, held at clock prices ``price``, if the model records."""
        if self.recorder is not None:
            self.recorder.take(self.instance, self.auction, price, number)

    # -- the end of an auction -------------------------------------------------------------------------------------

    def deliver(self):
        """Write permits and payments of each farm, 0 while the auction is open; return the lots held, int64[n, m]."""
        farms, public = self.firms.rows, self.public.rows
        package, payment, valve = self.results()
        lots = self.instance.terms.packages.lots
        held, award = package + valve, lots[package]
        public.closed = float(self.auction.closed)
        farms.award, farms.auction_payment = award.sum(1), payment.sum(1) / MONEY
        farms.value = value_of(self.instance, package) / MONEY
        farms.valve_payment = lots[valve].sum(1) * self.params.valve_price
        farms.profit = value_of(self.instance, held) / MONEY - farms.auction_payment - farms.valve_payment
        public.value, public.best_value = farms.value.sum(), self.best_value * self.auction.closed
        for name, of_farms, of_public in (
            ("award", award, "sold"),
            ("payment", payment / MONEY, "revenue"),
            ("valve", lots[valve], "valve_sold"),
        ):
            self._write(farms, name, of_farms)
            self._write(public, of_public, of_farms.sum(0))
        return lots[held]

    def results(self):
        """Packages won, payments, and packages bought from the valve: int64[n], int64[n, m], int64[n]."""
        n, m = self.instance.curves.baseline.shape
        if not self.auction.closed:
            return np.zeros(n, np.int64), np.zeros((n, m), np.int64), np.zeros(n, np.int64)
        outcome = self.auction.outcome
        return outcome.package, outcome.payment, self.open_valve(outcome.package)

    def open_valve(self, package):
        """Offer unsold permits at the fixed price; return the numbers of the packages bought, int64[n]."""
        held = package.copy()
        if self.params.valve_price > 0.0:
            terms = self.instance.terms
            left = terms.supply - terms.packages.lots[package].sum(0)
            price = np.full(len(left), money(self.params.valve_price))
            order = self.streams["valve"].permutation(len(held))
            buy_from_valve(
                self.instance.value, terms.packages.lots, terms.packages.stride, held, order, price, left
            )
        return held - package

    def comply(self, held):
        """Abate emissions not covered by the permits held, int64[n, m]; settle permits and money."""
        farms, public = self.firms.rows, self.public.rows
        emissions, cost = np.zeros(held.shape), np.zeros(len(held))
        if self.auction.closed:
            abate(self.curves, held, emissions, cost)
            emissions = np.maximum(self.curves.baseline - emissions, 0.0)
        self._write(farms, "emissions", emissions)
        farms.abatement_cost = cost
        if not self.auction.closed:
            return
        for ledger, supply in zip(self.ledgers(), self.instance.terms.supply, strict=True):
            rules.settle(*ledger, float(supply), self.params.valve_price)
        rules.pay_abatement(farms, public)

    def ledgers(self):
        """Return each pollutant's accounts: rows of farms and regulator under the names that `model.accounts` uses."""
        return [
            (
                renamed(self.firms.rows, cash="cash", **{k: f"{v}_{each}" for k, v in rules.LEDGER.items()}),
                renamed(
                    self.public.rows,
                    cash="cash",
                    product_market="product_market",
                    **{name: f"{name}_{each}" for name in rules.ISSUER},
                ),
            )
            for each in self.pollutants
        ]

    def _write(self, rows, name, values):
        """Write float64[..., m] into the columns ``name_ghg``, ``name_nutrient``, …."""
        for j, pollutant in enumerate(self.pollutants):
            rows[f"{name}_{pollutant}"] = values[..., j]

    # -- farms and auctions ----------------------------------------------------------------------------------------

    def build(self):
        """Make regulator and farms, and open the first auction."""
        p = self.params
        self.recorder = None
        curves = curves_for(p, self.streams["costs"])
        self.pollutants = POLLUTANTS[: curves.baseline.shape[1]]
        self.public = Population(Regulator, self, 1)
        self.firms = Population(FARMS[p.farm], self, len(curves.baseline))
        self.begin_auction(curves)

    def begin_auction(self, curves):
        """Open an auction among farms with these cost curves."""
        self.curves = curves
        self.instance = instance_from(self.params, curves)
        self.auction = open_auction(self.params, self.instance)
        self.auction.publishes = True
        self.bidding = bidding_from(self.params, self.auction, self.instance.value)
        self.best_value = best_value(self.instance) / MONEY
        public = self.public.columns
        public.auction += 1
        public.pollutants = len(self.pollutants)
        public.clock = float(self.auction.asks != "sealed")
        self._write(self.firms.rows, "baseline", curves.baseline)
        self._write(self.firms.rows, "correlation", curves.correlation)
        self._write(self.public.rows, "cap", self.instance.terms.supply)

    def open_next_auction(self):
        """Open the next auction, with new costs of farms if these are drawn every time."""
        drawn_once = self.params.costs == "once" or self.params.curves
        self.begin_auction(self.curves if drawn_once else curves_for(self.params, self.streams["costs"]))

    def start_recording(self):
        """Record every round from now on; return the `Recorder`."""
        self.recorder = Recorder()
        return self.recorder

    def draw_chance(self, periods):
        """Draw nothing: costs are drawn when an auction begins, the order at the safety valve when it opens."""

    # -- many rounds -----------------------------------------------------------------------------------------------

    def is_compiled(self):
        """Return whether all farms bid by compiled rules, none in plain Python."""
        return self.firms.kind.bid is Farm.bid

    def compile_rules(self):
        """Play a small auction of the same rules to its end, so that the rules of its close are compiled; return it.

        Its farms are the usual ones; farms in plain Python bid in the next round of a copy.
        """
        twin = type(self)(self.params.small(len(self.pollutants)), rng=0)
        while not twin.auction.closed:
            twin.advance(1)
        return twin if self.is_compiled() else super().compile_rules()

    def run_compiled(self, periods, chance):
        """Play the block; bids, winners and results of each round are computed by compiled rules."""
        return self.play_one_by_one(periods, lambda _: self.play_round(self.bid_together))
