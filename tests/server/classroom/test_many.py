"""How many play at once: `pytest -m benchmark tests/server/classroom -s` prints what it measures."""

import asyncio
import json
import os
import statistics
import time

import pytest
from websockets.asyncio.client import connect

from model.classroom.log import read_log
from model.classroom.session import Session
from tests.server.classroom.people import join, lead
from tests.waiting import run_async, wait_until

SECONDS = {30: 1.0}
"""Longest time for an answer, by the number of pupils; others must only lose nothing."""


class Runner:
    """A pupil who bids in every round, as soon as they can, and revises once."""

    def __init__(self, url, cookie, rounds):
        self.url, self.cookie, self.rounds = url, cookie, rounds
        self.took, self.acknowledged = [], []

    async def play(self):
        address = f"{self.url.replace('http', 'ws', 1)}/room/pupil/socket"
        async with connect(
            address, additional_headers={"Cookie": self.cookie}, origin=self.url
        ) as self.socket:
            done = 0
            while len(self.acknowledged) < 3 * self.rounds:
                message = json.loads(await self.socket.recv())
                state = message.get("state", {})
                if state.get("phase") == "open" and state["stage"] > done:
                    done = state["stage"]
                    await self.decide(state)

    async def decide(self, state):
        """Submit, twice where a price is asked for."""
        asks_price = state["form"][0]["kind"] == "number"
        for values in (
            ({"price": 1.0}, {"price": 2.0 + state["seat"] / 100}) if asks_price else ({"good": True},)
        ):
            began = time.perf_counter()
            number = len(self.took) + 1
            about = {"do": "submit", "id": number, "stage": state["stage"], "values": values}
            await self.socket.send(json.dumps(about))
            while (answer := json.loads(await self.socket.recv())).get("id") != number:
                pass
            self.took.append(time.perf_counter() - began)
            assert "sentence" in answer, answer
            self.acknowledged.append((state["seat"], values))


def play(make_room, serve, pupils, rounds):
    """Seconds for each answer, after it was checked that nothing is lost."""
    room = make_room(seats=pupils, rounds=rounds)
    url = serve(room).url
    runners = [Runner(url, join(url, "room", f"Pupil {k}")[2], rounds) for k in range(pupils)]
    teacher, _ = lead(url, room)

    def ask(what, **about):
        while "error" in (answer := teacher.ask(what, **about)):
            assert answer["error"].startswith("Too fast"), answer
            time.sleep(0.2)

    def conduct():
        ask("options", options={"closes_by_itself": False})
        expected = 0
        for _ in range(rounds):
            ask("open", settings={}, announced=False)
            for times in (2, 1):  # a price and its revision, then a button
                expected += times * pupils
                wait_until(lambda: sum(len(runner.acknowledged) for runner in runners) == expected)  # noqa: B023
                ask("close")
            ask("reveal")

    async def everybody():
        await asyncio.gather(asyncio.to_thread(conduct), *(runner.play() for runner in runners))

    run_async(everybody())
    held = [(e.data["seat"], e.data["values"]) for e in read_log(room.path) if e.kind == "submit"]
    acknowledged = [each for runner in runners for each in runner.acknowledged]
    assert sorted(map(str, held)) == sorted(map(str, acknowledged)) and len(held) == 3 * pupils * rounds
    assert Session.of(read_log(room.path)).game.rows() == room.session.game.rows()
    return [seconds for runner in runners for seconds in runner.took]


def test_a_few_play_two_rounds_without_loss(make_room, serve):
    play(make_room, serve, pupils=8, rounds=2)


@pytest.mark.benchmark
@pytest.mark.parametrize("pupils", [30, 100])
def test_a_class_plays_twenty_rounds_with_answers_in_time(make_room, serve, pupils):
    rounds = int(os.environ.get("CARBON_ROUNDS", "20"))
    began, before = time.perf_counter(), time.process_time()
    took = play(make_room, serve, pupils, rounds)
    seconds, used = time.perf_counter() - began, time.process_time() - before
    print(
        f"{pupils} pupils, {rounds} rounds, {len(took)} answers: median {1000 * statistics.median(took):.0f} ms, "
        f"99 % below {1000 * sorted(took)[int(0.99 * len(took))]:.0f} ms, longest {1000 * max(took):.0f} ms; "
        f"{seconds:.0f} s, of which {used:.0f} s of a processor, pupils included"
    )
    assert max(took) < SECONDS.get(pupils, 60.0)
