"""Models that are put away come back with the same bits, from a file that leaves no trace."""

import gc
import os
import threading
import weakref

import numpy as np
import pytest

from model.systems.learning_bidders import LearningBidders
from model.views.desk import Desk
from model.views.live.background import Background
from model.views.live.seat_run import SeatRun
from model.views.live.stored_models import SMALL, HeldModels, Stored, stored_in
from model.views.session_folder import SERVER_FOLDER
from tests.waiting import wait_until


@pytest.fixture
def desk():
    """A desk whose two models have played, with a change on the way."""
    made = Desk(LearningBidders, asked={"seed": "7", "against.phi": "0.8"})
    made.run._advance_models(30)
    made.change("phi", 0.85)
    made.run._advance_models(30)
    yield made
    made.close()


def test_a_run_put_away_goes_on_as_if_it_had_not_been(desk, same_history):
    twin = Desk(LearningBidders, asked={"seed": "7", "against.phi": "0.8", "phi@30": "0.85"})
    twin.run._advance_models(60)
    before, link = weakref.ref(desk.run.model), desk.link()
    memory = desk.run.held.bytes()
    assert desk.put_away()
    gc.collect()
    assert before() is None and 0 < desk.run.held.bytes() < memory
    for label, model in desk.run.models.items():
        same_history(model, twin.run.models[label])
    assert desk.link() == link
    desk.run.step()
    twin.run.step()
    same_history(desk.run.model, twin.run.model)
    twin.close()


def test_a_run_that_is_played_stays(desk):
    desk.run.play()
    try:
        assert not desk.put_away()
    finally:
        desk.run.pause()
    assert desk.put_away()


def test_another_run_can_begin_while_one_is_put_away(desk):
    desk.put_away()
    desk.restart()
    assert desk.run.model.steps == 0 and len(desk.run.models) == 2


def test_all_who_ask_at_once_get_the_same_models(desk):
    desk.put_away()
    desk.put_away()
    found, ready = [], threading.Barrier(4)

    def ask():
        ready.wait()
        found.append(desk.run.models)

    threads = [threading.Thread(target=ask) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(found) == 4 and all(each is found[0] for each in found)


def test_what_cannot_be_stored_stays_in_memory(tmp_path):
    model = LearningBidders(rng=1)
    with (tmp_path / "diary").open("w") as model.diary:
        held = HeldModels({"": model}, threading.RLock())
        held.put_away()
        assert held.read()[""] is model


def test_a_full_disk_costs_nothing(monkeypatch):
    model = LearningBidders(rng=1)
    held = HeldModels({"": model}, threading.RLock())
    monkeypatch.setattr(SERVER_FOLDER, "make", lambda: "/nowhere")
    held.put_away()
    assert held.read()[""] is model


@pytest.mark.skipif(os.name != "posix", reason="elsewhere an open file has a name")
def test_the_file_has_no_name(desk):
    before = sorted(SERVER_FOLDER.make().rglob("*"))
    desk.put_away()
    assert sorted(SERVER_FOLDER.make().rglob("*")) == before


class Pictures(Background):
    """A part of a page that holds much."""

    large, few = Stored(), Stored()

    def __init__(self):
        super().__init__()
        self.large, self.few = [np.arange(SMALL)], [1]


def test_what_a_part_of_the_page_holds_is_put_away_unless_it_is_at_work(desk):
    pictures = desk.part("pictures", Pictures)
    large, few = stored_in(pictures)
    pictures._stop.clear()
    assert not desk.put_away() and not large.is_away
    pictures.cancel()
    memory = desk.bytes_kept()
    assert desk.put_away() and large.is_away and not few.is_away
    assert 0 < desk.bytes_kept() < memory - 8 * SMALL / 2
    assert np.array_equal(pictures.large[0], np.arange(SMALL)) and pictures.few == [1]


def test_a_seat_put_away_plays_on_as_if_it_had_not_been(desk):
    params = LearningBidders.Params(n_firms=8)
    seat, twin = desk.part("seat", SeatRun), SeatRun()
    for run in (seat, twin):
        run.take(LearningBidders, params, 1, 2, 50)
        wait_until(lambda run=run: not run.running)
    for price in ("1.5", "0.9", "1.1"):
        model = weakref.ref(seat._seat.model)
        assert desk.put_away()
        gc.collect()
        assert model() is None
        for run in (seat, twin):
            run.submit({"price": price, "volume": "80"})
            wait_until(lambda run=run: not run.running)
        assert seat.state == twin.state and not seat.error
    twin.close()
