"""The dashboard without our guard, as ``solara run app.py`` serves it: for one user, on this computer."""

import os

import solara.lab
from solara.server import settings
from solara.server.kernel_context import has_current_context

from model.views.server.place import VARIABLE, Place, same_origin

NOT_FROM_HERE = (
    "This page was started with solara run, which is for one user on this computer: open it as localhost. "
    "For others, start it with carbon dashboard --host 0.0.0.0."
)


def is_guarded():
    """Whether the guard of `carbon dashboard` stands in front of this server."""
    return VARIABLE in os.environ


def decide_addresses():
    """Choose the path of the page, which otherwise the first request would choose for everybody."""
    if not is_guarded() and settings.main.root_path is None:
        settings.main.root_path = ""


def refusal():
    """Why the present browser may not use the page, or "".

    Without the guard it must be on this computer and show a page of ours, so that no other web page that the user has
    open can drive this one, by its own name for this computer or by ours.
    """
    if is_guarded() or not has_current_context():
        return ""
    known = solara.lab.headers.value or {}
    host, origin = (known.get(name, [""])[0] for name in ("host", "origin"))
    return "" if Place().accepts(host) and same_origin(origin, host) else NOT_FROM_HERE
