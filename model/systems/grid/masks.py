"""Which actions are allowed in the state that is observed [Wang2024, simulator]. The step does not look at masks."""

from agents.enterprises.actions import FIRST_BID, INVEST, NOTHING, PRODUCE, first_ask, first_move
from learning.jit import rule
from model.systems.grid.movement import STEPS
from model.systems.grid.state import is_free_site, may_stand, phase_of, place_of

NO_NEWS, NEAR, ALL_NEW = range(3)
"""What changed around an enterprise since it was last looked at: nothing, something, or all is new."""

CHOICES, CLEAN_CHOICES = 102, 101
"""Values of each of an active government's choices, 0 included."""


@rule
def mask_enterprise(world, setup, i, mask, news, paid):
    """Write which actions enterprise i may take: int8[actions], 1 where allowed; only what is not there already.

    news : `NO_NEWS`, or what may have changed since the mask was last written; paid : int64[1], the highest bid then.
    A project can be walked to even by who cannot pay for it; investing needs a free site, which the step does not ask.
    """
    firm = world.firms[i]
    if news != NO_NEWS:
        r, c = place_of(firm, setup)
        mask[NOTHING], mask[PRODUCE] = 1, is_free_site(world, r, c)
        for k in range(STEPS.shape[0]):
            mask[first_move(setup.max_price) + k] = may_stand(world, i, r + STEPS[k, 0], c + STEPS[k, 1])
    mask[INVEST] = mask[PRODUCE] != 0 and firm.cash > 0.0
    mask_orders(firm, setup, mask, news == ALL_NEW, paid)


@rule
def mask_orders(firm, setup, mask, anew, paid):
    """Write which bids and asks an enterprise may post; ``anew``: as if none were written."""
    may_order, first = firm.open_orders < setup.max_orders, first_ask(setup.max_price)
    may_ask = may_order and firm.permits >= 1.0
    highest = min(int(firm.cash) if firm.cash >= 0.0 else -1, setup.max_price) if may_order else -1
    if anew or (mask[first] != 0) != may_ask:
        for action in range(first, first_move(setup.max_price)):
            mask[action] = may_ask
    low, high = min(highest, paid[0]) + 1, max(highest, paid[0]) + 1
    if anew:
        low, high = 0, setup.max_price + 1
    for price in range(low, high):
        mask[FIRST_BID + price] = price <= highest
    paid[0] = highest


@rule
def government_choices(setup):
    """Length of the government's mask: choices of each weight, the percentage and the penalty; 1 without a choice."""
    if not setup.active:
        return 1
    return (setup.n + 2) * (CLEAN_CHOICES if setup.clean_actions else CHOICES)


@rule
def mask_government(world, setup, mask):
    """Write what an active government may choose: int8[(n + 2) x choices], sub-action by sub-action.

    It decides in the state at the end of a period. Then, of the simulator's 102 values, 1 cannot be chosen, and a
    percentage up to one above the limit can; otherwise 0 and 1 have no effect. Clean choices mean what they say.
    """
    if not setup.active:
        mask[0] = 1
        return
    deciding = phase_of(world, setup) == 0
    most = int(min(float(int(share_left(world, setup) * 100.0)), setup.most_percent))
    choices = CLEAN_CHOICES if setup.clean_actions else CHOICES
    for part in range(setup.n + 2):
        limit = most if part == setup.n else CLEAN_CHOICES
        for value in range(choices):
            mask[part * choices + value] = may_choose(value, limit, deciding, setup.clean_actions)


@rule
def share_left(world, setup):
    """Share of the episode's permits that is left to allocate."""
    return world.government[0].remaining / setup.total_permits if setup.total_permits > 0.0 else 0.0


@rule
def may_choose(value, limit, deciding, clean):
    """Whether a value of a sub-action with this limit may be chosen."""
    if value == 0:
        return True
    if clean:
        return deciding and value <= limit
    return (value >= 2 and value - 1 <= limit) if deciding else value == 1
