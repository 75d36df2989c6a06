"""A statement of the textbooks with the preset that shows it."""

from dataclasses import dataclass

from batch_runs.replications.common.claims import Statement


@dataclass(frozen=True)
class Shown(Statement):
    """A statement that a student can look at."""

    preset: str = ""
    """Scenario of the dashboard that shows it; empty for one that is among the presets of its system."""
