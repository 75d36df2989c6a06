"""Tasks by an engine: nothing is lost with a worker, nothing goes on that is not wanted, and no error hangs."""

import os
import signal
import subprocess
import sys
import textwrap
import threading
from contextlib import closing

import pytest

from batch_runs.usage import UsageError
from batch_runs.work.engines import Here, Processes
from batch_runs.work.errors import WorkerDied, describe_error
from batch_runs.work.runner import Runner
from tests.jobs import (
    Parcel,
    Unreadable,
    die_once,
    errands,
    fourth_kills_in_threes,
    go_wrong,
    go_wrong_in_threes,
    is_alive,
    noted,
    read_threads,
    send_back,
    square,
    square_in_threes,
    third_kills,
    wait_for_file,
)
from tests.waiting import PATIENCE, wait_until

ENGINES = {"here": Here(), "one process": Processes(1), "two processes": Processes(2)}


@pytest.fixture(params=[*ENGINES, "cluster"])
def run(request):
    """A runner with each engine in turn."""
    name = request.param
    return Runner(request.getfixturevalue("cluster") if name == "cluster" else ENGINES[name])


@pytest.fixture
def in_two():
    return Runner(Processes(2))


def numbers(results):
    return sorted((task.number, result) for task, result in results)


def described(task, error):
    return describe_error(error)


def begun(folder):
    return {number for word, number, _ in noted(folder) if word == "begins"}


def once(condition, action):
    """A ``stop`` that is never true, for what happens while a runner waits: ``action`` once the condition holds."""
    done = []

    def look():
        if not done and condition():
            done.append(action())
        return False

    return look


def processes(folder):
    return {process for _, _, process in noted(folder)}


def test_every_task_gets_its_result(run, tmp_path):
    assert numbers(run(square, errands(40, tmp_path))) == [(k, k * k) for k in range(40)]
    assert list(run(square, [])) == []


def test_reports_of_tasks_arrive(run, tmp_path):
    heard = []
    list(run(square, errands(5, tmp_path), lambda *news: heard.append(news)))
    assert sorted(heard) == [(k, "at work") for k in range(5)]


def test_batches_and_results_that_fill_the_pipe_pass_each_other(in_two):
    parcels = [Parcel(k, bytes([k % 256]) * 50_000) for k in range(300)]
    found = []
    thread = threading.Thread(target=lambda: found.extend(in_two(send_back, parcels)), daemon=True)
    thread.start()
    thread.join(PATIENCE)
    assert not thread.is_alive(), "both sides wait to send"
    assert sorted((parcel.number, content) for parcel, content in found) == [
        (p.number, p.content) for p in parcels
    ]


def test_two_runs_at_the_same_time_do_not_mix(run, tmp_path):
    for name in ("one", "other"):
        (tmp_path / name).mkdir()
    one, other = run(square, errands(9, tmp_path / "one")), run(square, errands(9, tmp_path / "other"))
    pairs = list(zip(one, other, strict=True))
    assert all((a[0].folder.name, b[0].folder.name) == ("one", "other") for a, b in pairs)
    assert len(noted(tmp_path / "one")) == len(noted(tmp_path / "other")) == 18


def test_several_processes_are_at_work_and_a_single_task_needs_none(in_two, tmp_path):
    list(in_two(square, errands(1, tmp_path)))
    assert processes(tmp_path) == {os.getpid()}
    (tmp_path / "log").unlink()
    both_wait = once(lambda: begun(tmp_path) >= {1, 2}, (tmp_path / "go on").touch)
    assert len(list(in_two(wait_for_file, errands(3, tmp_path), stop=both_wait))) == 3
    assert len(processes(tmp_path)) == 2 and os.getpid() not in processes(tmp_path)


# -- several tasks together -----------------------------------------------------------------------------------------


def test_tasks_done_together_get_their_own_results(run, tmp_path):
    assert numbers(run(square_in_threes, errands(40, tmp_path))) == [(k, k * k) for k in range(40)]
    assert sorted(number for word, number, _ in noted(tmp_path) if word == "ends") == list(range(40))


def test_an_error_among_tasks_done_together_is_that_of_its_task(run, tmp_path):
    done = list(run(go_wrong_in_threes, errands(30, tmp_path), failed=described))
    wrong = {task.number: result for task, result in done if isinstance(result, str)}
    assert list(wrong) == [4] and "no number today" in wrong[4]
    assert len(done) == 30


def test_a_task_that_kills_its_worker_takes_none_done_together_along(in_two, tmp_path):
    done = {
        task.number: r for task, r in in_two(fourth_kills_in_threes, errands(30, tmp_path), failed=described)
    }
    assert "died 2 times" in done.pop(4)
    assert done == {k: k * k for k in range(30) if k != 4}


