"""The gate in front of the framework's app: only what a page needs gets through, whatever the framework allows."""

import asyncio
import re
import time
from urllib.parse import parse_qs

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import HTMLResponse, PlainTextResponse, RedirectResponse

from model.views.server import messages, notices
from model.views.server.bucket import Bucket
from model.views.server.gate import Gate, address_of, cookies_of
from model.views.server.token import COOKIE, OPEN, Door

SESSION_COOKIES = ("solara-session-id", "solara-session-id-lax")

SOCKET = re.compile(r"/jupyter/api/kernels/([A-Za-z0-9-]{1,64})/channels")
CLOSING = re.compile(r"/_solara/api/close/([A-Za-z0-9-]{1,64})")
TOKEN = "/token"
FRAMEWORK = ("/static/", "/jupyter/nbextensions/")
"""Folders of files that the framework serves."""
RESERVED = ("/_solara", "/jupyter", "/static", "/resourcez", "/readyz")
"""Addresses of the framework: no pages."""
READY = "/readyz"
MESSAGES_PER_SECOND, MESSAGES_AT_ONCE = 50, 1_000
CHARACTERS_PER_SECOND, CHARACTERS_AT_ONCE = 1_000_000, 20_000_000
"""Of one connection; a page that sends more waits. Unlike messages on their way, they are not deflated."""


class Guard(Gate):
    """ASGI app around the framework's ``app``.

    place : the server's `Place`; sessions : `Sessions`; folders : ASGI apps of installed files by the address below
    which they are served, instead of by the framework.
    """

    policy = (
        "default-src 'none'; script-src 'self' 'unsafe-inline' 'unsafe-eval'; style-src 'self' 'unsafe-inline'; "
        "img-src 'self' data: blob:; font-src 'self' data:; connect-src 'self' {sockets}; worker-src 'self' blob:; "
        "manifest-src 'self'; base-uri 'self'; form-action 'self'; frame-ancestors 'none'; object-src 'none'"
    )
    """Policy with two exceptions: Vega compiles expressions, and the framework's page has scripts in itself."""

    def __init__(self, app, place, sessions, folders):
        super().__init__(app, place)
        self.sessions, self.folders = sessions, folders
        self.door = Door(place.token, place.drawn)

    # -- pages, files and forms ----------------------------------------------------------------------------

    def knows(self, path):
        """Whether an address is that of a page, of a file that pages load, or of a request that pages make."""
        if not is_reserved(path) or path == READY or CLOSING.fullmatch(path):
            return True
        return path.startswith((*FRAMEWORK, *self.folders))

    def refusal_of_post(self, scope):
        """Let tokens through, and requests that end a page of the same browser."""
        path, cookies = scope["path"], cookies_of(scope)
        closing = CLOSING.fullmatch(path)
        if closing:
            page = parse_qs(scope["query_string"].decode("latin-1")).get("session_id", [""])[0]
            own = self.sessions.may_close(closing[1], page, browser_of(cookies))
            return None if own and self.door.is_open_to(cookies) else PlainTextResponse("Not yours.", 403)
        return None if path == TOKEN else PlainTextResponse("Not allowed.", 405)

    def refusal_of_get(self, scope):
        """Let those through who know the token, to pages while there is room."""
        path, cookies = scope["path"], cookies_of(scope)
        if path == READY:
            return None
        if CLOSING.fullmatch(path):
            return PlainTextResponse("Not allowed.", 405)
        if not self.door.is_open_to(cookies):
            asked = HTMLResponse(notices.ask_for_token(self.place), 401)
            return PlainTextResponse("Not allowed.", 401) if is_reserved(path) else asked
        if path == TOKEN:
            return RedirectResponse(f"{self.place.root_path}/", 303)
        if not is_reserved(path) and not self._has_room(scope, cookies):
            return HTMLResponse(notices.full(), 503, {"retry-after": "60"})
        return None

    def _has_room(self, scope, cookies):
        return self.sessions.has_room(browser_of(cookies), address_of(scope))

    async def serve(self, scope, receive, send):
        """Answer a request: a token here, an installed file from its folder, all else by the framework."""
        if scope["path"] == TOKEN:
            return await (await self._token(Request(scope, receive)))(scope, receive, send)
        for beginning, files in self.folders.items():
            if scope["path"].startswith(beginning):
                return await serve_file(files, beginning, scope, receive, send)
        await self.app(scope, receive, send)

    async def _token(self, request):
        """Answer to a form with a token: the page, from now on, or the form again."""
        word = parse_qs((await request.body()).decode("latin-1")).get("token", [""])[0]
        answer = self.door.judge(word, address_of(request.scope)) if self.place.token else ""
        if answer != OPEN:
            return HTMLResponse(notices.ask_for_token(self.place, answer), 401)
        answer = RedirectResponse(f"{self.place.root_path}/", 303)
        answer.set_cookie(
            COOKIE, self.door.proof(), httponly=True, samesite="lax", path=self.place.root_path or "/"
        )
        return answer

    # -- websockets ----------------------------------------------------------------------------------------

    def admits(self, scope):
        """Whether a page's websocket may be opened: with room, to its own session."""
        cookies, found = cookies_of(scope), SOCKET.fullmatch(scope["path"])
        browser, asked = browser_of(cookies), parse_qs(scope["query_string"].decode("latin-1"))
        return bool(
            found
            and browser
            and set(asked) == {"session_id"}
            and self.door.is_open_to(cookies)
            and self.sessions.admits(found[1], browser, address_of(scope))
        )

    async def serve_socket(self, scope, receive, send):
        """Let known messages through, as long as the session has its place."""
        session, loop = SOCKET.fullmatch(scope["path"])[1], asyncio.get_running_loop()
        closing = []

        def end():
            closing.append(loop.create_task(send({"type": "websocket.close", "code": 1013})))

        self.sessions.connect(session, browser_of(cookies_of(scope)), address_of(scope), end)
        try:
            heard = noted(receive, lambda: self.sessions.hear(session))
            await self.app(scope, only_known(at_a_pace(heard)), send)
        finally:
            self.sessions.disconnect(session, end)
            await asyncio.gather(*closing, return_exceptions=True)


