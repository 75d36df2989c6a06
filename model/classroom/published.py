"""Published experiments with people, to set beside what a class did.

Directions are those of the abstracts; a number stands here only if it was read in the source.
"""

from dataclasses import asdict, dataclass


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
    ),
    Finding(
        source="Shobe2010",
        games=("sealed_bid", "clock"),
        treatment="discriminatory beside uniform and clock, last auctions",
        measure="revenue",
        sign="about the same in all formats: bidders have learnt to bid near the price that decides who wins",
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
)


def published_on(game):
    """Findings that bear on a game, as dicts."""
    about = [asdict(finding) for finding in FINDINGS if game in finding.games]
    return [{name: value for name, value in each.items() if name != "games"} for each in about]
