"""Published experiments with people, to set beside what a class did.

Directions are those of the abstracts; a number stands here only if it was read in the source. Where a class has
played the treatments that an experiment compares, its own numbers stand beside the finding.
"""

from dataclasses import asdict, dataclass
from statistics import fmean

FIRST, LAST, ALL = "first", "last", "all"
ROUNDS = {FIRST: slice(0, 1), LAST: slice(-1, None), ALL: slice(None)}
"""Rounds of a treatment that a finding is about."""


@dataclass(frozen=True)
class Finding:
    """One result of an experiment."""

    source: str
    """Key in `model/BIBLIOGRAPHY.md`."""
    games: tuple
    """Names of the games that it bears on."""
    treatment: str
    measure: str
    """Measure of `results` that it is about."""
    sign: str
    """The result in words: which treatment is higher, or how it lies to theory."""
    low: float | None = None
    """Lower end of the band; None where the source at hand gives no number."""
    high: float | None = None
    unit: str = ""
    setting: str = ""
    """Setting of the game by which a class can play the treatments; "" if it cannot in one room."""
    values: tuple = ()
    """Its values in the treatments."""
    rounds: str = ALL
    """Rounds of each treatment to compare."""


FINDINGS = (
    Finding(
        source="Shobe2010",
        games=("sealed_bid", "clock"),
        treatment="uniform, discriminatory and clock auctions, tight and loose cap",
        measure="efficiency",
        sign="high in all formats",
    ),
    Finding(
        source="Shobe2010",
        games=("sealed_bid", "clock"),
        treatment="loose cap beside tight cap",
        measure="revenue",
        sign="lower, compared with the competitive market, under the loose cap",
    ),
    Finding(
        source="Shobe2010",
        games=("sealed_bid", "clock"),
        treatment="discriminatory beside uniform and clock, first auctions",
        measure="revenue",
        sign="higher where winners pay their own bid",
        setting="auction",
        values=("discriminatory", "uniform"),
        rounds=FIRST,
    ),
    Finding(
        source="Shobe2010",
        games=("sealed_bid", "clock"),
        treatment="discriminatory beside uniform and clock, last auctions",
        measure="revenue",
        sign="about the same in all formats: bidders have learnt to bid near the price that decides who wins",
        setting="auction",
        values=("discriminatory", "uniform"),
        rounds=LAST,
    ),
    Finding(
        source="KagelLevin2001",
        games=("sealed_bid", "clock"),
        treatment="one price for all, sealed bids and clock, bidders who want several units",
        measure="price",
        sign="below the competitive price: bidders want less than they could use, under the clock more nearly as in "
        "equilibrium",
        setting="auction",
        values=("uniform",),
    ),
    Finding(
        source="Burtraw2009",
        games=("sealed_bid", "clock"),
        treatment="uniform and discriminatory beside clock, without talk among bidders",
        measure="revenue",
        sign="lower under the clock",
    ),
    Finding(
        source="Burtraw2009",
        games=("sealed_bid", "clock"),
        treatment="uniform and discriminatory beside clock, bidders may talk",
        measure="revenue",
        sign="lower under the clock, where bidders need to agree on quantities only",
    ),
    Finding(
        source="Goeree2010",
        games=("order_book",),
        treatment="free permits to high emitters beside auction, both with a spot market",
        measure="efficiency",
        sign="high emitters keep too many of their free permits: trade leaves part of the gains unrealised",
    ),
    Finding(
        source="Goeree2010",
        games=("order_book",),
        treatment="free permits beside auction",
        measure="profit",
        sign="large windfall profits under free permits, none under the auction",
    ),
    Finding(
        source="Kotani2019",
        games=("order_book",),
        treatment="double auction beside sealed bids at one price, where everybody may buy and sell",
        measure="efficiency",
        sign="lower in the double auction, with less stable prices; many permits are bought and sold again",
    ),
    Finding(
        source="Perkis2016",
        games=("order_book",),
        treatment="hard ceiling, or more permits, beside no control",
        measure="price",
        sign="held down",
    ),
    Finding(
        source="Perkis2016",
        games=("order_book",),
        treatment="soft ceiling (auction of a reserve) beside hard ceiling",
        measure="price",
        sign="not held down reliably, least of all with a minimum price for the reserve",
    ),
    Finding(
        source="Olson2010",
        games=("years",),
        treatment="uniform beside discriminatory auction, permits can be banked",
        measure="efficiency",
        sign="no difference: trade after the auction makes the market efficient, not the auction",
        setting="auction",
        values=("discriminatory", "uniform"),
    ),
    Finding(
        source="Olson2010",
        games=("years",),
        treatment="permits can be banked",
        measure="price",
        sign="follows what people expect of later prices, not the equilibrium; more is banked under more uncertainty",
        setting="banking",
        values=(True, False),
    ),
    Finding(
        source="HoltShobe2016",
        games=("years",),
        treatment="reserve price and price ceiling beside no control, under shocks",
        measure="efficiency",
        sign="higher with the price collar; a reserve that adjusts quantities did not achieve the same",
    ),
)


def published_on(game, results=()):
    """Findings that bear on a game, as dicts; ``here`` : what a class with these results did, as from `compare`."""
    about = [finding for finding in FINDINGS if game in finding.games]
    left_out = ("games", "values", "rounds")
    return [
        {name: value for name, value in asdict(each).items() if name not in left_out}
        | {"here": compare(each, results)}
        for each in about
    ]


def compare(finding, results):
    """Values of a finding's setting, each with its measure's mean in the rounds played so; {} unless all were played.

    Means are shares of the number of the competitive market on the same facts. Rounds with a shock do not count.
    """
    means, results = {}, [each for each in results if not each.get("shock")]
    for value in finding.values:
        rounds = [each for each in results if each["settings"].get(finding.setting) == value]
        numbers = [relative(each["measures"].get(finding.measure)) for each in rounds[ROUNDS[finding.rounds]]]
        known = [number for number in numbers if number is not None]
        if not known:
            return {}
        means[value] = fmean(known)
    return means


def relative(measure):
    """Value of a measure over that of theory; None where one of them is not known or theory is 0."""
    if not measure or measure["value"] is None or not measure["theory"]:
        return None
    return measure["value"] / measure["theory"]
