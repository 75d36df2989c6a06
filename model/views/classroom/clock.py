"""Time in a room: when a stage ends by itself, and how much anybody may send. All functions get the time, s."""

GRACE = 3.0
"""Seconds that are left to revise once everybody has submitted, where a stage closes by itself."""


class StageClock:
    """Countdown of one stage. deadline : time at which it ends, None without a limit."""

    def __init__(self):
        self.deadline, self._left = None, None

    def begin(self, seconds, now):
        """Start the countdown; None means no limit."""
        self.deadline, self._left = (None if seconds is None else now + seconds), None

    def left(self, now):
        """Seconds that are left, also while it is paused; None without a limit."""
        return self._left if self.deadline is None else max(0.0, self.deadline - now)

    def pause(self, now):
        """Stop the countdown; what is left is kept."""
        if self.deadline is not None:
            self.deadline, self._left = None, max(0.0, self.deadline - now)

    def go_on(self, now):
        """Continue after a pause."""
        if self._left is not None:
            self.deadline, self._left = now + self._left, None

    def shorten(self, now):
        """Leave at most `GRACE` seconds."""
        if self.deadline is None or self.deadline > now + GRACE:
            self.deadline = now + GRACE

    def is_over(self, now):
        """Whether the time is over."""
        return self.deadline is not None and now >= self.deadline


class Bucket:
    """Allows ``rate`` things per second, and ``burst`` at once."""

    def __init__(self, rate, burst):
        self.rate, self.burst = rate, burst
        self._level, self._last = burst, None

    def takes(self, now):
        """Whether one more is allowed now."""
        passed = 0.0 if self._last is None else now - self._last
        self._level, self._last = min(self.burst, self._level + passed * self.rate), now
        if self._level < 1.0:
            return False
        self._level -= 1.0
        return True
