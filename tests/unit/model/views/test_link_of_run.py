"""A link says what was changed during a run, and plays it again."""

from urllib.parse import parse_qsl

import pytest

from learning.regular_files import read_regular
from model.base import SYSTEMS
from model.systems.learning_bidders import LearningBidders
from model.views.desk import Desk
from model.views.links import MOST_PERIODS, link_to, read_link
from model.views.live.schedule import Change, Schedule
from model.views.own_files import OwnFiles
from model.views.parameter_panel import field_of
from tests.waiting import wait_until

FIRMS = "selling_price,unit_cost,emission_intensity,full_output\n13,8,1.8,120\n12,7,1.6,110\n14,9,2,150\n"


@pytest.fixture
def open_desk():
    """Function that opens a desk, with a link or without; all are closed at the end."""
    opened = []

    def begin(query="", kind=LearningBidders):
        opened.append(Desk(kind, asked=parse_qsl(query.lstrip("?"))))
        opened[-1].note_shown(0)
        return opened[-1]

    yield begin
    for desk in opened:
        desk.close()


def idle(desk):
    """Wait until nothing is played."""
    wait_until(lambda: not desk.run.playing)
    return desk


def other_value(knob, name, value):
    """Another allowed value of a live knob."""
    if knob.choices:
        return next(each for each in knob.choices if each != value)
    if knob.type is bool:
        return not value
    field = field_of(name, knob, value)
    low = knob.low or 0
    return low if value != low else low + (field["step"] or 1)


def change_one(desk, nth):
    """Change one live knob of a run: the nth that allows it."""
    for name in [name for name, knob in desk.knobs.items() if knob.live][nth:]:
        before = len(desk.run.model.events)
        desk.change(name, other_value(desk.knobs[name], name, desk.draft.value[name]))
        if len(desk.run.model.events) > before:
            return name
    return None


@pytest.mark.parametrize("kind", SYSTEMS.values(), ids=SYSTEMS)
def test_the_link_to_a_run_with_changes_plays_it_again_to_the_bit(kind, open_desk, same_history):
    first = open_desk("seed=11", kind)
    for nth, periods in enumerate((0, 3, 4, 1)):
        first.run.jump(periods) if periods else None
        idle(first)
        assert change_one(first, nth)
    again = idle(open_desk(first.link(), kind))
    assert again.run.model.steps == first.run.model.steps == 8
    assert [e | {"before": 0} for e in again.run.model.events] == [
        e | {"before": 0} for e in first.run.model.events
    ]
    assert again.pending() == first.pending() == set() and again.problems.value == {}
    assert again.link() == first.link()
    for desk in (first, again):
        desk.run.jump(2)
        idle(desk)
    same_history(first.run.model, again.run.model)


def test_a_comparison_with_changes_is_played_again(open_desk, same_history):
    first = open_desk("seed=7&against.phi=0.8")
    first.run.jump(5)
    idle(first)
    first.change("phi", 0.95)
    first.change("penalty", 7)
    assert first.link() == "?seed=7&against.phi=0.8&phi@5=0.95&penalty@5=7.0"
    again = idle(open_desk(first.link()))
    assert [(m.params.phi, m.params.penalty) for m in again.run.models.values()] == [(0.95, 7.0), (0.8, 7.0)]
    for one, other in zip(first.run.models.values(), again.run.models.values(), strict=True):
        same_history(one, other)


def test_changes_are_made_however_the_run_gets_there(open_desk, same_history):
    straight = idle(open_desk("seed=7&phi@6=0.8&phi@9=0.7"))
    stopped = open_desk("seed=7")
    stopped.run.reset(
        lambda: {"": LearningBidders(rng=7)}, [Change(9, {"phi": 0.7}), Change(6, {"phi": 0.8})]
    )
    for _ in range(6):
        stopped.run.step()
    assert stopped.run.model.params.phi == 0.8 == stopped.draft.value["phi"]
    assert link_to(stopped.run.model, to_come=stopped.run.schedule.left) == straight.link()
    stopped.run.play()
    wait_until(lambda: stopped.run.model.steps >= 9)
    stopped.run.pause()
    straight.run.jump(stopped.run.model.steps - 9)
    same_history(idle(straight).run.model, stopped.run.model)


