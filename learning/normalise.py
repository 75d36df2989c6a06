"""Running normalisation of observations and rewards, one set of statistics per player [Huang2022]."""

import numpy as np


class RunningMoments:
    """Mean and variance of all numbers so far, float64[shape]; batches are merged exactly [Chan1979]."""

    def __init__(self, shape):
        self.mean = np.zeros(shape)
        self.variance = np.ones(shape)
        self.count = 0.0

    def update(self, batch, axis):
        """Add ``batch`` to the moments, averaged over ``axis``, along which the moments have length 1."""
        batch = np.asarray(batch, np.float64)
        mean = batch.mean(axis, keepdims=True)
        variance = batch.var(axis, keepdims=True, mean=mean)
        new = batch.size / mean.size
        total = self.count + new
        shift = mean - self.mean
        spread = self.variance * self.count + variance * new + shift**2 * self.count * new / total
        self.mean = self.mean + shift * new / total
        self.variance = spread / total
        self.count = total

    def state(self):
        """Everything needed to continue later."""
        return {"mean": self.mean.copy(), "variance": self.variance.copy(), "count": self.count}

    def restore(self, state):
        """Continue from a `state`."""
        self.mean, self.variance, self.count = state["mean"].copy(), state["variance"].copy(), state["count"]


class ObservationScaler:
    """Scales observations [players, samples, numbers] to mean 0 and variance 1 and clips them to ± ``limit``."""

    def __init__(self, players, numbers, limit=10.0):
        self.moments = RunningMoments((players, 1, numbers))
        self.limit = limit

    def learn(self, observation):
        """Add observations to the statistics."""
        self.moments.update(observation, axis=1)

    def scale(self, observation):
        """Scaled observations; the statistics do not change."""
        scaled = (observation - self.moments.mean) / np.sqrt(self.moments.variance + 1e-8)
        return np.clip(scaled, -self.limit, self.limit, out=scaled)

    def state(self):
        """Everything needed to continue later."""
        return {"moments": self.moments.state()}

    def restore(self, state):
        """Continue from a `state`."""
        self.moments.restore(state["moments"])


class RewardScaler:
    """Divides rewards [steps, players, samples] by the standard deviation of discounted returns; clips to ± ``limit``.

    The mean is not subtracted: that would change the optimal policy. In games of one step the return is the
    reward itself. A batch updates the statistics first and is then scaled as a whole, so all its rewards are in
    one unit; [Huang2022] scales step by step, which makes the first rewards of a training huge.
    """

    def __init__(self, players, gamma, limit=10.0):
        self.moments = RunningMoments((1, players, 1))
        self.gamma, self.limit = gamma, limit
        self.running = 0.0

    def scale(self, reward, done):
        """Scaled rewards; ``done`` (bool, as ``reward``, or of length 1 along players) ends a return."""
        returns = np.empty(reward.shape)
        for t in range(len(reward)):
            returns[t] = self.running * self.gamma + reward[t]
            self.running = np.where(done[t], 0.0, returns[t])
        self.moments.update(returns, axis=(0, 2))
        scaled = reward / np.sqrt(self.moments.variance + 1e-8)
        return np.clip(scaled, -self.limit, self.limit)

    def state(self):
        """Everything needed to continue later."""
        return {"moments": self.moments.state(), "running": np.array(self.running)}

    def restore(self, state):
        """Continue from a `state`."""
        self.moments.restore(state["moments"])
        self.running = state["running"].copy()
