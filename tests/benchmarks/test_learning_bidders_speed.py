"""Rounds of the learning bidders per second: Mesa loop, compiled loop, and C++, in one run and in turns.

The C++ program plays the same game from the same generator states; a first test holds it to our numbers, so the
ratio compares like with like: the same rounds from the same start, its random numbers included.
Goals are 0.8 of the plain program and 0.6 of the one with SIMD. Both look for the best action whenever its value has
fallen; our Q-learning, whenever another may have become the best, and so does the last program, against which there is
a goal, too, not reached. What is asserted is what has been reached on a busy machine, with a margin for noise.
"""

import numpy as np
import pytest

from learning.base import LEARNERS
from learning.q_learning import VALUE
from model.mechanisms.auctions.base import AUCTIONS
from model.systems.learning_bidders import LearningBidders
from tests.benchmarks import cpp_program
from tests.benchmarks.clock import timed

FORMATS = ("uniform", "discriminatory")
ROUNDS, STEPS, TURNS = 200_000, 300, 21
NEVER = 100_000_000
GOALS = {"C++ -O3": 0.8, "C++, SIMD": 0.6, "C++, SIMD, fewer searches": 0.6}
LEAST = {"C++ -O3": 0.65, "C++, SIMD": 0.4, "C++, SIMD, fewer searches": 0.3}
"""Asserted speed of the compiled loop over that of a program; the least of 7 turns has been 0.5, 0.4 and 0.26."""

pytestmark = pytest.mark.benchmark
needs_compiler = pytest.mark.skipif(cpp_program.compiler() is None, reason="g++ is not installed")


def made(collect_every=NEVER, **parameters):
    """A model whose rules are compiled already."""
    model = LearningBidders(rng=1, collect_every=collect_every, **parameters)
    model.advance(10)
    return model


def rate(play, rounds):
    """Rounds per second of processor time."""
    _, spent = timed(play)
    return rounds / spent


def stepping(model):
    for _ in range(STEPS):
        model.step()


def rate_from_start(auction, collect_every, rounds):
    """Rounds per second of a compiled run from round 0, as the C++ program plays it."""
    model = LearningBidders(rng=1, auction=auction, collect_every=collect_every)
    return rate(lambda: model.advance(rounds), rounds)


def ways(auction, folder):
    """Functions that tell rounds per second, by name."""
    mesa, bare = made(1, auction=auction), made(auction=auction)
    found = {
        "Mesa loop, collecting": lambda: rate(lambda: stepping(mesa), STEPS),
        "Mesa loop": lambda: rate(lambda: stepping(bare), STEPS),
        "compiled, collecting": lambda: rate_from_start(auction, 1, ROUNDS // 10),
        "compiled": lambda: rate_from_start(auction, NEVER, ROUNDS),
    }
    if cpp_program.compiler():
        start = folder / f"{auction}.bin"
        cpp_program.write_start(LearningBidders(auction=auction, rng=1), start)
        for name, flags in cpp_program.PROGRAMS.items():
            program = cpp_program.compile_program(folder, flags)
            found[name] = lambda p=program: ROUNDS / cpp_program.time_rounds(p, start, ROUNDS)[0]
    return found


@needs_compiler
@pytest.mark.parametrize("program", cpp_program.PROGRAMS)
@pytest.mark.parametrize("auction", FORMATS)
def test_the_cpp_program_plays_the_same_game(auction, program, tmp_path):
    rounds, start = 3_000, tmp_path / "start.bin"
    model = LearningBidders(auction=auction, rng=1)
    cpp_program.write_start(model, start)
    program = cpp_program.compile_program(tmp_path, cpp_program.PROGRAMS[program])
    profits, values, cash = cpp_program.play(program, start, rounds, model, tmp_path)
    model.advance(rounds)
    _, firms = model.datacollector.rows()
    assert np.allclose(profits, firms.profit, rtol=1e-12, atol=1e-9)
    assert np.allclose(values, model.learner.memory[:, VALUE], rtol=1e-12, atol=1e-9)
    assert np.allclose(cash, model.firms.rows.cash, rtol=1e-9)


@pytest.mark.parametrize("auction", FORMATS)
def test_rounds_per_second(auction, tmp_path, report, record):
    found = ways(auction, tmp_path)
    measured = {name: [] for name in found}
    for _ in range(TURNS):
        for name, play in found.items():
            measured[name].append(play())
    ratios = {name: np.array(measured["compiled"]) / values for name, values in measured.items()}
    report(
        f"learning_bidders, {auction}, 5 firms, q_learning",
        [
            {
                "way": name,
                "rounds per second": float(np.median(values)),
                "compiled is … times as fast": float(np.median(ratios[name])),
                "least": float(ratios[name].min()),
                "most": float(ratios[name].max()),
            }
            for name, values in measured.items()
        ],
    )
    assert np.median(measured["compiled"]) > np.median(measured["Mesa loop"])
    reached = {name: float(np.median(ratios[name])) for name in LEAST if name in ratios}
    for name, ratio in reached.items():
        record(
            f"round of learning_bidders, {auction}: speed of {name}", ratio, unit="×", at_least=GOALS[name]
        )
    assert all(ratio >= LEAST[name] for name, ratio in reached.items()), reached


def best_rate(model, rounds):
    """Most rounds per second of three tries."""
    return max(rate(lambda: model.advance(rounds), rounds) for _ in range(3))


def test_microseconds_per_round_of_every_learner_and_format(report):
    rows = []
    for learner, part in LEARNERS.items():
        if part.is_compiled():
            rounds = 2_000 if part.needs_payoffs else 20_000
            speed = {a: best_rate(made(learner=learner, auction=a), rounds) for a in AUCTIONS}
            rows.append({"learner": learner} | {auction: 1e6 / value for auction, value in speed.items()})
    report("microseconds per round", rows)
    assert all(value > 0 for row in rows for value in list(row.values())[1:])
