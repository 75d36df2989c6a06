"""One step of the grid, for one world and for many [Wang2024]: the phases in their order."""

from learning.jit import rule
from model.systems.grid.government import govern
from model.systems.grid.market import close_market, hold_market
from model.systems.grid.movement import move_all
from model.systems.grid.observations import observe_world
from model.systems.grid.rewards import note_earned, reward
from model.systems.grid.state import chance_at, phase_of, world_at
from model.systems.grid.work import work

ALLOCATION = 1
"""Phase in which the government allocates and enterprises cannot act."""


@rule
def play_step(clear, world, setup, chance, actions, decision):
    """Play one step of one world; `Grid.run_period` has the same verbs in the same order.

    actions : int64[n], one per enterprise; decision : int64[n + 2], an active government's.
    """
    note_actions(world, actions)
    advance_clock(world)
    govern(clear, world, setup, decision, chance.cells)
    if phase_of(world, setup) == ALLOCATION:
        close_market(world, setup)
    else:
        work(world, setup, chance, actions)
        hold_market(world, setup, actions)
        move_all(world, setup, chance, actions)
    reward(world, setup)


@rule
def note_actions(world, actions):
    """Write the actions chosen, int64[n], into the enterprises' column."""
    for i in range(actions.shape[0]):
        world.firms[i].action = actions[i]


@rule
def advance_clock(world):
    """Count the step that begins: 1 is the first of an episode."""
    world.government[0].clock += 1.0


@rule
def play_worlds(clear, worlds, setup, chance, actions, decisions):
    """Play one step of every world; actions : int64[worlds, n], decisions : int64[worlds, n + 2]."""
    for w in range(actions.shape[0]):
        play_step(clear, world_at(worlds, w), setup, chance_at(chance, w), actions[w], decisions[w])


@rule
def play_and_observe_worlds(clear, worlds, setup, chance, actions, decisions, sight):
    """Play one step of every world and write its observations, world by world while its arrays are in the cache."""
    for w in range(actions.shape[0]):
        world = world_at(worlds, w)
        play_step(clear, world, setup, chance_at(chance, w), actions[w], decisions[w])
        observe_world(world, setup, sight, w)


@rule
def play_batch(clear, worlds, setup, chance, actions, decisions, sight, earned):
    """Play one step of every world; write observations and rewards.

    Returns whether the next step of some world begins a period, and whether some episode ended.
    """
    begins, ended = False, False
    for w in range(actions.shape[0]):
        world = world_at(worlds, w)
        play_step(clear, world, setup, chance_at(chance, w), actions[w], decisions[w])
        observe_world(world, setup, sight, w)
        note_earned(world, setup, earned, w)
        begins |= (phase_of(world, setup) + 1) % setup.period_length == ALLOCATION
        ended |= earned.over[w]
    return begins, ended
