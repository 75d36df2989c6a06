"""Small games with known answers, to train on in tests."""

import numpy as np

from learning.rollout import Turn


class Target:
    """Each player sees a number x in [-1, 1] and should answer 0.5 + slope x: the reward is minus the squared
    miss.
    """

    def __init__(self, slopes=(0.3, -0.2)):
        self.slopes = np.array(slopes)[:, None]

    def deal(self, rng, games):
        x = rng.uniform(-1, 1, (len(self.slopes), games))
        return x[..., None], x

    def best(self, x):
        return 0.5 + self.slopes * x

    def play(self, dealt, action):
        return -((action[..., 0] - self.best(dealt)) ** 2)


class FirstPrice:
    """Discriminatory auction of ``supply`` units among ``players`` who want one each; values uniform in [0,
    1].
    """

    def __init__(self, players, supply):
        self.players, self.supply = players, supply

    def deal(self, rng, games):
        value = rng.random((self.players, games))
        return value[..., None], value

    def play(self, value, action):
        bid = np.clip(action[..., 0], 0.0, 1.0)
        rank = (-bid).argsort(0).argsort(0)
        return np.where(rank < self.supply, value - bid, 0.0)


class BestOfThree:
    """Pick one of three: the best depends on the player and on what it sees; one can be forbidden."""

    def __init__(self, masked=False):
        if masked:
            self.allowed = self._allowed

    def deal(self, rng, games):
        kind = rng.integers(3, size=(2, games))
        return np.eye(3)[kind], kind

    def best(self, kind):
        return (kind + np.array([[0], [1]])) % 3

    def _allowed(self, kind):
        forbidden = (self.best(kind) + 1) % 3
        return np.arange(3) != forbidden[..., None]

    def play(self, kind, action):
        return (action == self.best(kind)) * 1.0


class Corridor:
    """Worlds of one player on cells 0 to 4: right of 3 it earns 1 and starts anew; after ``patience`` steps
    it is cut off.

    Actions: left, right, wait; leaving to the left is forbidden. Remembers its whole state.
    """

    LENGTH = 5

    def __init__(self, worlds=6, seed=0, patience=12):
        self.rng, self.patience = np.random.default_rng(seed), patience
        self.cell, self.age = np.zeros(worlds, int), np.zeros(worlds, int)

    def _seen(self):
        return np.eye(self.LENGTH)[self.cell][None]

    def _allowed(self):
        allowed = np.ones((1, len(self.cell), 3), bool)
        allowed[0, :, 0] = self.cell > 0
        return allowed

    def reset(self):
        self.cell[:] = self.rng.integers(self.LENGTH - 1, size=len(self.cell))
        self.age[:] = 0
        return Turn(self._seen(), allowed=self._allowed())

    def step(self, action):
        assert np.take_along_axis(self._allowed(), action[..., None], -1).all(), "a forbidden action"
        self.cell = self.cell + np.array([-1, 1, 0])[action[0]]
        self.age = self.age + 1
        arrived = self.cell == self.LENGTH - 1
        late = ~arrived & (self.age >= self.patience)
        last = self._seen()
        anew = arrived | late
        self.cell = np.where(anew, self.rng.integers(self.LENGTH - 1, size=len(anew)), self.cell)
        self.age = np.where(anew, 0, self.age)
        return Turn(self._seen(), arrived[None] * 1.0, arrived[None], late[None], last, self._allowed())

    def state(self):
        return {"cell": self.cell.copy(), "age": self.age.copy(), "rng": self.rng.bit_generator.state}

    def restore(self, state):
        self.cell, self.age = state["cell"].copy(), state["age"].copy()
        self.rng.bit_generator.state = state["rng"]
