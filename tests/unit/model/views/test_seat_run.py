"""The page's seat, without a page: rounds in a thread, and what is shown of them."""

import json

import pytest

from model.base import SYSTEMS
from model.classroom.base import picture
from model.seats import SEATS
from model.views.desk import Desk
from model.views.live.seat_run import SeatRun
from model.views.picture_chart import ROLES, drawn
from model.views.play_tab import choice_fields, totals
from tests.waiting import wait_until

KIND = SYSTEMS["learning_bidders"]
SMALL = KIND.Params(n_firms=3)


def done(run):
    wait_until(lambda: not run.running)
    assert not run.error
    return run.state


@pytest.fixture
def run():
    run = SeatRun()
    yield run
    run.close()


def seated(run, head_start=10, firm=2):
    run.take(KIND, SMALL, 1, firm, head_start)
    return done(run).shown


def test_rounds_are_played_and_shown(run):
    shown = seated(run)
    assert shown.name == "firm 2" and shown.round == 1 and shown.outcome is None
    run.submit({"price": "1,5", "volume": "100"})
    shown = done(run).shown
    assert shown.round == 2 and shown.outcome["period"] == 11
    assert [each["profit"] for each in shown.rounds] == [shown.outcome["profit"]]
    json.dumps(vars(shown))


def test_a_wrong_submission_is_shown_at_its_field_and_the_round_stays_open(run):
    before = seated(run)
    run.submit({"price": "0,9", "volume": "much"})
    state = done(run)
    assert list(state.problems) == ["volume"] and state.shown == before
    run.submit({"price": "0,9", "volume": "100"})
    assert not done(run).problems and run.state.shown.round == 2


def test_the_learner_can_decide(run):
    seated(run)
    run.let_learner_decide()
    (only,) = done(run).shown.rounds
    assert only["profit"] == only["learner"]


def test_a_head_start_can_be_cancelled(run):
    run.take(KIND, SMALL, 1, 1, 50_000_000)
    wait_until(lambda: run.state.played > 0)
    run.leave()
    wait_until(lambda: not run.running)
    assert run.state.shown is None and not run.error


def test_who_has_left_may_sit_down_again(run):
    seated(run)
    run.leave()
    assert run.state.shown is None
    assert seated(run, firm=3).name == "firm 3"


def test_a_seat_over_years_counts_in_whole_permits_and_decides_twice_a_quarter(run):
    kind = SYSTEMS["emissions_trading"]
    run.take(kind, kind.Params(n_firms=4), 1, 2, 0)
    first = done(run).shown
    assert first.times == 1_000.0 and first.public["stage"] == "bid" and first.step == 0
    assert all(field["planned"] for field in first.form)
    run.submit({})
    second = done(run).shown
    assert second.public["stage"] == "trade" and second.round == 1 and second.step == 1
    assert "in the auction" in second.public["sentence"] and second.outcome is None
    run.submit({"trade": "plan"})
    third = done(run).shown
    assert third.round == 2 and third.rounds[0]["profit"] == third.rounds[0]["learner"]
    assert third.outcome["own"].startswith("Decided by you: nothing.")


def test_an_error_is_shown_and_ends_the_seat(run):
    run.take(KIND, SMALL, 1, 9, 0)
    wait_until(lambda: not run.running)
    assert "must be a whole number from 1 to 3" in run.error and run.state.shown is None


@pytest.mark.parametrize("name", list(SEATS))
def test_the_page_offers_every_place(name):
    desk = Desk(SYSTEMS[name])
    try:
        firm, start = desk.run.look(choice_fields, {})
        assert len(firm["choices"]) == len(desk.run.model.firms)
        assert start["value"] == SEATS[name].usual_head_start
        assert desk.run.look(choice_fields, {"firm": "99"})[0]["value"] == firm["value"]
        assert desk.run.look(choice_fields, {"firm": "2"})[0]["value"] == "2"
    finally:
        desk.close()


def test_a_middling_firm_is_offered_first_with_its_size():
    desk = Desk(SYSTEMS["emissions_trading"])
    try:
        (field, _), weights = desk.run.look(choice_fields, {}), desk.run.model.room.weight
        row = int(field["value"]) - 1
        assert sorted(weights).index(weights[row]) == len(weights) // 2
        assert field["choices"][row]["text"] == f"firm {row + 1} ({100.0 * weights[row]:.2g} %)"
    finally:
        desk.close()


def test_what_the_rounds_brought_stays_when_the_seat_is_left(run):
    seated(run)
    run.submit({"price": "1,5", "volume": "100"})
    done(run)
    run.leave()
    left = run.state.left
    assert run.state.shown is None and left.summary["profit"] == left.rounds[0]["profit"]
    assert left.summary["best"] == left.rounds[0]["best"]
    seated(run)
    assert run.state.left is None
    run.leave()
    assert run.state.left is None  # nothing was played


@pytest.mark.parametrize("kind", ["steps", "lines", "bars"])
def test_a_picture_of_every_kind_shows_all_its_series(kind):
    series = [{"name": role, "points": [[0, 1.0], [2, 3.0]], "role": role} for role in ROLES]
    chart = drawn(picture(kind, "Prices", "t", "€/t", series))
    text = json.dumps(chart)
    assert all(f'"series": "{role}"' in text for role in ROLES)


def test_totals_add_up():
    rounds = [{"profit": 1.0, "best": 2.0, "learner": 3.0}, {"profit": -2.0, "best": 0.0, "learner": 1.0}]
    you, learner = totals(rounds, "learner")["series"]
    assert learner["name"] == "learner in your place"
    assert you["points"] == [[0, 0.0], [1, 1.0], [2, -1.0]]
    assert learner["points"] == [[0, 0.0], [1, 3.0], [2, 4.0]]
