"""A cluster: killed workers lose nothing and change nothing, and everything that a run needs goes there by content."""

import os
import random
import shutil
import signal
import threading
import time
from contextlib import closing

import numpy as np
import pytest
from distributed import Future, LocalCluster

from agents.supply_chains.draws import draw_instance
from agents.supply_chains.files import save_instance
from batch_runs.comparison.policies import read_policies
from batch_runs.comparison.runs import course_of, plan, play_all
from batch_runs.sweep import run_sweep
from batch_runs.usage import UsageError
from batch_runs.work import parcel
from batch_runs.work.cluster import STRIKES, Dask
from batch_runs.work.engines import Here
from batch_runs.work.errors import describe_error
from batch_runs.work.parcel import Foreign, Needs, pack, unpack, with_own_files
from batch_runs.work.plan import make_plan
from batch_runs.work.preparation import prepare
from batch_runs.work.provenance import work_facts
from batch_runs.work.rows import row_of
from batch_runs.work.runner import Runner
from model.systems.supply_chains import SupplyChains
from tests.jobs import die_once, errands, is_alive, noted, third_kills

AXES = {"phi": [0.8, 0.9], "auction": "uniform,discriminatory"}


def numbers_of(table):
    """Everything in the results of a sweep but the seconds, which no two sweeps share."""
    return table.drop(columns="seconds")


def pids(engine):
    """Processes of the workers."""
    return [nanny.pid for nanny in engine.connection.cluster.workers.values() if nanny.pid]


# -- workers that die ----------------------------------------------------------------------------------------------


def test_every_task_may_kill_its_worker_once(cluster, tmp_path):
    done = {task.number: result for task, result in Runner(cluster)(die_once, errands(3, tmp_path))}
    assert done == {0: 0, 1: 1, 2: 4}


def test_a_task_that_kills_is_found_and_no_other_is_blamed(cluster, tmp_path):
    run = Runner(cluster)(third_kills, errands(9, tmp_path), failed=lambda _, error: describe_error(error))
    done = {task.number: result for task, result in run}
    assert done.pop(2) == f"its worker process died {STRIKES} times: killed, out of memory or crashed"
    assert done == {k: k * k for k in (0, 1, *range(3, 9))}
    deaths = [number for word, number, _ in noted(tmp_path) if word == "kills"]
    assert len(deaths) in (STRIKES, STRIKES + 1), "once more if it was in a batch with others at first"


def sweep_with_kills(engine, kills, seeds, periods):
    """Play a sweep while a thread kills workers at random moments; return its table and the workers killed."""
    rng, over, killed = random.Random(7), threading.Event(), []

    def kill():
        while len(killed) < kills and not over.wait(rng.uniform(0.05, 0.6)):
            known = [pid for pid in pids(engine) if pid not in killed]
            if known:
                killed.append(rng.choice(known))
                os.kill(killed[-1], signal.SIGKILL)

    def begin(done, total):
        if done and not killer.is_alive() and not killed:
            killer.start()

    killer = threading.Thread(target=kill)
    table = run_sweep(
        "learning_bidders", AXES, seeds=seeds, periods=periods, engine=engine, progress=begin
    ).table
    over.set()
    killer.join()
    return table, killed


@pytest.mark.parametrize(
    ("kills", "seeds", "periods"), [(2, 8, 50_000), pytest.param(20, 60, 300_000, marks=pytest.mark.slow)]
)
def test_killed_workers_change_no_row(cluster, kills, seeds, periods):
    table, killed = sweep_with_kills(cluster, kills, seeds, periods)
    assert len(set(killed)) == kills
    assert numbers_of(table).equals(
        numbers_of(run_sweep("learning_bidders", AXES, seeds=seeds, periods=periods).table)
    )


