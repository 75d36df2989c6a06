"""Metrics that the source's simulator reports at the end of an episode, by its names [Wang2024, simulator]."""

import numpy as np

from model.systems.grid.rewards import labour_weight, utility_of


def final_metrics(world, setup):
    """Return the metrics at the end of an episode by their names in the log; NaN where nothing was traded.

    Utilities weigh labour as in the next step.
    """
    found, weight = {}, labour_weight(float(world.government.positive_steps[0]), np.full(2, np.nan), setup)
    for i, firm in enumerate(world.firms):
        found |= of_enterprise(i, firm) | {f"util/{i}": utility_of(firm, weight, setup)}
    public, coins = world.government[0], world.firms.cash + world.firms.cash_escrow
    found |= {"endow/p/Carbon_idx": 0.0, "endow/p/Carbon_project": 0.0, "endow/p/Coin": 0.0}
    found |= {
        "util/p": {
            "util": float(public.welfare),
            "equality": float(public.equality),
            "prod": float(coins.mean()),
            "mobile_idx_used": world.firms.shortfall.tolist(),
        },
        "labor/weighted_cost": setup.labour_cost * weight,
        "labor/warmup_integrator": float(public.positive_steps),
        "Carbon_component/total_builds": float(world.firms.properties.sum()),
        "Carbon_component/total_emission": float(world.firms.emissions.sum()),
        "Trade/n_trades": float(world.firms.sales.sum()),
    }
    return found


def of_enterprise(i, firm):
    """Return the metrics of one enterprise, except its utility."""
    found = {
        f"endow/{i}/Carbon_idx": firm.permits + firm.permits_escrow,
        f"endow/{i}/Carbon_project": firm.projects,
        f"endow/{i}/Coin": firm.cash + firm.cash_escrow,
        f"endogenous/{i}/Carbon_emission": firm.emissions,
        f"endogenous/{i}/Labor": firm.labour,
        f"Carbon_component/{i}/n_builds": firm.properties,
        f"Carbon_component/{i}/emission": firm.emissions,
        f"Carbon_component/{i}/n_research": firm.investments,
    }
    found |= of_trades(f"Trade/{i}/SellCarbon_idx/", firm.earned, firm.sales)
    found |= of_trades(f"Trade/{i}/BuyCarbon_idx/", firm.spent, firm.purchases)
    return {name: float(value) for name, value in found.items()}


def of_trades(prefix, coins, count):
    """Return the metrics of an enterprise's ``count`` sales or purchases, for ``coins`` in total."""
    mean = coins / count if count else float("nan")
    return {prefix + field: mean for field in ("price", "cost", "income")} | {prefix + "n_sales": count}
