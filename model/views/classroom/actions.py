"""Messages of pages, each led to what it may do in the room. The seat is that of the browser, never of the message."""

from learning.knobs import ParameterError
from model.classroom.base import SubmissionError
from model.classroom.room import RoomError

STRANGE = {"error": "The message was not understood.", "field": ""}


def attempt(act, *arguments):
    """Answer of an action: its sentence, or what was wrong and at which field."""
    try:
        return {"sentence": act(*arguments) or ""}
    except (RoomError, ParameterError, SubmissionError) as error:
        return {"error": str(error), "field": getattr(error, "field", "")}


def act_as_pupil(room, seat, message):
    """Let a pupil submit, leave or come back."""
    match message:
        case {"do": "submit", "stage": int(stage), "values": dict(values)}:
            return attempt(room.submit, seat, stage, values)
        case {"do": "leave"}:
            return attempt(room.leave, seat)
        case {"do": "return"}:
            return attempt(room.come_back, seat)
    return STRANGE


def act_as_teacher(room, message):
    """Let the teacher lead the session."""
    simple = {
        "close": room.close_stage,
        "reveal": room.reveal,
        "pause": room.pause,
        "go_on": room.go_on,
        "end": room.end,
    }
    match message:
        case {"do": "open", "settings": dict(settings), "announced": bool(announced)}:
            return attempt(room.open_round, settings, announced)
        case {"do": "shock", "percent": percent}:
            return attempt(room.shock, percent)
        case {"do": "options", "options": dict(options)}:
            return attempt(room.change_options, options)
        case {"do": "remove", "seat": int(seat)}:
            return attempt(room.remove, seat)
        case {"do": word} if word in simple:
            return attempt(simple[word])
    return STRANGE
