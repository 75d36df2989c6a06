"""Parameters that a visitor edits for the next start of a run, and problems with them. No drawing here."""

from contextlib import nullcontext

from model.scenarios import scenarios
from model.streams import as_seed
from model.views.cells import cell
from model.views.links import NO_SCENARIO, seed_from
from model.views.session_folder import SessionFolder

SHORT = 10**6
"""Seeds drawn here are below this: easy to read out in a class room."""


class Draft:
    """Values of the knobs of a system, seed and scenario as the panel shows them, and the visitor's files.

    draft : values by flat name; those of the run may differ until the next start.
    """

    def __init__(self, kind):
        self.kind = kind
        self.page = nullcontext()
        """Context in which changes are drawn together, set by the page; else each part is drawn alone."""
        self.knobs = kind.Params.all_knobs()
        self.scenarios = scenarios(kind.name)
        self.folder = SessionFolder()
        self.draft = cell(kind.Params().everything())
        self.seed = cell(as_seed(None) % SHORT)
        self.scenario = cell(NO_SCENARIO)
        self.problems = cell({})
        """Problems in the panel, by the knob's name; "" for those of several knobs."""

    def set_draft(self, values):
        """Take values into the draft, for the next start."""
        draft = self.draft.peek() | values
        self.draft.set(draft)
        problems = {k: v for k, v in self.problems.peek().items() if k not in ("", *values)}
        try:
            self.kind.Params.from_flat(draft)
        except ValueError as error:
            problems[""] = str(error)
        self.problems.set(problems)

    def note_changes(self, made, wrong):
        """Take values that a run has changed by itself into the draft, and show messages on what it could not."""
        if made or wrong:
            with self.page:
                self.draft.set(self.draft.peek() | made)
                for name, error in wrong.items():
                    self.show_problem(name, error)

    def show_problem(self, name, error):
        """Show an error at the knob ``name`` ("" for the whole panel); an empty text removes it."""
        text = self.folder.hide(str(error))
        others = {k: v for k, v in self.problems.peek().items() if k != name}
        self.problems.set(others | ({name: text} if text else {}))

    def change_seed(self, value):
        """Set the seed of the next start."""
        self.attempt("seed", lambda: self.seed.set(seed_from(value)))

    def new_seed(self):
        """Draw a seed for the next start."""
        self.change_seed(as_seed(None) % SHORT)

    def attempt(self, where, action):
        """Call ``action``; show its error at ``where``, or remove an earlier one."""
        self.show_problem(where, "")
        try:
            action()
        except ValueError as error:
            self.show_problem(where, error)
