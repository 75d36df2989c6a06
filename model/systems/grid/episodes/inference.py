"""Random outcomes in the steps of a recorded episode, read or inferred from the log [Wang2024, simulator].

The log contains which investments succeeded, where projects and pollution appeared, and the order of work of those who
produced or invested. The rest of the visiting orders is inferred: a search finds an order of work that leads to the
logged levels, and an order of movement that leads to the logged positions. Nothing else is taken from the log.
"""

import numpy as np

from agents.enterprises.actions import PRODUCE, move_of
from model.mechanisms.exchange.double_auction import Book
from model.systems.grid.episodes.log import BUILDS, GATHERED, RESEARCH
from model.systems.grid.government import fine
from model.systems.grid.market import hold_market
from model.systems.grid.movement import move
from model.systems.grid.state import POLLUTION, Chance, World, is_blank, place_of
from model.systems.grid.step import ALLOCATION
from model.systems.grid.work import NEIGHBOURS, SPREAD, produce, renew_level, work
from model.systems.grid.worlds import TRIES

MOST_TRIALS = 5_000, 50
"""Most trials of a search, after which a log counts as disagreeing; and most trials of later searches then."""


def copy_of(world):
    """Return an independent copy of one world."""
    book = Book(*(part.copy() for part in world.book))
    parts = {k: v.copy() for k, v in world._asdict().items() if k not in ("book", "desk")}
    return World(**parts, book=book, desk=world.desk)


