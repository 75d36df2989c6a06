"""The only place where permits and money move. Every movement names both of its sides.

Permits are created by `issue` and leave through `surrender` and `expire`; money only changes hands (the product
market is an account too). So at any time, with the sums over firms:
    issued = permits of firms + permits of the government + surrendered + expired,
    0 = cash of firms + cash of the government + product market.
Arguments ``firms`` and ``government`` are the rows of populations, record arrays of length n and 1.
"""

from learning.jit import rule


@rule
def issue(government, volume):
    """Create ``volume`` permits, t, in the government's hands."""
    public = government[0]
    public.issued += volume
    public.permits += volume


@rule
def settle_auction(firms, government):
    """Deliver the awards against the auction payments."""
    public = government[0]
    for firm in firms:
        public.permits -= firm.award
        firm.permits += firm.award
        firm.cash -= firm.auction_payment
        public.cash += firm.auction_payment


@rule
def settle_trades(firms):
    """Deliver what was bought and sold between firms; both columns add up to zero."""
    for firm in firms:
        firm.permits += firm.bought
        firm.cash -= firm.trade_payment


@rule
def sell_products(firm, government, margin):
    """Pay one firm the margin of its output, €, out of the product market."""
    firm.cash += margin
    government[0].product_market -= margin


@rule
def hand_in(firm, government, volume):
    """Surrender ``volume`` of one firm's permits, t."""
    firm.permits -= volume
    government[0].surrendered += volume


@rule
def surrender(firm, government):
    """Hand in the permits that cover one firm's emissions, and pay the fine for those not covered."""
    public = government[0]
    hand_in(firm, government, firm.emissions - firm.shortfall)
    firm.cash -= firm.penalty_payment
    public.cash += firm.penalty_payment


@rule
def expire(firms, government):
    """Cancel every permit left at the end of the period: there is no banking."""
    public = government[0]
    for firm in firms:
        public.expired += firm.permits
        firm.permits = 0.0
    public.expired += public.permits
    public.permits = 0.0


def permits_missing(firms, government):
    """Permits, t, that the identity of the module's head fails to account for; 0 up to rounding."""
    public = government[0]
    return public.issued - firms.permits.sum() - public.permits - public.surrendered - public.expired


def cash_missing(firms, government):
    """Money, €, that the identity of the module's head fails to account for; 0 up to rounding."""
    return firms.cash.sum() + government[0].cash + government[0].product_market
