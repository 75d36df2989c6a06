"""Firms that learn by trial how to bid and how much to bank: a decision is a point of a grid, a reward is wealth.

A firm with a mark-up m treats a price p as p / (1 + m): it bids 1 + m times what permits are worth to it. Below zero it
asks for less than price takers do and abates more, to press the price; above zero it holds permits back. Its bank
share is the part of the shortage ahead that it provides for; price takers provide for all of theirs.
"""

from agents.emitters.behaviours import PROVIDE, covered_at_once
from agents.emitters.curves import market_row
from agents.emitters.emitter import net_position
from agents.emitters.outlook import worst_shortage
from learning.jit import kernel, rule


@kernel(PROVIDE)
def provide_as_decided(prices, outlook, settings, first, last, wanted):
    """Bank the decided share of the worst shortage ahead, if there is one, at what a permit is worth to the firm."""
    row = market_row(outlook.curves)
    for k in range(prices.shape[0]):
        for i in range(first, last):
            worth = prices[k, i] / (1.0 + outlook.markup[i])
            shortage = covered_at_once(worst_shortage(worth, outlook, row), prices[k, i], outlook)
            kept = outlook.bank_share[i] if shortage > 0.0 else 1.0
            wanted[k, i] = outlook.weight[i] * kept * shortage


@rule
def place_on(step, steps, low, high):
    """Number ``step`` (from 0) of ``steps`` equally spaced ones from ``low`` to ``high``; of one, the middle."""
    return low + (high - low) * step / (steps - 1) if steps > 1 else 0.5 * (low + high)


@rule
def decision_of(action, grid):
    """Mark-up and bank share, both shares, of an action: bank shares rise first. grid : a setup's ``decisions``."""
    step = action // grid.bank_steps
    markup = place_on(step, grid.markup_steps, -grid.markup_most, grid.markup_most)
    return markup, place_on(action - step * grid.bank_steps, grid.bank_steps, 0.0, grid.bank_most)


@rule
def bin_of(value, width, bins):
    """Number of the bin of ``width``, from 0, in which ``value`` lies; the last one holds all beyond."""
    return min(max(int(value / width), 0), bins - 1)


@rule
def state_of(firm, price, need, grid):
    """State that a firm sees: bin of the price among equal ones up to ``grid.top_price``, €/t, and of its coverage.

    need : its planned emissions of a year, t; coverage : permits beyond its emissions and debts / need, up to 1.
    """
    dear = bin_of(price, grid.top_price / grid.price_bins, grid.price_bins)
    covered = bin_of(net_position(firm) / need, 1.0 / grid.coverage_bins, grid.coverage_bins)
    return dear * grid.coverage_bins + covered
