"""Policies to compare, as typed: a system or scenario with values of its parameters."""

import shlex
from dataclasses import dataclass
from functools import cached_property

from batch_runs.targets import find_target
from batch_runs.usage import UsageError, split_words
from model.base import SYSTEMS

POPULATION = "population"
"""Group of the knobs that say who the firms are."""


@dataclass(frozen=True)
class Policy:
    """One policy: its name on the page, a system, and the parameters that differ from the system's defaults."""

    name: str
    system: str
    parameters: dict

    @cached_property
    def params(self):
        """Parameters of the system under this policy; ParameterError for what is not allowed."""
        return SYSTEMS[self.system].Params.from_flat(self.parameters)


def read_policies(words):
    """Read the policies typed: list of `Policy`, all of one system; UsageError for anything else.

    A word without "=" or with a blank is a policy, written as ``carbon run`` takes it, after a name and a colon if it
    is to have one, such as "higher floor: esmaeili2021 reserve_price=20". The other words, key=value, hold for every
    policy that does not set the key itself.
    """
    texts = [word for word in words if "=" not in word or " " in word]
    try:
        _, shared = split_words([word for word in words if word not in texts])
    except UsageError as error:
        raise UsageError(
            f'{error}; write what one policy alone has in its quotes, as "goyal phi=0.8"'
        ) from None
    policies = [read_policy(text, shared) for text in texts]
    if len(policies) < 2:
        raise UsageError(
            f'{len(policies)} policies: name at least two, in quotes, such as "esmaeili2021 phi=0.8"'
        )
    for one in policies[1:]:
        if one.system != policies[0].system:
            raise UsageError(
                f"{one.name} plays {one.system}, {policies[0].name} {policies[0].system}: must be one system"
            )
    names = [one.name for one in policies]
    if len(set(names)) < len(names):
        raise UsageError("two policies have the same name: write NAME: before one of them")
    _check(policies)
    return policies


def read_policy(text, shared=None):
    """Read one policy; shared : values by key that it does not set itself.

    >>> read_policy("tight: learning_bidders phi=0.7", {"phi": "0.9", "auction": "vcg"}).parameters
    {'phi': '0.7', 'auction': 'vcg'}
    """
    name, colon, rest = text.partition(": ")
    words = shlex.split(rest if colon else text)
    names, assigned = split_words(words)
    if len(names) != 1:
        raise UsageError(f"policy {text!r}: must be one system or scenario and key=value")
    target = find_target(names[0])
    return Policy(
        (name if colon else text).strip(), target.system, target.with_values(shared or {}, assigned)
    )


def _check(policies):
    """Check parameters and read the files that they name, so that mistakes are found before anything is run."""
    for policy in policies:
        policy.params.check()
        knobs = type(policy.params).all_knobs()
        for name, path in policy.params.files().items():
            knobs[name].file.read(path)


def differences(policies):
    """Values of each parameter that all policies have and in which they differ, by flat name, in their order.

    Settings of a part that only some policies use are left out: the choice of the part implies them.
    """
    values = [policy.params.flat() for policy in policies]
    names = [name for name in values[0] if all(name in one for one in values)]
    found = {name: tuple(one[name] for one in values) for name in names}
    return {name: each for name, each in found.items() if len(set(each)) > 1}


def other_firms(policies):
    """Names of the parameters in which the policies differ that say who the firms are; usually none."""
    return [
        name
        for name in differences(policies)
        if (known := _knob(policies, name)) and known.group == POPULATION
    ]


def _knob(policies, name):
    return type(policies[0].params).all_knobs()[name]


def explain(policies, name):
    """Meaning of a parameter, with its unit."""
    known = _knob(policies, name)
    return known.help + (f" ({known.unit})" if known.unit else "")
