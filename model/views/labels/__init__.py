"""Labels of knobs, choices and metrics on the page, from the tables beside this file; names without one speak for
themselves."""

import tomllib
from functools import cache
from pathlib import Path


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
    """Words for a choice of the knob of this flat name; the value itself where it is no choice.

    >>> choice_label("exchange", "call")
    'all at one price (call)'
    """
    labels, short = table("choices"), knob.rpartition(".")[2]
    return labels.get(short, {}).get(value) or labels["any"].get(value) or str(value).replace("_", " ")


def event_text(event, system=""):
    """A change of the policy during a run, an entry of ``events``, in words."""
    name, before, after = event["name"], event["before"], event["after"]
    return f"{knob_label(name, system)}: {choice_label(name, before)} → {choice_label(name, after)}"
