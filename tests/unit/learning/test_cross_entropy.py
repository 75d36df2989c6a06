"""The cross-entropy method finds what is best, to the same bits when it goes on from a state."""

import numpy as np

from learning.cross_entropy import CrossEntropy, CrossEntropySettings

BEST = np.array([1.0, -2.0, 0.5])


def search(generations, made=None, seed=3):
    made = made or CrossEntropy(CrossEntropySettings(population=40), 3, np.random.default_rng(seed))
    for _ in range(generations):
        points = made.draw()
        made.fit(points, -((points - BEST) ** 2).sum(1))
    return made


def test_it_finds_the_maximum():
    made = search(40)
    assert np.abs(made.mean - BEST).max() < 0.05
    assert (made.deviation < 0.1).all() and (made.deviation >= made.settings.least_deviation).all()


def test_one_generation_by_hand():
    """With all weight on the elite, mean and deviation are those of the best fifth."""
    made = CrossEntropy(
        CrossEntropySettings(population=10, elite=0.2, smoothing=1.0, least_deviation=0.0),
        1,
        np.random.default_rng(0),
    )
    points = np.arange(10.0)[:, None]
    made.fit(points, -np.abs(points[:, 0] - 7.2))
    assert made.mean == 7.5 and made.deviation == 0.5 and made.generation == 1


def test_the_mean_is_a_point_of_every_generation():
    made = search(5)
    assert (made.draw()[0] == made.mean).all()


def test_a_search_goes_on_from_its_state_to_the_bit():
    whole, half = search(10), search(4)
    other = CrossEntropy(CrossEntropySettings(population=40), 3, np.random.default_rng(99))
    other.restore(half.state())
    assert (search(6, other).mean == whole.mean).all()
