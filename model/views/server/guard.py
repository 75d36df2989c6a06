"""The guard in front of the framework's app: only what a page needs gets through, whatever the framework allows.

Lists name what is let in. An address, a header or a message that is not on one is refused or left out, so that a new
version of the framework cannot open a door unnoticed.
"""

import re
from http.cookies import CookieError, SimpleCookie
from urllib.parse import parse_qs

from starlette.datastructures import Headers
from starlette.exceptions import HTTPException
from starlette.requests import HTTPConnection, Request
from starlette.responses import HTMLResponse, PlainTextResponse, RedirectResponse

from model.views.server import messages, notices
from model.views.server.place import same_origin
from model.views.server.token import COOKIE, Door

SESSION_COOKIES = ("solara-session-id", "solara-session-id-lax")
LONGEST_ADDRESS = 8_192
"""Most characters of path and query together."""
LARGEST_FORM = 1_000
"""Most bytes that a request may carry; files come through the websocket."""

SOCKET = re.compile(r"/jupyter/api/kernels/([A-Za-z0-9-]{1,64})/channels")
CLOSING = re.compile(r"/_solara/api/close/([A-Za-z0-9-]{1,64})")
TOKEN = "/token"
FRAMEWORK = ("/static/", "/jupyter/nbextensions/")
"""Folders of files that the framework serves."""
RESERVED = ("/_solara", "/jupyter", "/static", "/resourcez", "/readyz")
"""Addresses of the framework: no pages."""
READY = "/readyz"
STRANGE = re.compile(r"[\x00-\x1f\\]|(^|/)\.\.?(/|$)")
"""Characters and steps upwards that no address of ours has."""

REQUEST_HEADERS = {
    *(
        b"host",
        b"cookie",
        b"origin",
        b"user-agent",
        b"connection",
        b"upgrade",
        b"content-length",
        b"content-type",
    ),
    *(b"accept", b"accept-encoding", b"accept-language", b"if-none-match", b"if-modified-since", b"range"),
    *(b"sec-websocket-key", b"sec-websocket-version", b"sec-websocket-extensions", b"sec-websocket-protocol"),
}
"""Headers that reach the framework. Those of proxies do not: a stranger can send them as well."""

POLICY = (
    "default-src 'none'; script-src 'self' 'unsafe-inline' 'unsafe-eval'; style-src 'self' 'unsafe-inline'; "
    "img-src 'self' data: blob:; font-src 'self' data:; connect-src 'self' {sockets}; worker-src 'self' blob:; "
    "manifest-src 'self'; base-uri 'self'; form-action 'self'; frame-ancestors 'none'; object-src 'none'"
)
"""Content policy, with two exceptions: Vega compiles expressions, and the framework's page has scripts in itself."""
SECURITY_HEADERS = {
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "referrer-policy": "same-origin",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "permissions-policy": "camera=(), microphone=(), geolocation=()",
}


