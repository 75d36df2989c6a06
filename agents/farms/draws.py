"""Farms drawn at random around stylised marginal abatement costs.

The cost functions behind the source are not public; these are proxies of the right order of magnitude: 32 to 42 €/t
CO2e for a tenth less of the emissions of EU agriculture, about 35 €/kg of nitrogen from the Baltic Sea Action Plan.
"""

import numpy as np

from agents.farms.curves import curves_from

KNOTS = 5
KINDS = ("crop", "dairy")
"""Kinds of farm; farms are of these in turn."""
INTERCEPT = {"crop": (0.40, 10.0, 10.0), "dairy": (0.64, 8.0, 8.0)}
"""Marginal cost, €/lot, of the first lot of ghg, nutrient, ammonia. Ammonia: as the nutrient, for want of a source."""
SLOPE = {"crop": (0.25, 5.0, 5.0), "dairy": (0.40, 5.5, 5.5)}
"""Rise of the marginal cost, €/lot per lot."""


def draw_curves(noise, baseline, correlation, factor, spread):
    """`Curves` of farms from normal numbers ``noise``, float64[n, m, KNOTS].

    baseline : int[m], lots of every farm. correlation : one number per kind, lots of each further pollutant abated
    with a lot of the first. factor : float[m], on marginal costs. spread : standard deviation of a knot, share.
    """
    n, m, _ = noise.shape
    kinds = [KINDS[i % len(KINDS)] for i in range(n)]
    intercept, slope = (np.array([by_kind[kind][:m] for kind in kinds]) for by_kind in (INTERCEPT, SLOPE))
    abated = np.linspace(0.0, 1.0, KNOTS) * np.asarray(baseline, float)[None, :, None]
    abated = np.broadcast_to(abated, noise.shape).copy()
    usual = (intercept[..., None] + slope[..., None] * abated) * np.asarray(factor)[None, :, None]
    marginal = np.maximum.accumulate(np.maximum(usual * (1.0 + spread * noise), 0.0), axis=-1)
    joint = np.array([[1.0] + [correlation[KINDS.index(kind)]] * (m - 1) for kind in kinds])
    return curves_from(abated, marginal, np.tile(np.asarray(baseline, np.int64), (n, 1)), joint)
