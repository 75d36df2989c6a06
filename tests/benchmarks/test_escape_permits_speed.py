"""Whole auctions of escape permits at the default sizes, from cost curves to delivered permits.

Beside the clock auction: the last question for winners asked again of HiGHS
and, where that ends, of enumeration; the other formats; and the Mesa model step by step.
"""

import numpy as np
import pytest

from model.mechanisms.combinatorial.base import PACKAGE_AUCTIONS, PackageAuction
from model.mechanisms.combinatorial.winners.determination import determine_winners
from model.systems.escape_permits import EscapePermits
from model.systems.escape_permits.auction import play
from model.systems.escape_permits.comparison import draw_instance
from model.systems.escape_permits.params import EscapePermitsParams
from tests.benchmarks.clock import take_turns, timed, times_as_fast
from tests.package_bids import enumerate_winners

FARMS = (2, 10, 20, 50, 200, 500, 1000)
MOST_FOR_HIGHS = 50
SEEDS = range(3)


@pytest.fixture
def asked(monkeypatch):
    """Seconds of every question for winners since the list was cleared."""
    seconds, plain = [], PackageAuction.winners

    def winners(*args, **kwargs):
        found, spent = timed(lambda: plain(*args, **kwargs))
        seconds.append(spent)
        return found

    monkeypatch.setattr(PackageAuction, "winners", winners)
    return seconds


@pytest.fixture(scope="module", autouse=True)
def compiled():
    """Compile first."""
    for mechanism in PACKAGE_AUCTIONS:
        for n in (3, 30):
            whole_auction({"mechanism": mechanism, "n_farms": n}, 0)


def whole_auction(values, seed):
    """Instance and closed auction, and the seconds of each."""
    params = EscapePermitsParams().replace(values)
    instance, drawing = timed(lambda: draw_instance(params, seed))
    auction, playing = timed(lambda: play(params, instance))
    return instance, auction, drawing, playing


def last_question(instance, auction):
    """Seconds of HiGHS, and of enumeration for two farms, for the revenue of the last round; all agree on it."""
    terms, row = instance.terms, {}
    ways = {}
    if len(auction.book) <= MOST_FOR_HIGHS:
        ways["HiGHS, s"] = lambda: determine_winners(
            terms.packages.lots, auction.book, terms.supply, optional=True, method="integer_program"
        )[1]
    if len(auction.book) == 2:
        ways["enumeration, s"] = lambda: enumerate_winners(
            terms.packages.lots, auction.book, terms.supply, optional=True
        )[1]
    for name, ask in ways.items():
        revenue, row[name] = timed(ask)
        assert revenue == pytest.approx(auction.provisional_revenue, rel=1e-8)
    return row


def measured(asked, others=True, **values):
    """Means over instances: one row of a table; others : whether HiGHS and enumeration are asked, too."""
    rows = []
    for seed in SEEDS:
        asked.clear()
        instance, auction, drawing, playing = whole_auction(values, seed)
        known = {"values, s": drawing, "auction, s": playing, "rounds": auction.outcome.rounds}
        rows.append(
            known | {"question, s": np.mean(asked)} | (last_question(instance, auction) if others else {})
        )
    return {name: float(np.mean([row[name] for row in rows])) for name in rows[0]}


def filled(rows):
    """The rows with a dash where something was not measured."""
    names = list(dict.fromkeys(name for row in rows for name in row))
    return [{name: row.get(name, "–") for name in names} for row in rows]


@pytest.mark.benchmark
def test_whole_auctions_against_farms(report, record, asked):
    """20 x 10 lots each, two pollutants."""
    rows = [{"farms": n} | measured(asked, n_farms=n) for n in FARMS]
    report("Escape permits: whole auctions against farms", filled(rows))
    assert all(row["question, s"] < row["HiGHS, s"] for row in rows if row["farms"] <= MOST_FOR_HIGHS)
    half, whole = (next(row for row in rows if row["farms"] == n) for n in (500, 1000))
    seconds = [row["values, s"] + row["auction, s"] for row in (half, whole)]
    record("escape_permits: an auction among 1,000 farms", seconds[1], unit="s", at_most=0.5)
    record(
        "escape_permits: exponent from 500 to 1,000 farms",
        np.log2(seconds[1] / seconds[0]),
        unit="1",
        at_most=1.5,
    )
    assert seconds[1] < 3.5 * seconds[0]  # at least its square before


@pytest.mark.benchmark
@pytest.mark.parametrize("increment", [0.1, 0.01, 0.002])
def test_activity_rules(record, increment):
    """Twenty farms; smaller increments make more rounds, on which the history must not depend."""
    steps = {"increment_ghg": increment, "increment_nutrient": 5 * increment}
    params = EscapePermitsParams().replace({"n_farms": 20} | steps)
    ruled, instance = params.replace({"cmra.activity": True}), draw_instance(params, 0)
    turns = take_turns({"free": lambda: play(params, instance), "ruled": lambda: play(ruled, instance)})
    slower, rounds = times_as_fast(turns, "free", "ruled"), play(params, instance).round
    record(f"escape_permits: activity rules, {rounds} rounds", slower, unit="times the time", at_most=5)
    assert slower < 6.0


