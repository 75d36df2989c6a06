"""Less of the interactive shell that the framework makes for every session: nobody types commands into a page."""

import solara.server.kernel
from solara.server import patch
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

    def init_history(self):
        """Remember nothing."""

    def init_display_formatter(self):
        """Format nothing: pages show elements, not values."""


class NoEvents:
    """Events of a shell that nobody listens to."""

    def trigger(self, *event):
        """Do nothing."""

    register = unregister = trigger


class PageIPython(patch.FakeIPython):
    """What stands for the shell while a message of a page is handled, and while a part of it is made.

    The framework's own makes a mock of its events each time: a class with ninety methods, a millisecond, and memory
    that only a collection of all objects gives back, three times a second for everybody who plays.
    """

    def __init__(self, context):
        self.context, self.kernel = context, context.kernel
        self.display_pub = self.kernel.shell.display_pub
        self.events, self.user_ns, self.custom_exceptions = NoEvents(), {}, ()


def leave_out_commands():
    """Let the framework make a `PageShell` for every session, and a `PageIPython` for every message."""
    solara.server.kernel.SolaraInteractiveShell = PageShell
    patch.FakeIPython = PageIPython
