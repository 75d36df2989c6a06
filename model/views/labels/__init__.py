"""Labels of knobs, choices and metrics on the page, from the tables beside this file; names without one speak for
themselves."""

import re
import tomllib
from functools import cache
from pathlib import Path

from model.base import SYSTEMS

SOURCE = r"\[([^\]]*)\]"
"""A source in a help text."""
OURS = "ours"
"""The source of what we have chosen ourselves."""
YES_NO = {"true": "yes", "false": "no"}
"""Words for what is on or off."""


@cache
def table(name):
    """Read a table of labels: by name, and a table of exceptions by system or knob."""
    return tomllib.loads(Path(__file__).with_name(f"{name}.toml").read_text(encoding="utf-8"))


def plain(name):
    """A name as words.

    >>> plain("q_learning.step_size")
    'Step size'
    """
    words = name.rpartition(".")[2].replace("_", " ")
    return words[:1].upper() + words[1:]


def knob_label(name, system=""):
    """Label of a knob by flat name, in a system's own words where it has some.

    >>> knob_label("q_learning.alpha")
    'Step size (alpha)'
    """
    labels, short = table("knobs"), name.rpartition(".")[2]
    return labels.get(system, {}).get(name) or labels.get(name) or labels.get(short) or plain(name)


def metric_label(name):
    """Label of a metric.

    >>> metric_label("government_share")
    "Government's share of the money"
    """
    return table("metrics").get(name) or plain(name)


def choice_label(knob, value):
    """Words for a choice of the knob of this flat name, yes or no; the value itself where it is no choice.

    >>> choice_label("exchange", "call")
    'all at one price (call)'
    >>> choice_label("banking", False), choice_label("banking", "false")
    ('no', 'no')
    """
    if str(value).lower() in YES_NO:
        return YES_NO[str(value).lower()]
    labels, short = table("choices"), knob.rpartition(".")[2]
    return labels.get(short, {}).get(value) or labels["any"].get(value) or str(value).replace("_", " ")


def value_label(name, value, system=""):
    """Short words for a knob's value, which name a run: the choice, or the knob with its number, yes or no.

    >>> value_label("auction", "uniform"), value_label("phi", 0.8), value_label("banking", False)
    ('one price for all', 'Permits issued / needed 0.8', 'Permits can be saved for later years: no')
    """
    if isinstance(value, str):
        return value_text(name, value, system)
    colon = ":" if isinstance(value, bool) else ""
    return f"{without_terms(knob_label(name, system))}{colon} {value_text(name, value, system)}"


def set_text(name, value, system=""):
    """What a knob is set to, in words.

    >>> set_text("auction", "uniform"), set_text("reserve_price", 3.0, "learning_bidders")
    ('What winners pay: one price for all', 'Lowest price accepted: 3 €/t')
    """
    return f"{without_terms(knob_label(name, system))}: {value_text(name, value, system)}"


def value_text(name, value, system=""):
    """A knob's value: the choice, yes or no, or the number with the unit that the system gives it.

    >>> value_text("n_firms", 2000), value_text("phi", 1.1, "learning_bidders"), value_text("banking", True)
    ('2,000', '1.1', 'yes')
    """
    if isinstance(value, str | bool) or not isinstance(value, int | float):
        return without_terms(choice_label(name, value))
    knob = SYSTEMS[system].Params.all_knobs().get(name) if system in SYSTEMS else None
    return f"{value:,.12g} {knob.unit if knob and knob.unit != 'share' else ''}".strip()


def without_terms(label):
    """A label without the technical term in parentheses at its end."""
    return label.partition(" (")[0]


def sources_last(text):
    """A help text with the sources in brackets moved to its end, and our own left out.

    >>> sources_last("Permits issued in the period [Esmaeili2021, Eq. 2.1].")
    'Permits issued in the period. Source: Esmaeili2021, Eq. 2.1.'
    """
    found = [source for source in re.findall(SOURCE, text) if source != OURS]
    return re.sub(r"\s*" + SOURCE, "", text) + (f" Source: {'; '.join(found)}." if found else "")


def event_text(event, system=""):
    """A change of the policy during a run, an entry of ``events``, in words."""
    name, before, after = event["name"], event["before"], event["after"]
    return f"{knob_label(name, system)}: {choice_label(name, before)} → {choice_label(name, after)}"
