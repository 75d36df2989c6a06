"""Amounts in the sentences that people at a seat read."""


def euros(amount):
    """An amount of money.

    >>> euros(-1234.5)
    '−1,234.50 €'
    """
    return f"{amount:,.2f} €".replace("-", "−")


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
