"""The rules of the grid read once more, in plain Python with dicts and lists and without the compiled rules.

Written from the specification, not from the code: tests play both in lock-step, and the benchmark compares speeds.
Observations are made with numpy, as the source's simulator does.
"""

import math
import operator
from functools import reduce

import numpy as np

from model.mechanisms.auctions.base import clear

LEFT_RIGHT_UP_DOWN = [(0, -1), (0, 1), (-1, 0), (1, 0)]
LAYERS = ("project", "pollution", "green", "property", "mark")


def add(numbers):
    """The sum from left to right; since Python 3.12 ``sum`` corrects its rounding."""
    return reduce(operator.add, numbers, 0.0)


class PlainGrid:
    """One world. ``p`` : parameters by name; ``weights``, ``percentages`` : of the allocation rule."""

    def __init__(self, p, cells, skills, weights, percentages, positive_steps=0):
        self.p, self.weights, self.percentages = p, list(weights), list(percentages)
        self.n = p.n_firms
        self.clock = self.year = 0
        self.maps = {name: np.zeros((p.height, p.width)) for name in LAYERS}
        self.green_owner = -np.ones((p.height, p.width), int)
        self.property_owner = -np.ones((p.height, p.width), int)
        self.standing = -np.ones((p.height, p.width), int)
        self.firms = []
        for i, (cell, (ability, size)) in enumerate(zip(cells, skills)):
            self.standing[tuple(cell)] = i
            self.firms.append(
                {
                    "loc": tuple(int(x) for x in cell),
                    "coin": p.start_cash,
                    "coin_escrow": 0.0,
                    "credit": 0.0,
                    "credit_escrow": 0.0,
                    "projects": 0,
                    "labor": 0.0,
                    "emitted": 0.0,
                    "emitted_year": 0.0,
                    "ability": float(ability),
                    "size": float(size),
                    "level": 1.0,
                    "count": 0,
                    "history": [0] * max(p.delay, p.forget),
                }
            )
        self.punishment, self.project_credit, self.firm_credit = p.penalty, 0.0, [0.0] * self.n
        self.avg_level, self.remaining, self.excess = 1.0, p.total_permits, [0.0] * self.n
        self.bids, self.asks, self.open = [], [], [0] * self.n
        self.price_history = [np.zeros(p.max_price + 1) for _ in range(self.n)]
        self.integrator = positive_steps
        self.utility = [self.utility_of(i, 0.0) for i in range(self.n)]
        self.welfare = self.welfare_now()
        self.trades, self.padded = [], (None,)

    # -- one step -----------------------------------------------------------------------------------------------

    def step(self, actions, decision, chance, active, bids=()):
        """Play one step; returns rewards of the enterprises and of the government.

        bids : where permits are sold, a list of pairs of price and volume for every enterprise.
        """
        p, self.permit_bids = self.p, bids
        self.clock += 1
        self.year = self.clock // p.period_length
        phase = self.clock % p.period_length
        self.trades = []
        if phase == 0:
            self.fine()
        if phase == 1:
            self.settle_and_allocate(decision, chance, active)
            for bid in self.bids:
                self.firms[bid["owner"]]["coin"] += bid["price"]
                self.firms[bid["owner"]]["coin_escrow"] -= bid["price"]
            self.bids, self.asks, self.open = [], [], [0] * self.n
        else:
            for i in chance.work_order:
                self.work(int(i), int(actions[i]), chance)
            self.market(actions)
            for i in chance.move_order:
                self.move(int(i), int(actions[i]))
        return self.rewards()

    def fine(self):
        for firm in self.firms:
            if firm["credit"] < 0:
                firm["coin"] -= self.punishment * abs(firm["credit"])
        self.avg_level = add(firm["level"] for firm in self.firms) / self.n

    def settle_and_allocate(self, decision, chance, active):
        p = self.p
        for i, firm in enumerate(self.firms):
            if firm["credit"] < 0:
                self.excess[i] += abs(firm["credit"])
        if active:
            weights, q = [float(w) for w in decision[: self.n]], float(decision[self.n])
            if not p.fixed_penalty:
                self.punishment = 10.0 * decision[self.n + 1]
        else:
            weights, q = self.weights, self.percentages[min(self.year, len(self.percentages) - 1)]
        year_credit = p.total_permits * q / 100
        self.project_credit = int(year_credit / 10)
        self.firm_credit = self.shares(year_credit, weights)
        if p.issuing != "free":
            self.sell_permits()
        if active:
            self.remaining -= self.project_credit + add(self.firm_credit)
            order = list(range(self.n))
        elif p.indicator == "manual" or p.issuing != "free":
            order = list(range(self.n))
        else:
            keys = [self.key(firm) for firm in self.firms]
            order = sorted(range(self.n), key=lambda i: (-keys[i], i))
        for share, i in zip(self.firm_credit, order):
            self.firms[i]["credit"], self.firms[i]["credit_escrow"] = share, 0.0
            if not active or p.issuing != "free":
                self.firms[i]["emitted_year"] = 0.0
        left = self.project_credit
        for r, c in chance.cells:
            if left > 0 and self.blank(r, c):
                self.maps["project"][r, c] = self.maps["mark"][r, c] = 1
                left -= 1

    def sell_permits(self):
        """The auction itself has readings of its own in its tests; here: who may bid what, and who pays."""
        price, volume = np.zeros((2, self.n, max(map(len, self.permit_bids))))
        for i, (firm, bid) in enumerate(zip(self.firms, self.permit_bids)):
            left = max(firm["coin"], 0.0)
            for k, (p, v) in enumerate(bid):
                v = left / p if p * v > left else v
                left = max(left - p * v, 0.0)
                price[i, k], volume[i, k] = p, v
        sold = clear(
            self.p.issuing,
            price,
            volume,
            supply=add(self.firm_credit),
            reserve=self.p.reserve_price,
            settings=self.p.parts[self.p.issuing],
            tie_key=np.arange(self.n),
        )
        self.firm_credit = sold.award.tolist()
        for firm, payment in zip(self.firms, sold.payment.tolist()):
            firm["coin"] -= payment

    def shares(self, year_credit, weights):
        whole = add(weights)
        exact = [
            year_credit * 9 / 10 * w / whole if whole else year_credit * 9 / 10 / self.n for w in weights
        ]
        if self.p.rounding == "none":
            return exact
        if self.p.rounding == "down":
            return [float(int(x)) for x in exact]
        floors = [int(x + 1e-9) for x in exact]
        odd = int(year_credit * 9 / 10 + 1e-9) - sum(floors)
        largest = sorted(range(self.n), key=lambda k: (floors[k] - exact[k], k))[:odd]
        return [float(f + (k in largest)) for k, f in enumerate(floors)]

    def key(self, firm):
        if self.p.indicator == "grandfathering":
            return firm["emitted_year"]
        return firm["size"] / firm["level"] if self.p.indicator == "benchmarking" else firm["size"]

    # -- work ---------------------------------------------------------------------------------------------------

    def work(self, i, action, chance):
        p, firm = self.p, self.firms[i]
        history = firm["history"]
        if firm["count"] > 0 and sum(history[: p.forget]) == 0:
            firm["count"] -= 1
            history[0] = 2
        if history[p.delay] == 1:
            firm["count"] += 1
        firm["level"] = self.level(firm)
        firm["history"] = history = [0, *history[:-1]]
        if action == 1:
            self.produce(i, chance.spread[i])
        elif action == 2:
            if chance.luck[i] > p.research_failure:
                history[0] = 1
            firm["labor"] += p.invest_labour
            firm["coin"] -= p.income / (2 * firm["ability"])

    def level(self, firm):
        p = self.p
        if p.research == "logarithmic":
            by_time = max(
                1 - (self.clock // p.period_length + 1) / (p.episode / p.period_length), p.lowest_level
            )
            return max(
                by_time, 1 - math.log(1 + firm["ability"] * firm["count"]) / math.log(p.technology + 1)
            )
        own = math.e ** (-firm["ability"] * firm["count"] * p.technology)
        load = add(math.e ** (-other["count"] * p.technology) * other["size"] for other in self.firms)
        g = self.maps["green"].sum()
        return max(own * max(1 - g / (load + g), 0), p.lowest_level)

    def produce(self, i, spread):
        p, firm = self.p, self.firms[i]
        r, c = firm["loc"]
        if not self.free(r, c):
            return
        e = p.emission_factor * firm["size"] * firm["level"]
        if self.maps["pollution"][r, c]:
            e *= 1 + p.pollution_factor
        firm["credit"] -= e
        self.maps["property"][r, c] = 1
        self.property_owner[r, c] = i
        if e > p.pollution_threshold:
            around = [(1, 1), (0, 1), *[(-1, 1)] * 2, *[(1, 0)] * 2, *[(-1, 0)] * 2, (-1, -1)]
            if p.pollution_cells == "neighbours":
                around = [(a, b) for a in (-1, 0, 1) for b in (-1, 0, 1) if (a, b) != (0, 0)]
            blank = [(r + a, c + b) for a, b in around if self.blank(r + a, c + b)]
            if blank:
                self.maps["pollution"][blank[int(spread * len(blank))]] = 1
        firm["coin"] += p.income * firm["size"]
        firm["labor"] += p.produce_labour
        firm["emitted"] += e
        firm["emitted_year"] += e

    def inside(self, r, c):
        return 0 <= r < self.p.height and 0 <= c < self.p.width

    def blank(self, r, c):
        return self.inside(r, c) and not any(layer[r, c] for layer in self.maps.values())

    def free(self, r, c):
        return not (self.maps["project"][r, c] or self.maps["property"][r, c] or self.maps["green"][r, c])

    def can_stand(self, i, r, c):
        return (
            self.inside(r, c)
            and self.standing[r, c] < 0
            and self.property_owner[r, c] in (-1, i)
            and self.green_owner[r, c] in (-1, i)
        )

    # -- market -------------------------------------------------------------------------------------------------

    def market(self, actions):
        p, prices = self.p, self.p.max_price + 1
        for i, firm in enumerate(self.firms):
            self.price_history[i] = self.price_history[i] * 0.995
            a = int(actions[i]) - 3
            if 0 <= a < prices and self.open[i] < p.max_orders and firm["coin"] >= a:
                firm["coin"] -= a
                firm["coin_escrow"] += a
                self.bids.append({"owner": i, "price": a, "age": 0})
            elif prices <= a < 2 * prices and self.open[i] < p.max_orders and firm["credit"] >= 1:
                firm["credit"] -= 1
                firm["credit_escrow"] += 1
                self.asks.append({"owner": i, "price": a - prices, "age": 0})
            else:
                continue
            self.open[i] += 1
            firm["labor"] += p.order_labour
        self.match()
        for name, orders in (("bid", self.bids), ("ask", self.asks)):
            for order in list(orders):
                order["age"] += 1
                if order["age"] > p.order_duration:
                    orders.remove(order)
                    firm = self.firms[order["owner"]]
                    self.open[order["owner"]] -= 1
                    what, how_much = ("coin", order["price"]) if name == "bid" else ("credit", 1)
                    firm[what] += how_much
                    firm[f"{what}_escrow"] -= how_much

    def match(self):
        asks = sorted(self.asks, key=lambda o: (o["price"], -o["age"], o["owner"]))
        for bid in sorted(self.bids, key=lambda o: (-o["price"], -o["age"], o["owner"])):
            others = [ask for ask in asks if ask["owner"] != bid["owner"]]
            if not others or others[0]["price"] > bid["price"]:
                continue
            ask = others[0]
            asks.remove(ask)
            self.asks.remove(ask)
            self.bids.remove(bid)
            price = bid["price"] if bid["age"] > ask["age"] else ask["price"]
            buyer, seller = self.firms[bid["owner"]], self.firms[ask["owner"]]
            seller["credit_escrow"] -= 1
            buyer["credit"] += 1
            buyer["coin_escrow"] -= bid["price"]
            seller["coin"] += price
            buyer["coin"] += bid["price"] - price
            self.open[bid["owner"]] -= 1
            self.open[ask["owner"]] -= 1
            self.price_history[ask["owner"]][price] += 1
            self.trades.append((bid["owner"], ask["owner"], price))

    # -- movement -----------------------------------------------------------------------------------------------

    def move(self, i, action):
        p, firm = self.p, self.firms[i]
        direction = action - 3 - 2 * (p.max_price + 1)
        if not 0 <= direction < 4:
            return
        r, c = firm["loc"]
        dr, dc = LEFT_RIGHT_UP_DOWN[direction]
        target = r + dr, c + dc
        if self.inside(*target) and self.maps["project"][target]:
            if firm["coin"] > p.project_cost:
                firm["projects"] += 1
                self.maps["project"][target] = 0
                self.maps["green"][target] = 1
                self.green_owner[target] = i
                firm["credit"] += 1
                firm["labor"] += p.project_labour
                firm["coin"] -= p.project_cost
            else:
                target = r, c
        if self.can_stand(i, *target):
            self.standing[r, c] = -1
            self.standing[target] = i
            firm["loc"] = target
            firm["labor"] += p.move_labour

    # -- rewards ------------------------------------------------------------------------------------------------

    def rewards(self):
        p = self.p
        weight = 1 - math.exp(-self.integrator / p.labour_warmup) if p.labour_warmup > 0 else 1.0
        utility = [self.utility_of(i, weight) for i in range(self.n)]
        welfare = self.welfare_now()
        rewards = [new - old for new, old in zip(utility, self.utility)], welfare - self.welfare
        self.utility, self.welfare = utility, welfare
        if sum(rewards[0]) / self.n > 0:
            self.integrator += 1
        return rewards

    def wealth(self, i):
        return self.firms[i]["coin"] + self.firms[i]["coin_escrow"]

    def utility_of(self, i, weight):
        p, z = self.p, self.wealth(i)
        if z >= 0:
            u = (z ** (1 - p.eta) - 1) / (1 - p.eta)
        else:
            u = z - 1 / (1 - p.eta) if p.utility_in_debt == "continuous" else z - 1
        return u - self.firms[i]["labor"] * p.labour_cost * weight

    def welfare_now(self):
        z, n = [self.wealth(i) for i in range(self.n)], self.n
        gini = sum(abs(a - b) for a in z for b in z) / (2 * n * sum(z) + 1e-10)
        equality = 1 - gini * n / (n - 1) if n > 1 else 1.0
        welfare = equality * sum(z) / n * math.exp(-self.p.climate_cost * sum(self.excess))
        return welfare - 10_000 * (self.remaining < 0)

    # -- masks and observations ---------------------------------------------------------------------------------

    def mask(self, i):
        p, firm = self.p, self.firms[i]
        r, c = firm["loc"]
        free, may_order = self.free(r, c), self.open[i] < p.max_orders
        prices = range(p.max_price + 1)
        return np.array(
            [
                1,
                free,
                free and firm["coin"] > 0,
                *[may_order and price <= firm["coin"] for price in prices],
                *[may_order and firm["credit"] >= 1 for _ in prices],
                *[self.can_stand(i, r + dr, c + dc) for dr, dc in LEFT_RIGHT_UP_DOWN],
            ],
            np.float32,
        )

    def government_mask(self):
        p = self.p
        deciding = self.clock % p.period_length == 0
        limit = min(int(self.remaining / p.total_permits * 100), p.most_percent)
        parts = []
        for k in range(self.n + 2):
            if p.government_actions == "clean":
                part = [1] + [int(deciding and (k != self.n or v <= limit)) for v in range(1, 101)]
            elif not deciding:
                part = [1, 1] + [0] * 100
            else:
                part = [1, 0] + [int(k != self.n or v - 1 <= limit) for v in range(2, 102)]
            parts += part
        return np.array(parts, np.float32)

    def observe(self, i):
        """Observations of enterprise i: window, owners, numbers, mask."""
        return *self.window(i), self.numbers(i), self.mask(i)

    def full_maps(self):
        """Padded layers and codes of owners, made once per step as the simulator does."""
        if self.padded[0] == self.clock:
            return self.padded[1:]
        v = self.p.view
        layers = np.stack([*self.maps.values(), np.ones((self.p.height, self.p.width))], axis=-1)
        owners = np.stack([self.green_owner, self.property_owner, self.standing], axis=-1) + 2
        owners[owners == 1] = 0
        pad = ((v, v), (v, v), (0, 0))
        self.padded = self.clock, np.pad(layers, pad).astype(np.float32), np.pad(owners, pad).astype(np.int16)
        return self.padded[1:]

    def window(self, i):
        layers, owners = self.full_maps()
        r, c = self.firms[i]["loc"]
        side = 2 * self.p.view + 1
        owners = owners[r : r + side, c : c + side].copy()
        owners[owners == i + 2] = 1
        return layers[r : r + side, c : c + side].copy(), owners

    def depth(self, orders, chosen):
        found = np.zeros(self.p.max_price + 1)
        for order in orders:
            if chosen(order["owner"]):
                found[order["price"]] += 1
        return found

    def rate(self):
        h = sum(self.price_history)
        return h, (np.arange(len(h)) * h).sum() / max(0.001, h.sum())

    def numbers(self, i):
        p, firm = self.p, self.firms[i]
        h, rate = self.rate()
        (r, c) = firm["loc"]
        return np.concatenate(
            [
                [self.avg_level, self.year],
                self.depth(self.asks, lambda j: j != i),
                self.depth(self.bids, lambda j: j != i),
                [rate],
                self.depth(self.asks, lambda j: j == i),
                self.depth(self.bids, lambda j: j == i),
                0.01 * h,
                [firm["level"], firm["size"], firm["ability"], firm["count"], self.clock / p.episode],
                [
                    0.01 * firm["credit"],
                    0.01 * firm["projects"],
                    0.01 * firm["coin"],
                    c / p.width,
                    r / p.height,
                ],
            ]
        ).astype(np.float32)

    def government_numbers(self):
        """The government's numbers, and those of the enterprises."""
        p, firms = self.p, self.firms
        h, rate = self.rate()
        flat = np.concatenate(
            [
                *[[firm[name] for firm in firms] for name in ("ability", "level", "size")],
                [self.avg_level, self.project_credit],
                self.firm_credit,
                [self.punishment, self.remaining],
                self.excess,
                [self.year],
                self.depth(self.asks, lambda j: True),
                self.depth(self.bids, lambda j: True),
                [rate],
                0.01 * h,
                [self.clock / p.episode, 0, 0, 0],
            ]
        ).astype(np.float32)
        rows = [
            [
                0.01 * f["credit"],
                0.01 * f["projects"],
                0.01 * f["coin"],
                f["loc"][1] / p.width,
                f["loc"][0] / p.height,
            ]
            for f in firms
        ]
        return flat, np.array(rows, np.float32)
