"""Grid cap-and-trade: enterprises on land produce, invest, trade permits and build certified projects [Wang2024].

A step: the government fines at the end of a compliance period and allocates a step later, when enterprises cannot
act; in all other steps enterprises work one after the other, the double auction is held, and enterprises move.
After the last step of an episode a new one begins, except that labour's cost goes on rising.
"""

from typing import NamedTuple

import numpy as np

import model.systems.grid.metrics  # noqa: F401 - registers the metrics
from agents.enterprises.enterprise import ENTERPRISES, Enterprise
from agents.enterprises.policies import ENTERPRISE_POLICIES
from agents.government import CapGovernment
from agents.government_policies import GOVERNMENTS
from agents.population import Population
from learning.draws import uniform
from model.base import MarketModel
from model.place import map_with_seat, move_to
from model.systems.grid.episodes.bids import schedule_of
from model.systems.grid.episodes.log import write_log
from model.systems.grid.episodes.recorder import Recorder
from model.systems.grid.episodes.writer import log_of
from model.systems.grid.government import govern
from model.systems.grid.market import close_market, hold_market
from model.systems.grid.movement import move_all
from model.systems.grid.observations import Observer
from model.systems.grid.params import GridParams
from model.systems.grid.rewards import reward
from model.systems.grid.state import Chance, phase_of, view_world
from model.systems.grid.step import ALLOCATION, advance_clock, note_actions
from model.systems.grid.work import work
from model.systems.grid.worlds import GridWorlds, draw_orders, draw_project_cells, no_cells


class ChanceBlock(NamedTuple):
    """Random numbers for a block of steps; arrays with a leading axis of steps."""

    orders: np.ndarray
    """int64[steps, 2, n]: orders in which enterprises work and move."""
    luck: np.ndarray
    """float64[steps, n]."""
    spread: np.ndarray
    """float64[steps, n]."""
    cells: list
    """int64[tries, 2] per step, empty in steps that place no projects."""
    choices: np.ndarray
    """float64[steps, n, 2]: for enterprises' policies."""
    decision: np.ndarray
    """float64[steps, n + 2]: for the government's policy."""

    def of_step(self, k):
        """Return the `Chance` of step ``k`` of the block."""
        work_order, move_order = self.orders[k]
        return Chance(
            work_order=work_order,
            luck=self.luck[k],
            spread=self.spread[k],
            move_order=move_order,
            cells=self.cells[k],
        )


