"""The government of a market over years: its calendar, its rules of the quarter, its reserve, and its accounts."""

from agents.government import TradingGovernment
from agents.population import Column


class CalendarGovernment(TradingGovernment):
    """Issues permits year by year, sells them quarter by quarter, and settles compliance at the end of a year."""

    year = Column("1", "year of the run, from 1")
    quarter = Column("1", "quarter of the year, from 1")
    yearly_cap = Column("t", "cap of the year")
    reserve_price = Column("€/t", "lowest price at which the quarter's auction sells")
    offered = Column("t", "permits offered in the quarter's auction at its reserve price or above", flow=True)
    estimate = Column("€/t", "price at which everybody expects the market to clear, on public information")
    best_bid = Column("€/t", "highest limit price left in the order book to buy at")
    best_ask = Column("€/t", "lowest one left to sell at")
    carbon_price = Column("€/t", "price of the quarter's last market: firms abate what costs less")
    true_up_price = Column("€/t", "price of the true-up between the last emissions of a year and compliance")
    true_up_volume = Column("t", "permits traded in it", flow=True)
    foreseen_price = Column("€/t", "price if everybody had foreseen all emissions of the run")
    expected_price = Column("€/t", "price that firms with adaptive expectations expect for the next quarter")

    rolled = Column("t", "unsold permits, offered again in the next auction")
    waiting = Column("t", "unsold permits that wait until two auctions in a row end above the reserve price")
    above = Column("1", "auctions in a row up to now that ended above the reserve price")
    containment_left = Column("t", "permits left for this year in the cost containment reserve")
    reserve = Column("t", "permits in the reserve: unsold ones, and those the stability reserve took in")
    cancelled = Column("t", "permits cancelled by rule since the first quarter")
    change = Column("t", "change of the year's auctions by the stability reserve; below zero: taken in")
    next_change = Column("t", "change of the next year's auctions, booked at compliance")
    circulation = Column("t", "permits in circulation after the last compliance, less debts (TNAC)")

    stricter = Column("share", "how much stricter than announced the regulator makes the year's policy")
    lever_action = Column("1", "position of this among those that it chooses from, if it learns")
    lever_state = Column("1", "state it sees: bins of last year's price and of the bank, if it learns")
    lessons = Column("1", "years from which it has learned")

    taxed = Column("t", "emissions for which a tax was paid since the first quarter")
    median_bid = Column("€/t", "price at or above which half of the permits bid for in the auction are")
    year_emissions = Column("t", "emissions of the year up to now")
    year_cost = Column("€", "cost of abatement and projects of the year up to now")
    year_saved = Column("t", "emissions that projects avoided in the year up to now")
    welfare = Column("€", "at a year's end: damage avoided in it, less the cost of abatement")
    optimal_price = Column("€/t", "at a year's end: price at which marginal damage would have equalled it")
    cost_efficiency = Column("share", "at a run's end: least cost of its emissions / its cost of abatement")
    last_price = Column("€/t", "carbon price of the quarter before; NaN in a run's first one")

    emitted = Column("t", "emissions since the first quarter")
    forgiven = Column(
        "t", "emissions fined without permits, or owed when a run ended, since the first quarter"
    )
