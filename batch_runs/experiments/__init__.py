"""Named sweeps: one TOML file each, to be run as ``carbon sweep NAME --out DIR``.

    title = "…"
    about = "…"
    source = "Esmaeili2021, Section 4"
    system = "learning_bidders"      # or scenario = "esmaeili2021"
    design = "grid"                  # or "lhs:200", "sobol:256": samples the axes written as low:high
    seeds = 30                       # number of seeds
    first_seed = 0
    periods = 10000
    window = 100
    [parameters]
    learner = "q_learning"
    [axes]
    phi = "0.80:1.00:0.02"
    auction = ["uniform", "discriminatory"]

Only title, axes, and either system or scenario are needed. A file of your own, in any folder, is run by its path.
"""

from dataclasses import dataclass, field
from pathlib import Path

from batch_runs.targets import find_target
from batch_runs.work.designs import GRID
from batch_runs.work.plan import make_plan
from learning.files import check_texts, read_toml
from learning.knob_names import own_name
from learning.knobs import ParameterError
from learning.registry import unknown
from model.base import SYSTEMS

FOLDER = Path(__file__).parent
NEEDED = ("title", "axes")
TEXTS = ("title", "about", "source", "system", "scenario", "design")
"""Headings whose values are text."""
NUMBERS = {"seeds": 1, "first_seed": 0, "periods": 1, "window": 1}
"""Headings whose values are whole numbers, with their minimum."""
HEADINGS = {*NEEDED, *NUMBERS, *TEXTS, "parameters"}


@dataclass(frozen=True)
class Experiment:
    """A sweep as written in its file."""

    name: str
    title: str
    axes: dict
    system: str = ""
    scenario: str = ""
    about: str = ""
    source: str = ""
    parameters: dict = field(default_factory=dict)
    design: str = GRID
    seeds: int = 1
    first_seed: int = 0
    periods: int | None = None
    window: int | None = None

    @property
    def target(self):
        """Its system and scenario."""
        return find_target(self.scenario or self.system)

    def with_axes(self, axes):
        """Return the axes and over them further ones, which replace those of the same knobs."""
        knobs = SYSTEMS[self.target.system].Params.all_knobs()
        written = {own_name(name, 0, knobs)[0]: name for name in axes}
        kept = {written.get(own_name(name, 0, knobs)[0], name): values for name, values in self.axes.items()}
        return kept | axes

    def plan(self, plugins=()):
        """Return the checked plan of the sweep; ParameterError or UsageError if a value is not allowed."""
        target = self.target
        return make_plan(
            target.system,
            self.axes,
            parameters=target.with_values(self.parameters),
            seeds=range(self.first_seed, self.first_seed + self.seeds),
            periods=self.periods,
            window=self.window,
            plugins=plugins,
            design=self.design,
        )


def read_experiment(path):
    """Read the sweep in a TOML file; ParameterError naming the file if a heading or value is not allowed."""
    path = Path(path)
    written = read_toml(path)
    try:
        return _checked(path.stem, written)
    except ValueError as error:
        raise ParameterError(f"{path.name}: {error}") from None


def _checked(name, written):
    for heading in written:
        if heading not in HEADINGS:
            raise unknown("heading", heading, sorted(HEADINGS))
    for heading in NEEDED:
        if heading not in written:
            raise ParameterError(f"heading {heading!r} is missing")
    if ("system" in written) == ("scenario" in written):
        raise ParameterError("give either system or scenario")
    for heading in {"axes", "parameters"} & set(written):
        if not isinstance(written[heading], dict):
            raise ParameterError(f"{heading} must be a table of names and values")
    check_texts(written, TEXTS)
    for heading, low in NUMBERS.items():
        value = written.get(heading, low)
        if type(value) is not int or value < low:
            raise ParameterError(f"{heading} = {value}: must be a whole number of at least {low}")
    return Experiment(name, **written)


def experiments():
    """Every named sweep, by name."""
    return {file.stem: read_experiment(file) for file in sorted(FOLDER.glob("*.toml"))}
