"""The EU's market stability reserve: auctions shrink while many permits are in circulation, and grow while few are.

After compliance of a year the permits in circulation determine by how much the next year's auctions change
(`change_of_auctions`); at the start of that year the change is booked and what the reserve holds above a limit is
cancelled (`book`). Decision (EU) 2015/1814 as amended by Decision (EU) 2023/852 and Directive (EU) 2023/959
[EU2015].
"""

from typing import NamedTuple

import numpy as np

from learning.jit import rule


class StabilityRule(NamedTuple):
    """Numbers of the rule, in t unless a unit is given; years are those of the rule's own calendar."""

    upper: float
    """Permits in circulation above which permits are taken in."""
    full_rate_from: float
    """Above it the ``rate`` applies in full; between the two what exceeds ``upper`` is taken in."""
    lower: float
    """Permits in circulation below which permits are released."""
    rate: float
    """Share of the permits in circulation that is taken in."""
    release: float
    """Permits released in a year."""
    later: float
    """First year, by the change's date, of ``rate_later`` and ``release_later``."""
    rate_later: float
    release_later: float
    keep: float
    """Most that the reserve may hold from ``cancel_from`` on; the rest is cancelled. Infinite: nothing is."""
    cancel_from: float
    """Year."""
    keep_auctioned_in: float
    """The one year in which the reserve may hold as many permits as were auctioned in the year before."""


EU_RULE = StabilityRule(
    upper=833.0,
    full_rate_from=1096.0,
    lower=400.0,
    rate=0.24,
    release=200.0,
    later=2031.0,
    rate_later=0.12,
    release_later=100.0,
    keep=400.0,
    cancel_from=2024.0,
    keep_auctioned_in=2023.0,
)
"""As in force, in Mt. A proposal of 2026 (2026/0085(COD)) ends the cancellation: ``keep`` infinite."""

SHARES_OF_CAP = StabilityRule(
    upper=0.60,
    full_rate_from=0.79,
    lower=0.29,
    rate=0.24,
    release=0.144,
    later=np.inf,
    rate_later=0.24,
    release_later=0.144,
    keep=0.29,
    cancel_from=-np.inf,
    keep_auctioned_in=-np.inf,
)
"""The EU's numbers as shares of the first cap, for caps of any size; the rates of today in every year."""
AMOUNTS = ("upper", "full_rate_from", "lower", "release", "release_later", "keep")
"""Fields in tonnes."""


def scaled(reserve_rule, factor):
    """Return a `StabilityRule` with all amounts times ``factor``, such as `SHARES_OF_CAP` times the first cap, t.

    ValueError unless the factor is positive and finite.

    >>> scaled(SHARES_OF_CAP, 80.0).upper
    48.0
    """
    if not (np.isfinite(factor) and factor > 0.0):
        raise ValueError(f"factor = {factor}: must be finite and above 0")
    return reserve_rule._replace(**{name: getattr(reserve_rule, name) * factor for name in AMOUNTS})


@rule
def change_of_auctions(reserve_rule, circulation, reserve, planned, year):
    """Change, t, of the auctions of ``year``; below zero: permits go into the reserve.

    circulation : t held less t owed after compliance of the year before; reserve : t; planned : t to be auctioned in
    ``year``. An intake is at most what is planned and no remainder is carried over; a release at most the reserve.
    """
    later = year >= reserve_rule.later
    if circulation > reserve_rule.full_rate_from:
        return -min((reserve_rule.rate_later if later else reserve_rule.rate) * circulation, planned)
    if circulation > reserve_rule.upper:
        return -min(circulation - reserve_rule.upper, planned)
    if circulation < reserve_rule.lower:
        return min(reserve_rule.release_later if later else reserve_rule.release, reserve)
    return 0.0


@rule
def excess_of_reserve(reserve_rule, reserve, year, auctioned):
    """Permits, t, that are cancelled in ``year`` because the ``reserve``, t, is too full.

    auctioned : t sold by auction in the year before.
    """
    if year == reserve_rule.keep_auctioned_in:
        return max(reserve - auctioned, 0.0)
    if year >= reserve_rule.cancel_from:
        return max(reserve - reserve_rule.keep, 0.0)
    return 0.0


class Booked(NamedTuple):
    """A year of the reserve after its start, t."""

    planned: float
    """To be auctioned, the change included."""
    reserve: float
    cancelled: float


@rule
def book(reserve_rule, change, planned, reserve, year, auctioned):
    """Book a ``change`` of auctions, t, at the start of ``year``, then cancel: `Booked`.

    planned, reserve : t; auctioned : t, of the year before. No more is moved than is there.
    """
    change = min(max(change, -planned), reserve)
    reserve -= change
    cancelled = excess_of_reserve(reserve_rule, reserve, year, auctioned)
    return Booked(planned + change, reserve - cancelled, cancelled)


class Course(NamedTuple):
    """Course of the reserve over Y years, float64[Y], t, all at the end of the year."""

    change: np.ndarray
    """Of the year's auctions."""
    circulation: np.ndarray
    reserve: np.ndarray
    cancelled: np.ndarray
    """In the year."""


def play_years(reserve_rule, circulation, reserve, planned, free, emissions, first_year=2024):
    """Course of the reserve if emissions are given and everything auctioned is sold: `Course`.

    circulation, reserve : t at the start; planned, free, emissions : float[Y], t in each year, to be auctioned, given
    free and emitted. The first year's auctions do not change: the rule needs the permits in circulation of a year
    before. ValueError for different lengths.
    """
    planned, free, emissions = (np.array(x, float) for x in (planned, free, emissions))
    if not len(planned) == len(free) == len(emissions):
        raise ValueError(
            f"planned, free and emissions have {len(planned)}, {len(free)} and {len(emissions)} years: must be equal"
        )
    course = Course(*np.zeros((len(Course._fields), len(planned))))
    auctioned = planned[0] if len(planned) else 0.0
    for y in range(len(planned)):
        year = first_year + y
        change = change_of_auctions(reserve_rule, circulation, reserve, planned[y], year) if y else 0.0
        booked = book(reserve_rule, change, planned[y], reserve, year, auctioned)
        auctioned, reserve = booked.planned, booked.reserve
        circulation += free[y] + auctioned - emissions[y]
        for values, value in zip(
            course, (auctioned - planned[y], circulation, reserve, booked.cancelled), strict=True
        ):
            values[y] = value
    return course
