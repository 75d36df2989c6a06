"""Knobs that several systems have, each declared once; a system adds what differs: default, range, source, choices.

A knob of one name means one thing everywhere: its help begins with the same words.
"""

from agents.grid_bidder import PRICE_GRIDS
from learning.base import LEARNERS
from learning.knobs import knob
from model.mechanisms.auctions.base import AUCTIONS
from model.params import READ_OUTS


def shared(default=None, *, help, **about):
    """Declare a knob for several systems: a function that each calls with what differs there.

    It appends ``also`` to the help that all share.
    """

    def declare(also="", **own):
        return knob(**{"default": default, "help": f"{help}, {also}" if also else help} | about | own)

    declare.help = help
    return declare


# -- policy --------------------------------------------------------------------------------------------------------

phi = shared(
    0.9,
    low=0.01,
    high=2.0,
    step=0.01,
    unit="share",
    help="permits issued / permits required (1 - mitigation, which may be given instead)",
    group="policy",
    live=True,
    complement="mitigation",
)
auction = shared("uniform", choices=AUCTIONS, help="auction format", group="policy")
reserve_price = shared(
    0.0,
    low=0.0,
    high=10_000.0,
    unit="€/t",
    help="lowest acceptable bid price",
    group="policy",
    live=True,
)
penalty = shared(
    low=0.0,
    high=10_000.0,
    unit="€/t",
    help="fine per tonne of emissions not covered",
    group="policy",
    live=True,
)

validity = shared(
    help="time in which a permit can be surrendered, that of its issue included", high=50, group="policy"
)
exchange = shared(help="market after the auction", group="policy", live=True)
unsold = shared(help="use of permits that an auction leaves unsold", group="policy", live=True)

# -- firms ---------------------------------------------------------------------------------------------------------

n_firms = shared(5, low=1, help="number of firms", group="population")
costs = shared(
    "every_auction",
    choices=("every_auction", "once"),
    help="when costs are drawn: for every auction (one-shot game), or once (repeated game)",
    group="population",
)
policy = shared(help="how firms choose their actions")

# -- bids on a grid of prices and volumes --------------------------------------------------------------------------

learner = shared(
    "q_learning",
    choices=LEARNERS,
    mixed=True,
    help="how bidders learn; several names share the firms in their order, by weight: q_learning:1+roth_erev:4 makes "
    "the first of five firms a Q-learner",
    group="bidding",
)
price_steps = shared(
    low=1, help="prices a bidder can choose from, reserve price to its highest price", group="bidding"
)
price_grid = shared(
    "ends",
    choices=PRICE_GRIDS,
    help="prices from the reserve price to the highest one: equally spaced with both ends, or the left end or the "
    "middle of each of price_steps equal cells; only with ends can a firm bid its full private value",
    group="bidding",
)
volume_steps = shared(
    16, low=1, high=101, help="volumes a bidder can choose from, equally spaced", group="bidding"
)
price_bins = shared(low=1, help="bins of the last price that bidders see", group="bidding")
read_out = shared(
    "greedy",
    choices=READ_OUTS,
    help="play in a read-out, the periods after a run that replications measure: greedy, without experiments and "
    "further learning, or exploring, with both as before",
    group="bidding",
)
volume_factor = shared(
    low=1.0, high=10.0, step=0.1, help="largest bid volume / required permits", group="bidding"
)
