"""PPO updates per second against PyTorch on the CPU: same networks, same batch, one thread each.

PyTorch computes all players at once (`torch_players`), as the numpy one does. Processor time, in turns.
"""

import json
import os
import subprocess
import sys
from contextlib import suppress
from functools import partial
from pathlib import Path

import numpy as np
import pytest

from learning.policies import Categorical, Gaussian
from learning.ppo import PPO
from learning.ppo_settings import PPOSettings
from learning.rollout import Batch
from tests.benchmarks.clock import take_turns, times_as_fast

ROOT = Path(__file__).parent.parent.parent
SECONDS = 1.5
CASES = {
    "auctions, 10 players of 2 x 32": (10, 1024, 8, Gaussian(4, "sigmoid"), {}),
    "auctions, 3 players of 2 x 32": (3, 1024, 8, Gaussian(4, "sigmoid"), {}),
    "CartPole, 2 x 64": (1, 256, 4, Categorical(2), {"hidden": 64}),
    "control, 2 x 64": (1, 2048, 17, Gaussian(6), {"hidden": 64, "minibatches": 32, "noise_rule": "learned"}),
    "grid, 2 x 128, 49 actions": (1, 8000, 183, Categorical(49), {"hidden": 128, "activation": "relu"}),
    "enterprises of the grid, 2 x 64": (1, 8000, 68, Categorical(49), {"hidden": 64, "minibatches": 2}),
}


def made(case, precision):
    """A PPO and a batch for it."""
    players, samples, observations, policy, knobs = CASES[case]
    settings = PPOSettings(batch=samples, precision=precision, **knobs)
    ppo = PPO(settings, policy, observations, players=players, seed=1)
    rng = np.random.default_rng(2)
    decided = ppo.decide(rng.standard_normal((players, samples, observations)))
    advantage = rng.standard_normal((players, samples)).astype(precision)
    parts = (decided.observation, decided.action, decided.log_prob, decided.value)
    return ppo, Batch(*parts, advantage, decided.value + advantage)


def torch_update(ppo, batch):
    """The same update in PyTorch as a function; ImportError without it."""
    import torch

    from tests.benchmarks.torch_players import StackedTrainer
    from tests.unit.learning import torch_reference as reference

    torch.set_num_threads(1)
    dtype = getattr(torch, ppo.settings.precision)
    about = (ppo.settings, ppo.policy, ppo.observations)
    rows = ppo.network.block.values
    players = [reference.Player(*about, row, ppo.learns_noise, dtype) for row in rows]
    noise = None if ppo.log_noise is None else torch.as_tensor(np.array(ppo.log_noise[0, 0]))
    trainer = StackedTrainer(*about[:2], players, noise)
    rng = np.random.default_rng(3)
    return lambda: trainer.update(batch, [rng.permutation(len(batch)) for _ in range(ppo.settings.epochs)])


def measure():
    """Samples per second by case, in numpy with both precisions and in PyTorch where installed."""
    table = {}
    for case, (players, samples, *_) in CASES.items():
        updates = {}
        for precision in ("float32", "float64"):
            ppo, batch = made(case, precision)
            updates[f"numpy {precision}"] = partial(ppo.update, batch)
        with suppress(ImportError):
            updates["torch float32"] = torch_update(*made(case, "float32"))
        turns = take_turns(updates, SECONDS)
        row = table[case] = {name: players * samples / np.median(each) for name, each in turns.items()}
        if "torch float32" in turns:
            row["ratio"] = times_as_fast(turns, "numpy float32", "torch float32")
    return table


def shown(table):
    """The table as text."""
    lines = ["PPO samples per second (every sample passes all epochs), one thread"]
    for case, row in table.items():
        lines.append(f"  {case:34}" + "  ".join(f"{name} {value:,.2f}" for name, value in row.items()))
    return "\n".join(lines)


@pytest.mark.benchmark
def test_updates_are_at_least_as_fast_as_in_torch(capsys, record):
    """In a process of its own, as the number of threads is read when numpy starts."""
    threads = {f"{name}_NUM_THREADS": "1" for name in ("OPENBLAS", "MKL", "OMP")}
    done = subprocess.run(
        [sys.executable, "-m", "tests.benchmarks.test_ppo_speed"],
        cwd=ROOT,
        env=os.environ | threads,
        capture_output=True,
        text=True,
        timeout=600,
    )
    assert done.returncode == 0, done.stderr
    table = json.loads(done.stdout)
    with capsys.disabled():
        print("\n" + shown(table))
    if "ratio" not in next(iter(table.values())):
        pytest.skip("PyTorch is not installed: nothing to compare with")
    ratios = {case: row["ratio"] for case, row in table.items()}
    for case, ratio in ratios.items():
        record(f"PPO, {case}", ratio, unit="× PyTorch", at_least=1.5)
    assert min(ratios.values()) >= 0.8, ratios  # a busy machine takes a fifth


if __name__ == "__main__":
    print(json.dumps(measure()))
