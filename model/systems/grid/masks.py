"""Masks of allowed actions in the state observed [Wang2024, simulator]; the step itself does not use them."""

from agents.enterprises.actions import FIRST_BID, INVEST, NOTHING, PRODUCE, first_ask, first_move
from agents.government_policies import CHOICES, CLEAN_CHOICES
from learning.jit import rule
from model.systems.grid.movement import STEPS
from model.systems.grid.state import SELF, is_free_site, may_stand, phase_of

NO_NEWS, NEAR, ALL_NEW = range(3)
"""Change around an enterprise since its last observation: none, something nearby, or everything."""


@rule
def mask_enterprise(firm, setup, window, owners, mask, news, paid):
    """Write the actions that an enterprise may take, int8[actions], 1 where allowed; unchanged entries are skipped.

    window, owners : int8[side, side, 6] and int8[side, side, 3], what it sees around it; news : change since the mask
    was last written, see `NO_NEWS`; paid : int64[1], the highest bid allowed then.
    Moving onto a project is allowed even without coins to pay for it; investing needs a free site here, which the
    step does not require.
    """
    if news != NO_NEWS:
        middle = setup.margin
        mask[NOTHING], mask[PRODUCE] = 1, is_free_site(window[middle, middle])
        for k in range(STEPS.shape[0]):
            r, c = middle + STEPS[k, 0], middle + STEPS[k, 1]
            mask[first_move(setup.max_price) + k] = may_stand(window[r, c], owners[r, c], SELF)
    mask[INVEST] = mask[PRODUCE] != 0 and firm.cash > 0.0
    mask_orders(firm, setup, mask, news == ALL_NEW, paid)


@rule
def mask_orders(firm, setup, mask, anew, paid):
    """Write the bids and asks that an enterprise may post; ``anew``: all of them, not only those that changed."""
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
    """Length of the government's mask: values of all weights, percentage and penalty; 1 for an inactive government."""
    if not setup.active:
        return 1
    return (setup.n + 2) * (CLEAN_CHOICES if setup.clean_actions else CHOICES)


@rule
def mask_government(world, setup, mask):
    """Write the choices open to an active government, int8[(n + 2) x choices], sub-action by sub-action.

    It decides in the state at the end of a period. Then, of the simulator's 102 values, 1 is forbidden, and the
    percentage may exceed the limit by one; at other times only 0 and 1 are allowed, without effect. With clean
    choices every value is the number it stands for.
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
    """Share of the episode's permits still to be allocated."""
    return world.government[0].remaining / setup.total_permits if setup.total_permits > 0.0 else 0.0


@rule
def may_choose(value, limit, deciding, clean):
    """Return whether a value of a sub-action with this limit is allowed."""
    if value == 0:
        return True
    if clean:
        return deciding and value <= limit
    return (value >= 2 and value - 1 <= limit) if deciding else value == 1
