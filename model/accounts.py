"""Accounts: the only place where permits and money move. Every movement names both of its sides.

Permits are created by `issue` and leave through `surrender` and `expire`; money only changes hands (the product
market is an account too). So at any time, with the sums over firms:
    issued = permits of firms + permits of the government + surrendered + expired,
    0 = cash of firms + cash of the government + product market.
On the grid, permits and cash of firms include what is in escrow behind their orders; `renew_permits` forgives what
is missing, which adds ``written_off`` to the left side of the first identity; and firms begin an episode with
coins, which puts ``endowed`` on the left side of the second. Where permits are held for years, those in the reserve
and those cancelled by rule add ``reserve`` and ``cancelled`` to the right side of the first.
Arguments ``firms`` and ``government`` are the rows of populations, record arrays of length n and 1. Movements of all
firms add up the government's side in a local number: on its account each firm would wait for the one before.
"""

from learning.jit import rule


@rule
def issue(government, volume):
    """Create ``volume`` permits, t, in the government's account."""
    public = government[0]
    public.issued += volume
    public.permits += volume


@rule
def sell(firm, government, volume, payment):
    """Deliver ``volume`` of the government's permits, t, to one firm against ``payment``, €."""
    public = government[0]
    public.permits -= volume
    firm.permits += volume
    firm.cash -= payment
    public.cash += payment


@rule
def settle_auction(firms, government):
    """Deliver the awards in exchange for the auction payments."""
    public = government[0]
    permits, cash = public.permits, public.cash
    for firm in firms:
        permits -= firm.award
        firm.permits += firm.award
        firm.cash -= firm.auction_payment
        cash += firm.auction_payment
    public.permits, public.cash = permits, cash


@rule
def pay_proceeds(firm, government, proceeds):
    """Pay one firm the ``proceeds``, €, of permits that the government sold for it."""
    firm.cash += proceeds
    government[0].cash -= proceeds


@rule
def settle_trades(firms):
    """Deliver the permits and payments of trades between firms; both columns add up to zero."""
    for firm in firms:
        exchange(firm, firm.bought, firm.trade_payment)


@rule
def exchange(firm, volume, payment):
    """Deliver ``volume`` permits, t, to one firm for ``payment``, €, below zero from it; trades add up to zero."""
    firm.permits += volume
    firm.cash -= payment


@rule
def sell_products(firm, government, margin):
    """Pay one firm the margin of its output, €, out of the product market."""
    firm.cash += margin
    government[0].product_market -= margin


@rule
def settle_sales(firms, government):
    """Do `sell_products` for all firms, of which each has the margin of its output as ``value``, €."""
    public = government[0]
    product_market = public.product_market
    for firm in firms:
        firm.cash += firm.value
        product_market -= firm.value
    public.product_market = product_market


@rule
def hand_in(firm, government, volume):
    """Surrender ``volume`` of one firm's permits, t."""
    firm.permits -= volume
    government[0].surrendered += volume


@rule
def surrender(firm, government):
    """Do for one firm as `settle_compliance` for all."""
    hand_in(firm, government, firm.emissions - firm.shortfall)
    pay_government(firm, government, firm.penalty_payment)


@rule
def settle_compliance(firms, government):
    """Let every firm hand in the permits that cover its emissions, and pay the fine for those not covered."""
    public = government[0]
    surrendered, cash = public.surrendered, public.cash
    for firm in firms:
        covered = firm.emissions - firm.shortfall
        firm.permits -= covered
        surrendered += covered
        firm.cash -= firm.penalty_payment
        cash += firm.penalty_payment
    public.surrendered, public.cash = surrendered, cash


@rule
def expire(firms, government):
    """Cancel every permit left at the end of the period: there is no banking."""
    public = government[0]
    expired = public.expired
    for firm in firms:
        expired += firm.permits
        firm.permits = 0.0
    public.expired = expired
    expire_unsold(government)


@rule
def expire_unsold(government):
    """Cancel the permits left in the government's account."""
    public = government[0]
    public.expired += public.permits
    public.permits = 0.0


@rule
def give(firm, government, volume):
    """Give ``volume`` of the government's permits, t, to one firm free of charge."""
    government[0].permits -= volume
    firm.permits += volume


@rule
def set_aside(government, volume):
    """Move ``volume`` of the government's permits, t, into the reserve; below zero: out of it."""
    government[0].permits -= volume
    government[0].reserve += volume


@rule
def cancel(government, volume):
    """Cancel ``volume`` of the government's permits, t."""
    government[0].permits -= volume
    government[0].cancelled += volume


@rule
def end_validity(firm, government, volume):
    """Let ``volume`` of one firm's permits, t, expire."""
    firm.permits -= volume
    government[0].expired += volume


@rule
def renew_permits(firm, government, volume):
    """Begin a period with ``volume`` permits, t: what is left, in escrow too, expires; what is missing is forgiven."""
    public = government[0]
    if firm.permits >= 0.0:
        public.expired += firm.permits
    else:
        public.written_off -= firm.permits
    public.expired += firm.permits_escrow
    public.issued += volume
    firm.permits, firm.permits_escrow = volume, 0.0


@rule
def certify(firm, government, volume):
    """Create ``volume`` permits, t, for a certified project in its builder's account."""
    firm.permits += volume
    government[0].issued += volume


@rule
def buy_goods(firm, government, cost):
    """Let one firm pay for labour-saving goods, research or building, in the product market."""
    firm.cash -= cost
    government[0].product_market += cost


@rule
def pay_government(firm, government, coins):
    """Let one firm pay a fine or an auction's price."""
    firm.cash -= coins
    government[0].cash += coins


@rule
def reserve_cash(firm, coins):
    """Move coins into escrow behind a bid; below zero: release them."""
    firm.cash -= coins
    firm.cash_escrow += coins


@rule
def reserve_permits(firm, volume):
    """Move permits, t, into escrow behind an ask; below zero: release them."""
    firm.permits -= volume
    firm.permits_escrow += volume


@rule
def deliver(buyer, seller, bid, price):
    """Exchange one permit out of the seller's escrow for coins out of the buyer's, who gets back what it bid above."""
    seller.permits_escrow -= 1.0
    buyer.permits += 1.0
    buyer.cash_escrow -= bid
    seller.cash += price
    buyer.cash += bid - price


def permits_missing(firms, government):
    """Permits, t, that the identity of the module's head fails to account for; 0 up to rounding.

    firms : rows [..., n], government : rows [..., 1], of one period or of many.
    """
    public = government[..., 0]
    created = public.issued + _total(government, "written_off")
    held = firms.permits.sum(-1) + _total(firms, "permits_escrow") + public.permits
    held += _total(government, "reserve") + _total(government, "cancelled")
    return created - held - public.surrendered - public.expired


def cash_missing(firms, government):
    """Money, €, that the identity of the module's head fails to account for, as `permits_missing`; 0 up to rounding."""
    public = government[..., 0]
    held = firms.cash.sum(-1) + _total(firms, "cash_escrow")
    return held + public.cash + public.product_market - _total(government, "endowed")


def _total(rows, name):
    """Sum of a column; 0 where a system has none."""
    return rows[name].sum(-1) if name in rows.dtype.names else 0.0
