"""One request to an ASGI app, without a network; and an app that notes what reaches it."""

import asyncio

from tests.waiting import run_async


class Framework:
    """App that notes the scopes it gets, answers "page", and reads all messages of a websocket."""

    def __init__(self, headers=()):
        self.scopes, self.messages, self.headers = [], [], list(headers)

    async def __call__(self, scope, receive, send):
        self.scopes.append(scope)
        if scope["type"] == "http":
            await send({"type": "http.response.start", "status": 200, "headers": self.headers})
            return await send({"type": "http.response.body", "body": b"page"})
        await send({"type": "websocket.accept"})
        while (message := await receive())["type"] == "websocket.receive":
            self.messages.append(message["text"])


class Answer:
    """Status (of a websocket: 101 if accepted, else 403; None without an answer), headers and body."""

    def __init__(self, sent):
        first = sent[0] if sent else {"type": "", "status": None}
        self.status = first.get("status", 101 if first["type"] == "websocket.accept" else 403)
        self.headers = {name.decode(): value.decode() for name, value in first.get("headers", [])}
        self.body = b"".join(message.get("body", b"") for message in sent)


def request(
    app,
    path="/",
    method="GET",
    query="",
    body=b"",
    messages=(),
    kind="http",
    client="127.0.0.1",
    leaves=False,
    **headers,
):
    """Ask ``app`` from the address ``client``; messages : of a websocket; leaves : before the body has been sent.

    headers : by name with _ for -; Host: localhost:8765 unless given.
    """
    named = {"host": "localhost:8765"} | {name.replace("_", "-"): value for name, value in headers.items()}
    if method == "POST":
        named.setdefault("content-length", str(len(body)))
    scope = {
        "type": kind,
        "method": method,
        "path": path,
        "raw_path": path.encode(),
        "query_string": query.encode(),
        "root_path": "",
        "scheme": "ws" if kind == "websocket" else "http",
        "server": ("127.0.0.1", 8765),
        "client": (client, 50_000),
        "headers": [(name.encode(), value.encode("latin-1")) for name, value in named.items()],
    }
    waiting = [{"type": "http.request", "body": body}] if kind == "http" else []
    waiting = [{"type": "http.disconnect"}] if leaves else waiting
    waiting += [{"type": "websocket.receive", "text": text} for text in messages]
    sent = []

    async def receive():
        if not waiting and kind == "http":
            await asyncio.Event().wait()  # a browser stays until it has the answer
        return waiting.pop(0) if waiting else {"type": "websocket.disconnect"}

    async def send(message):
        sent.append(message)

    run_async(app(scope, receive, send))
    return Answer(sent)
