"""The merit order of bids beside numpy's stable sort, for 5 to 100,000 bids, in turns.

numpy's default sort is faster on processors with AVX2 or AVX-512, but does not keep the order of equal bids.
"""

import numpy as np
import pytest

from learning.rows import order_falling
from tests.benchmarks.clock import timed

SIZES, TURNS, BIDS = (5, 100, 1_000, 10_000, 100_000), 7, 100_000
NOISE = 1.25

pytestmark = pytest.mark.benchmark


def ways(m):
    """Functions that sort float64[m], by name."""
    order, spare = np.zeros((2, m), np.int64)
    return {
        "order_falling": lambda prices: order_falling(prices, order, spare),
        "numpy, stable": lambda prices: np.argsort(-prices, kind="stable"),
        "numpy, default": lambda prices: np.argsort(-prices),
    }


def microseconds(sort, books):
    """Processor time per book."""
    _, spent = timed(lambda: [sort(prices) for prices in books])
    return 1e6 * spent / len(books)


def test_microseconds_per_sort(report, record):
    rows = []
    for m in SIZES:
        books = np.random.default_rng(m).random((max(BIDS // m, 2), m))
        sorts = ways(m)
        sorts["order_falling"](books[0])  # compiles
        times = [{name: microseconds(sort, books) for name, sort in sorts.items()} for _ in range(TURNS)]
        medians = {name: float(np.median([turn[name] for turn in times])) for name in sorts}
        ratio = float(np.median([turn["order_falling"] / turn["numpy, stable"] for turn in times]))
        rows.append({"bids": m} | medians | {"of numpy, stable": ratio})
    report("sorting bids, microseconds", rows)
    at_10_000 = next(row["of numpy, stable"] for row in rows if row["bids"] == 10_000)
    record("10,000 bids sorted, time of numpy's stable sort", at_10_000, unit="×", at_most=1.0)
    assert all(row["of numpy, stable"] < NOISE for row in rows if row["bids"] <= 10_000)
