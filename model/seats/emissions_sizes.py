"""The size of a market over years in which a person sits, so that it counts in whole permits."""

from learning.knobs import ParameterError

READABLE = 1_000.0
"""Emissions, t, of a mean firm in a quarter from which on amounts are easily read."""
POWERS = {"t": 1, "€": 1, "€/t per t": -1}
"""Power of the size, by unit, with which a parameter grows."""


def sized(params):
    """Parameters of a market alike with larger amounts, and how many times as large they are: a power of ten.

    Prices and shares stay. It is 1 where amounts are from a file, or where a parameter may not become so large.
    """
    if any(knob.file and value for name, value, knob in known(params)):
        return params, 1.0
    mean, times = params.baseline / (params.n_firms * params.quarters), 1.0
    while mean * times < READABLE:
        times *= 10.0
    values = {n: v * times ** POWERS[k.unit] for n, v, k in known(params) if k.unit in POWERS and v}
    try:
        return type(params).from_flat(params.everything() | values), times
    except ParameterError:
        return params, 1.0


def known(params):
    """Name, value and declaration of every parameter."""
    values = params.everything()
    return [(name, values[name], knob) for name, knob in params.all_knobs().items()]