class Inference:
    """Infers the chance of a log's steps one by one, from the world before each step."""

    def __init__(self, log, setup):
        self.log, self.setup, self.trials = log, setup, MOST_TRIALS[0]

    def chance(self, world, step, actions):
        """Return the chance of step ``step`` (1, 2, …), which starts from ``world``; actions : int64[n]."""
        n = self.setup.n
        orders, luck, spread = np.arange(n), np.zeros(n), np.full(n, 0.5)
        if step % self.setup.period_length == ALLOCATION:
            cells = self.project_cells(step)
            return Chance(work_order=orders, luck=luck, spread=spread, move_order=orders, cells=cells)
        none = np.zeros((0, 2), np.int64)
        for entry in self.entries(RESEARCH, step):
            luck[entry["enterprise"]] = 1.0 if entry["action_result"] == "Success" else 0.0
        world = copy_of(world)
        self.set_clock(world, step)
        if step % self.setup.period_length == 0:
            fine(world)
        work_order = self.work_order(copy_of(world), step)
        spread = self.spread_of(world, step, work_order, actions, luck)
        chance = Chance(work_order=work_order, luck=luck, spread=spread, move_order=orders, cells=none)
        work(world, self.setup, chance, actions)
        hold_market(world, self.setup, actions)
        return chance._replace(move_order=self.move_order(world, step, actions))

    def set_clock(self, world, step):
        """Set the clock and the period of step ``step``."""
        public = world.government[0]
        public.clock = step
        public.period = step // self.setup.period_length

    def entries(self, name, step):
        """Return the events that the log lists under a name for a step."""
        listed = self.log.get(name) or []
        return listed[step - 1] if step <= len(listed) and listed[step - 1] else []

    def appeared(self, layer, step):
        """Return the cells of a logged layer that are new after a step, int64[:, 2]."""
        before, after = (np.array(self.log["world"][k][layer]) for k in (step - 1, step))
        return np.argwhere((after != 0) & (before == 0))

    def project_cells(self, step):
        """Return the cells on which projects appeared, not necessarily in the order of the draws."""
        return self.appeared("Carbon_projectSourceBlock", step)[:TRIES]

    # -- orders -----------------------------------------------------------------------------------------------------

    def work_order(self, world, step):
        """Return an order of work that leads to the logged levels, int64[n]."""
        chains = [[e["enterprise"] for e in self.entries(name, step)] for name in (BUILDS, RESEARCH)]
        state = self.log["states"][step]
        levels = [state[str(i)]["Carbon_emission_rate"] for i in range(self.setup.n)]

        def visit(before, i):
            count = before.firms[i].effective_investments
            renew_level(before, self.setup, i)
            changed = before.firms[i].effective_investments != count
            return before.firms[i].level == levels[i], changed

        return self.find(world, range(self.setup.n), chains, visit, small_copy)

    def move_order(self, world, step, actions):
        """Return an order of movement that leads to the logged positions and projects, int64[n]."""
        gathered = [entry["agent"] for entry in self.entries(GATHERED, step)]
        state = self.log["states"][step]
        movers = [i for i in range(self.setup.n) if move_of(actions[i], self.setup.max_price) >= 0]

        def visit(before, i):
            move(before, self.setup, i, actions[i])
            firm, logged = before.firms[i], state[str(i)]
            there = [firm.cell_row, firm.cell_col] == logged["loc"]
            return there and firm.projects == logged["inventory"]["Carbon_project"], True

        found = self.find(world, movers, [gathered], visit, copy_of)
        others = [i for i in range(self.setup.n) if i not in movers]
        return np.array([*found, *others], np.int64)

    def find(self, world, members, chains, visit, copied):
        """Return an order of the members in which every visit succeeds, int64[:]; else one that respects the chains."""
        earlier = {i: {j for chain in chains if i in chain for j in chain[: chain.index(i)]} for i in members}
        found = find_order(world, members, earlier, visit, copied, self.trials)
        if found is None:
            self.trials = MOST_TRIALS[1]
            found = by_chains(members, earlier)
        return np.array(found, np.int64)

    # -- pollution --------------------------------------------------------------------------------------------------

    def spread_of(self, world, step, order, actions, luck):
        """Return numbers in [0, 1), float64[n], that pollute the logged cells."""
        spread = np.full(self.setup.n, 0.5)
        left = {tuple(cell) for cell in self.appeared("Carbon_pollution", step).tolist()}
        if left:
            self._spread(copy_of(world), list(order), actions, left, spread)
        return spread

    def _spread(self, world, order, actions, left, spread):
        """Return whether those in ``order`` can pollute the cells ``left``; write their numbers into ``spread``."""
        if not order:
            return not left
        i, *others = order
        renew_level(world, self.setup, i)
        if actions[i] != PRODUCE:
            return self._spread(world, others, actions, left, spread)
        for number in self._choices(world, i, left) or [0.5]:
            after = copy_of(world)
            produce(after, self.setup, i, number)
            m = self.setup.margin
            new = np.argwhere(after.layers[..., POLLUTION] != world.layers[..., POLLUTION]) - m
            new = {tuple(cell) for cell in new.tolist()}
            if new <= left and self._spread(after, others, actions, left - new, spread):
                spread[i] = number
                return True
        return False

    def _choices(self, world, i, wanted):
        """Return the numbers that select the wanted cells among the blank ones near enterprise i."""
        around = NEIGHBOURS if self.setup.symmetric_pollution else SPREAD
        r, c = place_of(world.firms[i], self.setup)
        blank = [(r + dr, c + dc) for dr, dc in around.tolist() if is_blank(world, r + dr, c + dc)]
        m = self.setup.margin
        return [(k + 0.5) / len(blank) for k, (rr, cc) in enumerate(blank) if (rr - m, cc - m) in wanted]


def small_copy(world):
    """Return a copy with its own enterprises and research memory; the rest is shared."""
    return world._replace(firms=world.firms.copy(), history=world.history.copy(), memory=world.memory.copy())


def find_order(world, members, earlier, visit, copied, most):
    """Return the members in an order in which every visit succeeds; None if none is found in ``most`` trials.

    earlier : members that must come before each; visit(world, i) : changes the world, returns whether the result agrees
    with the log and whether it may affect later visits.
    """
    trials = [0]

    def search(before, left):
        if not left:
            return []
        worth = []
        for i in left:
            if earlier[i] & set(left):
                continue
            trials[0] += 1
            after = copied(before)
            agrees, noticed = visit(after, i)
            if agrees:
                worth.append((noticed, i, after))
                if not noticed:
                    break  # its place in the order does not matter
        worth.sort(key=lambda found: found[:2])
        for noticed, i, after in worth:
            if trials[0] > most:
                return None
            rest = search(after, [j for j in left if j != i])
            if rest is not None:
                return [i, *rest]
            if not noticed:
                return None
        return None

    return search(world, list(members))


def by_chains(members, earlier):
    """Return the members in an order that respects ``earlier``, if possible."""
    order, left = [], list(members)
    while left:
        ready = [i for i in left if not earlier[i] & set(left)] or left
        order.append(ready[0])
        left.remove(ready[0])
    return order
