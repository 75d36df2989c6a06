"""Amounts in the sentences that people at a seat read."""

CENTS = 10_000.0
"""Amount, €, from which on cents are not shown."""


def amount(money):
    """An amount of money without its unit, large ones without cents, nothing without a minus.

    >>> amount(-1234.5), amount(-0.001), amount(12345.6)
    ('−1,234.50', '0.00', '12,346')
    """
    digits = 2 if abs(money) < CENTS else 0
    return f"{round(money, digits) + 0.0:,.{digits}f}".replace("-", "−")


def euros(money):
    """An amount of money.

    >>> euros(-1234.5)
    '−1,234.50 €'
    """
    return f"{amount(money)} €"


def tonnes(volume):
    """A number of permits.

    >>> tonnes(12.50)
    '12.5 t'
    """
    return f"{volume:,.4g} t" if abs(volume) < 1_000 else f"{volume:,.0f} t"


def price_text(price):
    """A price.

    >>> price_text(3.0)
    '3.00 €/t'
    """
    return f"{price:,.2f} €/t"


STAND_INS = {
    "truthful": "price taker",
    "truthful_schedule": "price taker",
    "outlook": "price taker",
    "foresight": "price taker",
    "adaptive": "price taker",
    "thumb": "rule of thumb",
    "fixed": "fixed bid",
    "random": "random bidder",
    "random_schedule": "random bidder",
    "ppo_schedule": "trained bidder",
}
"""Words for those that decide for a firm and do not learn; price takers bid what permits are worth to them."""


def stand_in_of(part, usual):
    """Word for who decides by ``part``, a name of a registry; usual : the word for any that has none of its own."""
    return STAND_INS.get(part, usual)
