"""Curves on disk: the same bits back, whole or not there, and each solved once."""

import pickle
import subprocess
import sys
import textwrap
from dataclasses import fields, replace
from functools import partial

import pytest

from agents.supply_chains.curve_builder import Stopped, build_curve
from agents.supply_chains.data import Instance
from agents.supply_chains.files import save_instance
from agents.supply_chains.plan import InfeasibleChain
from agents.supply_chains.solve import solve_curves
from agents.supply_chains.store import CurveStore, read_curve, write_curve
from batch_runs.work.engines import Processes
from batch_runs.work.runner import Runner
from tests.jobs import die_at_first

IN_TWO = Runner(Processes(2))
"""Two worker processes, as the command line and the page have them."""


@pytest.fixture
def chains(tiny_chain):
    return [tiny_chain(seed) for seed in range(3)]


@pytest.fixture
def same_curves(same_bits):
    def check(ones, others, but=("seconds",)):
        for one, other in zip(ones, others, strict=True):
            for item in fields(one):
                if item.name not in but:
                    assert same_bits(getattr(one, item.name), getattr(other, item.name)), item.name

    return check


def test_a_curve_comes_back_to_the_last_bit(tmp_path, chains, same_curves):
    curve = build_curve(chains[0])
    write_curve(curve, tmp_path / "deep" / "curve.npz")
    back = read_curve(tmp_path / "deep" / "curve.npz")
    same_curves([curve], [back], but=())
    assert type(back.milps) is int and type(back.gap) is float


def test_the_folder_is_chosen_by_argument_then_variable_then_cache(tmp_path, monkeypatch):
    monkeypatch.delenv("CARBON_CURVES", raising=False)
    assert CurveStore().folder.name == "curves"
    monkeypatch.setenv("CARBON_CURVES", str(tmp_path / "mine"))
    assert CurveStore().folder == tmp_path / "mine"
    assert CurveStore(tmp_path / "other").folder == tmp_path / "other"


def test_stored_curves_are_not_solved_again(tmp_path, chains, same_curves, monkeypatch):
    first = solve_curves(chains, folder=tmp_path)
    monkeypatch.setattr("agents.supply_chains.solve.build_curve", None)
    told = []
    again = solve_curves(chains, folder=tmp_path, progress=lambda *news: told.append(news))
    same_curves(first, again, but=())
    assert [(number, milps) for number, milps, _ in told] == [(1, 0), (2, 0), (3, 0)]


def test_another_gap_or_range_is_another_curve(tmp_path, chains):
    rough = solve_curves(chains[:1], gap=1e-2, folder=tmp_path)
    fine = solve_curves(chains[:1], gap=1e-4, folder=tmp_path)
    short = solve_curves(chains[:1], price_max=100.0, folder=tmp_path)
    assert rough[0].gap <= 1e-2 and fine[0].gap <= 1e-4 and short[0].price_max == 100.0
    assert len(list(tmp_path.glob("*.npz"))) == 3


def test_chains_with_the_same_data_are_solved_once(tmp_path, chains):
    told = []
    solve_curves([chains[0], chains[0]], folder=tmp_path, progress=lambda *news: told.append(news))
    assert {number for number, _, _ in told} == {1}


def test_two_processes_give_the_same_bits_as_one(tmp_path, chains, same_curves):
    told = []
    alone = solve_curves(chains, folder=tmp_path / "one")
    together = solve_curves(
        chains, run=IN_TWO, folder=tmp_path / "two", progress=lambda *news: told.append(news)
    )
    same_curves(alone, together)
    assert {number for number, _, _ in told} == {1, 2, 3}


