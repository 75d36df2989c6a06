"""The classroom as an ASGI app: pages, files and websockets of all rooms of this server."""

import json
import time
from contextlib import asynccontextmanager
from pathlib import Path

from starlette.applications import Starlette
from starlette.responses import FileResponse, JSONResponse, PlainTextResponse, RedirectResponse, Response
from starlette.routing import Mount, Route, WebSocketRoute
from starlette.staticfiles import StaticFiles

from model.classroom.base import SubmissionError
from model.classroom.room import RoomError
from model.classroom.session import CLOSED
from model.views.classroom import seen
from model.views.classroom.gate import ClassGate
from model.views.classroom.hub import Hub
from model.views.classroom.qr import qr_svg
from model.views.classroom.tables import csv_text
from model.views.server.bucket import Bucket
from model.views.server.gate import address_of

STATIC = Path(__file__).parent / "static"
DAY = 86_400
JOINS_PER_SECOND, JOINS_AT_ONCE = 5, 100
"""Of one address: a whole class may come through one."""
MOST_ADDRESSES = 1_000


class Classroom:
    """Rooms by their code; ``address`` is the server's, as pupils type it, with a slash at its end."""

    def __init__(self, rooms, address):
        self.rooms, self.address = {room.session.code: room for room in rooms}, address
        self.hubs, self._joins = {}, {}

    def app(self, place):
        """The ASGI app behind its gate."""
        routes = [
            Route("/readyz", lambda request: PlainTextResponse("ready")),
            Mount("/static", StaticFiles(directory=STATIC)),
            Route("/", page("pupil")),
            Route("/join", self._join, methods=["POST"]),
            Route("/{code}", page("pupil")),
            Route("/{code}/me", self._me),
            Route("/{code}/qr.svg", self._qr),
            Route("/{code}/screen", page("screen")),
            Route("/{code}/teacher", self._teacher(page("teacher"))),
            Route("/{code}/teacher/report", self._teacher(page("report"))),
            Route("/{code}/teacher/results", self._teacher(self._results)),
            Route("/{code}/teacher/rows.csv", self._teacher(self._rows)),
            Route("/{code}/teacher/{secret}", self._enter),
            WebSocketRoute("/{code}/{kind}/socket", self._socket),
        ]
        return ClassGate(Starlette(routes=routes, lifespan=self._open_rooms), place)

    @asynccontextmanager
    async def _open_rooms(self, app):
        self.hubs = {code: Hub(room, self.address, self._forget) for code, room in self.rooms.items()}
        yield
        for hub in self.hubs.values():
            hub.stop()

    def _forget(self, hub):
        self.hubs.pop(hub.session.code)

    def _hub(self, connection):
        return self.hubs.get(connection.path_params["code"].lower())

    # -- pupils ----------------------------------------------------------------------------------------------

    async def _join(self, request):
        """Give a browser a seat, and the cookie by which it is known."""
        if not self._may_join(address_of(request.scope)):
            return JSONResponse({"error": "Too fast: wait a moment.", "field": ""}, 429)
        try:
            asked = json.loads(await request.body())
            code, nickname = str(asked["code"]).strip().lower(), asked["nickname"]
        except (ValueError, KeyError, TypeError, RecursionError):
            return JSONResponse({"error": "The message was not understood.", "field": ""}, 400)
        hub = self.hubs.get(code)
        if hub is None:
            return JSONResponse({"error": "There is no room with this code.", "field": "code"}, 404)
        if hub.room.seat_of(request.cookies.get(seat_cookie(code))) is not None:
            return JSONResponse({"code": code})  # a second press of the button
        try:
            secret = hub.join(nickname)
        except (RoomError, SubmissionError) as error:
            return JSONResponse({"error": str(error), "field": getattr(error, "field", "")}, 409)
        answer = JSONResponse({"code": code})
        answer.set_cookie(seat_cookie(code), secret, max_age=DAY)
        return answer

    def _may_join(self, address):
        if len(self._joins) > MOST_ADDRESSES:
            self._joins.clear()
        bucket = self._joins.setdefault(address, Bucket(JOINS_PER_SECOND, JOINS_AT_ONCE))
        return bucket.takes(time.monotonic())

    async def _me(self, request):
        """Whether there is the room, and whether this browser has a seat in it."""
        hub = self._hub(request)
        return JSONResponse(
            {"room": hub is not None, "seated": hub is not None and seat_in(hub, request) is not None}
        )

    async def _qr(self, request):
        hub = self._hub(request)
        if hub is None:
            return not_found()
        return Response(qr_svg(f"{self.address}{hub.session.code}"), media_type="image/svg+xml")

    # -- teacher ---------------------------------------------------------------------------------------------

    async def _enter(self, request):
        """Take the secret of the teacher's link out of the address bar, which a beamer may show, into a cookie."""
        hub, secret = self._hub(request), request.path_params["secret"]
        if hub is None or not hub.room.is_teacher(secret):
            return not_found()
        answer = RedirectResponse(f"/{hub.session.code}/teacher", 303)
        answer.set_cookie(teacher_cookie(hub.session.code), secret, max_age=DAY)
        return answer

    def _teacher(self, serve):
        """``serve`` for the teacher's browser only."""

        async def serve_teacher(request):
            hub = self._hub(request)
            if hub is None or not is_teacher_of(hub, request):
                return PlainTextResponse("Open the teacher's link that carbon class printed.", 403)
            return await serve(request)

        return serve_teacher

    async def _results(self, request):
        session = self._hub(request).session
        about = {"title": session.kind.title, "question": session.kind.question, "code": session.code}
        return JSONResponse(about | seen.results(session, seen.finished(session, CLOSED)))

    async def _rows(self, request):
        session = self._hub(request).session
        name = f"class-{session.code}.csv"
        return Response(
            csv_text(session.rows()),
            media_type="text/csv; charset=utf-8",
            headers={"content-disposition": f'attachment; filename="{name}"'},
        )

    # -- websockets ------------------------------------------------------------------------------------------

    async def _socket(self, socket):
        """Serve a page's websocket: a pupil's own seat, the teacher's own room, or the big screen."""
        hub, kind = self._hub(socket), socket.path_params["kind"]
        seat = seat_in(hub, socket) if hub is not None and kind == "pupil" else None
        allowed = hub is not None and (
            kind == "screen"
            or (kind == "pupil" and seat is not None)
            or (kind == "teacher" and is_teacher_of(hub, socket))
        )
        if not allowed:
            return await socket.close(1008)
        await socket.accept()
        await hub.serve(socket, kind, seat, address_of(socket.scope))


def page(name):
    """Endpoint that serves one of our pages."""

    async def serve(request):
        return FileResponse(STATIC / f"{name}.html", headers={"cache-control": "no-cache"})

    return serve


def seat_in(hub, connection):
    """Seat of a browser; None if it has none."""
    return hub.room.seat_of(connection.cookies.get(seat_cookie(hub.session.code)))


def is_teacher_of(hub, connection):
    """Whether a browser has opened the teacher's link."""
    return hub.room.is_teacher(connection.cookies.get(teacher_cookie(hub.session.code), ""))


def seat_cookie(code):
    """Name of the cookie with a person's secret."""
    return f"carbon-seat-{code}"


def teacher_cookie(code):
    """Name of the cookie with the teacher's secret."""
    return f"carbon-teacher-{code}"


def not_found():
    """Answer for what is not there."""
    return PlainTextResponse("Not found.", 404)
