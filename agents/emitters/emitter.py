"""Emitters: firms whose abatement gets dearer with every tonne, and who can keep permits for later."""

from agents.population import Column, Member
from learning.jit import rule
from learning.knobs import Settings
from learning.registry import Registry

EMITTERS = Registry("kind of emitter")


@EMITTERS.register("emitter")
class Emitter(Member):
    """A firm that emits, abates, and holds permits. It proposes bids; only the model moves permits or money.

    A subclass with a ``bid`` of its own is a bidder in plain Python; one with another of the methods decides that, too.
    """

    Settings = Settings

    weight = Column("share", "its share of the planned emissions of all firms without abatement")
    choke_price = Column("€/t", "marginal cost of abating its last tonne: at this price it emits nothing")
    baseline = Column("t", "emissions of the quarter without abatement, but with its projects", flow=True)
    emissions = Column("t", "emissions of the quarter", flow=True)
    noise = Column("t", "part of them that it could not foresee when abating; below zero: less", flow=True)
    worth = Column("€/t", "price up to which it abates in the quarter: what a permit is worth to it")
    abatement_cost = Column("€", "cost of its abatement in the quarter", flow=True)

    investment = Column("€", "cost of the projects that it begins in the quarter", flow=True)
    saved = Column("t", "emissions that its projects avoid in the quarter", flow=True)

    claim = Column("share", "its share of free permits")
    activity = Column("t", "emissions of the year so far by which free permits of the next are given")
    free_permits = Column("t", "permits it gets free in the quarter", flow=True)
    advance = Column("t", "free permits of the next year that it may use at the coming compliance")
    advanced = Column("t", "free permits that it has used before their year, and will not get then")
    consigned = Column("t", "free permits that wait to be sold for it in an auction")
    consigned_sold = Column("t", "those sold in the quarter", flow=True)
    proceeds = Column("€", "what it gets for them", flow=True)
    offsets = Column("t", "offsets that it buys in the quarter, which count as permits", flow=True)
    offset_payment = Column("€", "payment for them", flow=True)
    bid_volume = Column("t", "permits it bids for in the auction", flow=True)
    highest_bid = Column("€/t", "highest price it bids for any; 0 if it bids for none")
    lowest_bid = Column("€/t", "lowest price it bids for any; 0 if it bids for none")
    award = Column("t", "permits it gets in the auction", flow=True)
    auction_payment = Column("€", "payment for them", flow=True)
    bought = Column("t", "permits bought on the exchange, in the true-up too; below zero: sold", flow=True)
    trade_payment = Column("€", "what it pays for them; below zero: receives", flow=True)
    tax_payment = Column("€", "tax on its emissions", flow=True)
    uncovered = Column("t", "emissions of the year for which no permits are surrendered yet")
    owed = Column("t", "permits it owes for the emissions of earlier years")
    ceiling_award = Column("t", "permits it buys at the ceiling at compliance", flow=True)
    ceiling_payment = Column("€", "payment for them", flow=True)
    shortfall = Column("t", "emissions due at compliance for which it has no permits", flow=True)
    penalty_payment = Column("€", "fine for the shortfall", flow=True)
    profit = Column(
        "€", "change of its profit through the policy: output price, abatement, permits, fines", flow=True
    )

    action = Column("1", "position of its decision among the possible ones, if it learns")
    state = Column("1", "state it sees: bins of the price and of its coverage, if it learns")
    markup = Column("share", "its bids over what permits are worth to it, less 1")
    bank_share = Column("share", "part of the shortage ahead that it decides to provide for, if it learns")
    wealth = Column("€", "value of its permits beyond emissions and debts, at the quarter's price")
    gain = Column(
        "€", "what the market brings it in the quarter: profit, gain of wealth, abatement saved", flow=True
    )

    permits = Column("t", "permits on its account")
    cash = Column("€", "money on its account since the first quarter")
    credit = Column("€", "what a trader can spend beyond its cash: the capital it began the run with")

    def bid(self, market):
        """Propose a schedule, ``(prices €/t, volumes t)``, highest price first: that of the market's behaviour."""
        return market.schedule_of(self.row)

    def order(self, market, true_up=False):
        """Propose an order on the exchange, or in the true-up; None: it trades as its behaviour plans.

        An order is ``(volume t, limit €/t)``: permits to buy, below zero to sell, and the highest price that it pays,
        or the lowest that it takes.
        """

    def abate(self, market):
        """Price, €/t, up to which it abates in the quarter: what a permit is worth to it."""
        return self.worth

    def invest(self, market):
        """Price, €/t, at which a project must pay so that it begins it."""
        return self.worth

    @classmethod
    def follows_its_plan(cls):
        """Whether the kind leaves all decisions to its behaviour, so that a compiled loop can play it."""
        return all(
            getattr(cls, name) is getattr(Emitter, name) for name in ("bid", "order", "abate", "invest")
        )


@rule
def offsets_at(price, most, low, high):
    """Offsets, t, bought at a permit price of ``price``, €/t, if their own rises from ``low`` to ``high`` for the last.

    most : t, the limit of their use.
    """
    if price <= low:
        return 0.0
    return most if price >= high else most * (price - low) / (high - low)


@rule
def net_position(firm):
    """Permits, t, that a firm holds, or may use before their year, beyond what it has emitted or owes already."""
    return firm.permits + firm.advance - firm.uncovered - firm.owed
