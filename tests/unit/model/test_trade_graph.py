"""The secondary market as a network, by hand."""

import networkx as nx
import numpy as np
import pytest

from agents.population import as_numbers
from model.systems.learning_bidders import LearningBidders
from model.trade_graph import measures, trade_graph


@pytest.fixture
def recorded():
    """Function: a model of three firms whose record holds these purchases (t) and prices (€/t), period by
    period.
    """

    def make(bought, prices):
        model = LearningBidders(n_firms=3, rng=1)
        model.advance(len(prices))
        collector = model.datacollector
        government, firms = collector.rows()
        firms.bought[:] = bought
        government.trading_price[:, 0] = prices
        periods = list(collector.periods)
        collector.thin(len(periods) + 1)
        collector.collect_block(periods, as_numbers(government), as_numbers(firms))
        return model

    return make


def test_one_period_by_hand(recorded):
    """Firm 1 sells 4 t at 2 €/t: 3 t to firm 0, 1 t to firm 2."""
    graph = trade_graph(recorded([[3.0, -4.0, 1.0]], [2.0]))
    assert dict(graph.edges) == {(1, 0): {"volume": 3.0, "value": 6.0}, (1, 2): {"volume": 1.0, "value": 2.0}}
    assert graph.nodes[1] == {"sold": 4.0, "bought": 0.0}
    assert graph.nodes[0] == {"sold": 0.0, "bought": 3.0}


def test_periods_add_up_at_their_own_prices(recorded):
    """Firm 1 sells firm 0 first 3 t at 2 €/t, then 1 t at 5 €/t: 4 t for 11 €; then firm 0 sells 2 t back."""
    model = recorded([[3.0, -3.0, 0.0], [1.0, -1.0, 0.0], [-2.0, 2.0, 0.0]], [2.0, 5.0, 1.0])
    graph = trade_graph(model, last=3)
    assert graph.edges[1, 0] == {"volume": 4.0, "value": 11.0}
    assert graph.edges[0, 1] == {"volume": 2.0, "value": 2.0}
    assert graph.nodes[0] == {"sold": 2.0, "bought": 4.0}
    assert list(trade_graph(model, last=1).edges) == [(0, 1)]


def test_measures_by_hand(recorded):
    """Two links of six possible; one seller, buyers with 3/4 and 1/4: (3/4)^2 + (1/4)^2 = 0.625."""
    found = measures(trade_graph(recorded([[3.0, -4.0, 1.0]], [2.0])))
    assert found == {
        "firms": 3,
        "links": 2,
        "density": pytest.approx(1 / 3),
        "reciprocity": 0.0,
        "volume": 4.0,
        "buyer_concentration": 0.625,
        "seller_concentration": 1.0,
    }


def test_who_sold_to_each_other_is_reciprocal(recorded):
    model = recorded([[3.0, -3.0, 0.0], [-2.0, 2.0, 0.0]], [2.0, 1.0])
    assert measures(trade_graph(model, last=2))["reciprocity"] == 1.0


@pytest.mark.filterwarnings("error")
def test_measures_of_no_trade(recorded):
    found = measures(trade_graph(recorded([[0.0, 0.0, 0.0]], [2.0])))
    assert (found["links"], found["volume"], found["density"]) == (0, 0.0, 0.0)
    assert np.isnan([found[k] for k in ("reciprocity", "buyer_concentration", "seller_concentration")]).all()


def test_before_the_first_period_nobody_has_traded():
    graph = LearningBidders(n_firms=3, rng=1).trades()
    assert isinstance(graph, nx.DiGraph)
    assert list(graph) == [0, 1, 2]
    assert not graph.edges
