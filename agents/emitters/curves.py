"""Marginal cost of abatement, piecewise linear in the share of emissions that is avoided, of each firm and of all.

A curve is a row of pieces, each a straight line: to the price p belongs the share start + p / steep. A change of costs
by a factor ``level`` is one of the prices. Rules take ``base``: the emissions, t, whose share counts / level.
"""

from typing import NamedTuple

import numpy as np

from learning.jit import rule

RISE = 1e-6
"""Rise of a flat step / the highest marginal cost, so that a market clears on it at one price."""
PRICE, SHARE, AREA, START, STEEP = range(5)
"""Columns of a piece: price, €/t, and share at which it begins, cost of avoiding so much, € per t of base, the share
that its line would have at no price, and its rise, €/t per share; infinite where the marginal cost jumps."""


class Curves(NamedTuple):
    """The curves of n firms, rows 0 to n - 1, and that of all together, row n; m pieces in all."""

    first: np.ndarray
    """int64[n + 2]: first piece of each row; the last number is m."""
    pieces: np.ndarray
    """float64[m, 5]: columns `PRICE`, `SHARE`, `AREA`, `START` and `STEEP`, rising in price within a row."""


class Knots(NamedTuple):
    """One curve as its corners: it begins at share 0, ends at 1, and neither falls."""

    share: np.ndarray
    """float64[k]."""
    cost: np.ndarray
    """float64[k], €/t: marginal cost there."""


def straight(choke_price):
    """`Knots` of a marginal cost that rises from 0 to ``choke_price``, €/t, in a straight line."""
    return Knots(np.array([0.0, 1.0]), np.array([0.0, choke_price]))


def knots_from(share, cost):
    """Make `Knots` of corners, float[k] each; ValueError saying what they must be if they make no curve.

    Flat steps are given a small rise; of corners at share 0 the last one counts.
    """
    share, cost = np.asarray(share, float), np.asarray(cost, float)
    for wanted, right in _requirements(share, cost).items():
        if not right:
            raise ValueError(wanted)
    begins = max(int((share == 0.0).sum()) - 1, 0)
    share, cost = share[begins:], cost[begins:].copy()
    new = np.append(True, (np.diff(share) > 0.0) | (np.diff(cost) > 0.0))
    share, cost = share[new], cost[new]
    for k in range(1, len(cost)):
        cost[k] = max(cost[k], cost[k - 1] + RISE * cost[-1])
    return Knots(share, cost)


def _requirements(share, cost):
    """Requirements of a curve's corners, in the order of checking, and whether it meets them."""
    return {
        "at least two corners": len(share) >= 2,
        "shares that do not fall": (np.diff(share) >= 0.0).all(),
        "0 as its first share: where the cost of the first tonne stands": share[:1] == [0.0],
        "1 as its last share, once: where the cost of the last tonne stands": share[-1:] == [1.0]
        and (share == 1.0).sum() == 1,
        "marginal costs that do not fall": (np.diff(cost) >= 0.0).all(),
        "a marginal cost above 0 at its last share": cost[-1:] > 0.0,
    }


def curves_of(knots, weight):
    """Make `Curves` of the `Knots` of each firm; weight : float64[n], its share of planned emissions."""
    knots = [*knots, market_knots(knots, np.asarray(weight, float))]
    first = np.cumsum([0] + [len(each.share) - 1 for each in knots])
    return Curves(first.astype(np.int64), np.concatenate([_pieces(*each) for each in knots]))


def market_knots(knots, weight):
    """`Knots` of all firms together, weighted by size, of whom each avoids the same at the same price.

    Straight lines from 0 add up to one, as if each went on beyond its choke price: the slope that plans know;
    other curves add up as they are.
    """
    if all(len(each.share) == 2 and each.cost[0] == 0.0 for each in knots):
        return straight(1.0 / (weight / np.array([each.cost[1] for each in knots])).sum())
    emitting = [(each, w) for each, w in zip(knots, weight, strict=True) if w > 0.0]
    cost = np.unique(np.concatenate([each.cost for each, _ in emitting]))
    share = np.zeros(len(cost))
    for each, w in emitting:
        share += w * np.interp(cost, each.cost, each.share)
    share[-1] = 1.0  # but for rounding
    return Knots(share, cost)


def _pieces(share, cost):
    """Pieces between the corners of one curve, float64[k - 1, 5]."""
    wide, rise = np.diff(share), np.diff(cost)
    steep = np.divide(rise, wide, out=np.full(len(wide), np.inf), where=wide > 0.0)
    area = np.append(0.0, np.cumsum(wide * (cost[1:] + cost[:-1]) / 2.0))[:-1]
    return np.column_stack([cost[:-1], share[:-1], area, share[:-1] - cost[:-1] / steep, steep])


def knots_of(curves, row):
    """`Knots` of a row of `Curves`."""
    pieces = curves.pieces[curves.first[row] : curves.first[row + 1]]
    last = pieces[-1]
    end = last[PRICE] + (1.0 - last[SHARE]) * last[STEEP]
    return Knots(np.append(pieces[:, SHARE], 1.0), np.append(pieces[:, PRICE], end))


def cost_of_all(knots):
    """Cost of avoiding everything, € per t of base."""
    return float((np.diff(knots.share) * (knots.cost[1:] + knots.cost[:-1]) / 2.0).sum())


@rule
def market_row(curves):
    """Row of the curve of all firms together."""
    return curves.first.shape[0] - 2


@rule
def is_straight(curves, row):
    """Return whether a row is one straight line from 0 on."""
    return curves.first[row + 1] - curves.first[row] == 1 and curves.pieces[curves.first[row], START] == 0.0


@rule
def steepness(curves, row):
    """Rise, €/t per share, of the first piece of a row: the choke price of a straight line from 0."""
    return curves.pieces[curves.first[row], STEEP]


@rule
def piece_at(price, curves, row, level):
    """Position of the piece of a row on which ``price``, €/t, lies; below the first one's price that one."""
    low, high = curves.first[row], curves.first[row + 1]
    while high - low > 1:
        middle = (low + high) // 2
        if price >= curves.pieces[middle, PRICE] * level:
            low = middle
        else:
            high = middle
    return low


@rule
def emissions_at(price, baseline, base, curves, row, level, growth=1.0):
    """Emissions, t, of a firm, or of all, that abates until the next tonne costs ``price`` × ``growth``, €/t."""
    price = max(price, 0.0)
    piece = curves.pieces[piece_at(price * growth, curves, row, level)]
    avoided = base * level * piece[START] + base * price * growth / piece[STEEP]
    return min(baseline, max(0.0, baseline - avoided))


@rule
def cost_of(abated, base, curves, row, level):
    """Cost, €, of abating ``abated`` t: the area under the marginal cost curve."""
    if base <= 0.0:
        return 0.0
    of, low, high = base * level, curves.first[row], curves.first[row + 1]
    while high - low > 1:
        middle = (low + high) // 2
        if abated > of * curves.pieces[middle, SHARE]:
            low = middle
        else:
            high = middle
    piece = curves.pieces[low]
    more = abated - of * piece[SHARE]
    whole = of * level * piece[AREA] + level * piece[PRICE] * more
    return whole + 0.5 * piece[STEEP] * more * more / base