def noted(receive, note):
    """``receive`` of a websocket that calls ``note()`` for every message."""

    async def receive_noted():
        message = await receive()
        note()
        return message

    return receive_noted


def at_a_pace(receive):
    """``receive`` of a websocket that lets a flood of messages wait, and so its sender."""
    number = Bucket(MESSAGES_PER_SECOND, MESSAGES_AT_ONCE)
    length = Bucket(CHARACTERS_PER_SECOND, CHARACTERS_AT_ONCE)

    async def receive_at_a_pace():
        message = await receive()
        if message["type"] == "websocket.receive":
            now, text = time.monotonic(), message.get("text") or ""
            await asyncio.sleep(max(number.delay(now), length.delay(now, len(text))))
        return message

    return receive_at_a_pace


def only_known(receive):
    """``receive`` of a websocket that ends with the first message that no page sends, or the second page."""
    begun = False

    async def receive_known():
        nonlocal begun
        message = await receive()
        if message["type"] != "websocket.receive":
            return message
        known = messages.read(message.get("text"))
        if known and not (begun and messages.begins_app(known)):
            begun = begun or messages.begins_app(known)
            return message
        return {"type": "websocket.disconnect", "code": 1008}

    return receive_known


async def serve_file(files, beginning, scope, receive, send):
    """Answer from a folder of installed files: 404 for everything else."""
    try:
        path = scope["path"].removeprefix(beginning.rstrip("/"))
        await files(scope | {"path": path, "root_path": ""}, receive, send)
    except HTTPException as error:
        await PlainTextResponse("Not found.", error.status_code)(scope, receive, send)


def is_reserved(path):
    """Whether an address is one of the framework's, and not that of a page."""
    return path.lower().startswith(RESERVED)


def browser_of(cookies):
    """The number that the framework gave the browser; "" before its first page."""
    return next((cookies[name] for name in SESSION_COOKIES if cookies.get(name)), "")
