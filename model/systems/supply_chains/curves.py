"""Chains of a market and their emission curves: from Table 5, or drawn or read from a file and then solved."""

from functools import lru_cache

import numpy as np

from agents.supply_chains.draws import draw_instance
from agents.supply_chains.files import load_instance
from agents.supply_chains.solve import solve_curves
from agents.supply_chains.store import CurveStore
from agents.supply_chains.table_5 import PRIVATE_VALUE, table_5_curves
from learning.knobs import ParameterError
from model.streams import Streams


def instance_of(params):
    """`Instance` that the parameters describe; None for the chains of Table 5, which have no plans."""
    if params.instance:
        instance = load_instance(params.instance)
        params.check_members("n_chains", len(instance.chains), "instance")
        return instance
    if params.population == "table_5":
        return None
    return _drawn(params.instance_seed, params.n_chains, params.problem_set)


_drawn = lru_cache(maxsize=64)(draw_instance)
_of_table_5 = lru_cache(maxsize=64)(table_5_curves)


def curves_of(params, instance, **how):
    """Return the `EmissionCurve` of every chain; ``how`` as in `solve_curves`: run, progress, stop."""
    if instance is None:
        return _of_table_5(params.cost_curve, params.highest_trading_price)
    return solve_curves(instance.chains, params.gap, price_max=params.highest_trading_price, **how)


def are_stored(params, instance):
    """Return whether all curves are stored, so that `curves_of` solves nothing."""
    return all(path.exists() for path in curve_files(params, instance))


def curve_files(params, instance):
    """Return the paths of the chains' curves in the store."""
    store = CurveStore()
    chains = instance.chains if instance else ()
    return [store.path(chain, params.highest_trading_price, params.gap) for chain in chains]


def private_values_of(params, instance):
    """Private value of every chain, float64[n], €/t: from the parameters, from Table 5, or drawn.

    Selling prices are set so that the profit per permit is this [Esmaeili2022, Eq. 2].
    """
    own = params.own_private_values()
    n = len(PRIVATE_VALUE) if instance is None else len(instance.chains)
    if own and len(own) != n:
        raise ParameterError(f"private_values = {params.private_values!r}: {len(own)} numbers for {n} chains")
    if own or instance is None:
        return np.array(own or PRIVATE_VALUE)
    rng = Streams(params.instance_seed)["private values"]
    return rng.uniform(params.private_value_min, params.private_value_max, n)
