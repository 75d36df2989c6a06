"""Names with shares as text, ``q_learning:1+roth_erev:4``: which part of the players each name stands for.

Names are joined by ``+``, because a comma separates the values of a sweep; a space stands for ``+`` too, because that
is what links typed by hand make of it. The number behind a colon is a weight, 1 where there is none.
"""

import math
from functools import lru_cache
from typing import NamedTuple


class Share(NamedTuple):
    """A name and its weight among the others; weights that add up to the number of players count players."""

    name: str
    weight: float = 1.0


@lru_cache(maxsize=64)
def read_shares(text):
    """Shares, a tuple of `Share`, in the order written; ValueError if the text is malformed.

    >>> read_shares("q_learning+roth_erev:4")
    (Share(name='q_learning', weight=1.0), Share(name='roth_erev', weight=4.0))
    """
    shares = tuple(_read_share(text, item) for item in str(text).replace("+", " ").split())
    if not shares:
        raise ValueError("no name is given")
    return shares


def _read_share(text, item):
    name, colon, written = item.partition(":")
    try:
        weight = float(written) if colon else 1.0
    except ValueError:
        weight = math.nan
    if not (name and 0.0 < weight < math.inf):
        raise ValueError(f"{item!r} is no name with a positive weight, as in q_learning:1+roth_erev:4")
    return Share(name, weight)


def write_shares(shares):
    """The text of shares in its usual form: one name alone has no weight, and a weight of 1 is left out.

    >>> write_shares(read_shares("q_learning:1 roth_erev:4.0"))
    'q_learning+roth_erev:4'
    """
    if len(shares) == 1:
        return shares[0].name
    return "+".join(name if weight == 1.0 else f"{name}:{weight:.15g}" for name, weight in shares)


def one_among(name, others, players):
    """Text of shares by which the first of ``players`` players stands for ``name`` and the rest for ``others``.

    >>> one_among("q_learning", "roth_erev", 5)
    'q_learning+roth_erev:4'
    """
    return write_shares((Share(name), Share(others, players - 1)))


def split_players(shares, players):
    """Number of players of each share, list of int, by the largest remainders; the first of equal ones comes first.

    ValueError if a share gets nobody.

    >>> split_players(read_shares("q_learning+roth_erev:4"), 10)
    [2, 8]
    >>> split_players(read_shares("q_learning+roth_erev"), 5)
    [3, 2]
    """
    total = math.fsum(weight for _, weight in shares)
    quotas = [players * weight / total for _, weight in shares]
    counts = [math.floor(quota) for quota in quotas]
    by_remainder = sorted(range(len(shares)), key=lambda k: counts[k] - quotas[k])
    for k in by_remainder[: players - sum(counts)]:
        counts[k] += 1
    for (name, _), count in zip(shares, counts, strict=True):
        if not count:
            raise ValueError(f"{name} gets none of the {players} players")
    return counts
