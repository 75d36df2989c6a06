"""The C++ yardstick: compile it, hand it a model's start, read what it played."""

import shutil
import subprocess
from pathlib import Path

import numpy as np

from learning.knobs import Settings
from learning.q_learning import VALUE, QLearningSettings

SOURCE = Path(__file__).with_name("learning_bidders.cpp")
PLAIN = ("-std=c++17", "-O3")
NATIVE = (*PLAIN, "-march=native", "-ffp-contract=off")
"""For this processor, but without fused multiply-adds: they round differently, so it would play another game."""

BY_FOURS = (*PLAIN, "-DSEARCH_BY_FOURS")
"""Searches the best action four by four, where the plain program calls std::max_element."""

SIMD = (*NATIVE, "-DSEARCH_BY_LANES")
"""Searches with vectors of this processor."""

BEST = (*SIMD, "-DNOTE_RIVALS")
"""The best we can write: like our Q-learning it searches only if the second best action may have become the best."""

PROGRAMS = {
    "C++ -O3": PLAIN,
    "C++ -O3 -march=native": NATIVE,
    "C++ -O3, search by fours": BY_FOURS,
    "C++, SIMD": SIMD,
    "C++, SIMD, fewer searches": BEST,
}

FACTS = (
    "selling_price",
    "unit_cost",
    "emission_intensity",
    "full_output",
    "required_permits",
    "private_value",
    "lowest_volume",
    "highest_volume",
)


def compiler():
    """Path of g++, or None."""
    return shutil.which("g++")


def compile_program(folder, flags=PLAIN):
    """Path of the program compiled into ``folder``."""
    program = Path(folder) / "".join(["learning_bidders", *flags])
    subprocess.run([compiler(), *flags, str(SOURCE), "-o", str(program)], check=True)
    return program


def write_start(model, path):
    """Write firms, rules, Q-tables and generator states of a `LearningBidders` that has not played yet."""
    assert model.steps == 0 and isinstance(model.learner.settings, QLearningSettings)
    numbers = (
        _rules(model) + Settings.vector(model.learner.settings)[:7]
    )  # the start values come with the tables
    firms = np.stack([model.firms.rows[name] for name in FACTS], axis=-1)
    parts = [numbers, [len(model.firms)], firms.ravel(), model.learner.memory[:, VALUE].ravel()]
    words = [word for name in ("bidding", "exchange") for word in _generator_words(model.streams[name])]
    Path(path).write_bytes(np.array(words, np.uint64).tobytes() + np.concatenate(parts).tobytes())


def _rules(model):
    setup, p = model.setup, model.params
    weigh_by_awards = p.parts["discriminatory"].price_weights == "awards"
    return [
        ("uniform", "discriminatory").index(p.auction),
        setup.cap,
        setup.reserve_price,
        setup.highest_value,
        setup.price_bins,
        setup.price_steps,
        setup.volume_steps,
        setup.fined_above < 0.0,
        setup.penalty,
        p.parts[p.auction].undersubscribed == "reserve",
        weigh_by_awards,
        p.trade_margin,
    ]


def _generator_words(generator):
    """State and increment of numpy's PCG64, high word first: 4 numbers below 2^64."""
    state = generator.bit_generator.state["state"]
    return [part >> shift & (2**64 - 1) for part in (state["state"], state["inc"]) for shift in (64, 0)]


def time_rounds(program, start, rounds):
    """Seconds the program takes for ``rounds`` rounds, and the sum of its Q-values after them."""
    words = [str(program), "time", str(start), str(rounds)]
    seconds, checksum = subprocess.run(words, capture_output=True, text=True, check=True).stdout.split()
    return float(seconds), float(checksum)


def play(program, start, rounds, model, folder):
    """Results of the program from ``start``: profits [rounds, n], Q-tables [n, states, actions], cash [n]."""
    output = Path(folder) / "played.bin"
    subprocess.run([str(program), "play", str(start), str(rounds), str(output)], check=True)
    n, tables = len(model.firms), model.learner.memory[:, VALUE]
    profits, values, cash = np.split(np.fromfile(output), [rounds * n, rounds * n + tables.size])
    return profits.reshape(rounds, n), values.reshape(tables.shape), cash