def per_bid(row, packages):
    """Microseconds of a row of `measured` per round, farm and package."""
    return 1e6 * row["auction, s"] / (row["rounds"] * row["farms"] * packages)


@pytest.mark.benchmark
def test_time_grows_as_the_number_of_bids(report, record, asked):
    """Twice the lots of both pollutants are four times the packages, and more rounds; a third pollutant is 11 times."""
    rows = []
    for farms, lots, m in ((20, 20, 2), (20, 40, 2), (20, 80, 2), (20, 20, 3), (2, 80, 2), (2, 160, 2)):
        sizes = {"baseline_ghg": lots, "baseline_nutrient": lots // 2, "n_pollutants": m}
        row = {"farms": farms, "lots": lots, "pollutants": m} | measured(
            asked, others=False, n_farms=farms, **sizes
        )
        packages = (lots + 1) * (lots // 2 + 1) * (11 if m == 3 else 1)
        rows.append(row | {"packages": packages, "µs per bid": per_bid(row, packages)})
    report("Escape permits: time per round, farm and package", filled(rows))
    each = [row["µs per bid"] for row in rows]
    for name, bigger, smaller in (
        ("twice the lots, 20 farms", 2, 1),
        ("twice the lots, 2 farms", 5, 4),
        ("a third pollutant", 3, 0),
    ):
        record(f"escape_permits: time per bid, {name}", each[bigger] / each[smaller], unit="×", at_most=1.5)
    assert max(each) < 6 * min(each)


@pytest.mark.benchmark
def test_the_mesa_model_of_many_farms(record):
    """Every round publishes the provisional winners, which an auction without Mesa need not find."""
    model = EscapePermits(n_farms=1_000, rng=1)

    def play_auction():
        model.advance(1)
        while not model.auction.closed:
            model.advance(1)

    seconds = min(take_turns({"auction": play_auction}, least=3)["auction"])
    record("escape_permits: an auction among 1,000 farms, Mesa model", seconds, unit="s", at_most=0.5)
    assert seconds < 2.0


@pytest.mark.benchmark
def test_whole_auctions_against_pollutants(report, asked):
    """20 x 10 x 10 lots."""
    rows = [
        {"farms": n, "pollutants": m} | measured(asked, n_farms=n, n_pollutants=m)
        for n in (2, 10, 50)
        for m in (1, 2, 3)
    ]
    report("Escape permits: whole auctions against pollutants", filled(rows))
    assert all(row["question, s"] < row["HiGHS, s"] for row in rows if row["pollutants"] > 1)


@pytest.mark.benchmark
def test_all_additional_bids_and_all_formats(report, asked):
    """Twenty farms: many more bids, or other formats."""
    ways = [
        {"additional_bids": "all"},
        {"cmra.increments": "all"},
        {"cmra.activity": True},
        {"reserve_price": 0.0},
    ]
    ways += [{"mechanism": name} for name in PACKAGE_AUCTIONS]
    rows = []
    for values in ways:
        times = [whole_auction({"n_farms": 20} | values, seed)[3] for seed in SEEDS]
        rows.append(
            {"way": " ".join(f"{k}={v}" for k, v in values.items()), "auction, s": float(np.mean(times))}
        )
    report("Escape permits: other rules and formats, 20 farms", rows)
    usual = next(row["auction, s"] for row in rows if row["way"] == "mechanism=cmra")
    assert all(row["auction, s"] < 150 * usual for row in rows)


@pytest.mark.benchmark
def test_all_additional_bids_against_farms(report, asked):
    """Bids for all packages, beside those for smaller ones."""
    rows = []
    for n in (50, 100, 200):
        below, everything = (measured(asked, n_farms=n, additional_bids=each) for each in ("below", "all"))
        rows.append(
            {"farms": n, "below, s": below["auction, s"], "all, s": everything["auction, s"]}
            | {"all: question, s": everything["question, s"], "HiGHS, s": everything.get("HiGHS, s", "–")}
        )
    report("Escape permits: bids for all packages", filled(rows))
    assert all(row["all, s"] < 20 * row["below, s"] for row in rows)


@pytest.mark.benchmark
def test_mesa_steps_beside_blocks(report):
    """Twenty farms, 200 rounds: farm by farm, and in compiled blocks."""
    models = [EscapePermits(n_farms=20, rng=1) for _ in range(2)]
    for model in models:
        model.advance(2)
        model.step()
    _, stepped = timed(lambda: [models[0].step() for _ in range(200)])
    _, advanced = timed(lambda: models[1].advance(200))
    report("Escape permits: 200 rounds of 20 farms", [{"steps, s": stepped, "blocks, s": advanced}])
    assert models[0].government.auction == models[1].government.auction
    assert advanced < stepped
