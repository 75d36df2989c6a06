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
"""Phase in which the government allocates, and enterprises cannot act."""


@rule
def play_step(clear, world, rules, chance, actions, decision):
    """Play one step: government, work, market, movement, rewards.

    actions : int64[n], one per enterprise; decision : int64[n + 2], an active government's.
    """
    world.government[0].clock += 1.0
    govern(clear, world, rules, decision, chance.cells)
    for i in range(rules.n):
        world.firms[i].action = actions[i]
    if phase_of(world, rules) == ALLOCATION:
        close_market(world, rules)
    else:
        work(world, rules, chance, actions)
        hold_market(world, rules, actions)
        move_all(world, rules, chance, actions)
    reward(world, rules)


@rule
def play_worlds(clear, worlds, rules, chance, actions, decisions):
    """Play one step of every world; actions : int64[worlds, n], decisions : int64[worlds, n + 2]."""
    for w in range(actions.shape[0]):
        play_step(clear, world_at(worlds, w), rules, chance_at(chance, w), actions[w], decisions[w])


@rule
def play_and_observe_worlds(clear, worlds, rules, chance, actions, decisions, sight):
    """The same, and write what everybody sees then: world by world, while its numbers are at hand."""
    for w in range(actions.shape[0]):
        world = world_at(worlds, w)
        play_step(clear, world, rules, chance_at(chance, w), actions[w], decisions[w])
        observe_world(world, rules, sight, w)


@rule
def play_batch(clear, worlds, rules, chance, actions, decisions, sight, earned):
    """The same, and write what everybody earned; whether some world begins a period with the next step, or ended."""
    begins, ended = False, False
    for w in range(actions.shape[0]):
        world = world_at(worlds, w)
        play_step(clear, world, rules, chance_at(chance, w), actions[w], decisions[w])
        observe_world(world, rules, sight, w)
        note_earned(world, rules, earned, w)
        begins |= (phase_of(world, rules) + 1) % rules.period_length == ALLOCATION
        ended |= earned.over[w]
    return begins, ended
