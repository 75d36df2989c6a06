"""Cross-entropy method: a normal distribution moves towards the best of the points drawn from it [Rubinstein1999]."""

import numpy as np

from learning.knobs import Settings, knob, settings


@settings
class CrossEntropySettings(Settings):
    """Knobs of the cross-entropy method."""

    population: int = knob(48, low=4, high=10_000, help="points drawn in a generation")
    elite: float = knob(
        0.2, low=0.01, high=1.0, unit="share", help="share of them that the next one is fitted to"
    )
    deviation: float = knob(0.7, low=1e-6, high=1e6, help="standard deviation at the start")
    least_deviation: float = knob(
        0.02, low=0.0, high=1e6, help="standard deviation below which it does not fall"
    )
    smoothing: float = knob(0.7, low=0.01, high=1.0, unit="share", help="weight of a generation's elite")
    generations: int = knob(20, low=1, high=100_000, help="length of the search")


class CrossEntropy:
    """A search for the float64[length] with the highest score, from ``start`` (zeros)."""

    def __init__(self, settings, length, rng, start=None):
        self.settings, self.rng = settings, rng
        self.mean = np.zeros(length) if start is None else np.array(start, float)
        self.deviation = np.full(length, settings.deviation)
        self.generation = 0

    def draw(self):
        """Draw the points of a generation, float64[population, length]; the first is the mean itself."""
        noise = self.rng.standard_normal((self.settings.population, len(self.mean)))
        points = self.mean + self.deviation * noise
        points[0] = self.mean
        return points

    def fit(self, points, scores):
        """Move the distribution towards the points with the highest scores, float64[population]."""
        s = self.settings
        best = points[np.argsort(-scores, kind="stable")[: max(round(s.elite * len(points)), 2)]]
        self.mean = (1.0 - s.smoothing) * self.mean + s.smoothing * best.mean(0)
        deviation = (1.0 - s.smoothing) * self.deviation + s.smoothing * best.std(0)
        self.deviation = np.maximum(deviation, s.least_deviation)
        self.generation += 1

    def state(self):
        """Everything needed to go on later."""
        chance = self.rng.bit_generator.state
        return {
            "mean": self.mean,
            "deviation": self.deviation,
            "generation": self.generation,
            "chance": chance,
        }

    def restore(self, state):
        """Go on from a `state`."""
        self.mean, self.deviation = state["mean"].copy(), state["deviation"].copy()
        self.generation, self.rng.bit_generator.state = state["generation"], state["chance"]
