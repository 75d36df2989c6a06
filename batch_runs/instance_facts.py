"""Facts of solved supply chains: emissions and costs of each, trading prices of all."""

from agents.supply_chains.store import CurveStore
from batch_runs.tables import text_table
from model.mechanisms.exchange.free import equilibrium, plans_of
from model.systems.supply_chains.curves import curves_of, instance_of


def unsolved(params):
    """Numbers, from 1, of the chains whose curves are not in the store."""
    store, limit, gap = CurveStore(), params.highest_trading_price, params.gap
    chains = instance_of(params).chains
    return [k for k, chain in enumerate(chains, 1) if store.load(chain, limit, gap) is None]


def facts(params, shares):
    """Return the facts of the chains that ``params`` name, plain values by name; shares : permits / TEC to price."""
    instance = instance_of(params)
    curves = curves_of(params, instance)
    plans = plans_of(curves)
    total = float(plans.emissions[0])
    return {
        "name": instance.name,
        "seed": instance.seed,
        "redraws": instance.redraws,
        "chains": [
            _chain(k, chain, curve) for k, (chain, curve) in enumerate(zip(instance.chains, curves), 1)
        ],
        "tec": total,
        "abatement_limit": 1.0 - float(plans.emissions[-1]) / total,
        "highest_trading_price": plans.price_max,
        "prices": [_price(plans, share) for share in shares],
    }


def _chain(number, chain, curve):
    return {
        "chain": number,
        "demand": float(chain.demand.sum()),
        "tec": float(curve.tec),
        "cost": float(curve.cost[0]),
        "abatement_limit": float(curve.abatement_limit),
        "plans": len(curve.price),
        "gap": float(curve.gap),
        "milps": int(curve.milps),
        "seconds": float(curve.seconds),
    }


def _price(plans, share):
    permits = share * plans.emissions[0]
    market = equilibrium(plans, permits)
    emitted = float(plans.emissions[market.change])
    return {
        "phi": float(share),
        "mitigation_rate": 1.0 - float(share),
        "permits": float(permits),
        "trading_price": float(market.price),
        "met": bool(market.met),
        "shortfall": 0.0 if market.met else emitted - float(permits),
    }


def as_text(found):
    """Return `facts` as readable text."""
    chains = [
        {
            "chain": row["chain"],
            "demand, units": f"{row['demand']:,.0f}",
            "TEC, t": f"{row['tec']:,.1f}",
            "cost, €": f"{row['cost']:,.0f}",
            "abatement limit": f"{row['abatement_limit']:.1%}",
            "plans": row["plans"],
            "gap": f"{row['gap']:.1e}",
            "MILPs": row["milps"],
            "CPU s": f"{row['seconds']:.1f}",
        }
        for row in found["chains"]
    ]
    prices = [
        {
            "phi": f"{row['phi']:g}",
            "lambda": f"{row['mitigation_rate']:.0%}",
            "permits, t": f"{row['permits']:,.1f}",
            "trading price, €/t": f"{row['trading_price']:,.2f}",
            "cap": "met" if row["met"] else f"not met: {row['shortfall']:,.1f} t fined",
        }
        for row in found["prices"]
    ]
    lines = [
        f"{found['name']}: {len(chains)} chains, TEC {found['tec']:,.1f} t, "
        f"of which no price up to {found['highest_trading_price']:,.0f} €/t avoids more than "
        f"{found['abatement_limit']:.1%}",
        "",
        text_table(chains),
        "",
        text_table(prices),
    ]
    return "\n".join(lines)
