"""Lessons: what a file must say, how a mistake in it is named, and what their measures measure."""

import re

import numpy as np
import pytest

from learning.knobs import ParameterError
from model.lessons import LESSONS, add_lesson, read_lesson
from model.lessons.expressions import Known, read_expression
from model.lessons.measures import MEASURES, measure
from model.lessons.play import LessonPlay
from model.lessons.sheet import sheet
from model.systems.learning_bidders import LearningBidders

GOOD = """
title = "A lesson"
question = "Why?"
level = 1
minutes = 10
system = "learning_bidders"
goals = "To test."
teacher = "Notes."
[parameters]
learner = "truthful"
n_firms = 4
[[steps]]
name = "loose"
title = "First"
text = "Text."
periods = 5
window = 2
charts = "prices"
numbers = ["clearing_price"]
ask = "How?"
choices = ["so", "thus"]
right = "so"
check = "mean(clearing_price) > 0"
reveal = "It is {mean(clearing_price):.3f}."
[[steps]]
name = "tight"
title = "Second"
text = "It was {mean(clearing_price, loose):.3f}."
set = { phi = 0.5 }
periods = 4
charts = "prices"
ask = "How much?"
answer = "mean(cap)"
check = ["mean(cap) < mean(cap, loose)", "mean(cap) > 0"]
reveal = "So."
[[steps]]
title = "Third"
text = "Look."
charts = "prices"
ask = "What do you think?"
check = "mean(cap) < mean(cap, loose)"
reveal = "{mean(cap):.1f}"
[[steps]]
name = "on"
title = "Fourth"
text = "On."
goes_on = "loose"
set = { phi = 0.6 }
periods = 3
charts = "prices"
ask = "?"
check = "mean(cap) < mean(cap, loose)"
reveal = "."
"""


@pytest.fixture
def lesson(tmp_path):
    """Function: read a lesson with this text."""

    def read(text=GOOD):
        path = tmp_path / "mine.toml"
        path.write_text(text, encoding="utf-8")
        return read_lesson(path)

    return read


def test_a_lesson_is_played_step_by_step(lesson):
    play = LessonPlay(lesson(), seed=7)
    loose, tight, third, on = play.lesson.steps
    model = LearningBidders(learner="truthful", n_firms=4, rng=7)
    model.advance(8)
    prices = model.datacollector.model_vars["clearing_price"]
    assert play.revealed(loose) == f"It is {np.mean(prices[3:5]):.3f}."
    assert play.text(tight) == f"It was {np.mean(prices[3:5]):.3f}."
    assert third.name == "step_3" and play.run(third) is play.run(tight)
    assert play.run(on).model.steps == 8 and play.run(play.lesson.steps[0]).model.steps == 5
    assert play.run(on).model.events[0]["name"] == "phi"
    assert len(play.run(on).positions()) == 3
    assert not [text for step in play.lesson.steps for text in play.failures(step)]


def test_a_run_that_goes_on_is_that_of_one_long_run(lesson):
    play = LessonPlay(
        lesson(GOOD.replace("set = { phi = 0.6 }\n", "").replace('learner = "truthful"', "")), seed=2
    )
    on = play.lesson.step("on")
    whole = LearningBidders(n_firms=4, rng=2)
    whole.advance(8)
    assert (play.run(on).model.firms.numbers == whole.firms.numbers).all()


def test_a_check_that_does_not_hold_is_found(lesson):
    play = LessonPlay(lesson(GOOD.replace("mean(cap) > 0", "mean(cap) > 2 * mean(cap, loose)")), seed=1)
    assert play.failures(play.lesson.steps[1]) == ["mean(cap) > 2 * mean(cap, loose)"]


