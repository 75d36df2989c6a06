"""The beginning of a run that a link names."""

from model.views.links import NO_SCENARIO
from model.views.live.schedule import Change
from model.views.rival import Rival

LINKED = "came with a link"
"""Name under which the desk keeps whether a link, such as that of a lesson, has brought parameters of its own."""


def open_link(desk, contents):
    """Begin on ``desk`` with the contents of a link; errors are shown at their knobs, and the rest applies."""
    if contents.seed is not None:
        desk.seed.set(contents.seed)
    desk.scenario.set(contents.scenario or NO_SCENARIO)
    desk.keep(LINKED, bool(contents.values))
    files, wrong = fetch_files(desk, contents.files)
    desk.set_draft(contents.values | files)
    desk.rival.set(Rival(contents.against) if contents.against else None)
    desk.restart([change_of(period, values, contents.against) for period, values in contents.changes.items()])
    for name, error in (contents.wrong | wrong).items():
        desk.show_problem(name, error)


def fetch_files(desk, names):
    """Paths of copies of the own files that a link names, by knob, and what is wrong with the others."""
    paths, wrong = {}, {}
    for knob, name in names.items():
        try:
            paths[knob] = str(desk.folder.fetch(desk.knobs[knob].file, name))
        except (ValueError, OSError) as error:
            wrong[knob] = str(error)
    return paths, wrong


def change_of(period, values, against):
    """`Change` of both runs; the second one keeps the values in which it differs from the beginning."""
    return Change(period, values, {name: value for name, value in values.items() if name not in against})
