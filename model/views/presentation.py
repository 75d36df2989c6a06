"""Presentation of a system on its page: its words, its key numbers, and which charts share a tab.

Everything has defaults, so a system needs none. A system states its exceptions in a file of its page,
``pages/<system>/presentation.py``, or beside its plug-in::

    present("grid", words={"firms": "enterprises"}, key_numbers=("welfare", "equality"))

Nothing here imports Solara, so a plug-in that presents itself can also be used from the command line.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from learning.registry import Registry

PRESENTATIONS = Registry("presentation of system")

MOST_CARDS = 8
"""Most key numbers of a system that does not name them."""


@dataclass(frozen=True)
class Presentation:
    """Presentation of a system on its page."""

    words: Mapping[str, str] = field(default_factory=dict)
    """The system's own words for "bids" and "firms". Its word for a period is in its `Params`, because the command line
    prints it, too."""
    preparing: tuple[str, str, str] = ("preparing the market", "part", "steps")
    """The work of `MarketModel.prepare`, and the words for its parts and for the steps of a part."""
    key_numbers: tuple[str, ...] = ()
    """Metrics shown as cards above the tabs, in this order; none: the first that the system reports."""
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


def label_of(name, value):
    """Label of a knob's value on charts and in tables: the value if it is a word, otherwise with the name before it."""
    return value if isinstance(value, str) else f"{name} = {value:g}"
