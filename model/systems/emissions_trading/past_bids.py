"""Bids of past auctions: kept for pages and files that show them, in bounded memory, and not at all in batches."""

from typing import NamedTuple

import numpy as np
import pandas as pd

from learning.jit import rule

MOST_BYTES = 2**24
"""Most memory of the bids kept: of a very large market only those of the last quarters."""


class PastBids(NamedTuple):
    """The last auctions in a ring: quarter t stands in row t modulo their number."""

    quarter: np.ndarray
    """int64[kept]: quarter since the model began, from 1; 0: none yet."""
    price: np.ndarray
    """float64[kept, n, steps], €/t."""
    volume: np.ndarray
    """float64[kept, n, steps], t."""
    award: np.ndarray
    """float64[kept, n], t."""
    payment: np.ndarray
    """float64[kept, n], €."""
    offered: np.ndarray
    """float64[kept], t."""
    step_price: np.ndarray
    """float64[kept, steps of supply], €/t: the curve of supply."""
    step_quantity: np.ndarray
    """float64[kept, steps of supply], t."""
    step_kind: np.ndarray
    """int64[kept, steps of supply]."""


def empty_past_bids(quarters, n, bid_steps, supply_steps):
    """Room for the bids of the last ``quarters`` of ``n`` firms, or of as many as `MOST_BYTES` hold."""
    each = 8 * (2 * n * bid_steps + 2 * n + 3 * supply_steps + 2)
    kept = min(quarters, max(MOST_BYTES // each, 1))
    return PastBids(
        quarter=np.zeros(kept, np.int64),
        price=np.zeros((kept, n, bid_steps)),
        volume=np.zeros((kept, n, bid_steps)),
        award=np.zeros((kept, n)),
        payment=np.zeros((kept, n)),
        offered=np.zeros(kept),
        step_price=np.zeros((kept, supply_steps)),
        step_quantity=np.zeros((kept, supply_steps)),
        step_kind=np.zeros((kept, supply_steps), np.int64),
    )


@rule
def keep_bids(past, quarter, firms, government, room):
    """Keep bids, supply and result of an auction just held, unless nobody wants to see them.

    quarter : since the model began, from 1.
    """
    if past.quarter.shape[0] == 0:
        return
    row = quarter % past.quarter.shape[0]
    past.quarter[row], past.offered[row] = quarter, government[0].offered
    for i in range(firms.shape[0]):
        past.award[row, i], past.payment[row, i] = firms[i].award, firms[i].auction_payment
        for k in range(room.price.shape[1]):
            past.price[row, i, k], past.volume[row, i, k] = room.price[i, k], room.volume[i, k]
    for k in range(room.curve.price.shape[0]):
        past.step_price[row, k], past.step_quantity[row, k] = room.curve.price[k], room.curve.quantity[k]
        past.step_kind[row, k] = room.curve.kind[k]


def kept_quarters(past):
    """Quarters whose auctions are kept, in order, list of int."""
    return sorted(past.quarter[past.quarter > 0].tolist())


def table_of_bids(past, names):
    """Table of all bids kept, a row per step of a schedule that asks for permits, the dearest of a firm first.

    names : of the firms. Awards go to a firm's dearest bids first.
    """
    parts = [_bids_of(past, quarter, names) for quarter in kept_quarters(past)]
    columns = ["quarter", "firm", "bid_price", "bid_volume", "award"]
    return pd.concat(parts, ignore_index=True) if parts else pd.DataFrame(columns=columns)


def _bids_of(past, quarter, names):
    row = quarter % len(past.quarter)
    price, volume = past.price[row], past.volume[row]
    before = np.cumsum(volume, axis=1) - volume
    award = np.clip(past.award[row][:, None] - before, 0.0, volume)
    firm, step = np.nonzero(volume > 0.0)
    return pd.DataFrame(
        {
            "quarter": quarter,
            "firm": np.asarray(names)[firm],
            "bid_price": price[firm, step],
            "bid_volume": volume[firm, step],
            "award": award[firm, step],
        }
    )
