"""The gate in front of the classroom: its addresses, and no others."""

import re

from model.views.server.gate import Gate

CODE = r"[A-Za-z0-9]{1,12}"
PAGES = re.compile(
    rf"/|/join|/readyz|/static/[a-z_]+\.(js|css|svg)|/{CODE}(/(me|screen|qr\.svg|teacher(/.*)?))?"
)
SOCKETS = re.compile(rf"/{CODE}/(pupil|screen|teacher)/socket")


class ClassGate(Gate):
    """ASGI app around the classroom's ``app``. Who a browser is, the app itself knows from its cookies."""

    def knows(self, path):
        """Whether an address is one of the classroom's."""
        return PAGES.fullmatch(path) is not None

    def admits(self, scope):
        """Whether a websocket has an address of the classroom."""
        return SOCKETS.fullmatch(scope["path"]) is not None
