"""Network of the secondary market: firms, and the volumes that each sold to each other."""

import networkx as nx
import numpy as np

from model.mechanisms.exchange.regulated import flows


def trade_graph(model, last=1):
    """Build the directed graph of trades, seller -> buyer, over the last ``last`` periods collected.

    Nodes are rows of firms with ``sold`` and ``bought`` (t); edges carry ``volume`` (t) and ``value`` (€).
    """
    graph = nx.DiGraph()
    graph.add_nodes_from(range(len(model.firms)), sold=0.0, bought=0.0)
    if not model.datacollector.periods:
        return graph
    government, firms = model.datacollector.rows(last)
    each = np.array([flows(bought) for bought in firms.bought])
    price = np.nan_to_num(government.trading_price)  # no price is quoted where nothing is traded
    volume, value = each.sum(0), (each * price[..., None]).sum(0)
    for seller, buyer in zip(*np.nonzero(volume), strict=True):
        graph.add_edge(
            int(seller), int(buyer), volume=float(volume[seller, buyer]), value=float(value[seller, buyer])
        )
    for row in graph:
        graph.nodes[row].update(sold=float(volume[row].sum()), bought=float(volume[:, row].sum()))
    return graph


def measures(graph):
    """Compute the usual measures of a trade network, by name; NaN where nothing was traded."""
    volumes = np.array([d["volume"] for _, _, d in graph.edges(data=True)])
    bought = np.array([b for _, b in graph.nodes(data="bought")])
    sold = np.array([s for _, s in graph.nodes(data="sold")])
    traded = volumes.sum()
    return {
        "firms": graph.number_of_nodes(),
        "links": graph.number_of_edges(),
        "density": nx.density(graph),
        "reciprocity": nx.overall_reciprocity(graph) if volumes.size else float("nan"),
        "volume": float(traded),
        "buyer_concentration": float(((bought / traded) ** 2).sum()) if traded else float("nan"),
        "seller_concentration": float(((sold / traded) ** 2).sum()) if traded else float("nan"),
    }
