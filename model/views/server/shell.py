"""Less of the interactive shell that the framework makes for every session: nobody types commands into a page."""

import solara.server.kernel
from solara.server.shell import SolaraInteractiveShell


class PageShell(SolaraInteractiveShell):
    """A shell without commands, their other names, and completion, whose making takes longer than that of the rest."""

    magics_manager = None

    def init_magics(self):
        """Have no commands."""

    def init_alias(self):
        """Have no other names of commands."""

    def init_completer(self):
        """Complete nothing."""


def leave_out_commands():
    """Let the framework make a `PageShell` for every session."""
    solara.server.kernel.SolaraInteractiveShell = PageShell
