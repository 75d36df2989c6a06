"""Presentation of a system: its question, its words, its key numbers, what to try, and which charts share a tab.

Everything has defaults, so a system needs none. A system states its exceptions in a file of its page,
``pages/<system>/presentation.py``, or beside its plug-in::

    present("grid", words={"firms": "enterprises"}, key_numbers=("welfare", "equality"))

Nothing here imports Solara, so a plug-in that presents itself can also be used from the command line.
"""

import inspect
from collections.abc import Mapping
from dataclasses import dataclass, field

from learning.registry import Registry

PRESENTATIONS = Registry("presentation of system")

MOST_CARDS = 8
"""Most key numbers of a system that does not name them."""

LEVELS = ("first steps", "some economics", "research")
"""Levels of difficulty, from the easiest on."""


@dataclass(frozen=True)
class Times:
    """A number that is so many times the present one."""

    factor: float

    def of(self, present):
        """Return the number beside the present one, without the noise of the last digits.

        >>> Times(0.8).of(0.9)
        0.72
        """
        return float(f"{self.factor * present:.12g}")


@dataclass(frozen=True)
class Experiment:
    """A change worth trying, played beside the present policy on the same random numbers."""

    label: str
    """The button's text: an order, such as Cut permits by 20 %."""
    change: Mapping[str, object]
    """Values of the second run, by knob; `Times`: so many times that of the first."""
    metric: str
    """Metric to look at."""
    rises: bool
    """Whether its mean over the last periods is higher in the second run, or lower."""
    because: str
    """The reason, a sentence that follows the words "rises" or "falls"."""
    periods: int = 1_000
    """Periods to play."""
    also: tuple[str, ...] = ()
    """Further metrics whose numbers answer the page's question."""
    path: str = ""
    """Metric of which the first and the last tenth of the run are shown, where its course is the answer."""
    closing: str = ""
    """Sentence that puts the numbers together, shown if the metric has moved as expected."""

    def values(self, present):
        """Return the values of the second run, by knob; present : those of the first."""
        return {
            name: value.of(present[name]) if isinstance(value, Times) else value
            for name, value in self.change.items()
        }


@dataclass(frozen=True)
class Presentation:
    """Presentation of a system on its page and on the home page."""

    title: str = ""
    """Name that a student understands; none: that of the system."""
    question: str = ""
    """Question that the system answers; none: its name."""
    sentence: str = ""
    """One sentence on what happens on the page; none: the first of the system's documentation."""
    level: str = LEVELS[-1]
    """Difficulty, one of `LEVELS`."""
    minutes: int = 20
    """Time for a first look, minutes."""
    experiments: tuple[Experiment, ...] = ()
    """Changes to try first."""
    picture: str = ""
    """Chart shown first and large."""
    widest: int = 0
    """Largest width of that chart, px, such as of a map that should not be stretched; 0: that of the page."""
    basic: tuple[str, ...] = ()
    """Knobs that a beginner sees, in this order; none: all."""

    words: Mapping[str, str] = field(default_factory=dict)
    """The system's own words for "bids" and "firms". Its word for a period is in its `Params`, because the command line
    prints it, too."""
    preparing: tuple[str, str, str] = ("preparing the market", "part", "steps")
    """The work of `MarketModel.prepare`, and the words for its parts and for the steps of a part."""
    key_numbers: tuple[str, ...] = ()
    """Metrics shown as cards above the tabs, in this order; none: the first that the system reports."""
    at_present: tuple[str, ...] = ()
    """Key numbers of the present period alone, such as prices that rise during an auction; the others are means."""
    labels: Mapping[str, str] = field(default_factory=dict)
    """Labels of the cards, by metric, instead of its name."""
    tabs: tuple[tuple[str, ...], ...] = (("network", "market"), ("bids", "firms"), ("learning",))
    """Sections of charts by tab; a section not named here gets a tab of its own."""
    without: tuple[str, ...] = ()
    """Charts for all systems that the page leaves out, because charts of its own show the same."""
    speed: float = 1_000.0
    """Periods per second at first."""
    by_run: bool = False
    """Whether the page shows one run of ``Params.cycle`` periods at a time, and pauses at its end."""


def present(system, **options):
    """Register how the page presents the system of this name; options : fields of `Presentation`."""
    PRESENTATIONS.register(system)(Presentation(**options))


def presentation_of(kind):
    """Presentation of a system, class or model; one derived from another system inherits that of the other."""
    for each in (kind if isinstance(kind, type) else type(kind)).__mro__:
        name = vars(each).get("name")
        if name in PRESENTATIONS:
            return PRESENTATIONS[name]
    return Presentation()


def title_of_system(kind):
    """Name of a system, class or model, that a student understands."""
    return presentation_of(kind).title or kind.name.replace("_", " ").capitalize()


def question_of(kind):
    """Question that a system answers, or its name if it asks none."""
    return presentation_of(kind).question or title_of_system(kind)


def sentence_of(kind):
    """One sentence on a system: that of its presentation, or the first of its documentation."""
    return presentation_of(kind).sentence or (inspect.getdoc(kind) or "").partition("\n")[0]


def by_difficulty(systems):
    """Names of systems, a mapping name -> class, from the easiest to the most difficult."""
    shown = {name: presentation_of(kind) for name, kind in systems.items()}
    return sorted(shown, key=lambda name: (LEVELS.index(shown[name].level), shown[name].minutes))


def key_metrics(kind):
    """Names of the metrics shown as cards."""
    return presentation_of(kind).key_numbers or tuple(kind.metrics[:MOST_CARDS])


def word(kind, name):
    """The word of a system, class or model, for "period", "bids" or "firms"; the name itself if it has no other."""
    return kind.Params.period_name if name == "period" else presentation_of(kind).words.get(name, name)


def words(kind, name):
    """Plural of `word` for "period".

    >>> from model.systems.two_tier import TwoTier
    >>> words(TwoTier, "period")
    'periods'
    """
    return word(kind, name) + "s"
