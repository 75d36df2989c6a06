"""``carbon lesson``: what it prints and writes, and how mistakes are answered."""

from model.lessons import LESSONS
from tests.unit.batch_runs.conftest import ROOT

FILE = LESSONS["cap_and_price"]


def test_a_lesson_is_printed_with_its_answers(carbon):
    done = carbon("lesson", "cap_and_price", "--seed", 3)
    assert done.code == 0
    for number, step in enumerate(FILE.steps, 1):
        assert f"\n{number}. {step.title}\n" in done.out
        assert not step.question.right or f"[x] {step.question.right}" in done.out
    assert "does not hold" not in done.out


def test_checks_are_counted_over_seeds_and_decide_on_the_exit_code(carbon, tmp_path):
    done = carbon("lesson", "cap_and_price", "--seeds", 2)
    lines = [line for line in done.out.splitlines() if " of " in line]
    assert done.code == 0 and len(lines) == sum(len(step.check) for step in FILE.steps)
    assert all(" 2 of 2 " in line for line in lines)
    path = tmp_path / "mine.toml"
    text = (ROOT / "model/lessons/cap_and_price.toml").read_text(encoding="utf-8")
    path.write_text(text.replace("mean(sold) < mean(cap)", "mean(sold) > mean(cap)"), encoding="utf-8")
    done = carbon("lesson", path, "--seeds", 2)
    assert done.code == 1 and "floor      0 of 2  mean(sold) > mean(cap)" in done.out
    assert "does not hold with seed 1: mean(sold) > mean(cap)" in carbon("lesson", path).out


def test_sheets_are_written(carbon, tmp_path):
    pupils, teachers = tmp_path / "pupils.html", tmp_path / "teacher.html"
    assert carbon("lesson", "banking", "--sheet", pupils).code == 0
    assert carbon("lesson", "banking", "--sheet", teachers, "--teacher", "--seed", 5).code == 0
    notes = LESSONS["banking"].teacher[:40]
    assert notes not in pupils.read_text(encoding="utf-8") and notes in teachers.read_text(encoding="utf-8")
    assert "seed 5" in teachers.read_text(encoding="utf-8")


def test_a_lesson_of_a_plugin_is_found_and_listed(carbon, plugin, tmp_path):
    text = (ROOT / "model/lessons/cap_and_price.toml").read_text(encoding="utf-8")
    (tmp_path / "of_mine.toml").write_text(text, encoding="utf-8")
    with LESSONS.unchanged():
        file = plugin(
            f"from model.lessons import add_lesson\nadd_lesson({str(tmp_path / 'of_mine.toml')!r})\n"
        )
        assert "of_mine" in carbon("list", "lessons", "--plugin", file).out
        assert carbon("lesson", "of_mine", "--plugin", file, "--seeds", 1).code == 0


def test_mistakes_are_usage_errors(carbon, tmp_path):
    path = tmp_path / "mine.toml"
    path.write_text('title = "x"\n', encoding="utf-8")
    for words, message in (
        (("cap_and_prise",), "did you mean 'cap_and_price'"),
        (("nowhere.toml",), "nowhere.toml"),
        ((path,), "mine.toml: field 'question' is missing"),
        (("banking", "--teacher"), "--teacher: needs --sheet"),
        (("banking", "--sheet", tmp_path), "is a folder"),
    ):
        done = carbon("lesson", *words)
        assert done.code == 2 and message in done.err and len(done.err.splitlines()) == 1
