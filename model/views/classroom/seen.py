"""Who sees which part of a session: the only place that decides it. All is of plain values, for JSON."""

from model.classroom.session import CLOSED, ENDED, LOBBY, OPEN, REVEALED
from model.views.classroom.words import announcement, comparison, label, settings_in_words
from model.views.labels import choice_label


def shared(session):
    """Part that everybody may see."""
    game = session.game
    return {
        "title": session.kind.title,
        "question": session.kind.question,
        "code": session.code,
        "phase": session.phase,
        "paused": session.paused,
        "round": session.round,
        "rounds": session.rounds,
        "stage": session.stage,
        "first_stage": session.first_stage,
        "seats": session.seats,
        "people": len(session.members),
        "announced": announcement(session),
        "public": game.public() if game is not None else None,
        "progress": progress(session),
    }


def progress(session):
    """How many of those who are there have submitted: {done, of}; None outside stages that wait for it."""
    if session.phase != OPEN or session.game.trades_at_once:
        return None
    people = [seat for seat in session.members if not session.is_played_by_bot(seat)]
    return {"done": sum(map(bool, map(session.game.has_submitted, people))), "of": len(people)}


def before_reveal(session, common):
    """``common`` as from `shared`, without what a closed round has brought: people learn it when it is revealed."""
    return common | {"public": None} if session.phase == CLOSED else common


def pupil(session, seat, common):
    """All that the person in a seat sees; ``common`` as from `shared`."""
    game, playing = session.game, session.phase == OPEN
    return before_reveal(session, common) | {
        "seat": seat,
        "nickname": session.members[seat].nickname,
        "facts": game.facts(seat) if game is not None and session.phase != CLOSED else [],
        "form": game.form(seat) if playing else [],
        "submitted": bool(playing and game.has_submitted(seat)),
        "at_once": bool(playing and game.trades_at_once),
        "outcome": game.outcome(seat) if has_outcome(session) else None,
    }


def has_outcome(session):
    """Whether people see what the last stage brought: within a round at once, at its end once it is revealed."""
    if session.phase == OPEN:
        return session.stage > session.first_stage
    return session.game is not None and session.phase in (REVEALED, ENDED)


def teacher(session, common, connected, problem):
    """All that the teacher sees: who is there and has submitted, but not what.

    connected : seats whose page is open; problem : text on what went wrong, or "".
    """
    return common | {
        "members": [member(session, seat, seat in connected) for seat in sorted(session.members)],
        "bots": len(session.bots()),
        "seconds": session.seconds,
        "closes_by_itself": session.closes_by_itself,
        "settings": settings(session),
        "shock_changes": session.kind.shock_changes if session.phase == OPEN else "",
        "problem": problem,
        "version": finished(session, CLOSED),
    }


def member(session, seat, is_connected):
    """One person, as the teacher sees them."""
    person, game = session.members[seat], session.game
    return {
        "seat": seat,
        "nickname": person.nickname,
        "present": person.present,
        "connected": is_connected,
        "submitted": bool(session.phase == OPEN and game.has_submitted(seat)),
        "total": game.outcome(seat)["total"] if session.phase in (REVEALED, ENDED) and game else None,
    }


YES_OR_NO = [["true", "yes"], ["false", "no"]]


def named_choices(name, knob):
    """Choices of a setting with their words: list of [value, words]."""
    return [[each, choice_label(name, each)] for each in knob.choices or ()]


def settings(session):
    """Settings of the game as fields of a form, with their present values."""
    now = session.kind.Settings(**session.settings_now()).values()
    return [
        {
            "name": name,
            "label": label(name),
            "unit": knob.unit,
            "kind": "choice" if knob.choices is not None or knob.type is bool else "number",
            "choices": YES_OR_NO if knob.type is bool else named_choices(name, knob),
            "low": knob.low,
            "high": knob.high,
            "help": knob.help,
            "value": str(now[name]).lower() if knob.type is bool else now[name],
        }
        for name, knob in session.kind.Settings.knobs().items()
    ]


def screen(session, common):
    """All that the big screen shows: nothing private."""
    return before_reveal(session, common) | {
        "nicknames": [person.nickname for person in session.members.values()]
        if session.phase == LOBBY
        else [],
        "version": finished(session, REVEALED),
    }


def finished(session, since):
    """Number of rounds whose results may be seen, from phase ``since`` of a round on."""
    phases = (LOBBY, OPEN, CLOSED, REVEALED, ENDED)
    return session.round - (phases.index(session.phase) < phases.index(since) and session.round > 0)


def results(session, rounds):
    """Results of the first ``rounds`` rounds, with the treatment of each in words, and published experiments."""
    if session.game is None:
        return {"rounds": [], "published": []}
    found = session.results()[:rounds]
    shown = [
        each | {name: settings_in_words(session.kind, each[name]) for name in ("settings", "changed")}
        for each in found
    ]
    beside = session.game.published(found)
    return {
        "rounds": shown,
        "published": [each | {"here": comparison(session.kind, each)} for each in beside],
    }
