"""What the result of a quarter in a market over years is made of."""

KEPT = "change in value of the permits you keep"


def parts_of(own, earned):
    """Payments and costs of the firm ``own`` in a quarter, € by name, which add up to ``earned`` with what it keeps."""
    paid = {
        "payments in the auction": -own.auction_payment,
        "payments on the exchange": -own.trade_payment,
        "proceeds of consigned permits": own.proceeds,
        "cost of abatement": -own.abatement_cost,
        "cost of projects": -own.investment,
        "payments for offsets": -own.offset_payment,
        "tax": -own.tax_payment,
        "payments at the ceiling": -own.ceiling_payment,
        "fines": -own.penalty_payment,
    }
    paid = {name: float(each) for name, each in paid.items()}
    income = float(own.profit) - sum(paid.values())
    return paid | {"higher prices of your products": income, KEPT: earned - float(own.profit)}