def test_numbers_are_judged_by_the_run_with_a_tolerance(lesson):
    play = LessonPlay(
        lesson(GOOD.replace('answer = "mean(cap)"', 'answer = "mean(cap)"\ntolerance = 0.2')), seed=1
    )
    step = play.lesson.steps[1]
    right = play.verdict(step, "1").answer
    assert right == pytest.approx(play.run(step).model.government.cap)
    judged = [play.verdict(step, f"{factor * right}").right for factor in (0.7, 0.81, 1.19, 1.3)]
    assert judged == [False, True, True, False]
    assert play.verdict(step, f" {right:.1f} ".replace(".", ",")).right
    for wrong in ("many", "", "nan", "inf"):
        with pytest.raises(ParameterError, match="not a number"):
            play.verdict(step, wrong)


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ('system = "learning_bidders"', 'system = "learning_biders"', "mine.toml: .*'learning_bidders'"),
        ('question = "Why?"\n', "", "mine.toml: field 'question' is missing"),
        ("minutes = 10", "minuten = 10", "mine.toml: unknown field 'minuten'; did you mean 'minutes'"),
        ("minutes = 10", 'minutes = "ten"', "mine.toml, minutes: 'ten': must be a whole number"),
        ("level = 1", "level = 7", "mine.toml: level must be one of"),
        ('teacher = "Notes."', 'teacher = "Notes."\nscenario = "goyal"', "scenario of learning_bidders 'goyal'"),
        ("ask = \"How?\"", "", "mine.toml: step 1: field 'ask' is missing"),
        ('check = "mean(cap) < mean(cap, loose)"', "check = []", "step 3, check: .*must not be empty"),
        ("phi = 0.5", "phi = 50", r"mine.toml: step 2 \(tight\), set: phi = 50.* above its maximum"),
        ("phi = 0.6", "n_firms = 9", r"step 4 \(on\), set: n_firms cannot change while a run goes on"),
        ('goes_on = "loose"', 'goes_on = "lose"', r"step 4 \(on\), goes_on: .*did you mean 'loose'"),
        ('name = "tight"', 'name = "loose"', r"step 2 \(loose\), name: 'loose' is the name of an earlier step"),
        ('name = "tight"', 'name = "a b"', "step 2 .*name: 'a b' must be a word"),
        ("set = { phi = 0.5 }", "beside = \"loose\"", "beside: both runs must .* as long; loose plays 5"),
        ("window = 2", "window = 6", r"step 1 \(loose\), window: 6: must be from 0 to 5"),
        ("periods = 4", "periods = 20000", r"step 2 \(tight\), periods: 20000: must be from 0 to 10,000"),
        ("periods = 3", "periods = 9996", r"step 4 \(on\), periods: 9996: must be from 0 to 9,995"),
        ("periods = 5\nwindow = 2", "", "periods: 0: the first step must play some"),
        ('numbers = ["clearing_price"]', 'numbers = ["bank"]', r"step 1 \(loose\), numbers: unknown metric"),
        ('right = "so"', 'right = "sew"', r"step 1 \(loose\), right: 'sew' must be one of the choices"),
        ('answer = "mean(cap)"', 'answer = "mean(kap)"', r"step 2 \(tight\), answer: mean\(kap\): unknown metric"),
        ("{mean(clearing_price):.3f}", "{mean(clearing_price):%s}", "step 1 .*reveal: .*no form of a number"),
        ("mean(clearing_price, loose):.3f", "mean(clearing_price)", r"step 2 \(tight\), text: .*name an earlier step"),
        ('check = "mean(clearing_price) > 0"', 'check = "mean(cap, tight) > 0"', "step 1 .*check: .*unknown step"),
    ],
)  # fmt: skip
def test_a_mistake_is_named_with_file_step_and_field(lesson, old, new, message):
    assert old in GOOD
    with pytest.raises(ParameterError, match=message):
        lesson(GOOD.replace(old, new))


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("__import__('os')", "unknown measure"),
        ("mean.__class__", "Attribute is not allowed"),
        ("mean(cap).real", "Attribute is not allowed"),
        ("(lambda: 1)()", "only measures and functions can be called"),
        ("[x for x in 'ab']", "ListComp is not allowed"),
        ("2 ** 9999999", "Pow is not allowed"),
        ("'a' * 999", "not a number"),
        ("True", "not a number"),
        ("cap > 3", "a name must stand in a measure, such as mean"),
        ("mean()", "its first argument must be a metric"),
        ("mean(cap, now, later)", "a measure is of one run"),
        ("mean(cap, sinc=3)", "mean: got an unexpected keyword argument"),
        ("mean(cap, since=1 + 2)", "must be names and numbers"),
        ("mean(cap, **{})", "must be written one by one"),
        ("mean(*cap)", "must be names and numbers"),
        ("meen(cap)", "did you mean 'mean'"),
        ("1 if 2 else 3", "IfExp is not allowed"),
        ("(x := 3)", "NamedExpr is not allowed"),
        ("f'{cap}'", "not allowed"),
        ("1 <", "not an expression"),
        ("1\x00", "not an expression"),
        ("(" * 140 + ")" * 140, "Tuple is not allowed"),
        ("1" * 301, "at most 300 characters"),
    ],
)
def test_an_expression_can_only_measure(text, message):
    known = Known(LearningBidders.metrics, ("phi",), ("now",))
    with pytest.raises(ParameterError, match=message) as error:
        read_expression(text, "mine.toml: step 1, check", known)
    assert str(error.value).startswith("mine.toml: step 1, check: ")


