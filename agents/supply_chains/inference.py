"""Cost of avoiding emissions in [Esmaeili2022, Section 6], inferred from the average profits it prints.

At the mitigation rate lambda a chain that wins g permits at p €/t each, avoids the share lambda of its emissions TEC
at a €/t on average, and trades the rest at psi €/t changes its profit by [Eqs. 10 and 11]

    -(lambda a TEC + psi ((1 - lambda) TEC - g) + p g) / (v TEC),

v being its private value. The mean over chains [Eq. 12] is linear in a and psi, the two numbers that the paper leaves
out. Its two cases at 40 %, with the awards of Tables 6 and 8, are two equations for them. This assumes that all
chains avoid the same share: otherwise there are more unknowns than numbers.
"""

from typing import NamedTuple

import numpy as np

RATE = 0.4
"""Mitigation rate whose average profits the paper prints (lambda)."""
CHANGE = -5.43, -4.26
"""Average change of profit in case 1 and case 2 [Section 6.2.4]: share of the profit without a policy."""
AWARDS = (0.0, 0.0, 2322.0, 2452.0, 2830.0), (1521.0,) * 5
"""Permits of the five chains in case 1 [Tables 6 and 7] and case 2 [Tables 8 and 9], t."""
CASE_2_PRICE = 140.0
"""€/t: every chain bids, and pays, the price cap."""
CASE_1_PRICES = 140.0, 150.0, 160.0
"""€/t: the paper prints no price paid in case 1. Chain 4 is served last, so it outbids chains 1 and 2, which value a
permit at 140 and 150 €/t, and bids at most its own private value, 160."""


class Implied(NamedTuple):
    """The two numbers that the average profits imply."""

    price_paid: float
    """€/t: assumed in the auction of case 1."""
    average_cost: float
    """€/t: a, of the tonnes avoided."""
    trading_price: float
    """€/t: psi, what the last tonne avoided costs."""

    @property
    def ratio(self):
        """Average over marginal cost: 1/2 if the marginal cost rises in a straight line from zero."""
        return self.average_cost / self.trading_price

    @property
    def slope(self):
        """€/t per share avoided: of the straight line with this average cost."""
        return 2.0 * self.average_cost / RATE


def implied_costs(tec, private_value, price_paid):
    """Solve the two cases for the average cost and the trading price: `Implied`.

    tec, private_value : float64[5], t and €/t [Table 5]; price_paid : €/t, in case 1.
    """
    rows = [_weights(tec, private_value, awards) for awards in AWARDS]
    paid = [price_paid, CASE_2_PRICE]
    known = [-change - price * row[2] for change, price, row in zip(CHANGE, paid, rows)]
    average_cost, trading_price = np.linalg.solve([row[:2] for row in rows], known)
    return Implied(price_paid, float(average_cost), float(trading_price))


def average_change(tec, private_value, awards, implied, price_paid):
    """Average change of profit at `RATE` with these costs, share [Eq. 12]; awards : float64[5], t."""
    weights = _weights(tec, private_value, awards)
    return -float(weights @ (implied.average_cost, implied.trading_price, price_paid))


def _weights(tec, private_value, awards):
    """Share of profit lost, mean over chains, per €/t of average cost, of trading price, and of price paid."""
    tec, profit, awards = np.array(tec), np.multiply(tec, private_value), np.array(awards)
    return np.array([(t / profit).mean() for t in (RATE * tec, (1.0 - RATE) * tec - awards, awards)])
