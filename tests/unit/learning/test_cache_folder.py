"""Caches go to the user's folder, or to a private temporary one where that cannot be written."""

import os
import sys
import warnings

import pytest

from learning import cache_folder as folders
from learning.cache_folder import CacheWarning, cache_folder

BLOCKED = "/dev/null/x"
"""No folder can be made here, not even by root."""

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="the blocked path is one of POSIX")


@pytest.fixture(autouse=True)
def temporary(tmp_path, monkeypatch):
    """A folder for temporary files of the test's own; folders found earlier are forgotten."""
    folders._writable.cache_clear()
    monkeypatch.setenv("SOMEWHERE", "")  # so that it is as before after the test
    monkeypatch.setattr(folders.tempfile, "tempdir", str(tmp_path))
    yield tmp_path
    folders._writable.cache_clear()


def test_the_folder_that_the_environment_names_is_used_and_made(tmp_path, monkeypatch):
    monkeypatch.setenv("SOMEWHERE", str(tmp_path / "a" / "b"))
    assert cache_folder("compiled", "SOMEWHERE") == tmp_path / "a" / "b" and (tmp_path / "a" / "b").is_dir()


def test_a_folder_that_cannot_be_written_is_named_once_and_a_temporary_one_used(temporary, monkeypatch):
    monkeypatch.setenv("SOMEWHERE", BLOCKED)
    with pytest.warns(CacheWarning, match=f"^SOMEWHERE = {BLOCKED}: cannot be written; .* is used instead$"):
        found = cache_folder("compiled", "SOMEWHERE")
    assert found.parent.parent == temporary and found.parent.stat().st_mode & 0o777 == 0o700
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert os.environ["SOMEWHERE"] == str(found)
        assert cache_folder("compiled", "SOMEWHERE") == found


def test_a_home_that_cannot_be_written_is_named(monkeypatch):
    monkeypatch.setenv("HOME", BLOCKED)
    monkeypatch.delenv("XDG_CACHE_HOME", raising=False)
    with pytest.warns(CacheWarning, match=f"^{BLOCKED}.*carbon-market-abm/compiled: cannot be written"):
        cache_folder("compiled", "SOMEWHERE")


@pytest.mark.parametrize("planted", ["link", "open to all"])
def test_a_temporary_folder_that_others_could_write_is_not_used(planted, temporary, monkeypatch):
    """Compiled rules are run: nobody else may be able to put them there."""
    shared = temporary / f"carbon-market-abm-{os.getuid()}"
    if planted == "link":
        (temporary / "elsewhere").mkdir()
        shared.symlink_to(temporary / "elsewhere")
    else:
        shared.mkdir()
        shared.chmod(0o777)
    monkeypatch.setenv("SOMEWHERE", BLOCKED)
    with pytest.warns(CacheWarning):
        assert cache_folder("compiled", "SOMEWHERE").parent != shared


def test_without_any_folder_nothing_is_kept(monkeypatch):
    def no_folder():
        raise FileNotFoundError

    monkeypatch.setattr(folders.tempfile, "gettempdir", no_folder)
    monkeypatch.setenv("SOMEWHERE", BLOCKED)
    with pytest.warns(CacheWarning, match="nothing is kept"):
        assert str(cache_folder("compiled", "SOMEWHERE")) == BLOCKED
