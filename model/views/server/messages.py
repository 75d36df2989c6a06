"""The messages that a page sends through its websocket; others end the connection."""

import json

KINDS = {"comm_open", "comm_msg", "comm_close", "comm_info_request", "kernel_info_request"}
OPENED = {"solara.control"}
"""What a page may open; the widgets of a page are opened by the server."""
METHODS = {"app-status", "request_state", "request_states"}
"""Methods without more, beside those of `_fits_widget`."""
UPDATED = {"v_model", "dark_effective", "request_download", "location", "hash"}
"""What a page sets by itself: fields, the look, downloads, the address. Widgets have many more texts to fill."""
LONGEST_PATH = 4096
"""Most characters of an address, and of any other text that a page sets."""
LONGEST = 65_536
"""Most characters of a message, but of one with a file."""
WITH_FILE = "loaded"
"""Event with which a page sends a file that its user has chosen."""
MOST_PARTS = 200
"""Most values of a message with a file, which is one long text. A list of a million takes a second, and half a GB."""


def read(text):
    """The message that ``text`` is, as the page of an unchanged browser could have sent it; otherwise None."""
    if not isinstance(text, str) or (len(text) > LONGEST and not _has_few_parts(text)):
        return None
    try:
        message = json.loads(text)
        kind, content = message["header"]["msg_type"], message["content"]
        fits = kind in KINDS and isinstance(message["channel"], str) and _fits(kind, content)
        fits = fits and _is_header(message["header"])
        known = fits and (len(text) <= LONGEST or content["data"]["content"]["event"] == WITH_FILE)
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return None
    return message if known else None


def begins_app(message):
    """Whether a known message asks for the whole page to be made."""
    content = message["content"]
    return isinstance(content.get("data"), dict) and content["data"].get("method") == "run"


def _has_few_parts(text):
    """Whether a long text can be read in no time."""
    return sum(map(text.count, ",[{")) <= MOST_PARTS


def _is_header(header):
    """Whether the framework can name a message in its answer."""
    return "msg_id" in header and all(isinstance(value, str) for value in header.values())


def _fits(kind, content):
    if not isinstance(content, dict):
        return False
    if kind in ("comm_info_request", "kernel_info_request"):
        return True
    named = isinstance(content["comm_id"], str)
    if kind == "comm_open":
        return named and content["target_name"] in OPENED
    return named and (kind == "comm_close" or _fits_widget(content["data"]))


def _fits_widget(data):
    method = data["method"]
    if data.get("buffer_paths"):
        return False  # no page sends bytes of their own
    if method == "run":
        arguments = data["args"]
        return isinstance(arguments.get("path"), str) and len(arguments["path"]) <= LONGEST_PATH
    if method == "update":
        return data["state"].keys() <= UPDATED and all(map(_is_short, data["state"].values()))
    if method == "custom":  # the framework knows others: they make objects of any class, and call any method
        content = data["content"]
        return content.keys() <= {"event", "data"} and isinstance(content["event"], str)
    return method in METHODS


def _is_short(value):
    """Whether a value of a widget is a number, a switch or a short text."""
    return (
        value is None
        or isinstance(value, (bool, int, float))
        or (isinstance(value, str) and len(value) <= LONGEST_PATH)
    )
