"""Farms drawn at random around stylised marginal abatement costs.

The cost functions used by [Goyal] are not public; these are proxies of the right order of magnitude: 32 to 42 €/t
CO2e for a tenth less of the emissions of EU agriculture, about 35 €/kg of nitrogen from the Baltic Sea Action Plan.
"""

from itertools import cycle, islice

import numpy as np

from agents.farms.curves import curves_from

KNOTS = 5
KINDS = ("crop", "dairy")
"""Kinds of farm."""
INTERCEPT = {"crop": (0.40, 10.0, 10.0), "dairy": (0.64, 8.0, 8.0)}
"""Marginal cost, €/lot, of the first lot of ghg, nutrient, ammonia. Without a source, ammonia has the nutrient's."""
SLOPE = {"crop": (0.25, 5.0, 5.0), "dairy": (0.40, 5.5, 5.5)}
"""Rise of the marginal cost, €/lot per lot."""


def draw_curves(noise, kinds, correlations, *, baseline, factor, spread):
    """Make `Curves` of farms from normal numbers ``noise``, float64[n, m, KNOTS].

    kinds, correlations : lists of any length, assigned to the farms in turn; a correlation is the lots of each further
    pollutant abated with a lot of the first. baseline : int[m], lots of every farm. factor : float[m], on marginal
    costs. spread : standard deviation of a knot, share.
    """
    n, m, _ = noise.shape
    kinds = list(islice(cycle(kinds), n))
    intercept, slope = (np.array([by_kind[kind][:m] for kind in kinds]) for by_kind in (INTERCEPT, SLOPE))
    abated = np.linspace(0.0, 1.0, KNOTS) * np.asarray(baseline, float)[None, :, None]
    abated = np.broadcast_to(abated, noise.shape).copy()
    usual = (intercept[..., None] + slope[..., None] * abated) * np.asarray(factor)[None, :, None]
    marginal = np.maximum.accumulate(np.maximum(usual * (1.0 + spread * noise), 0.0), axis=-1)
    joint = np.array([[1.0] + [r] * (m - 1) for r in islice(cycle(correlations), n)])
    return curves_from(abated, marginal, np.tile(np.asarray(baseline, np.int64), (n, 1)), joint)
