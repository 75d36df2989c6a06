"""The rules of every server of ours, whichever app is behind: names, sizes, headers, who may ask from where.

Lists name what is let in. A header or a kind of request that is not on one is left out or refused, so that a new
version of a framework cannot open a door unnoticed.
"""

import re
from contextlib import suppress
from http.cookies import CookieError, SimpleCookie
from ipaddress import IPv6Address

from starlette.datastructures import Headers
from starlette.requests import ClientDisconnect, HTTPConnection
from starlette.responses import PlainTextResponse

from model.views.server import notices
from model.views.server.place import same_origin

LONGEST_ADDRESS = 8_192
"""Most characters of path and query together."""
LARGEST_FORM = 1_000
"""Most bytes that a request may carry; files come through the websocket."""
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
"""Headers that reach the app. Those of proxies do not: a stranger can send them as well."""

SECURITY_HEADERS = {
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "referrer-policy": "same-origin",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "permissions-policy": "camera=(), microphone=(), geolocation=()",
}


class Gate:
    """ASGI app around ``app``, reached at a `Place`. A server says in its own gate which addresses it has."""

    policy = (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self' {sockets}; "
        "base-uri 'none'; form-action 'self'; frame-ancestors 'none'; object-src 'none'"
    )
    """Content policy of its pages."""

    def __init__(self, app, place):
        self.app, self.place = app, place

    async def __call__(self, scope, receive, send):
        """Serve one connection."""
        if scope["type"] == "lifespan":
            return await self.app(scope, receive, send)
        if any(name == b"transfer-encoding" for name, _ in scope["headers"]):
            # no page sends a body of unknown length, and a proxy may see another end of it than we do
            answer = PlainTextResponse("Not allowed.", 400, {"connection": "close"})
            return await answer(scope, receive, with_headers(scope, send, self.policy))
        scope = self._cleaned(scope)
        if scope["type"] == "websocket":
            if not (self._is_from_our_page(scope) and self.admits(scope)):
                # closed before it is accepted: the browser gets status 403
                return await send({"type": "websocket.close", "code": 1008})
            return await self.serve_socket(scope, receive, send)
        answer, send = self._refusal(scope), with_headers(scope, send, self.policy)
        if answer is not None:
            return await answer(scope, receive, send)
        with suppress(ClientDisconnect):  # whoever goes away before the request has come whole gets no answer
            await self.serve(scope, at_most(LARGEST_FORM, receive), send)

    # -- said by each server ---------------------------------------------------------------------------------

    def knows(self, path):
        """Whether a request may have this address."""
        return True

    def refusal_of_post(self, scope):
        """The answer to a form, of a known address and from one of our pages, that does not get through, or None."""
        return None

    def refusal_of_get(self, scope):
        """The answer to a request for a known address that does not get through, or None."""
        return None

    def admits(self, scope):
        """Whether a websocket from one of our pages may be opened."""
        return True

    async def serve(self, scope, receive, send):
        """Answer a request that got through."""
        await self.app(scope, receive, send)

    async def serve_socket(self, scope, receive, send):
        """Serve a websocket that was admitted."""
        await self.app(scope, receive, send)

    # -- the same everywhere ---------------------------------------------------------------------------------

    def _cleaned(self, scope):
        """The scope below the root path, with the headers that the app may see."""
        path, root = scope["path"], self.place.root_path
        if root and (path == root or path.startswith(f"{root}/")):
            path = path[len(root) :] or "/"
        headers = [(name, value) for name, value in scope["headers"] if name in REQUEST_HEADERS]
        return scope | {"path": path, "raw_path": path.encode(), "root_path": "", "headers": headers}

    def _refusal(self, scope):
        """The answer to a request that does not get through, or None."""
        path, headers = scope["path"], Headers(scope=scope)
        if not self.place.accepts(headers.get("host", "")):
            return PlainTextResponse(notices.wrong_host(self.place), 400)
        if len(path) + len(scope["query_string"]) > LONGEST_ADDRESS:
            return PlainTextResponse("The address is too long.", 414)
        if not path.startswith("/") or STRANGE.search(path) or not self.knows(path):
            return PlainTextResponse("Not found.", 404)
        if scope["method"] == "POST":
            size = headers.get("content-length", "0")
            if not size.isdigit() or int(size) > LARGEST_FORM:
                return PlainTextResponse("Too large.", 413)
            if not self._is_from_our_page(scope):
                return PlainTextResponse("Not allowed from another page.", 403)
            return self.refusal_of_post(scope)
        if scope["method"] not in ("GET", "HEAD"):
            return PlainTextResponse("Not allowed.", 405)
        return self.refusal_of_get(scope)

    def _is_from_our_page(self, scope):
        headers = Headers(scope=scope)
        host = headers.get("host", "")
        return self.place.accepts(host) and same_origin(headers.get("origin", ""), host)


def cookies_of(scope):
    """Cookies of a request by name."""
    return HTTPConnection(scope).cookies


def address_of(scope):
    """The address from which a request comes; of IPv6 its network, as one computer has many; "" if unknown.

    >>> address_of({"client": ("2001:db8::7", 50_000)})
    '2001:db8::'
    """
    host = scope["client"][0] if scope.get("client") else ""
    if ":" not in host:
        return host
    address = IPv6Address(host.partition("%")[0])
    return str(address.ipv4_mapped or IPv6Address(int(address) >> 64 << 64))


def at_most(most, receive):
    """``receive`` of a request that ends after ``most`` bytes, whatever length its headers declare, if any."""
    had = 0

    async def receive_bounded():
        nonlocal had
        message = await receive()
        had += len(message.get("body", b""))
        return message if had <= most else {"type": "http.request", "body": b"", "more_body": False}

    return receive_bounded


def with_headers(scope, send, policy):
    """``send`` that adds our headers to the answer, and makes its cookies unreadable for scripts and other sites."""
    host = Headers(scope=scope).get("host", "")
    policy = policy.format(sockets=f"ws://{host} wss://{host}")
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