# -- errors ------------------------------------------------------------------------------------------------------


def test_an_error_names_its_task(run, tmp_path):
    with pytest.raises(ValueError, match=r"^no number today") as raised:
        list(run(go_wrong, errands(2, tmp_path)))
    assert "in errand 1" in raised.value.__notes__


def test_an_error_in_a_worker_brings_its_place_along(in_two, tmp_path):
    with pytest.raises(ValueError, match="no number today") as raised:
        list(in_two(go_wrong, errands(2, tmp_path)))
    assert any("in go_wrong" in note for note in raised.value.__notes__)


def test_a_task_that_goes_wrong_stops_no_other(in_two, tmp_path):
    """Whatever it raises or returns, even what cannot travel between processes."""
    results = {
        task.number: result for task, result in in_two(go_wrong, errands(7, tmp_path), failed=described)
    }
    assert [results[k] for k in (0, 5, 6)] == [0, 25, 36]
    assert "ValueError: no number today" in results[1] and "TwoWords: not today" in results[2]
    assert "SystemExit: 3" in results[3] and "pickle" in results[4].lower()


@pytest.mark.parametrize("function", [square, square_in_threes])
def test_tasks_that_a_worker_cannot_read_stop_no_other(in_two, tmp_path, function):
    tasks = errands(40, tmp_path)
    for k in (0, 9, 31, 39):
        tasks[k] = Unreadable(k, tmp_path)
    results = {task.number: result for task, result in in_two(function, tasks, failed=described)}
    unread = {k: result for k, result in results.items() if isinstance(result, str)}
    assert sorted(unread) == [0, 9, 31, 39]
    assert all(f"errand {k} cannot be read" in text for k, text in unread.items())
    assert sorted(number for word, number, _ in noted(tmp_path) if word == "ends") == sorted(
        results.keys() - unread.keys()
    )


# -- workers that die ----------------------------------------------------------------------------------------------


def test_the_death_of_workers_loses_nothing(in_two, tmp_path):
    """Every task kills its worker once."""
    assert numbers(in_two(die_once, errands(8, tmp_path))) == [(k, k * k) for k in range(8)]


def test_a_worker_killed_from_outside_loses_nothing(in_two, tmp_path):
    def kill():
        os.kill(next(process for _, number, process in noted(tmp_path) if number), signal.SIGKILL)
        (tmp_path / "go on").touch()

    stop = once(lambda: begun(tmp_path) - {0}, kill)
    assert numbers(in_two(wait_for_file, errands(4, tmp_path), stop=stop)) == [(k, k * k) for k in range(4)]
    assert len(processes(tmp_path)) > 1


def test_a_task_that_kills_is_found_and_the_others_are_done_once(in_two, tmp_path):
    results = {
        task.number: result for task, result in in_two(third_kills, errands(9, tmp_path), failed=described)
    }
    assert results.pop(2) == "its worker process died 2 times: killed, out of memory or crashed"
    assert results == {k: k * k for k in (0, 1, *range(3, 9))}
    assert [number for word, number, _ in noted(tmp_path) if word == "kills"] == [2, 2]
    assert sorted(number for word, number, _ in noted(tmp_path) if word == "ends") == sorted(results)


def test_a_suspect_is_tried_again_alone(in_two, tmp_path):
    """Two at a time may be too much for the memory, where one is not."""
    list(in_two(third_kills, errands(9, tmp_path), failed=described))
    lines = noted(tmp_path)
    again = max(k for k, (word, _, _) in enumerate(lines) if word == "kills")
    before = [word for word, _, _ in lines[:again]]
    assert before.count("begins") == before.count("ends")


def test_the_name_of_a_task_that_kills_is_in_the_error(in_two, tmp_path):
    with pytest.raises(WorkerDied, match=r"^errand 2: its worker process died 2 times"):
        list(in_two(third_kills, errands(4, tmp_path)))


# -- workers that cannot start -------------------------------------------------------------------------------------


def test_a_plug_in_that_workers_cannot_import_is_named(tmp_path):
    run = Runner(Processes(2, plugins=[tmp_path / "gone.py"]))
    with pytest.raises(UsageError, match=r"gone\.py: no such Python file"):
        list(run(square, errands(3, tmp_path)))


@pytest.fixture
def script(tmp_path, request):
    """Function: start a script as a process of its own, in an empty folder; its argument is the folder."""

    def start(text, **more):
        (tmp_path / "script.py").write_text(textwrap.dedent(text))
        command = [sys.executable, str(tmp_path / "script.py"), str(tmp_path)]
        environment = os.environ | {"PYTHONPATH": str(request.config.rootpath)}
        pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True}
        return subprocess.Popen(command, env=environment, cwd=tmp_path, **pipes, **more)

    return start


