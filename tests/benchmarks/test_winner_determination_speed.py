"""Winner determination against bidders, lots and pollutants, beside the whole table, HiGHS, and enumeration.

Bid books are those of an ascending clock among farms with joint abatement costs; an auction asks twice a round, with
and without optional bidders, until both give the same revenue. All in one process; seconds are those of the processor.
"""

from itertools import pairwise

import numpy as np
import pytest

from model.mechanisms.combinatorial.winners.determination import MOST_CELLS, determine_winners, find_winners
from model.mechanisms.combinatorial.winners.search import FOUND
from tests.benchmarks.clock import timed
from tests.package_bids import clock_books, enumerate_winners, farm_values

BIDDERS = (2, 10, 20, 50, 200)
LOTS = ((5, 3), (10, 5), (20, 10), (40, 20))
POLLUTANTS = ((20,), (20, 10), (8, 4, 4), (5, 3, 3, 3))
MOST_CHOICES, MOST_ENTRIES, MOST_BIDS = 2e6, 3e8, 15_000
"""Largest problems for enumeration (choices), the whole table (pairs of cell and bid), and HiGHS (bids)."""
CLOSED = 1e-7


def auction(n, lots):
    """Packages, supply, and the bid books of the rounds of an auction until it closes, with the answers' seconds."""
    packages, value = farm_values(np.random.default_rng(n), n, lots)
    supply = np.array([round(n * (0.9 if j == 0 else 0.5) * most) for j, most in enumerate(lots)])
    books, seconds = [], []
    for book in clock_books(packages, value, supply):
        (one, free), spent = timed(
            lambda book=book: [
                determine_winners(packages, book, supply, optional=optional) for optional in (False, True)
            ]
        )
        seconds.append(spent)
        books.append(book)
        if one is not None and one.revenue >= free.revenue * (1.0 - CLOSED):
            return packages, supply, books, seconds


def time_answers(find, books):
    """Milliseconds per answer, the faster of two turns, and the answers."""
    best, answers = np.inf, []
    for _ in range(2):
        answers, spent = timed(lambda: [find(book, optional) for book in books for optional in (False, True)])
        best = min(best, spent / len(answers))
    return 1e3 * best, answers


def ways(packages, supply, books):
    """Functions that find the winners of a book, by name; only those with a chance to finish."""
    bids = (books[-1] >= 0).sum(axis=1)
    found = {
        "dynamic program": lambda book, optional: determine_winners(packages, book, supply, optional=optional)
    }
    if np.prod(supply + 1.0) * bids.sum() <= MOST_ENTRIES:

        def whole(book, optional):
            status, choice, _ = find_winners(packages, book, supply, optional, False, 10 * MOST_CELLS, np.inf)
            return (choice, revenue(book, choice)) if status == FOUND else None

        found["whole table"] = whole
    if bids.sum() <= MOST_BIDS:
        found["HiGHS"] = lambda book, optional: determine_winners(
            packages, book, supply, optional=optional, method="integer_program"
        )
    if np.log(bids + 1.0).sum() <= np.log(MOST_CHOICES):
        found["enumeration"] = lambda book, optional: enumerate_winners(packages, book, supply, optional)
    return found


def revenue(book, choice):
    """Sum of the winning amounts."""
    return book[np.arange(len(book)), choice][choice >= 0].sum()


def measure(n, lots):
    """A row of the table: milliseconds per answer of each way for the last three rounds of an auction."""
    packages, supply, books, seconds = auction(n, lots)
    row = {"bidders": n, "lots": "×".join(map(str, lots)), "rounds": len(books), "auction, s": sum(seconds)}
    row["slowest round, ms"] = 1e3 * max(seconds)
    answers = {}
    for name, find in ways(packages, supply, books[-3:]).items():
        row[name + ", ms"], answers[name] = time_answers(find, books[-3:])
    for one, other in pairwise(answers.values()):
        assert [w and w[1] for w in one] == [w and w[1] for w in other]
    return row


def filled(rows):
    """The rows with a dash where a way was not tried."""
    names = list(dict.fromkeys(name for row in rows for name in row))
    return [{name: row.get(name, "–") for name in names} for row in rows]


@pytest.fixture(scope="module", autouse=True)
def compiled():
    """Compile first: no time measured has that in it."""
    auction(2, (2, 2))


@pytest.mark.benchmark
def test_time_against_bidders(report, record):
    rows = [measure(n, (20, 10)) for n in BIDDERS]
    report("Winner determination: bidders", filled(rows))
    faster = min(row["HiGHS, ms"] / row["dynamic program, ms"] for row in rows if "HiGHS, ms" in row)
    record("winner determination: beside HiGHS, 2 to 200 bidders", faster, unit="times as fast", at_least=1)
    assert all(row["dynamic program, ms"] < row.get("HiGHS, ms", np.inf) for row in rows)


@pytest.mark.benchmark
def test_time_against_lots(report):
    rows = [measure(20, lots) for lots in LOTS]
    report("Winner determination: lots", filled(rows))
    assert all(row["dynamic program, ms"] < row.get("HiGHS, ms", np.inf) for row in rows)


@pytest.mark.benchmark
def test_time_against_pollutants(report):
    rows = [measure(n, lots) for lots in POLLUTANTS for n in (4, 20, 50)]
    report("Winner determination: pollutants", filled(rows))
    assert all(row["dynamic program, ms"] < row.get("HiGHS, ms", np.inf) for row in rows)


@pytest.mark.benchmark
def test_time_against_enumeration(report):
    rows = [measure(n, (6, 3)) for n in (2, 3, 4)]
    report("Winner determination: enumeration", filled(rows))
    assert all("enumeration, ms" in row for row in rows)
    assert rows[-1]["dynamic program, ms"] < 0.1 * rows[-1]["enumeration, ms"]