def test_what_the_cluster_gives_up_is_sent_again(cluster):
    given_up = []

    def give_up(done, total):
        client = cluster.connection.client
        if done and not given_up:
            given_up.extend(key for key, state in client.futures.items() if state.status == "pending")
            client.cancel([Future(key, client) for key in given_up], force=True)

    how = {"seeds": 8, "periods": 50_000}
    table = run_sweep("learning_bidders", AXES, **how, engine=cluster, progress=give_up).table
    assert given_up and table["error"].eq("").all()
    assert numbers_of(table).equals(numbers_of(run_sweep("learning_bidders", AXES, **how).table))


# -- what else is played there -------------------------------------------------------------------------------------


def same_numbers(one, other, but=()):
    """Whether two sets of named arrays are the same, bit by bit."""
    equal = [np.array_equal(one[k], other[k], equal_nan=True) for k in one if k not in but]
    return set(one) == set(other) and all(equal)


def test_a_comparison_played_there_is_the_same(cluster, tmp_path):
    policies = read_policies(["learning_bidders", "floor: learning_bidders reserve_price=2"])
    jobs = plan(policies, range(3), 60, 20)
    there = play_all(policies, jobs, tmp_path, cluster)
    assert all(same_numbers(one, other) for one, other in zip(there, map(course_of, jobs), strict=True))


def test_plans_solved_there_are_the_same(cluster, tmp_path, monkeypatch):
    save_instance(draw_instance(11, 2, "small"), tmp_path / "chains.json")
    params = SupplyChains.Params(instance=str(tmp_path / "chains.json"))
    stored = {}
    for name, engine in (("there", cluster), ("here", Here())):
        monkeypatch.setenv("CARBON_CURVES", str(tmp_path / name))
        prepare(SupplyChains, params, engine)
        stored[name] = {file.name: dict(np.load(file)) for file in (tmp_path / name).glob("*.npz")}
    assert len(stored["there"]) == 2 and stored["there"].keys() == stored["here"].keys()
    assert all(same_numbers(stored["there"][k], stored["here"][k], ("seconds",)) for k in stored["here"])


# -- what goes there by content --------------------------------------------------------------------------------------


FIRMS = "selling_price,unit_cost,emission_intensity,full_output\n12,7,2,100\n13,8,2,100\n"


class Elsewhere:
    """An engine whose workers find none of the files in a folder, as on another machine."""

    def __init__(self, engine, folder):
        self.engine, self.folder = engine, folder

    def carrying(self, needs):
        return Elsewhere(self.engine.carrying(needs), self.folder)

    def open(self, *how):
        session = self.engine.open(*how)
        shutil.rmtree(self.folder)
        return session


def test_plug_ins_and_own_files_need_not_be_there(cluster, tmp_path, plugin):
    (tmp_path / "mine").mkdir()
    firms = tmp_path / "mine" / "firms.csv"

    def sweep(engine):
        firms.parent.mkdir(exist_ok=True)
        firms.write_text(FIRMS)
        file = plugin(plugin.SHADING, "mine/shading.py")
        parameters = {"firms": str(firms), "firm": "shading"}
        return run_sweep(
            "learning_bidders",
            {"phi": [0.8, 0.9]},
            parameters=parameters,
            periods=20,
            plugins=[file],
            engine=engine,
        )

    there = sweep(Elsewhere(cluster, firms.parent)).table
    assert not firms.exists()
    here = sweep(Here()).table
    assert here["error"].eq("").all() and numbers_of(there).equals(numbers_of(here))


@pytest.fixture
def anew(monkeypatch):
    """This process as a worker that has unpacked nothing yet."""
    monkeypatch.setattr(parcel, "_unpacked", {})


def test_errors_name_files_as_the_user_does(tmp_path, anew):
    firms = tmp_path / "firms.csv"
    firms.write_text(FIRMS)
    plan = make_plan("learning_bidders", {}, parameters={"firms": str(firms)}, periods=5)
    (_, job), sent = plan.runs[0], pack(plan.needs)
    wrong = sent._replace(files={str(firms): b"selling_price\n1\n"}, key="wrong")
    there = row_of(with_own_files(job, unpack(wrong, tmp_path / "worker")))["error"]
    firms.write_bytes(wrong.files[str(firms)])
    assert there == row_of(job)["error"] != ""