def test_a_damaged_file_is_named_and_replaced(tmp_path, chains, same_curves):
    store = CurveStore(tmp_path)
    (curve,) = solve_curves(chains[:1], folder=tmp_path)
    path = store.path(chains[0])
    whole = path.read_bytes()
    for damaged in (b"", b"not a curve", whole[: len(whole) // 2], whole[:300] + b"xxxx" + whole[304:]):
        path.write_bytes(damaged)
        with pytest.warns(UserWarning, match=f"{path.name}: not a readable curve"):
            (again,) = solve_curves(chains[:1], folder=tmp_path)
        same_curves([curve], [again])
        assert read_curve(path).milps == curve.milps


def test_finished_chains_are_kept_when_stopped(tmp_path, chains):
    """Stopped in the second chain: the first is in the store, nothing of the second."""
    seen = set()
    with pytest.raises(Stopped):
        solve_curves(chains, folder=tmp_path, progress=lambda n, *_: seen.add(n), stop=lambda: 2 in seen)
    store = CurveStore(tmp_path)
    assert [store.load(chain) is not None for chain in chains] == [True, False, False]
    assert len(solve_curves(chains, folder=tmp_path)) == 3


def test_an_interruption_is_passed_on_and_keeps_finished_tasks(tmp_path, chains):
    def interrupt(number, *_):
        if number == 2:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        solve_curves(chains, folder=tmp_path, progress=interrupt)
    assert CurveStore(tmp_path).load(chains[0]) is not None
    assert not list(tmp_path.glob("*.part"))


def test_worker_processes_stop_on_request(tmp_path, chains):
    told = []
    with pytest.raises(Stopped):
        solve_curves(
            chains, run=IN_TWO, folder=tmp_path, progress=lambda *news: told.append(news), stop=lambda: told
        )
    assert len(told) >= 1


def test_a_killed_worker_loses_no_chain(tmp_path, chains, same_curves):
    def run(function, tasks, progress, stop):
        return IN_TWO(partial(die_at_first, tmp_path / "died", function), tasks, progress, stop)

    curves = solve_curves(chains, run=run, folder=tmp_path / "curves")
    assert (tmp_path / "died").exists()
    same_curves(curves, solve_curves(chains, folder=tmp_path / "others"))


def test_an_infeasible_chain_is_named_by_a_worker_too(tmp_path, chains):
    short = replace(chains[1], to_zone_capacity=chains[1].to_zone_capacity * 1e-3)
    with pytest.raises(InfeasibleChain, match=r"^chain 2: no plan can meet the demand"):
        solve_curves([chains[0], short, chains[2]], run=IN_TWO, folder=tmp_path)


def test_a_process_waiting_for_a_chain_can_be_stopped(tmp_path, chains):
    store = CurveStore(tmp_path)
    with store.lock(chains[0]) as locked:
        assert locked
        with pytest.raises(Stopped):
            solve_curves(chains[:1], folder=tmp_path, stop=lambda: True)


def test_an_infeasible_chain_is_named(tmp_path, chains):
    short = replace(chains[1], to_zone_capacity=chains[1].to_zone_capacity * 1e-3)
    says = "^chain 2: no plan can meet the demand, because of the transport capacity to zones$"
    with pytest.raises(InfeasibleChain, match=says) as raised:
        solve_curves([chains[0], short, chains[2]], folder=tmp_path)
    assert str(pickle.loads(pickle.dumps(raised.value))) == str(raised.value)  # a worker's reaches us so


SOLVER = """
    import sys
    from agents.supply_chains.files import load_instance
    from agents.supply_chains.solve import solve_curves

    if __name__ == "__main__":
        chains = load_instance(sys.argv[1]).chains
        solve_curves(chains, folder=sys.argv[2], progress=lambda *news: print(*news, flush=True))
"""


@pytest.fixture
def solver(tmp_path, chains):
    """Function: start a process that solves three chains into a folder."""
    save_instance(Instance("three", tuple(chains)), tmp_path / "three.json")
    (tmp_path / "solver.py").write_text(textwrap.dedent(SOLVER))

    def start(folder):
        command = [sys.executable, str(tmp_path / "solver.py"), str(tmp_path / "three.json"), str(folder)]
        return subprocess.Popen(command, stdout=subprocess.PIPE, text=True)

    return start


@pytest.fixture(autouse=True)
def sources_on_the_path(monkeypatch, request):
    monkeypatch.setenv("PYTHONPATH", str(request.config.rootpath))


def test_a_killed_process_leaves_finished_and_no_partial_files(tmp_path, chains, solver):
    folder = tmp_path / "curves"
    process = solver(folder)
    for line in process.stdout:
        if line.startswith("2 "):
            process.kill()
            break
    process.communicate()
    store = CurveStore(folder)
    assert store.load(chains[0]) is not None
    for path in folder.glob("*.npz"):
        read_curve(path)
    assert len(solve_curves(chains, folder=folder)) == 3


def test_two_processes_do_not_solve_one_chain_twice(tmp_path, chains, solver):
    """Programs solved by both together are those of one."""
    folder = tmp_path / "curves"
    both = [solver(folder), solver(folder)]
    said = [process.communicate()[0].splitlines() for process in both]
    assert [process.returncode for process in both] == [0, 0]
    starts = [line for lines in said for line in lines if line.split()[1:] == ["0", "inf"]]
    assert sorted(line.split()[0] for line in starts) == ["1", "2", "3"]


def test_a_part_left_by_a_killed_process_is_overwritten(tmp_path, chains):
    store = CurveStore(tmp_path)
    store.path(chains[0]).with_suffix(".part").write_bytes(b"half")
    solve_curves(chains[:1], folder=tmp_path)
    assert not list(tmp_path.glob("*.part"))
