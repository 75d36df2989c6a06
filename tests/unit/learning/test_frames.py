"""Deep calls in one piece of memory: the same results, and no piece is returned and asked for again at every pass."""

import pytest

from learning.frames import call_with_room

resource = pytest.importorskip("resource")


def descend(depth):
    return descend(depth - 1) + 1 if depth else 0


def at_depth(depth, function):
    return at_depth(depth - 1, function) if depth else function()


def fresh_pages(function):
    before = resource.getrusage(resource.RUSAGE_SELF).ru_minflt
    function()
    return resource.getrusage(resource.RUSAGE_SELF).ru_minflt - before


def test_results_errors_and_arguments_pass_through():
    assert call_with_room(descend, 500) == 500
    assert call_with_room(call_with_room, max, 3, 5) == 5
    with pytest.raises(ZeroDivisionError):
        call_with_room(lambda: 1 / 0)


def test_calls_that_go_deep_again_and_again_need_no_new_memory():
    def loop():
        for _ in range(300):
            descend(3)

    def everywhere():  # one of these depths is that at which a piece ends
        for depth in range(150):
            at_depth(depth, loop)

    call_with_room(everywhere)
    assert fresh_pages(lambda: call_with_room(everywhere)) < 300
