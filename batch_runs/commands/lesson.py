"""Play a lesson to its end and print it with its answers, write it as a sheet to print, or try its checks.

carbon lesson cap_and_price
carbon lesson cap_and_price --sheet pupils.html
carbon lesson cap_and_price --teacher --sheet teacher.html --seed 7
carbon lesson mine.toml --seeds 20
"""

from pathlib import Path

from batch_runs.usage import add_plugins, whole

SUMMARY = "play a lesson, write it as a sheet to print, or try its checks over many seeds"


def add_arguments(parser):
    """Declare the options."""
    parser.add_argument(
        "lesson", metavar="LESSON", help="name of a lesson (carbon list lessons), or a TOML file"
    )
    parser.add_argument("--seed", type=whole(0), default=1, metavar="N", help="seed of its runs (1)")
    parser.add_argument("--sheet", type=Path, metavar="FILE.html", help="write a sheet to print instead")
    parser.add_argument(
        "--teacher", action="store_true", help="with --sheet: with answers, numbers and notes"
    )
    parser.add_argument(
        "--seeds",
        type=whole(1, 10_000),
        metavar="N",
        help="count the seeds 1 to N with which every check holds",
    )
    add_plugins(parser)


def run(options):
    """Find the lesson and do what is wanted; the exit code is 1 if checks fail."""
    from batch_runs.usage import UsageError
    from batch_runs.work.plugins import load_plugins

    load_plugins(options.plugin)
    if options.teacher and not options.sheet:
        raise UsageError("--teacher: needs --sheet FILE.html")
    lesson = find_lesson(options.lesson)
    if options.seeds:
        return try_checks(lesson, options.seeds)
    if options.sheet:
        return write_sheet(lesson, options)
    return print_lesson(lesson, options.seed)


def find_lesson(name):
    """Lesson of a registered name or of a TOML file; UsageError for an unknown name."""
    from batch_runs.targets import is_file_name
    from batch_runs.usage import UsageError
    from learning.registry import unknown
    from model.lessons import LESSONS, read_lesson

    if is_file_name(name):
        return read_lesson(Path(name))
    if name not in LESSONS:
        raise UsageError(str(unknown("lesson", name, LESSONS)))
    return LESSONS[name]


def try_checks(lesson, count):
    """Print with how many seeds each check holds."""
    from batch_runs.tables import text_table
    from model.lessons.play import failures_by_seed

    failed = failures_by_seed(lesson, range(1, count + 1))
    rows = [
        {"step": step.name, "holds": f"{count - len(failed.get((step.name, each.text), ()))} of {count}"}
        | {"check": each.text}
        for step in lesson.steps
        for each in step.check
    ]
    print(text_table(rows, False))
    return 1 if failed else 0


def write_sheet(lesson, options):
    """Write the sheet as an HTML page."""
    from batch_runs.tables import check_writable, written_whole
    from model.lessons.play import LessonPlay
    from model.lessons.sheet import sheet

    check_writable(options.sheet)
    text = sheet(lesson, LessonPlay(lesson, options.seed) if options.teacher else None)
    with written_whole(options.sheet) as scratch:
        scratch.write_text(text, encoding="utf-8")
    print(f"{options.sheet}: {len(lesson.steps)} steps")


def print_lesson(lesson, seed):
    """Print every step with its question, its answer, and what it reveals."""
    from model.lessons.play import LessonPlay

    play, failed = LessonPlay(lesson, seed), False
    print(f"{lesson.title.upper()}\n{lesson.question}")
    for number, step in enumerate(lesson.steps, 1):
        print(f"\n{number}. {step.title}\n")
        print("\n".join(step_lines(play, step)))
        failed = failed or bool(play.failures(step))
    return 1 if failed else 0


def step_lines(play, step):
    """Lines on a step that has been played."""
    right = play.verdict(step, step.question.right or "0").answer
    yield from wrapped(play.text(step))
    yield from wrapped(f"? {step.question.text}")
    for choice in step.question.choices:
        yield f"    [{'x' if choice == right else ' '}] {choice}"
    if step.question.answer is not None:
        yield f"    {right:.3g} {step.question.unit}"
    yield from wrapped(f"> {play.revealed(step)}")
    for text in play.failures(step):
        yield f"! does not hold with seed {play.seed}: {text}"


def wrapped(text):
    """Lines of a text, by paragraph."""
    import textwrap

    from model.lessons.sheet import paragraphs

    return [line for part in paragraphs(text) for line in textwrap.wrap(part, 100)]
