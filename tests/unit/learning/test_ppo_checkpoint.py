"""Checkpoints: what goes in comes out, nothing half written, nothing executed, bad files named."""

import json
import zipfile

import numpy as np
import pytest

from learning import checkpoint
from learning.checkpoint import CheckpointError

STATE = {
    "name": "ünïcode",
    "count": 2**127 + 1,
    "share": 0.1,
    "none": None,
    "inner": {
        "weights": np.arange(6.0).reshape(2, 3),
        "deep": {"flags": np.array([True, False])},
        "yes": True,
    },
    "numbers": np.array(3.5, np.float32),
    "empty": {},
}


def write(path, about, **arrays):
    np.savez(path, **arrays)
    with zipfile.ZipFile(path, "a") as archive:
        archive.writestr("about.json", about)
    return path


def same(one, other, same_bits):
    if isinstance(one, dict):
        return one.keys() == other.keys() and all(same(one[k], other[k], same_bits) for k in one)
    if isinstance(one, np.ndarray):
        return one.dtype == other.dtype and same_bits(one, other)
    return one == other and type(one) is type(other)


def test_what_goes_in_comes_out(tmp_path, same_bits):
    checkpoint.save(tmp_path / "new" / "a.npz", "test", STATE)
    assert same(STATE, checkpoint.load(tmp_path / "new" / "a.npz", "test"), same_bits)
    assert [f.name for f in (tmp_path / "new").iterdir()] == ["a.npz"]


def test_a_failed_save_leaves_the_older_file(tmp_path, same_bits):
    path = tmp_path / "a.npz"
    checkpoint.save(path, "test", STATE)
    for bad, error in (
        ({"x": object()}, TypeError),
        ({"x": float("nan")}, ValueError),
        ({"a/b": 1}, ValueError),
    ):
        with pytest.raises(error):
            checkpoint.save(path, "test", bad)
    assert same(STATE, checkpoint.load(path, "test"), same_bits)
    assert len(list(tmp_path.iterdir())) == 1


def test_an_interrupted_write_leaves_the_older_file(tmp_path, monkeypatch):
    path = tmp_path / "a.npz"
    checkpoint.save(path, "test", {"x": 1})

    def interrupted(*args):
        raise KeyboardInterrupt

    monkeypatch.setattr(checkpoint.os, "fsync", interrupted)
    with pytest.raises(KeyboardInterrupt):
        checkpoint.save(path, "test", {"x": 2})
    assert checkpoint.load(path, "test") == {"x": 1}
    assert len(list(tmp_path.iterdir())) == 1


def test_objects_are_never_unpickled(tmp_path):
    fired = []

    class Bomb:
        def __reduce__(self):
            return fired.append, (1,)

    about = json.dumps({"kind": "test", "version": 1, "state": {}})
    path = write(tmp_path / "bomb.npz", about, x=np.array([Bomb()], object))
    with pytest.raises(CheckpointError, match=r"bomb\.npz: not a readable checkpoint"):
        checkpoint.load(path, "test")
    assert not fired
    with pytest.raises(ValueError, match="array of objects"):
        checkpoint.save(tmp_path / "b.npz", "test", {"x": np.array([None])})


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (None, "no such checkpoint"),
        (b"", "not a readable checkpoint"),
        (b"learning_rate = 1\n", "not a readable checkpoint"),
        (b"PK\x03\x04 and nothing more", "not a readable checkpoint"),
        ("[]", "not a readable checkpoint"),
        ("{", "not a readable checkpoint"),
        ('{"kind": "test", "version": 1}', "lacks version or state"),
        ('{"kind": "test", "version": 2, "state": {}}', "written by a newer version"),
        ('{"kind": "other", "version": 1, "state": {}}', "a checkpoint of 'other', not of 'test'"),
    ],
)
def test_other_files_are_refused(tmp_path, content, message):
    path = tmp_path / "a.npz"
    if isinstance(content, bytes):
        path.write_bytes(content)
    elif content:
        write(path, content, x=np.zeros(2))
    with pytest.raises(CheckpointError, match=message):
        checkpoint.load(path, "test")


def test_damaged_files_are_refused_or_read_the_same(tmp_path, same_bits):
    path = tmp_path / "a.npz"
    checkpoint.save(path, "test", STATE)
    whole = path.read_bytes()
    rng = np.random.default_rng(1)
    for k in range(300):
        damaged = bytearray(whole)
        if k % 2:
            damaged = damaged[: rng.integers(len(whole))]
        else:
            damaged[rng.integers(len(whole))] ^= 1 << int(rng.integers(8))
        path.write_bytes(damaged)
        try:
            assert same(STATE, checkpoint.load(path, "test"), same_bits)
        except CheckpointError as error:
            assert str(path) in str(error)