def test_solved_curves_are_not_solved_again_elsewhere(tmp_path, anew, monkeypatch):
    save_instance(draw_instance(11, 2, "small"), tmp_path / "chains.json")
    monkeypatch.setenv("CARBON_CURVES", str(tmp_path / "here"))
    plan = make_plan("supply_chains", {}, parameters={"instance": str(tmp_path / "chains.json")}, periods=5)
    prepare(SupplyChains, plan.cells[0].params, Here())
    (_, job), sent = plan.runs[0], pack(plan.needs)
    here = row_of(job)
    monkeypatch.setenv("CARBON_CURVES", str(tmp_path / "there"))
    monkeypatch.setattr("agents.supply_chains.solve.build_curve", None)
    there = row_of(with_own_files(job, unpack(sent, tmp_path / "worker")))
    assert there["metrics"] == here["metrics"] and not there["error"]
    stored = [sorted((tmp_path / name).glob("*.npz")) for name in ("here", "there")]
    assert [f.read_bytes() for f in stored[0]] == [f.read_bytes() for f in stored[1]] and len(stored[0]) == 2


def test_another_version_of_a_plug_in_is_refused(tmp_path, anew, plugin):
    first = pack(Needs((plugin(plugin.SHADING),)))
    unpack(first, tmp_path / "worker")
    second = pack(Needs((plugin(plugin.SHADING + "\n# edited\n"),)))
    with pytest.raises(Foreign, match=r"another version of the plug-in mine\.py is loaded"):
        unpack(second, tmp_path / "worker")


# -- foreign workers -------------------------------------------------------------------------------------------------


def test_other_code_or_versions_are_refused_by_name(tmp_path, anew, monkeypatch):
    sent = pack(Needs())
    facts = work_facts() | {"numba": "0.1", "code": "0" * 16}
    monkeypatch.setattr(parcel, "work_facts", lambda: facts)
    with pytest.raises(Foreign) as raised:
        unpack(sent, tmp_path)
    mine = work_facts()
    assert (
        str(raised.value)
        == f"code {'0' * 16} instead of {mine['code']}, numba 0.1 instead of {mine['numba']}"
    )


def test_foreign_workers_are_refused_before_anything_is_run(tmp_path):
    (tmp_path / "other_numpy.py").write_text(
        "from batch_runs.work import provenance\n"
        "def other(name, known=provenance._version):\n"
        "    return '1.0' if name == 'numpy' else known(name)\n"
        "provenance._version = other\n"
    )
    preload = [str(tmp_path / "other_numpy.py")]
    with LocalCluster(n_workers=1, threads_per_worker=1, dashboard_address=None, preload=preload) as other:
        with closing(Dask(other.scheduler_address)) as engine, pytest.raises(UsageError) as raised:
            run_sweep("learning_bidders", AXES, periods=5, engine=engine)
        (address,) = other.scheduler_info["workers"]
    assert str(raised.value) == f"worker {address}: numpy 1.0 instead of {work_facts()['numpy']}"


def test_a_scheduler_that_does_not_answer_is_named(monkeypatch):
    monkeypatch.setattr("batch_runs.work.cluster.ANSWER_SECONDS", 0.5)
    with pytest.raises(UsageError, match=r"--scheduler tcp://127\.0\.0\.1:9: no scheduler answers"):
        run_sweep("learning_bidders", AXES, periods=5, engine=Dask("tcp://127.0.0.1:9"))


# -- the end ---------------------------------------------------------------------------------------------------------


def test_an_interruption_ends_the_workers_within_a_second(cluster):
    begun, asked = time.monotonic(), []

    def interrupt(done, total):
        if done:
            asked.extend((time.monotonic(), *pids(cluster)))
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        run_sweep("learning_bidders", AXES, seeds=8, periods=50_000, engine=cluster, progress=interrupt)
    moment, *workers = asked
    took, start = time.monotonic() - moment, moment - begun
    assert took < 1.0 + start / 4, f"ended in {took:.1f} s, on a machine on which it starts in {start:.1f} s"
    assert len(workers) == 2 and not any(map(is_alive, workers))
