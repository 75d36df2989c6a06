"""The picture on the front page is what its command makes, and small."""

import struct

import pytest

from tests.browser.picture import MOST_BYTES, PICTURE, WIDTH, take_picture


def size_of(file):
    """Width and height of a PNG, from its header."""
    return struct.unpack(">II", file.read_bytes()[16:24])


def test_the_picture_in_the_repository_is_small():
    assert PICTURE.stat().st_size <= MOST_BYTES
    assert size_of(PICTURE)[0] == WIDTH


@pytest.mark.browser
def test_the_command_takes_the_picture(server, chromium, tmp_path):
    file = tmp_path / "dashboard.png"
    take_picture(server, chromium, file)
    assert MOST_BYTES / 3 < file.stat().st_size <= MOST_BYTES  # an empty page has a tenth of it
    (width, height), (_, shown) = size_of(file), size_of(PICTURE)
    assert width == WIDTH
    assert 0.8 * shown < height < 1.2 * shown
