"""The bytes of files that somebody names: of regular files only, and bounded, packed or not."""

import os
import stat
import zipfile
import zlib

MOST_BYTES = 400_000_000
"""Most bytes of a file's contents where no other limit is given."""
GZIP = b"\x1f\x8b"


class FileError(ValueError):
    """Raised for a file that is not there, no regular file, too large or damaged; the text does not name it."""


class MissingFileError(FileError):
    """Raised where there is no such file."""


def read_regular(path, most=MOST_BYTES):
    """Read a regular file of at most ``most`` bytes, without ever waiting for another process; FileError otherwise.

    Links are followed, and what they lead to must be a regular file, too: no folder, pipe or device.
    """
    try:
        if not stat.S_ISREG(os.stat(path).st_mode):  # opening some devices has effects
            raise FileError("not a file")
        number = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0))
    except (FileNotFoundError, NotADirectoryError):
        raise MissingFileError("no such file") from None
    except (OSError, ValueError) as error:
        raise FileError(error if isinstance(error, FileError) else _reason(error)) from None
    with open(number, "rb") as file:
        about = os.fstat(number)
        if not stat.S_ISREG(about.st_mode):  # it may have been replaced meanwhile
            raise FileError("not a file")
        try:
            data = file.read(most + 1) if about.st_size <= most else b""
        except OSError as error:  # a broken disk, or a file that only looks like one
            raise FileError(_reason(error)) from None
    if max(about.st_size, len(data)) > most:
        raise FileError(f"larger than {most / 1e6:g} MB")
    return data


def unpack(data, most=MOST_BYTES):
    """Contents, at most ``most`` bytes, of a file's bytes, plain or gzip'd; no more than that is ever unpacked."""
    packed = data[:2] == GZIP
    unpacker = zlib.decompressobj(wbits=31)
    try:
        plain = unpacker.decompress(data, most + 1) if packed else data
    except zlib.error as error:
        raise FileError(f"damaged ({error})") from None
    if len(plain) > most:
        raise FileError(f"larger than {most / 1e6:g} MB")
    if packed and not unpacker.eof:
        raise FileError("damaged (its end is missing)")
    return plain


def check_archive(file, most=MOST_BYTES):
    """FileError if the parts of a zip archive, unpacked, are more than ``most`` bytes together."""
    with zipfile.ZipFile(file) as archive:
        if sum(part.file_size for part in archive.infolist()) > most:
            raise FileError(f"larger than {most / 1e6:g} MB when unpacked")
    file.seek(0)


def _reason(error):
    return getattr(error, "strerror", None) or str(error)
