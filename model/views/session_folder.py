"""The files of one browser session, in a folder that is removed when the session ends."""

import re
import tempfile
import zlib
from pathlib import Path

from learning.knobs import ParameterError

GZIP = b"\x1f\x8b"


class SessionFolder(tempfile.TemporaryDirectory):
    """Folder of the files that a user loads; a page reads files named by knobs only from here."""

    def __init__(self):
        super().__init__(prefix="carbon-")

    def keep(self, file, name, data):
        """Write an upload into a folder of its own, so that no file replaces another, and return its path.

        file : the `learning.knobs.File` it must be; name : the user's file name; data : bytes, plain or gzip'd.
        ParameterError, naming place and reason, if the file has another ending, is too large, or cannot be read.
        """
        name = Path(name).name
        if not name.lower().endswith(file.suffixes):
            raise ParameterError(
                f"{name}: the name of a {file.form} must end in {' or '.join(file.suffixes)}"
            )
        plain = unpack(name, data, file.largest)
        path = Path(tempfile.mkdtemp(dir=self.name), name)
        path.write_bytes(plain)
        file.read(path)
        return path

    def check(self, name, knob, value):
        """The value in the knob's type; ParameterError if it is not allowed, or names a file outside this folder."""
        value = knob.check(name, value)
        if knob.file and value and not self.holds(value):
            raise ParameterError(f"{name} = {value}: only a file loaded on this page can be used")
        return value

    def holds(self, path):
        """Whether a path is inside this folder."""
        return Path(path).resolve().is_relative_to(Path(self.name).resolve())

    def hide(self, text):
        """The text with the names of uploaded files instead of their paths."""
        return re.sub(re.escape(self.name) + r"[/\\][^/\\]+[/\\]", "", text)


def unpack(name, data, largest):
    """The bytes of a file, plain or gzip'd; ParameterError if they are more than ``largest``, or damaged."""
    packed = data[:2] == GZIP
    unpacker = zlib.decompressobj(wbits=31)
    try:
        plain = unpacker.decompress(data, largest + 1) if packed else data
    except zlib.error as error:
        raise ParameterError(f"{name}: damaged ({error})") from None
    if len(plain) > largest:
        raise ParameterError(f"{name}: larger than {largest / 1e6:g} MB")
    if packed and not unpacker.eof:
        raise ParameterError(f"{name}: damaged (its end is missing)")
    return plain