def test_a_script_that_starts_workers_while_it_is_imported_is_an_error(script):
    process = script(
        """
        import sys
        from batch_runs.work.engines import Processes
        from batch_runs.work.runner import Runner
        from tests.jobs import errands, square

        print(len(list(Runner(Processes(2))(square, errands(3, sys.argv[1])))))
        """
    )
    out, err = process.communicate(timeout=PATIENCE)
    assert process.returncode == 1 and out == ""
    assert err.rstrip().endswith("must do so under: if __name__ == '__main__'")


# -- the end -------------------------------------------------------------------------------------------------------


def test_nothing_more_comes_once_it_is_to_stop(run, tmp_path):
    """The second task would wait for ever."""
    found = []
    found += run(wait_for_file, errands(5, tmp_path), stop=lambda: bool(noted(tmp_path)[1:]))
    assert len(found) <= 1
    assert not any(map(is_alive, processes(tmp_path) - {os.getpid()}))


def test_an_interruption_ends_running_tasks(in_two, tmp_path):
    def interrupt():
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        list(
            in_two(
                wait_for_file, errands(4, tmp_path), stop=once(lambda: begun(tmp_path) >= {1, 2}, interrupt)
            )
        )
    assert not any(map(is_alive, processes(tmp_path)))


def test_who_wants_no_more_results_ends_the_workers(in_two, tmp_path):
    with closing(in_two(wait_for_file, errands(4, tmp_path))) as results:
        next(results)
    assert not any(map(is_alive, processes(tmp_path)))


WAITING = """
    import sys
    from batch_runs.work.engines import Processes
    from batch_runs.work.runner import Runner
    from tests.jobs import errands, wait_for_file

    if __name__ == "__main__":
        list(Runner(Processes(2))(wait_for_file, errands(4, sys.argv[1])))
"""


@pytest.mark.parametrize("end", [signal.SIGINT, signal.SIGTERM, signal.SIGKILL])
def test_workers_end_with_their_parent(script, tmp_path, end):
    process = script(WAITING, start_new_session=True)
    wait_until(lambda: begun(tmp_path) >= {1, 2}, process)
    process.send_signal(end)
    process.communicate(timeout=PATIENCE)
    assert process.returncode == (-end if end != signal.SIGINT else process.returncode) != 0
    wait_until(lambda: not any(map(is_alive, processes(tmp_path))))


def test_ctrl_c_that_reaches_the_workers_too_ends_quietly(script, tmp_path):
    """As on a terminal, which sends it to all of them."""
    process = script(WAITING, start_new_session=True)
    wait_until(lambda: begun(tmp_path) >= {1, 2}, process)
    os.killpg(process.pid, signal.SIGINT)
    _, err = process.communicate(timeout=PATIENCE)
    assert err.count("KeyboardInterrupt") == 1 and err.rstrip().endswith("KeyboardInterrupt")
    wait_until(lambda: not any(map(is_alive, processes(tmp_path))))


def test_workers_compute_with_one_thread_each_and_this_process_as_before(in_two, tmp_path, monkeypatch):
    """Threads of two workers on two cores wait for each other most of the time."""
    monkeypatch.delenv("OPENBLAS_NUM_THREADS", raising=False)
    assert [found for _, found in in_two(read_threads, errands(2, tmp_path))] == ["1", "1"]
    assert "OPENBLAS_NUM_THREADS" not in os.environ


# -- programs without a file ---------------------------------------------------------------------------------------


TYPED_IN = """
import sys
from batch_runs.work.engines import Processes
from batch_runs.work.runner import Runner
from learning.registry import Registry
from tests.jobs import errands, noted, square

def own(): pass

if sys.argv[2:]:
    registry = Registry("part")
    registry.register("own")(own)
print(sorted(result for _, result in Runner(Processes(2))(square, errands(3, sys.argv[1]))))
print(len({process for _, _, process in noted(sys.argv[1])}))
"""


@pytest.mark.parametrize(("more", "processes"), [([], {"1", "2"}), (["own part"], {"1"})])
def test_a_program_on_standard_input_may_have_workers(tmp_path, request, more, processes):
    """A part that it registers is not found by workers: then it plays by itself, and says so."""
    done = subprocess.run(
        [sys.executable, "-", str(tmp_path), *more],
        input=TYPED_IN,
        env=os.environ | {"PYTHONPATH": str(request.config.rootpath)},
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=PATIENCE,
    )
    lines = done.stdout.split("\n")
    assert lines[0] == "[0, 1, 4]" and lines[1] in processes, done.stderr
    assert ("own is defined in a notebook or typed in" in done.stderr) == bool(more)
