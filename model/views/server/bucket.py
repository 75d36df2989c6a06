"""How much anybody may ask for in a time."""


class Bucket:
    """Allows ``rate`` things per second, and ``burst`` at once."""

    def __init__(self, rate, burst):
        self.rate, self.burst = rate, burst
        self._level, self._last = burst, None

    def takes(self, now, amount=1.0):
        """Whether so many more are allowed now."""
        passed = 0.0 if self._last is None else now - self._last
        self._level, self._last = min(self.burst, self._level + passed * self.rate), now
        if self._level < amount:
            return False
        self._level -= amount
        return True

    def delay(self, now, amount=1.0):
        """Take so many more in any case, and return the seconds after which they are allowed."""
        if not self.takes(now, amount):
            self._level -= amount
        return max(0.0, -self._level / self.rate)
