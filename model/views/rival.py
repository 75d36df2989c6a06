"""The second run of a comparison: in what it differs from the first, how both are called, and whether they match."""

from collections.abc import Mapping
from typing import NamedTuple

from learning.knobs import ParameterError
from model.views.labels import value_label

DEFAULTS = "defaults"
"""Name of the scenario in which every knob has its default."""

SAME_IN_BOTH = ("population", "run")
"""Groups of knobs that a scenario does not change in the second run: who the firms are, and how data is collected."""


class Rival(NamedTuple):
    """The second run: values by flat name in which it differs, and the scenario they are from, if any."""

    values: Mapping
    scenario: str = ""


def policy_of(kind, scenario, draft):
    """`Rival` with the policy of a scenario, whatever else its knobs are, among the firms of ``draft``."""
    knobs, usual = kind.Params.all_knobs(), kind.Params().everything()
    wanted = kind.Params.from_flat(scenario.parameters).everything() if scenario else usual
    values = {
        name: wanted[name]
        for name, knob in knobs.items()
        if not knob.file and knob.group not in SAME_IN_BOTH and wanted[name] != draft[name]
    }
    return Rival(values, scenario.name if scenario else DEFAULTS)


def labels_of(rival, draft, system=""):
    """Labels of both runs: the knob's values if they differ in one, else what the second one is."""
    if rival.scenario:
        return "this run", rival.scenario.replace("_", " ")
    if len(rival.values) == 1:
        (name, value), *_ = rival.values.items()
        labels = value_label(name, draft[name], system), value_label(name, value, system)
        if labels[0] != labels[1]:
            return labels
    return "this run", "second run"


def both(kind, draft, rival, shows_runs):
    """Parameters of the models to make, by label; rival None: one. ParameterError for what cannot be compared."""
    first = kind.Params.from_flat(draft)
    if rival is None:
        return {"this run": first}
    second = kind.Params.from_flat(draft | dict(rival.values))
    if shows_runs and first.cycle != second.cycle:
        word = first.period_name + "s"
        raise ParameterError(
            f"runs of {first.cycle} and {second.cycle} {word}: must be of one length to compare"
        )
    return dict(zip(labels_of(rival, draft, kind.name), (first, second), strict=True))
