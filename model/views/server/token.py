"""The token that a browser gives once."""

import hashlib
import hmac
import secrets
import time

COOKIE = "carbon-token"
LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"
"""Letters that nobody mistakes for another when reading them from a board."""
WAIT_SECONDS = 0.5
"""Time after a wrong attempt in which none from the same address counts: nobody guesses a word soon by trying."""
OPEN, WRONG, TOO_SOON = "open", "wrong", "too soon"
"""Answers to an attempt."""
MOST_ADDRESSES = 10_000
"""Addresses remembered."""


def draw_token(length=8):
    """Draw a token that can be read out to a class."""
    return "".join(secrets.choice(LETTERS) for _ in range(length))


class Door:
    """Opens for browsers that know ``token``; without a token it is always open.

    drawn : whether `draw_token` has made it: then nobody waits. A million attempts a second would need days for half of
    all tokens, and a server answers a thousandth of that, while a wait would let one stranger who keeps trying shut out
    a class behind the same router. A word that somebody has thought of has to be protected by the wait.
    """

    def __init__(self, token, drawn=False):
        self._token, self._key, self._next = token, secrets.token_bytes(32), {}
        self._drawn = drawn

    def is_open_to(self, cookies):
        """Whether a browser with these cookies has given the token."""
        return not self._token or hmac.compare_digest(cookies.get(COOKIE, "").encode(), self.proof().encode())

    def proof(self):
        """Value of the cookie of a browser that has given it; another one on every start of the server."""
        return hmac.new(self._key, self._token.encode(), hashlib.sha256).hexdigest()

    def judge(self, word, address):
        """Answer to an attempt from an address; a right one lets nobody wait: a whole class may come through one."""
        now = time.monotonic()
        if now < self._next.get(address, 0.0):
            return TOO_SOON
        if hmac.compare_digest(word.strip().encode(), self._token.encode()):
            return OPEN
        if not self._drawn:
            if len(self._next) >= MOST_ADDRESSES:
                self.forget()
            self._next[address] = now + WAIT_SECONDS
        return WRONG

    def forget(self):
        """Forget all attempts."""
        self._next.clear()
