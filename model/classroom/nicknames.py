"""Nicknames: the only thing that is kept of a person."""

import unicodedata

from model.classroom.base import SubmissionError

LONGEST_NICKNAME = 20
"""Characters."""


def clean_nickname(text, taken):
    """Nickname in normal form, without what cannot be seen; SubmissionError if it is empty, too long or taken."""
    if not isinstance(text, str):
        raise SubmissionError("Choose a nickname.", "nickname")
    shown = [" " if letter.isspace() else letter for letter in unicodedata.normalize("NFKC", text[:200])]
    name = " ".join("".join(letter for letter in shown if is_visible(letter)).split())
    if not name:
        raise SubmissionError("Choose a nickname.", "nickname")
    if len(name) > LONGEST_NICKNAME:
        raise SubmissionError(f"At most {LONGEST_NICKNAME} characters, please.", "nickname")
    if name.casefold() in {other.casefold() for other in taken}:
        raise SubmissionError("Somebody has this nickname already: choose another one.", "nickname")
    return name


def is_visible(letter):
    """Whether a character is shown: no control, no format that turns the direction of a text, no half of a pair."""
    return not unicodedata.category(letter).startswith("C")