def value(text, play):
    """Value of an expression in the run of the first step."""
    step = play.lesson.steps[0]
    known = Known(play.lesson.kind.metrics, play.lesson.kind.Params.all_knobs(), ("loose", "tight"))
    return read_expression(text, "here", known).value(play.run_of(step))


def test_expressions_are_evaluated_as_python_would(lesson):
    play = LessonPlay(lesson(), seed=1)
    for text in (
        "1 + 2 * 3 - 4 / 8",
        "1 < 2 < 3",
        "not 1 > 2 and -1 < 0",
        "1 > 2 or 2 == 2",
        "max(1, abs(-3), 2)",
    ):
        assert value(text, play) == eval(text)
    assert value("about(1.04, 1, 0.05)", play) and not value("about(1.06, 1, 0.05)", play)
    assert np.isnan(value("1 / 0", play)) and not value("1 / 0 > 0", play)


def test_measures_of_metrics_and_firms(lesson):
    play = LessonPlay(lesson(), seed=5)
    table = play.run(play.lesson.steps[0]).model.datacollector
    price, (_, firms) = table.model_vars["clearing_price"], table.rows()
    assert value("mean(clearing_price)", play) == pytest.approx(np.mean(price[3:]))  # the window
    assert value("total(clearing_price, since=2, until=4)", play) == pytest.approx(sum(price[1:4]))
    assert value("highest(clearing_price, since=1)", play) == max(price)
    assert value("lowest(clearing_price, loose, since=1)", play) == min(price)
    assert value("last(clearing_price)", play) == price[-1]
    assert value("firm_total(award, 2, since=1)", play) == pytest.approx(firms.award[:, 1].sum())
    assert value("firms_total(award)", play) == pytest.approx(firms.award[3:].sum())
    assert value("spread(award)", play) == pytest.approx(np.ptp(firms.award[3:], axis=1).mean())
    assert value("parameter(phi, tight)", play) == 0.5
    assert np.isnan(value("mean(cap, since=99)", play))
    for wrong, message in (
        ("firm_total(award, 9)", "from 1 to 4"),
        ("spread(awards)", "did you mean 'award'"),
    ):
        with pytest.raises(ParameterError, match=f"here: .*{message}"):
            value(wrong, play)


def test_the_competitive_price_is_the_value_of_the_permit_that_uses_up_the_cap(lesson):
    play = LessonPlay(lesson(), seed=5)
    model = play.run(play.lesson.steps[0]).model
    values = np.repeat(
        model.firms.rows.private_value, np.round(model.firms.rows.required_permits).astype(int)
    )
    assert value("competitive_price()", play) == np.sort(values)[::-1][int(model.government.cap)]


def test_measures_of_a_learner_read_its_table(lesson):
    text = GOOD.replace('learner = "truthful"', 'learner = "q_learning"\nprice_bins = 2')
    play = LessonPlay(lesson(text), seed=5)
    model = play.run(play.lesson.steps[0]).model
    table = model.learner.table(0)
    assert value("cells()", play) == table.size
    assert value("cells_beyond(0.01, 1)", play) == (np.abs(table) > 0.01).sum() >= 1
    assert value("best_value(1)", play) == table[model.state].max()
    assert value("best_price(1)", play) == model.bid_of(0, table[model.state].argmax())[0]
    other = LessonPlay(LESSONS["banking"], 1)
    with pytest.raises(ParameterError, match="do not learn bids of a grid"):
        value("cells()", other)


def test_a_measure_and_a_lesson_of_ones_own(tmp_path):
    path = tmp_path / "own.toml"
    path.write_text(GOOD.replace("mean(clearing_price) > 0", "middle(clearing_price) > 0"), encoding="utf-8")
    with MEASURES.unchanged(), LESSONS.unchanged():

        @measure(of="metric")
        def middle(run, metric):
            return float(np.median(run.values(metric)))

        assert add_lesson(path) is LESSONS["own"]
        assert not LessonPlay(LESSONS["own"], 1).failures(LESSONS["own"].steps[0])
        with pytest.raises(ValueError, match="registered already"):
            add_lesson(path)
    assert "own" not in LESSONS


def test_a_sheet_escapes_what_a_file_says(lesson):
    text = GOOD.replace('ask = "How?"', "ask = '<script>alert(1)</script>?'")
    page = sheet(lesson(text), LessonPlay(lesson(text), 1))
    assert "<script" not in page and "&lt;script&gt;" in page
    assert not re.search(r"(src|href)=", page), "a sheet must need nothing from elsewhere"
