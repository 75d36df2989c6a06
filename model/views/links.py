"""Links to a page that begins with a seed, a scenario and parameters: ``/learning-bidders?seed=7&phi=0.7``.

``against.phi=0.9`` begins a comparison with a second run in which the parameter has that value.
"""

from typing import NamedTuple
from urllib.parse import urlencode

from learning.knobs import ParameterError, own_name, put_once
from model.scenarios import scenarios
from model.streams import as_seed

SEED, SCENARIO, AGAINST = "seed", "scenario", "against."
MAY_SET = "seed, scenario and the parameters of"


class LinkContents(NamedTuple):
    """Contents of a link: seed and scenario (None: nothing), values by flat name, and what is wrong with it.

    wrong : messages by the name of the knob, "" for what is not a knob. against : values of a second run, if any.
    """

    seed: int | None
    scenario: str | None
    values: dict
    wrong: dict
    against: dict


def read_link(kind, texts):
    """Read the query of a link to the page of system ``kind``; texts : its values by name."""
    chosen, values, wrong, against = {}, {}, {}, {}
    knobs, presets = kind.Params.all_knobs(), scenarios(kind.name)
    for asked, text in texts.items():
        name, into = asked.removeprefix(AGAINST), against if asked.startswith(AGAINST) else values
        try:
            name, text = own_name(name, text, knobs)
            if asked == SEED:
                chosen[SEED] = seed_from(text)
            elif asked == SCENARIO:
                if text not in presets:
                    raise ParameterError(f"scenario = {text}: must be one of {', '.join(presets)}")
                chosen[SCENARIO] = text
            elif name not in knobs:
                raise ParameterError(f"{name}: a link may set {MAY_SET} {kind.name}")
            elif knobs[name].file:  # the author of a link must not make the server read its files
                raise ParameterError(
                    f"{name}: a link may set {MAY_SET} {kind.name}, but name no file; load it on the page"
                )
            else:
                put_once(into, name, knobs[name].check(name, text), knobs)
        except ParameterError as error:
            wrong[name if name in (SEED, *knobs) else ""] = str(error)
    if SCENARIO in chosen:
        values = presets[chosen[SCENARIO]].parameters | values
    seed, scenario = chosen.get(SEED), chosen.get(SCENARIO)
    return LinkContents(seed=seed, scenario=scenario, values=values, wrong=wrong, against=against)


def link_to(model, rival=None):
    """Query that begins the model's run again: its seed, all values that are not defaults, and a `Rival` beside it."""
    usual, knobs = type(model).Params().everything(), type(model).Params.all_knobs()
    now = model.params.everything()
    changed = {k: value for k, value in now.items() if value != usual[k] and not knobs[k].file}
    beside = {AGAINST + name: value for name, value in rival.values.items()} if rival else {}
    return "?" + urlencode({SEED: model.seed} | changed | beside)


def seed_from(text):
    """Seed from the text that a user typed; ParameterError if it is not valid."""
    try:
        return as_seed(int(str(text).strip()))
    except ValueError:
        raise ParameterError(f"seed = {text}: must be a whole number from 0 to 2^53 - 1") from None
