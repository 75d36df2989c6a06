"""Links to a page that begins with a seed, a scenario and parameters: ``/learning-bidders?seed=7&phi=0.7``.

``against.phi=0.9`` begins a comparison with a second run in which the parameter has that value, and ``phi@10000=0.8``
changes a live parameter after period 10,000, so that a link says what was changed during a run, and when.
"""

from collections.abc import Mapping
from typing import NamedTuple
from urllib.parse import urlencode

from learning.knob_names import own_name, put_once
from learning.knobs import ParameterError
from model.scenarios import scenarios
from model.streams import as_seed
from model.views.own_files import is_name_of_link

SEED, SCENARIO, AGAINST, AFTER = "seed", "scenario", "against.", "@"
NO_SCENARIO = ""
"""Name of no scenario: every parameter at its default."""
MAY_SET = "seed, scenario and the parameters of"

MOST_PERIODS = 1_000_000
"""Last period after which a link may change something, because the page plays so far to show it."""


class LinkContents(NamedTuple):
    """Contents of a link: seed and scenario (None: nothing), values by flat name, and what is wrong with it.

    wrong : messages by the name of the knob, "" for what is not a knob. against : values of a second run, if any.
    changes : values by name by the period after which they hold. files : names, by knob, of files loaded here.
    """

    seed: int | None
    scenario: str | None
    values: dict
    wrong: dict
    against: dict
    changes: dict
    files: dict


def read_link(kind, texts):
    """Read the query of a link to the page of system ``kind``; texts : its values by name, or pairs of both."""
    reader = _Reader(kind)
    for asked, text in texts.items() if isinstance(texts, Mapping) else texts:
        reader.read(asked, text)
    return reader.contents()


class _Reader:
    """Reads one part of a link after the other."""

    def __init__(self, kind):
        self.kind, self.knobs, self.presets = kind, kind.Params.all_knobs(), scenarios(kind.name)
        self.seed = self.scenario = None
        self.values, self.wrong, self.against, self.changes, self.files = {}, {}, {}, {}, {}

    def read(self, asked, text):
        """Read one part; a fault of it is noted at its knob."""
        beside, name = asked.startswith(AGAINST), asked.removeprefix(AGAINST)
        name, after, period = name.partition(AFTER)
        try:
            name, text = own_name(name, text, self.knobs)
            if asked == SEED:
                self.seed = seed_from(text)
            elif asked == SCENARIO:
                self._take_scenario(text)
            elif after:
                known = self._known(AGAINST + name if beside else name)
                then = self.changes.setdefault(period_from(asked, period), {})
                put_once(then, name, known.check(name, text), self.knobs)
            elif not beside and name in self.knobs and self.knobs[name].file and is_name_of_link(text):
                self.files[name] = text
            else:
                into = self.against if beside else self.values
                put_once(into, name, self._known(name).check(name, text), self.knobs)
        except ParameterError as error:
            self.wrong[name if name in (SEED, *self.knobs) else ""] = str(error)

    def contents(self):
        """All that has been read."""
        for period, values in self.changes.items():
            for name in [name for name in values if not self.knobs[name].live]:
                del values[name]
                self.wrong[name] = (
                    f"{name}@{period}: cannot change while the model runs; set it from the beginning"
                )
        preset = self.presets[self.scenario].parameters if self.scenario else {}
        return LinkContents(
            seed=self.seed,
            scenario=self.scenario,
            values=preset | self.values,
            wrong=self.wrong,
            against=self.against,
            changes={period: values for period, values in sorted(self.changes.items()) if values},
            files=self.files,
        )

    def _take_scenario(self, text):
        if text not in self.presets:
            raise ParameterError(f"scenario = {text}: must be one of {', '.join(self.presets)}")
        self.scenario = text

    def _known(self, name):
        """The knob of this name, which a link may set."""
        may = f"{name}: a link may set {MAY_SET} {self.kind.name}"
        if name not in self.knobs:
            raise ParameterError(may)
        if self.knobs[name].file:  # the author of a link must not make the server read its files
            raise ParameterError(f"{may}, but name no file; load it on the page")
        return self.knobs[name]


def link_to(model, rival=None, scenario="", to_come=(), name_file=lambda path: ""):
    """Query that plays the model's run again: its seed, the values with which it began, and its changes.

    Values are those that are no defaults, or not those of a ``scenario``. rival : `Rival` beside it; to_come :
    `Change`s that it has still to make; name_file : function that returns the name of an own file in links, or "".
    """
    kind, knobs = type(model), type(model).Params.all_knobs()
    began = values_at_begin(model)
    usual = kind.Params.from_flat(scenarios(kind.name)[scenario].parameters if scenario else {}).everything()
    differ = {name: value for name, value in began.items() if value != usual[name]}
    if scenario and any(knobs[name].file and not value for name, value in differ.items()):
        return link_to(
            model, rival, "", to_come, name_file
        )  # a link cannot say that a scenario's file is left out
    differ = {name: name_file(value) if knobs[name].file else value for name, value in differ.items()}
    parts = [(SEED, model.seed), *([(SCENARIO, scenario)] if scenario else ())]
    parts += [(name, value) for name, value in differ.items() if not (knobs[name].file and not value)]
    parts += [(AGAINST + name, value) for name, value in (rival.values if rival else {}).items()]
    made = [(f"{each['name']}{AFTER}{each['step']}", each["after"]) for each in model.events]
    planned = [
        (f"{name}{AFTER}{change.period}", value) for change in to_come for name, value in change.first.items()
    ]
    return "?" + urlencode(parts + list(dict(made + planned).items()), safe=AFTER)


def values_at_begin(model):
    """Values by flat name that the model had before its parameters were changed during the run."""
    values = model.params.everything()
    for event in reversed(model.events):
        values[event["name"]] = event["before"]
    return values


def seed_from(text):
    """Seed from the text that a user typed; ParameterError if it is not valid."""
    try:
        return as_seed(int(str(text).strip()))
    except ValueError:
        raise ParameterError(f"seed = {text}: must be a whole number from 0 to 2^53 - 1") from None


def period_from(asked, text):
    """Period from the text behind the @ in ``asked``; ParameterError if it is not valid."""
    if text.isascii() and text.isdigit() and len(text) < 20 and int(text) <= MOST_PERIODS:
        return int(text)
    raise ParameterError(f"{asked}: the period must be a whole number from 0 to {MOST_PERIODS:,}")
