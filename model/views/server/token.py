"""The token that a browser gives once."""

import hashlib
import hmac
import secrets
import time

COOKIE = "carbon-token"
LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"
"""Letters that nobody mistakes for another when reading them from a board."""
WAIT_SECONDS = 0.5
"""Least time between two attempts from one address: a token cannot be guessed by trying."""
MOST_ADDRESSES = 10_000
"""Addresses remembered."""


def draw_token(length=8):
    """Draw a token that can be read out to a class."""
    return "".join(secrets.choice(LETTERS) for _ in range(length))


class Door:
    """Opens for browsers that know ``token``; without a token it is always open."""

    def __init__(self, token):
        self._token, self._key, self._next = token, secrets.token_bytes(32), {}

    def is_open_to(self, cookies):
        """Whether a browser with these cookies has given the token."""
        return not self._token or hmac.compare_digest(cookies.get(COOKIE, ""), self.proof())

    def proof(self):
        """Value of the cookie of a browser that has given it; another one on every start of the server."""
        return hmac.new(self._key, self._token.encode(), hashlib.sha256).hexdigest()

    def accepts(self, word, address):
        """Whether ``word`` is the token; refused within `WAIT_SECONDS` after an attempt from the same address."""
        now = time.monotonic()
        if now < self._next.get(address, 0.0):
            return False
        if len(self._next) >= MOST_ADDRESSES:
            self.forget()
        self._next[address] = now + WAIT_SECONDS
        return hmac.compare_digest(word.strip().encode(), self._token.encode())

    def forget(self):
        """Forget all attempts."""
        self._next.clear()