class Guard:
    """ASGI app around the framework's ``app``.

    place : the server's `Place`; sessions : `Sessions`; folders : ASGI apps of installed files by the address below
    which they are served, instead of by the framework.
    """

    def __init__(self, app, place, sessions, folders):
        self.app, self.place, self.sessions, self.folders = app, place, sessions, folders
        self.door = Door(place.token)

    async def __call__(self, scope, receive, send):
        """Serve one connection."""
        if scope["type"] == "lifespan":
            return await self.app(scope, receive, send)
        scope = self._cleaned(scope)
        if scope["type"] == "websocket":
            return await self._socket(scope, receive, send)
        answer, send = self._refusal(scope), with_headers(scope, send)
        if answer is not None:
            return await answer(scope, receive, send)
        if scope["path"] == TOKEN:
            return await (await self._token(Request(scope, receive)))(scope, receive, send)
        for beginning, files in self.folders.items():
            if scope["path"].startswith(beginning):
                return await serve_file(files, beginning, scope, receive, send)
        await self.app(scope, receive, send)

    def _cleaned(self, scope):
        """The scope below the root path, with the headers that the framework may see."""
        path, root = scope["path"], self.place.root_path
        if root and (path == root or path.startswith(f"{root}/")):
            path = path[len(root) :] or "/"
        headers = [(name, value) for name, value in scope["headers"] if name in REQUEST_HEADERS]
        return scope | {"path": path, "raw_path": path.encode(), "root_path": "", "headers": headers}

    # -- pages, files and forms ----------------------------------------------------------------------------

    def _refusal(self, scope):
        """The answer to a request that does not get through, or None."""
        path, headers = scope["path"], Headers(scope=scope)
        if not self.place.accepts(headers.get("host", "")):
            return PlainTextResponse(notices.wrong_host(self.place), 400)
        if len(path) + len(scope["query_string"]) > LONGEST_ADDRESS:
            return PlainTextResponse("The address is too long.", 414)
        if not self._is_known(path):
            return PlainTextResponse("Not found.", 404)
        if scope["method"] == "POST":
            return self._refusal_of_post(scope, headers)
        if scope["method"] not in ("GET", "HEAD") or CLOSING.fullmatch(path):
            return PlainTextResponse("Not allowed.", 405)
        return self._refusal_of_page(scope)

    def _is_known(self, path):
        """Whether an address is that of a page, of a file that pages load, or of a request that pages make."""
        if STRANGE.search(path):
            return False
        if not is_reserved(path) or path == READY or CLOSING.fullmatch(path):
            return True
        return path.startswith((*FRAMEWORK, *self.folders))

    def _refusal_of_post(self, scope, headers):
        path, cookies = scope["path"], cookies_of(scope)
        size = headers.get("content-length", "0")
        if not size.isdigit() or int(size) > LARGEST_FORM:
            return PlainTextResponse("Too large.", 413)
        if not same_origin(headers.get("origin", ""), headers.get("host", "")):
            return PlainTextResponse("Not allowed from another page.", 403)
        closing = CLOSING.fullmatch(path)
        if closing:
            page = parse_qs(scope["query_string"].decode("latin-1")).get("session_id", [""])[0]
            own = self.sessions.may_close(closing[1], page, browser_of(cookies))
            return None if own and self.door.is_open_to(cookies) else PlainTextResponse("Not yours.", 403)
        return None if path == TOKEN else PlainTextResponse("Not allowed.", 405)

    def _refusal_of_page(self, scope):
        path, cookies = scope["path"], cookies_of(scope)
        if path == READY:
            return None
        if not self.door.is_open_to(cookies):
            asked = HTMLResponse(notices.ask_for_token(self.place), 401)
            return PlainTextResponse("Not allowed.", 401) if is_reserved(path) else asked
        if path == TOKEN:
            return RedirectResponse(f"{self.place.root_path}/", 303)
        if not is_reserved(path) and not self.sessions.has_room(browser_of(cookies)):
            return HTMLResponse(notices.full(), 503, {"retry-after": "60"})
        return None

    async def _token(self, request):
        """Answer to a form with a token: the page, from now on, or the form again."""
        word = parse_qs((await request.body()).decode("latin-1")).get("token", [""])[0]
        address = request.client.host if request.client else ""
        if not self.place.token or not self.door.accepts(word, address):
            return HTMLResponse(notices.ask_for_token(self.place, wrong=True), 401)
        answer = RedirectResponse(f"{self.place.root_path}/", 303)
        answer.set_cookie(
            COOKIE, self.door.proof(), httponly=True, samesite="lax", path=self.place.root_path or "/"
        )
        return answer

    # -- websockets ----------------------------------------------------------------------------------------

    async def _socket(self, scope, receive, send):
        """Let a page's websocket through: from our own pages, with room, to its own session, known messages only."""
        headers, cookies = Headers(scope=scope), cookies_of(scope)
        found, browser, host = SOCKET.fullmatch(scope["path"]), browser_of(cookies), headers.get("host", "")
        asked = parse_qs(scope["query_string"].decode("latin-1"))
        allowed = (
            found
            and browser
            and set(asked) == {"session_id"}
            and self.place.accepts(host)
            and same_origin(headers.get("origin", ""), host)
            and self.door.is_open_to(cookies)
            and self.sessions.admits(found[1], browser)
        )
        if not allowed:  # closed before it is accepted: the browser gets status 403
            return await send({"type": "websocket.close", "code": 1008})
        self.sessions.connect(found[1], browser)
        try:
            await self.app(scope, only_known(receive), send)
        finally:
            self.sessions.disconnect(found[1])


def only_known(receive):
    """``receive`` of a websocket that ends with the first message that no page sends, or the second page."""
    begun = False

    async def receive_known():
        nonlocal begun
        message = await receive()
        if message["type"] != "websocket.receive":
            return message
        text = message.get("text")
        if messages.is_known(text) and not (begun and messages.begins_app(text)):
            begun = begun or messages.begins_app(text)
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


def cookies_of(scope):
    """Cookies of a request by name."""
    return HTTPConnection(scope).cookies


def browser_of(cookies):
    """The number that the framework gave the browser; "" before its first page."""
    return next((cookies[name] for name in SESSION_COOKIES if cookies.get(name)), "")


def with_headers(scope, send):
    """``send`` that adds our headers to the answer, and makes its cookies unreadable for scripts and other sites."""
    host = Headers(scope=scope).get("host", "")
    policy = POLICY.format(sockets=f"ws://{host} wss://{host}")
    ours = SECURITY_HEADERS | {"content-security-policy": policy}

    async def send_with_headers(message):
        if message["type"] == "http.response.start":
            theirs = [
                (name, safe_cookie(value) if name == b"set-cookie" else value)
                for name, value in message.get("headers", [])
                if name.decode("latin-1") not in ours
            ]
            message = message | {
                "headers": theirs + [(k.encode(), v.encode("latin-1")) for k, v in ours.items()]
            }
        await send(message)

    return send_with_headers


def safe_cookie(header):
    """A Set-Cookie header that scripts cannot read and other sites do not send.

    >>> safe_cookie(b"solara-session-id=7; Path=/; SameSite=none; Secure")
    b'solara-session-id=7; HttpOnly; Path=/; SameSite=lax'
    """
    try:
        cookies = SimpleCookie(header.decode("latin-1"))
    except CookieError:
        return header
    for cookie in cookies.values():
        cookie["httponly"], cookie["samesite"], cookie["secure"] = True, "lax", ""
    return cookies.output(header="", sep="").strip().encode("latin-1")
