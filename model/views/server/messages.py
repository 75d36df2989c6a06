"""The messages that a page sends through its websocket; others end the connection."""

import json

KINDS = {"comm_open", "comm_msg", "comm_close", "comm_info_request", "kernel_info_request"}
OPENED = {"solara.control"}
"""What a page may open; the widgets of a page are opened by the server."""
METHODS = {"run", "app-status", "update", "custom", "request_state", "request_states"}
LONGEST_PATH = 4096


def is_known(text):
    """Whether ``text`` is a message that the page of an unchanged browser could have sent."""
    if not isinstance(text, str):
        return False
    try:
        message = json.loads(text)
        kind, content = message["header"]["msg_type"], message["content"]
        return kind in KINDS and isinstance(message["channel"], str) and _fits(kind, content)
    except (ValueError, KeyError, TypeError, RecursionError):
        return False


def begins_app(text):
    """Whether a known message asks for the whole page to be made."""
    content = json.loads(text)["content"]
    return isinstance(content.get("data"), dict) and content["data"].get("method") == "run"


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
    if method == "run":
        arguments = data["args"]
        return isinstance(arguments.get("path"), str) and len(arguments["path"]) <= LONGEST_PATH
    if method == "update":
        return isinstance(data["state"], dict)
    return method in METHODS