def test_a_long_way_can_be_paused_and_goes_on_when_the_page_is_shown_again(open_desk):
    desk = open_desk(f"seed=7&phi@{MOST_PERIODS}=0.8")
    wait_until(lambda: desk.run.model.steps)
    assert desk.run.job.aim == "making the changes of the link"
    desk.run.pause()
    here = desk.run.model.steps
    assert 0 < here < MOST_PERIODS and desk.run.schedule.left
    desk.note_shown(1)
    assert not desk.run.playing
    desk.leave()
    desk.note_shown(1)
    wait_until(lambda: desk.run.model.steps > here)


def test_begin_anew_forgets_the_changes(open_desk):
    desk = idle(open_desk("seed=7&phi@3=0.8"))
    desk.restart()
    assert desk.link() == "?seed=7&phi=0.8"


@pytest.mark.parametrize(
    ("ask", "phi"),
    [
        (lambda desk: desk.restart(), 0.8),
        (lambda desk: desk.adopt({"penalty": 7.0}), 0.8),
        (lambda desk: desk.compare("penalty", 7.0), 0.8),
        (lambda desk: desk.adopt({"phi": 0.7}), 0.7),
        (lambda desk: desk.apply_scenario(""), 0.9),
    ],
    ids=["restart", "adopt", "compare", "adopt the same knob", "scenario"],
)
def test_what_begins_anew_knows_a_change_that_the_page_has_not_drawn(ask, phi, open_desk, monkeypatch):
    desk = open_desk("seed=7")
    monkeypatch.setattr(desk.run, "notify", lambda: None)
    desk.run.reset(lambda: {"": LearningBidders(rng=7)}, [Change(1, {"phi": 0.8})])
    desk.run.step()
    assert desk.run.model.params.phi == 0.8 and desk.draft.value["phi"] == 0.9
    ask(desk)
    assert desk.run.model.params.phi == desk.draft.value["phi"] == phi


def test_a_sweep_knows_a_change_that_the_page_has_not_drawn(open_desk, monkeypatch):
    desk = open_desk("seed=7")
    monkeypatch.setattr(desk.run, "notify", lambda: None)
    desk.run.reset(lambda: {"": LearningBidders(rng=7)}, [Change(1, {"penalty": 7.0})])
    desk.run.step()
    swept = []
    monkeypatch.setattr(desk.sweep, "start", lambda plan, knobs, draft, seed: swept.append(draft["penalty"]))
    desk.start_sweep()
    assert swept == [7.0]


@pytest.mark.parametrize(
    ("asked", "where", "told"),
    [
        ("phi@10=7", "phi", "phi = 7.0 share: above its maximum"),
        ("phi@10=x", "phi", "phi = 'x'"),
        ("phi@x=0.8", "phi", "phi@x: the period must be a whole number from 0 to 1,000,000"),
        ("phi@-1=0.8", "phi", "phi@-1: the period"),
        ("phi@1e3=0.8", "phi", "phi@1e3: the period"),
        (f"phi@{MOST_PERIODS + 1}=0.8", "phi", "the period must be"),
        (f"phi@{'9' * 5000}=0.8", "phi", "the period must be"),
        ("phi@=0.8", "phi", "the period must be"),
        ("auction@10=discriminatory", "auction", "auction@10: cannot change while the model runs"),
        ("firms@10=/etc/passwd", "firms", "name no file"),
        ("pi@10=1", "", "pi: a link may set"),
        ("against.phi@10=0.8", "phi", "against.phi: a link may set"),
        ("seed@10=1", "seed", "seed: a link may set"),
    ],
)
def test_faults_of_changes_are_reported_and_the_rest_holds(asked, where, told, open_desk):
    desk = idle(open_desk(f"seed=7&{asked}&penalty@2=7"))
    assert told in desk.problems.value[where]
    assert desk.run.model.params.penalty == 7 and desk.run.model.steps == 2


