"""Reading files that people bring: regular files of bounded size, and text in the encodings that programs write."""

import codecs
import json
import re
import tomllib

from learning.knobs import ParameterError, name_file
from learning.regular_files import FileError, read_regular

LARGEST = 20_000_000
"""Largest file read, bytes, unless its kind declares another limit."""
NOT_TEXT = {
    b"PK\x03\x04": "an Excel workbook or a zip archive; save the table as CSV",
    b"\xd0\xcf\x11\xe0": "an old Excel workbook; save the table as CSV",
    b"\x1f\x8b": "packed by gzip; unpack it first",
    b"%PDF": "a PDF document",
}
"""First bytes of files that are brought by mistake, and what they are."""
BYTE_ORDER_MARKS = {
    codecs.BOM_UTF8: "utf-8-sig",
    codecs.BOM_UTF16_LE: "utf-16",
    codecs.BOM_UTF16_BE: "utf-16",
}

UNSEEN = re.compile("[\x00-\x08\x0e-\x19\x1b-\x1f\x7f\u202a-\u202e\u2066-\u2069]")
"""Characters of no table: they move a terminal's cursor or turn the direction of a text, wherever a name is shown."""

GUESS = "cp1252"
"""Encoding of text without a mark that is not UTF-8."""
MOST_GUESSED = 20
_GUESSED = {}


def read_bytes(path, name="", largest=LARGEST):
    """Read a regular file of at most ``largest`` bytes; ParameterError naming it, and the parameter that gives it."""
    try:
        return read_regular(path, largest)
    except FileError as error:
        raise ParameterError(f"{name_file(name, path)}: {error}") from None


def read_text(path, name="", largest=LARGEST):
    """Read a text file in UTF-8, UTF-16 with a byte order mark, or cp1252, the encoding of Windows in the West.

    ParameterError naming the file, and its kind if it is none of them.
    """
    data = read_bytes(path, name, largest)
    kind = next((kind for start, kind in NOT_TEXT.items() if data.startswith(start)), None)
    if kind:
        raise ParameterError(f"{name_file(name, path)}: not a text file, but {kind}")
    encoding = encoding_of(data)
    text = "\x00" if encoding is None else data.decode(encoding)
    if "\x00" in text:
        raise ParameterError(f"{name_file(name, path)}: not a text file in UTF-8, UTF-16 or cp1252")
    if unseen := UNSEEN.search(text):
        line = text.count("\n", 0, unseen.start()) + 1
        raise ParameterError(
            f"{name_file(name, path)}: line {line} has the character {unseen[0]!a}, which cannot be seen; remove it"
        )
    _GUESSED.pop(str(path), None)
    if encoding == GUESS:
        if len(_GUESSED) >= MOST_GUESSED:
            _GUESSED.pop(next(iter(_GUESSED)), None)
        _GUESSED[str(path)] = next(word for word in re.split(r"[\s,;\"]+", text) if not word.isascii())
    return text


def encoding_of(data):
    """Encoding of the bytes of a text file: by its byte order mark, else UTF-8, else cp1252; None if nothing fits."""
    marked = (encoding for mark, encoding in BYTE_ORDER_MARKS.items() if data.startswith(mark))
    for encoding in (*marked, "utf-8", GUESS):
        try:
            data.decode(encoding)
        except UnicodeDecodeError:
            continue
        return encoding
    return None


def guessed():
    """First word beyond ASCII, by path, of the last files that were read as cp1252, which other encodings pass for."""
    return dict(_GUESSED)


def forget_guesses():
    """Begin anew with the answer of `guessed`, as a command does that is not the first of its process."""
    _GUESSED.clear()


def guess_in_words(word):
    """Text on a file with this word: in what encoding it was read, and what to do if that is wrong."""
    return f"was read as {GUESS}, for example {word!r}; if that is wrong, save it as UTF-8"


def read_toml(path, name=""):
    """Read a TOML file as a dict; ParameterError naming the file if it is not readable."""
    text = read_text(path, name)
    try:
        return tomllib.loads(text)
    except (ValueError, RecursionError) as error:  # ValueError: a whole number of thousands of digits, too
        raise ParameterError(f"{name_file(name, path)}: not a readable TOML file ({error})") from None


def read_json(path, name="", largest=LARGEST):
    """Read a JSON file; ParameterError naming the file if it is not readable."""
    text = read_text(path, name, largest)
    try:
        return json.loads(text)
    except (ValueError, RecursionError) as error:
        raise ParameterError(f"{name_file(name, path)}: not a readable JSON file ({error})") from None


def check_texts(written, headings):
    """ParameterError naming the first of the ``headings`` in a file's dict whose value is not text."""
    for heading in headings:
        if not isinstance(written.get(heading, ""), str):
            raise ParameterError(f"{heading} = {written[heading]!r}: must be text in quotes")
