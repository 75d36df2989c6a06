"""Parameters of the grid's world: its size, production, research, market, movement and rewards."""

from learning.knobs import knob, positive, settings
from model import shared_knobs
from model.params import Params

SOURCE = "Wang2024, simulator"


@settings
class GridWorldParams(Params):
    """Parameters fixed by nature and technology."""

    n_firms: int = shared_knobs.n_firms(also="the enterprises", high=50, source=SOURCE)
    height: int = knob(
        40, low=3, high=200, unit="cells", help="rows of the grid", source=SOURCE, group="population"
    )
    width: int = knob(
        40, low=3, high=200, unit="cells", help="columns of the grid", source=SOURCE, group="population"
    )
    view: int = knob(
        5,
        low=1,
        high=20,
        unit="cells",
        help="how far an enterprise sees in each direction",
        source=SOURCE,
        group="population",
    )
    start_cash: float = knob(
        20.0,
        low=0.0,
        high=100_000.0,
        unit="coins",
        help="coins each enterprise begins an episode with",
        source=SOURCE,
        group="population",
    )
    episode: int = knob(
        500,
        low=10,
        high=1_000_000,
        unit="steps",
        help="steps until everything begins anew",
        source=SOURCE,
        group="time",
    )
    period_length: int = knob(
        50,
        low=2,
        high=100_000,
        unit="steps",
        help="steps of a compliance period",
        source=SOURCE,
        group="time",
    )
    total_permits: float = knob(
        200.0,
        low=0.0,
        high=100_000.0,
        unit="t",
        step=10.0,
        live=True,
        help="permits of an episode, a tenth of them for certified projects",
        source=SOURCE,
        group="policy",
    )
    penalty: float = shared_knobs.penalty(
        also="at the end of a period", default=30.0, unit="coins/t", step=1.0, source=SOURCE
    )
    climate_cost: float = knob(
        0.2,
        low=0.0,
        high=100.0,
        unit="1/t",
        step=0.01,
        live=True,
        help="economy-climate coefficient: how much uncovered emissions lower welfare",
        source=SOURCE,
        group="policy",
    )
    income: float = knob(
        10.0,
        low=0.0,
        high=10_000.0,
        unit="coins",
        step=0.5,
        help="coins of one production, for an enterprise of size 1",
        source=SOURCE,
        group="production",
    )
    emission_factor: float = knob(
        1.0,
        low=0.001,
        high=1_000.0,
        unit="t",
        step=0.1,
        help="emissions of one production at size and level 1",
        source=SOURCE,
        group="production",
    )
    produce_labour: float = knob(
        10.0, low=0.0, high=1_000.0, help="labour of one production", source=SOURCE, group="production"
    )
    pollution_threshold: float = knob(
        3.0,
        low=0.0,
        high=1_000.0,
        unit="t",
        step=0.1,
        help="emissions of one production above which a cell nearby is polluted; at 3 out of reach",
        source=SOURCE,
        group="production",
    )
    pollution_factor: float = knob(
        0.3,
        low=0.0,
        high=100.0,
        unit="share",
        step=0.05,
        help="additional emissions of a production on a polluted cell",
        source=SOURCE,
        group="production",
    )
    technology: float = knob(
        0.1,
        low=0.001,
        high=10.0,
        step=0.01,
        help="how much one effective investment lowers the logarithm of the level",
        source=SOURCE,
        group="research",
    )
    lowest_level: float = knob(
        0.02,
        low=0.0001,
        high=1.0,
        unit="share",
        step=0.01,
        help="lowest emission level",
        source=SOURCE,
        group="research",
    )
    research_failure: float = knob(
        0.3,
        low=0.0,
        high=0.999,
        unit="share",
        step=0.05,
        help="probability that an investment fails",
        source=SOURCE,
        group="research",
    )
    delay: int = knob(
        5,
        low=0,
        high=99,
        unit="steps",
        help="steps until a success takes effect; below forget",
        source=SOURCE,
        group="research",
    )
    forget: int = knob(
        25,
        low=1,
        high=100,
        unit="steps",
        help="steps without success after which one effective investment is forgotten",
        source=SOURCE,
        group="research",
    )
    invest_labour: float = knob(
        10.0, low=0.0, high=1_000.0, help="labour of one investment", source=SOURCE, group="research"
    )
    max_price: int = knob(
        20,
        low=0,
        high=100,
        unit="coins/t",
        help="highest price of a bid or ask",
        source=SOURCE,
        group="market",
    )
    max_orders: int = knob(
        5,
        low=0,
        high=50,
        help="open orders an enterprise may have; 0: no exchange",
        source=SOURCE,
        group="market",
    )
    order_duration: int = knob(
        10,
        low=0,
        high=1000,
        unit="steps",
        help="steps an order stays in the book",
        source=SOURCE,
        group="market",
        when={"max_orders": positive},
    )
    order_and_act: bool = knob(
        False,
        help="whether an order takes its step, as in the source, or an enterprise may also act in it",
        group="market",
        when={"max_orders": positive},
    )
    order_labour: float = knob(
        0.25,
        low=0.0,
        high=1_000.0,
        step=0.05,
        help="labour of posting an order",
        source=SOURCE,
        group="market",
        when={"max_orders": positive},
    )
    move_labour: float = knob(
        1.0, low=0.0, high=1_000.0, step=0.5, help="labour of a move", source=SOURCE, group="movement"
    )
    project_labour: float = knob(
        30.0,
        low=0.0,
        high=1_000.0,
        help="labour of building a certified project",
        source=SOURCE,
        group="movement",
    )
    project_cost: float = knob(
        10.0,
        low=0.0,
        high=10_000.0,
        unit="coins",
        help="coins that building a certified project costs",
        source=SOURCE,
        group="movement",
    )
    eta: float = knob(
        0.23,
        low=0.0,
        high=0.99,
        step=0.01,
        help="curvature of the utility of coins",
        source=SOURCE,
        group="reward",
    )
    labour_cost: float = knob(
        0.1,
        low=0.0,
        high=100.0,
        step=0.01,
        help="utility lost per unit of labour at full weight",
        source=SOURCE,
        group="reward",
    )
    labour_warmup: float = knob(
        10000.0,
        low=0.0,
        high=10_000_000.0,
        unit="steps",
        help="pace at which labour begins to count; 0: at once",
        source=SOURCE,
        group="reward",
    )
