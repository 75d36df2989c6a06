"""Processor seconds of programs that take turns, so that all of them meet the same machine.

Every program runs once before the clock starts, which compiles its rules. Each has at least `LEAST_TURNS` turns,
however busy the machine is; compare programs by the median ratio of their turns. What earlier turns left behind is
collected before the clock starts: one full collection of a process with 250,000 objects takes as long as 40 Mesa
models of 10 steps, and would fall to whoever happens to play.
"""

import gc
import time

import numpy as np

LEAST_TURNS = 5
RESOLUTION = time.get_clock_info("process_time").resolution
"""Seconds: no time is measured as less, so that rates are finite on any machine."""


def timed(function):
    """Result of a call and its seconds of this process and its threads, above zero."""
    start = time.process_time()
    result = function()
    return result, max(time.process_time() - start, RESOLUTION)


def take_turns(programs, seconds=2.0, least=LEAST_TURNS):
    """Processor seconds of every turn of each program, float64[turns] by name.

    programs : functions without arguments by name; seconds : of the processor, for each program on average.
    """
    for play in programs.values():
        play()
    turns = {name: [] for name in programs}
    spent = 0.0
    try:
        while spent < seconds * len(programs) or len(next(iter(turns.values()))) < least:
            for name, play in programs.items():
                put_away_garbage()
                _, took = timed(play)
                turns[name].append(took)
                spent += took
    finally:
        gc.unfreeze()
    return {name: np.array(each) for name, each in turns.items()}


def put_away_garbage():
    """Collect what nobody needs, and let later collections pass over what there is by now."""
    gc.collect()
    gc.freeze()


def times_as_fast(turns, name, other, work=1.0):
    """Median over turns of how many times as fast ``name`` is as ``other``.

    work : work in a turn of ``name`` over that in a turn of the other.
    """
    return float(np.median(work * turns[other] / turns[name]))