class Grid(MarketModel, name="grid"):
    """Enterprises and a government on a grid; one step is one action of each."""

    Params = GridParams
    expires = False
    compile_seconds = 20
    metrics = (
        "welfare",
        "welfare_if_settled",
        "equality",
        "mean_coins",
        "mean_utility",
        "episode_emissions",
        "emission_level",
        "settled_shortfall",
        "open_deficit",
        "properties",
        "certified_projects",
        "effective_investments",
        "permits_held",
        "permit_price",
        "mean_permit_price",
        "permits_traded",
        "auction_price",
        "auction_proceeds",
        "penalties_paid",
        "mean_labour",
    )

    def run_period(self, chance):
        """Play one step, enterprises deciding one by one; `step.play_step` is the same step compiled, verb by verb."""
        self.begin_episode_if_over()
        self.collect_bids(chance)
        actions, decision = self.collect_actions(chance), self.decide(chance, 0)[0]
        world, setup, random = self.world, self.worlds.setup, chance.of_step(0)
        note_actions(world, actions)
        advance_clock(world)
        govern(self.worlds.clear, world, setup, decision, random.cells)  # fine; a step later allocate
        if phase_of(world, setup) == ALLOCATION:
            close_market(world, setup)  # enterprises cannot act in this step
        else:
            work(world, setup, random, actions)  # produce, invest: Eqs. 3-4
            hold_market(world, setup, actions)  # double auction
            move_all(world, setup, random, actions)  # move, build certified projects
        reward(world, setup)  # utility: Eqs. 1-2; welfare: Eqs. 5-7; changes of both: Eq. 8
        self.record(actions, decision, random)
        self.observe()
        self.show_places()

    def collect_actions(self, chance):
        """Return the actions that enterprises choose, int64[n]; ValueError naming the enterprise if one is invalid."""
        self.weigh_actions()
        self.proposed = self.policy.act(self.observer.seen, chance.choices[:1])
        actions, choices = [firm.choose(self) for firm in self.firms], self.params.choices
        for firm, action in zip(self.firms, actions, strict=True):
            if not (0 <= action < choices and action == int(action)):
                raise ValueError(
                    f"enterprise {firm.row} chooses {action!r}: must be a whole number from 0 to {choices - 1}"
                )
        return np.array(actions, np.int64)

    def collect_bids(self, chance):
        """Collect all schedules if this step sells permits; ValueError naming the enterprise if one is invalid."""
        if not self.worlds.sells():
            return
        self.policy.bid(self.observer.seen, chance.choices[:1], self.worlds.state.bids)
        self.proposed_bids = self.world.bids.copy()
        for firm in self.firms:
            self.world.bids[firm.row] = schedule_of(firm.row, firm.bid(self))

    def bid_by_policy(self, row):
        """Return the schedule that the policy proposes for an enterprise, float64[steps, 2] of coins/t and t."""
        return self.proposed_bids[row]

    def chosen_by_policy(self, row):
        """Return the action that the policy proposes for an enterprise in this step."""
        return int(self.proposed[0, row])

    def decide(self, chance, k):
        """Return the government's decision in step ``k`` of a block, int64[1, n + 2]."""
        return self.governing.decide(self.observer.public, chance.decision[k][None])

    # -- agents, parameters, episodes --------------------------------------------------------------------------------

    def build(self):
        """Make government and enterprises, their policies, and the first episode."""
        p = self.params
        self.public = Population(CapGovernment, self, 1)
        self.firms = Population(ENTERPRISES[p.enterprise], self, p.n_firms)
        self.worlds = GridWorlds(p, 1, *self._memory())
        self.recorder = None
        self.observer = Observer(self.worlds.setup, 1)
        self.policy = ENTERPRISE_POLICIES[p.policy](p.parts[p.policy])
        self.governing = GOVERNMENTS[p.government](p.parts[p.government])
        self.begin_episode()
        self.apply_policy()

    def _memory(self):
        return self.firms.numbers[None], self.public.numbers[None]

    def __setstate__(self, state):
        """Restore a copy; its world and its agents share their memory again."""
        vars(self).update(state)
        self.worlds.use(*self._memory())

    def apply_policy(self):
        """Apply the parameters from the next step on."""
        p = self.params
        self.worlds.set_policy(p)
        if p.fixed_penalty or not self.governing.active:
            self.public.columns.penalty = p.penalty
        known = p.everything() | {"percentages": self.worlds.setup.percentages}
        self.policy.learn_parameters(known)
        self.governing.learn_parameters(known)

    @property
    def world(self):
        """The state, as `model.systems.grid.state.World` without an axis of worlds."""
        return view_world(self.worlds.state, 0)

    def begin_episode_if_over(self):
        """Begin a new episode if the last step ended one."""
        if self.public.columns.clock[0] >= self.params.episode:
            self.begin_episode()

    def begin_episode(self):
        """Place enterprises with new skills on an empty map."""
        self.worlds.begin_at_random([0], self.streams["population"])
        if self.recorder is not None:
            self.recorder.begin(self.world, self.worlds.setup)
        self.observe()
        self.show_places()

    def observe(self):
        """Write the observations of enterprises and government."""
        self.observer.look(self.worlds.state, self.worlds.setup)

    def place_agents(self):
        """Make Mesa's grid with the government at its seat, and the enterprises where they stand."""
        grid = map_with_seat(self.params.width, self.params.height, self.government)
        self._move_enterprises(grid)
        return grid

    def show_places(self):
        """Move the enterprises on Mesa's grid to where they stand, if somebody has looked at it."""
        if self._grid is not None:
            self._move_enterprises(self._grid)

    def _move_enterprises(self, grid):
        for firm in self.firms:  # rows of the grid count from the bottom
            move_to(grid, firm, (int(firm.cell_col), self.params.height - 1 - int(firm.cell_row)))

    def start_recording(self):
        """Record a snapshot after every step from now on; return the `Recorder`."""
        self.recorder = Recorder()
        self.recorder.begin(self.world, self.worlds.setup)
        return self.recorder

    def write_recording(self, path):
        """Write the last whole episode recorded, or the unfinished one, as a log that `carbon replay` reads."""
        shots = self.recorder.last_episode()
        write_log(log_of(shots, self.params), path)

    def weigh_actions(self):
        """Keep what the policy makes of the actions in this step, if the model records."""
        self.weighed = None if self.recorder is None else self.policy.weigh(self.observer.seen)

    def record(self, actions, decision, chance):
        """Keep the state after a step, if the model records."""
        if self.recorder is not None:
            step = actions, decision, chance, self.weighed
            self.recorder.take(self.world, self.worlds.setup, *step)

    # -- many steps, compiled ---------------------------------------------------------------------------------------

    def draw_chance(self, periods):
        """Draw the random numbers of the next steps, each kind from its own stream."""
        n, streams = self.params.n_firms, self.streams
        return ChanceBlock(
            orders=draw_orders(uniform(streams["visits"], (periods, 2, n))),
            luck=uniform(streams["research"], (periods, n)),
            spread=uniform(streams["pollution"], (periods, n)),
            cells=[self._cells(k) for k in range(periods)],
            choices=uniform(streams["choices"], (periods, n, 2)),
            decision=uniform(streams["decisions"], (periods, n + 2)),
        )

    def _cells(self, k):
        """Cells to try for projects ``k`` steps from the next one; drawn only where they are needed."""
        clock = (int(self.public.columns.clock[0]) + k) % self.params.episode + 1
        if clock % self.params.period_length != ALLOCATION:
            return no_cells(1)[0]
        return draw_project_cells(self.params, self.streams["projects"], 1)[0]

    def is_compiled(self):
        """Return whether all enterprises choose and bid by the policy, none in plain Python."""
        kind = self.firms.kind
        return kind.choose is Enterprise.choose and kind.bid is Enterprise.bid

    def run_compiled(self, periods, chance):
        """Play the block; a step with its observations is one compiled call, the policies' choices are others."""
        played = self.play_one_by_one(periods, lambda k: self.play_step(chance, k))
        self.show_places()
        return played

    def play_step(self, chance, k):
        """Play step ``k`` of a block as `run_period` does; all phases are one call of the compiled `step.play_step`."""
        self.begin_episode_if_over()
        if self.worlds.sells():
            self.policy.bid(self.observer.seen, chance.choices[k][None], self.worlds.state.bids)
        self.weigh_actions()
        actions = self.policy.act(self.observer.seen, chance.choices[k][None])
        decision = self.decide(chance, k)
        random = chance.of_step(k)
        self.worlds.play(random.as_batch(), actions, decision, self.observer)  # observes, too
        self.record(actions[0], decision[0], random)
