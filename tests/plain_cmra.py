"""The combinatorial multi-round ascending auction read once more, in plain Python with dicts, tuples and whole numbers.

Written from its rules R1 to R12 and the activity rules, not from the code: a test plays both in lock-step. Packages
are tuples of lots, prices tuples of millionths of a euro, a farm's values and bids dicts by package.
"""

from functools import cache

CLOSE_ENOUGH = 10_000_000
"""One part in so many is what serving everybody may lose."""


def cost(package, price):
    """Price of a package."""
    return sum(p * x for p, x in zip(price, package, strict=True))


def is_within(package, other):
    """Whether it has no more of anything than another."""
    return all(a <= b for a, b in zip(package, other, strict=True))


def best_choice(books, supply, optional, ties):
    """(revenue, package of each bidder or None) of the best choice within the supply; None if there is none.

    Highest revenue; then fewest (or most) units; then lexicographically first, no package before all (R10, R12).
    """
    sign = 1 if ties == "most" else -1

    @cache
    def best(i, left):
        """Of bidders i and on: (revenue, sign * units, packages)."""
        if i == len(books):
            return 0, 0, ()
        found = None
        for package in ([None] if optional else []) + sorted(books[i]):
            lots = package or (0,) * len(left)
            if is_within(lots, left):
                rest = best(i + 1, tuple(a - b for a, b in zip(left, lots, strict=True)))
                if rest:
                    amount = 0 if package is None else books[i][package]
                    here = amount + rest[0], sign * sum(lots) + rest[1], (package, *rest[2])
                    if (
                        found is None or here[:2] > found[:2]
                    ):  # packages come in order: the first of equals stays
                        found = here
        return found

    found = best(0, tuple(supply))
    return found and (found[0], found[2])


class PlainFarm:
    """One bidder that bids straightforwardly: ``value`` by package, those it has use for only."""

    def __init__(self, value, additional_bids, waits):
        self.value, self.additional_bids, self.waits = value, additional_bids, waits

    def bids(self, price, number, allowed):
        """Headline demand and bids of a round (R5, R6, R7)."""
        if number <= self.waits:
            return next(x for x in self.value if not any(x)), {}
        headline = max(
            (x for x in sorted(self.value) if allowed(x)),
            key=lambda x: (self.value[x] - cost(x, price), sum(x)),
        )
        surplus = self.value[headline] - cost(headline, price)
        if self.additional_bids == "capped":
            return headline, {x: min(v, cost(x, price)) for x, v in self.value.items()}
        wanted = {
            "all": lambda x: True,
            "below": lambda x: is_within(x, headline),
            "none": lambda x: x == headline,
        }[self.additional_bids]
        amounts = {x: v - surplus for x, v in self.value.items() if wanted(x) and v >= surplus}
        if surplus == 0:
            amounts[next(x for x in self.value if not any(x))] = 0
        return headline, amounts


class PlainActivity:
    """Eligibility and history of one bidder."""

    def __init__(self, packages, points):
        self.points = {x: cost(x, points) for x in packages}
        self.eligibility = [max(self.points.values())]
        self.history = []

    def allows(self, package, price):
        """Whether it may be the headline demand: within the eligibility, or explained by prices in every round in
        which eligibility fell below its points.
        """
        if self.points[package] <= self.eligibility[-1]:
            return True
        for s, (before, headline) in enumerate(self.history):
            fell = self.eligibility[s + 1] < self.eligibility[s]
            if fell and self.eligibility[s + 1] < self.points[package]:
                change = [(p - q) * (a - b) for p, q, a, b in zip(price, before, package, headline)]
                if sum(change) > 0:
                    return False
        return True

    def admit(self, price, headline, amounts, book):
        """The bids of a round, lowered to what is admitted; lifted again until nothing changes."""
        admitted = {x: 0 for x in amounts if not any(x) and not any(headline)}
        while True:
            lifted = dict(admitted)
            for x, wanted in amounts.items():
                if any(x):
                    limit = cost(x, price) if x == headline else self.limit(x, price, lifted, book)
                    bid = min(wanted, limit)
                    if bid >= 0:
                        lifted[x] = max(bid, lifted.get(x, 0))
            if lifted == admitted:
                return admitted
            admitted = lifted

    def limit(self, package, price, admitted, book):
        """The most it may bid for a package."""
        if self.points[package] <= self.eligibility[-1]:
            return cost(package, price)
        s = max(s for s in range(len(self.history)) if self.points[package] <= self.eligibility[s])
        before, then = self.history[s]
        held = max(book.get(then, 0), admitted.get(then, 0))
        return held + cost(package, before) - cost(then, before)

    def note(self, price, headline):
        """Remember the round."""
        self.history.append((price, headline))
        self.eligibility.append(min(self.eligibility[-1], self.points[headline]))


class PlainCmra:
    """An auction in progress.

    farms : `PlainFarm`s; packages : tuples; supply, reserve, increment : by pollutant; increments, ties : names of
    the options; points : per lot, None without activity rules.
    """

    def __init__(self, farms, packages, supply, reserve, increment, *, increments, ties, points=None):
        self.farms, self.supply, self.reserve, self.increment = farms, supply, reserve, increment
        self.increments, self.ties = increments, ties
        self.price, self.number = tuple(reserve), 1
        self.books = [{} for _ in farms]
        self.activities = [PlainActivity(packages, points) if points else None for _ in farms]
        self.headlines, self.revenue, self.won, self.paid = [], 0, None, None

    def play_round(self):
        """Bids of all farms, bid books, the closing rule; else the next prices."""
        self.headlines = [self.bid(i) for i in range(len(self.farms))]
        self.revenue, _ = best_choice(self.books, self.supply, True, self.ties)
        everybody = best_choice(self.books, self.supply, False, self.ties)
        if everybody and everybody[0] * CLOSE_ENOUGH >= self.revenue * (CLOSE_ENOUGH - 1):
            self.won = everybody[1]
            self.paid = [book[x] for book, x in zip(self.books, self.won, strict=True)]
        else:
            self.raise_prices()

    def bid(self, i):
        """Enter the bids of one farm in its book (R7, R8); its headline demand."""
        book, activity = self.books[i], self.activities[i]
        may = (lambda x: activity.allows(x, self.price)) if activity else (lambda x: True)
        headline, amounts = self.farms[i].bids(self.price, self.number, may)
        if activity:
            amounts = activity.admit(self.price, headline, amounts, book)
        for x, amount in amounts.items():
            if amount >= cost(x, self.reserve):
                book[x] = max(amount, book.get(x, amount))
        return headline

    def raise_prices(self):
        """Of pollutants in excess demand; of all, where there is none or the option says so (R11)."""
        for activity, headline in zip(self.activities, self.headlines, strict=True):
            if activity:
                activity.note(self.price, headline)
        demand = [sum(lots) for lots in zip(*self.headlines, strict=True)]
        over = [d > g for d, g in zip(demand, self.supply, strict=True)]
        if self.increments == "all" or not any(over):
            over = [True] * len(over)
        self.price = tuple(p + d * o for p, d, o in zip(self.price, self.increment, over, strict=True))
        self.number += 1
