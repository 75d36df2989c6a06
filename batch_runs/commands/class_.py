"""Play a market with a class: pupils join from their phones, the teacher leads, bots take the empty seats.

The server listens on the network on purpose. Everything is written to a file before it is acknowledged, so that
--resume goes on after whatever happened. Two games open two rooms.
"""

from pathlib import Path

from batch_runs.commands.dashboard import check_free
from batch_runs.usage import UsageError, split_words, whole

SUMMARY = "play a market with a class, on their phones"
USUAL = "sealed_bid"
CODE_LENGTH = 4


def add_arguments(parser):
    """Declare the options."""
    parser.add_argument(
        "words",
        nargs="*",
        metavar="GAME key=value",
        help=f"game or games to play ({USUAL}), and their settings",
    )
    parser.add_argument(
        "--rounds", type=whole(1, 100), default=6, help="rounds (6); can be changed while playing"
    )
    parser.add_argument(
        "--seats",
        type=whole(1, 200),
        default=12,
        help="seats (12), of which bots play those that nobody takes",
    )
    parser.add_argument(
        "--seconds",
        type=whole(0, 3600),
        default=0,
        help="time for a stage, s (0: until the teacher closes it)",
    )
    parser.add_argument("--code", default=None, help="code of the room, letters and digits (drawn)")
    parser.add_argument(
        "--seed", type=whole(0), default=None, help="seed of the private facts and bots (drawn)"
    )
    parser.add_argument("--folder", default=".", metavar="DIR", help="where the session's file is made (.)")
    parser.add_argument(
        "--resume", nargs="+", default=[], metavar="FILE", help="go on with the sessions of these files"
    )
    parser.add_argument(
        "--host", default="0.0.0.0", help="address to listen on (0.0.0.0: all of this computer)"
    )
    parser.add_argument("--port", type=whole(1, 65535), default=8766, help="port to listen on (8766)")
    parser.add_argument(
        "--allow-host",
        action="append",
        default=[],
        metavar="NAME",
        help="another name of this computer; may be repeated",
    )
    parser.add_argument("--no-open", action="store_true", help="do not open the teacher's page in a browser")


def run(options):
    """Make or resume the rooms, and serve them."""
    import model.classroom.games  # noqa: F401 - registers the games
    from model.classroom.log import LogError
    from model.views.classroom.serve import serve
    from model.views.server.place import Place

    check_free(options.host, options.port)
    try:
        rooms = resumed(options) if options.resume else created(options)
    except LogError as error:
        raise UsageError(str(error)) from None
    place = Place(
        options.host, options.port, names=tuple(options.allow_host), opens_browser=not options.no_open
    )
    serve(rooms, place)


def created(options):
    """New rooms, one for each game."""
    from model.classroom.base import GAMES
    from model.classroom.log import Log
    from model.classroom.room import Room, check_settings
    from model.streams import as_seed
    from model.views.server.token import draw_token

    games, settings = split_words(options.words)
    games = games or [USUAL]
    if options.code is not None and (
        not options.code.isalnum() or not options.code.isascii() or len(options.code) > 12
    ):
        raise UsageError(f"--code {options.code}: must be at most 12 letters and digits")
    if options.code is not None and len(games) > 1:
        raise UsageError("--code: names one room; leave it out to play several games")
    for game in games:  # before any file is made
        check_settings(GAMES[game], settings)
    rooms = []
    for game in games:
        code = (options.code or draw_token(CODE_LENGTH)).lower()
        log = Log.create(Path(options.folder) / f"class-{code}.sqlite")
        about = {"seats": options.seats, "rounds": options.rounds, "seconds": options.seconds, "code": code}
        rooms.append(Room.create(log, game, settings, seed=as_seed(options.seed), **about))
    return rooms


def resumed(options):
    """Rooms as their files say."""
    from model.classroom.log import Log
    from model.classroom.room import Room

    if options.words:
        raise UsageError(f"--resume: the file says what is played; leave out {' '.join(options.words)}")
    rooms = [Room(Log.resume(file)) for file in options.resume]
    codes = [room.session.code for room in rooms]
    if len(set(codes)) < len(codes):
        raise UsageError(f"--resume: two of the sessions have the code {codes[-1]}")
    return rooms