def test_a_change_that_does_not_fit_is_shown_at_its_knob_and_the_run_goes_on(open_desk, monkeypatch):
    def refuse(model, **values):
        raise ValueError("phi = 0.8: too low for these firms")

    monkeypatch.setattr(LearningBidders, "change_policy", refuse)
    desk = idle(open_desk("seed=7&phi@3=0.8&phi@5=0.7"))
    assert desk.run.model.steps == 5 and desk.draft.value["phi"] == 0.9
    assert "too low" in desk.problems.value["phi"]


def test_changes_of_one_period_are_made_together():
    class Model:
        steps, made = 4, []

        def change_policy(self, **values):
            self.made.append(values)

    schedule = Schedule([Change(4, {"a": 1, "b": 2}, {"b": 2}), Change(5, {"a": 3})])
    one, other = Model(), Model()
    other.made = []
    schedule.make_due([one, other])
    assert (one.made, other.made) == ([{"a": 1, "b": 2}], [{"b": 2}])
    assert (schedule.reach(4, 10), schedule.end) == (1, 5)


def test_a_link_has_the_scenario_and_what_differs_from_it(open_desk):
    desk = open_desk("seed=7&scenario=esmaeili2021_penalty&phi=0.8")
    assert desk.link() == "?seed=7&scenario=esmaeili2021_penalty&phi=0.8"
    desk.change("compliance", "curtail")
    desk.restart()
    assert "compliance=curtail" in desk.link()
    again = open_desk(desk.link())
    assert again.draft.value == desk.draft.value


# -- own files -------------------------------------------------------------------------------------------------------


def test_a_link_to_own_firms_holds_on_this_server_while_a_session_has_them(open_desk):
    desk = open_desk("seed=7")
    desk.upload("firms", "mine.csv", FIRMS.encode())
    assert desk.folder.names_in(desk.run.model.params) == ["mine.csv"]
    link = desk.link()
    assert "firms=own%3A" in link and desk.folder.name not in link
    again = open_desk(link)
    assert len(again.run.model.firms) == 3 and again.problems.value == {}
    assert again.draft.value["firms"] != desk.draft.value["firms"] and again.folder.holds(
        again.draft.value["firms"]
    )
    assert again.link() == link  # the name follows from the contents
    desk.close()
    again.close()
    late = open_desk(link)
    assert len(late.run.model.firms) == 5
    assert late.problems.value["firms"].startswith("mine.csv: loaded on another server, or not kept any more")


def test_the_name_of_an_own_file_cannot_be_guessed_and_opens_no_other(tmp_path):
    path = tmp_path / "firms.csv"
    path.write_text("secret")
    here, elsewhere = OwnFiles(), OwnFiles()
    name = here.name(str(path))
    assert here.read(name, 100) == read_regular(path) and elsewhere.name(str(path)) != name
    for asked in (name.replace("firms", "other"), "own:" + "0" * 32 + "/firms.csv"):
        with pytest.raises(ValueError, match="loaded on another server, or not kept any more"):
            here.read(asked, 100)
    here.forget(tmp_path)
    with pytest.raises(ValueError, match="not kept any more"):
        here.read(name, 100)


@pytest.mark.parametrize(
    "text", ["own:", "own:/etc/passwd", f"own:{'0' * 32}/../x", f"own:{'0' * 32}/", f"own:{'0' * 32}/a\n"]
)
def test_other_names_are_refused_as_any_file(text):
    assert "name no file" in read_link(LearningBidders, {"firms": text}).wrong["firms"]
