"""Tables of one step of the grid: actions and holdings of every enterprise, and the government's numbers."""

from agents.enterprises.actions import INVEST, PRODUCE, act_of, move_of, order_of
from agents.government_policies import GOVERNMENTS
from model.issuing import FREE
from model.systems.grid.step import ALLOCATION

COLUMNS = {
    "ability": "ability",
    "scale": "size",
    "cash": "coins",
    "cash_escrow": "in bids",
    "permits": "permits, t",
    "permits_escrow": "in asks",
    "level": "level",
    "labour": "labour",
    "properties": "properties",
    "projects": "projects",
    "emissions": "emissions, t",
    "shortfall": "shortfall, t",
    "utility": "utility",
    "reward": "reward",
}
"""Columns of an enterprise, with names and units."""

BOUGHT = {"allocation": "bought at auction, t", "auction_payment": "paid for them, coins"}
"""The same where permits are sold, of the last auction."""

PUBLIC = {
    "period": "compliance period",
    "welfare": "welfare, coins",
    "reward": "reward, coins",
    "equality": "equality",
    "penalty": "penalty, coins/t",
    "average_level": "mean emission level of the last period",
    "project_permits": "projects placed in the period",
    "green_projects": "certified projects",
    "remaining": "permits left to an active government, t",
    "trades": "trades in the step",
    "trade_price": "last trade, coins/t",
}
"""The same of the government."""

SOLD = {
    "permits_sold": "permits sold in the step, t",
    "clearing_price": "last auction of permits, coins/t",
    "auction_proceeds": "paid in auctions of permits, coins",
}
"""The same where permits are sold."""

DIRECTIONS = ("left", "right", "up", "down")
"""Of moves, in the order of `MOVES`."""

NOTHING = "–"


def columns_of(params):
    """Columns of an enterprise: column -> name and unit."""
    return COLUMNS | (BOUGHT if params.issuing != FREE else {})


def enterprise_table(shot, params):
    """A row of texts for each enterprise, the action first; the numbers of a column have the same decimals."""
    columns = [texts(shot.firms[name]) for name in columns_of(params)]
    acted = any(shot.actions) and int(shot.government[0].clock) % params.period_length != ALLOCATION
    return [
        [
            str(i + 1),
            action_text(int(shot.actions[i]), params.max_price) if acted else NOTHING,
            *(column[i] for column in columns),
        ]
        for i in range(len(shot.firms))
    ]


def government_table(shot, params):
    """A row with name and value for each number; permits left are listed only for an active government."""
    active = GOVERNMENTS[params.government].active
    numbers = PUBLIC | (SOLD if params.issuing != FREE else {})
    shown = {name: label for name, label in numbers.items() if active or name != "remaining"}
    table = [[label, texts([shot.government[0][name]])[0]] for name, label in shown.items()]
    if not shot.firms.sales.sum():
        table[list(shown).index("trade_price")][1] = NOTHING
    return table


def texts(values):
    """Numbers of one kind for a wide table: two decimals, none if all are whole or 1,000 and more.

    >>> texts([1.0, 1.2, -0.001]), texts([3.0, -0.0])
    (['1.00', '1.20', '0.00'], ['3', '0'])
    """
    values = [float(value) for value in values]
    decimals = 0 if all(value.is_integer() or abs(value) >= 1000 for value in values) else 2
    return [f"{value:z,.{decimals}f}" for value in values]


def action_text(action, max_price):
    """Text of an enterprise's action, and of the order beside it.

    >>> action_text(20, 20), action_text(45, 20), action_text(1, 20), action_text(1 + 49 * 20, 20)
    ('bid 17', 'left', 'produce', 'produce, bid 17')
    """
    side, price = order_of(action, max_price)
    order = f"{'bid' if side > 0 else 'ask'} {price}" if side else ""
    direction, act = move_of(action, max_price), act_of(action, max_price)
    text = (
        DIRECTIONS[direction]
        if direction >= 0
        else {PRODUCE: "produce", INVEST: "invest"}.get(act, "nothing")
    )
    return f"{text}, {order}" if order and text != "nothing" else order or text
