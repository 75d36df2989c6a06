"""Effect of a mitigation rate on supply chains: computed from their curves, and simulated with learning bidders.

The trading price, the chains' plans and their costs follow from the number of permits alone; awards and payments
follow from the bids.
"""

from dataclasses import dataclass

import numpy as np

from model.mechanisms.exchange.free import chosen, equilibrium

CASES = {
    "case 1, no caps": {"price_cap": 0.0, "volume_cap": 0.0},
    "case 2, caps": {"price_cap": 140.0, "volume_cap": 3000.0},
}
"""Caps on bids, €/t and t, of the two cases [Esmaeili2022, Section 6]."""
READ_OUT = 100
"""Periods without experiments over which the learned behaviour is measured."""


@dataclass(frozen=True)
class Outlook:
    """The free market for a number of permits; arrays float64[chains]."""

    mitigation: float
    """Share: 1 - permits / emissions when permits cost nothing (lambda)."""
    permits: float
    """t."""
    price: float
    """€/t: psi*."""
    met: bool
    """Whether the chains can abate that much; if not, the shortfall is fined at ``price``."""
    emissions: np.ndarray
    """t."""
    abated: np.ndarray
    """t."""
    abatement_cost: np.ndarray
    """€."""
    green_production: np.ndarray
    """Share; NaN for chains without plans."""
    green_transport: np.ndarray
    """Share; NaN for chains without plans."""

    @property
    def shortfall(self):
        """Emissions without permits, t."""
        return 0.0 if self.met else float(self.emissions.sum() - self.permits)


def outlook(plans, mitigation):
    """`Outlook` of chains with these `Plans` at a mitigation rate, from their curves alone."""
    everything, n = float(plans.emissions[0]), len(plans.emitted)
    permits = (1.0 - mitigation) * everything
    market = equilibrium(plans, permits)

    def each(values):
        return np.array([chosen(values, plans, market, i) for i in range(n)])

    emissions = each(plans.emitted)
    return Outlook(
        mitigation=mitigation,
        permits=permits,
        price=float(market.price),
        met=bool(market.met),
        emissions=emissions,
        abated=plans.emitted[:, 0] - emissions,
        abatement_cost=each(plans.cost) - plans.cost[:, 0],
        green_production=each(plans.green_production),
        green_transport=each(plans.green_transport),
    )


def case_params(params, periods, mitigation, auction, caps):
    """The parameters with another mitigation rate, auction and caps; Q-learning in the paper's three stages."""
    changed = {"phi": 1.0 - mitigation, "auction": auction, "collect_every": periods} | caps
    if "q_learning" in params.chosen_parts():
        changed |= {"q_learning.schedule": "stages", "q_learning.epsilon_rounds": periods}
        changed |= {"q_learning.gamma": 0.3}
    return params.replace(changed)


def play_case(kind, params, seed, periods):
    """Let chains learn for ``periods`` periods; return the result, one dict per chain, means of `READ_OUT` periods.

    Bids in €/t and t, awards in t, ``share`` of the permits sold, ``paid`` €/t per permit won, trading and clearing
    price €/t, profit € and ``change`` of it against no policy; ``mean_change``: its mean over chains
    [Esmaeili2022, Eq. 12].
    """
    model = kind(params, rng=seed)
    model.advance(periods)
    government, chains = model.read_out(READ_OUT)
    sold, free = chains.award.sum(), model.firms.rows.no_policy_profit
    profit = chains.profit.mean(0)
    public = {
        "clearing_price": float(government.clearing_price.mean()),
        "trading_price": float(government.trading_price.mean()),
        "mean_paid": float(chains.auction_payment.sum() / sold) if sold else float("nan"),
        "mean_change": float((profit / free).mean() - 1.0),
    }
    rows = []
    for i in range(len(profit)):
        award, payment = chains.award[:, i].sum(), chains.auction_payment[:, i].sum()
        rows.append(
            {
                "chain": i + 1,
                "bid_price": float(chains.bid_price[:, i].mean()),
                "bid_volume": float(chains.bid_volume[:, i].mean()),
                "award": float(award / READ_OUT),
                "share": float(award / sold) if sold else 0.0,
                "paid": float(payment / award) if award else float("nan"),
                "profit": float(profit[i]),
                "change": float(profit[i] / free[i] - 1.0),
            }
            | public
        )
    return rows
