"""What a recorder keeps of an episode, and how much memory that takes."""

import pickle

from model.systems.grid.episodes.recorder import PackedShots
from model.systems.grid.model import Grid


def test_a_complete_episode_is_kept_to_the_bit_in_a_fraction_of_its_memory():
    grid = Grid(rng=3)
    grid.start_recording()
    grid.advance(grid.params.episode)
    before = list(grid.recorder.shots)
    assert not grid.recorder.has_finished and grid.recorder.finished == []
    grid.advance(1)
    assert grid.recorder.has_finished and len(grid.recorder) == 1
    assert [pickle.dumps(shot) for shot in grid.recorder.finished] == [pickle.dumps(shot) for shot in before]
    assert grid.recorder.last_episode()[-1].firms.tobytes() == before[-1].firms.tobytes()
    maps = PackedShots(before)._maps
    assert sum(len(packed) for packed, *_ in maps.values()) < sum(shot.layers.nbytes for shot in before) / 50
