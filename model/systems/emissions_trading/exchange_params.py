"""Parameters of the exchange of a market over years."""

from agents.traders.trader import TRADERS
from learning.knobs import ParameterError, knob, positive, settings
from model import shared_knobs
from model.mechanisms.exchange import double_auction
from model.params import Params
from model.systems.emissions_trading.setup import EXCHANGES, RESALE


@settings
class ExchangeParams(Params):
    """Where permits change hands after the auction."""

    exchange: str = shared_knobs.exchange(
        also="a call market at one price; an order book, in which firms trade one after the other by price, then time; "
        "at a price tied to the auction's (regulated); or none",
        default="call",
        choices=EXCHANGES,
        source="ours",
        group="market",
    )
    regulated_margin: float = knob(
        0.05,
        low=0.0,
        high=0.99,
        step=0.01,
        unit="share",
        help="distance of the trading price from the auction's, under exchange = regulated: above it where permits are "
        "scarce, else below it",
        source="Esmaeili2021, Eq. 2.13, where it is drawn",
        group="market",
        live=True,
        when={"exchange": ("regulated",)},
    )
    order_width: float = knob(
        0.05,
        low=0.0,
        high=0.99,
        step=0.01,
        unit="share",
        help="largest distance of a limit price from the price expected, under exchange = order_book",
        source="ours",
        group="market",
        live=True,
        when={"exchange": ("order_book",)},
    )
    order_rounds: int = knob(
        4,
        low=1,
        high=8,
        help="times that every firm comes to the order book in a quarter",
        source="ours",
        group="market",
        live=True,
        when={"exchange": ("order_book",)},
    )
    n_traders: int = knob(
        0, low=0, high=40, help="traders without emissions, on the exchange", source="ours", group="market"
    )
    traders_bid: bool = knob(
        False,
        help="whether traders bid in auctions, too, each for no more than its money pays for at its own bids",
        source="ours",
        group="market",
        when={"n_traders": positive, "exchange": RESALE},
    )
    trader: str = knob(
        "value",
        choices=TRADERS,
        mixed=True,
        help="how traders decide what to hold; several names share them in their order, by weight: value+momentum:2",
        source="ours",
        group="market",
        when={"n_traders": positive},
    )
    trader_capital: float = knob(
        200.0,
        low=0.0,
        high=1e9,
        step=50.0,
        unit="€",
        help="money of each trader at the start of a run",
        source="ours",
        group="market",
        when={"n_traders": positive},
    )

    def check_orders(self, n):
        """ParameterError if ``n`` firms are too many for the order book."""
        if self.exchange != "order_book":
            return
        most = min(double_auction.AGES // self.order_rounds, double_auction.TRADERS)
        if n > most:
            raise ParameterError(
                f"exchange = order_book with {n} firms: at most {most} with order_rounds = {self.order_rounds}"
            )
