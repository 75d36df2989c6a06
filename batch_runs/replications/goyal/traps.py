"""Promises of the CMRA's rules [Goyal] (P), and effects of other rules that look harmless (T)."""

from batch_runs.replications.common.claims import Statement
from batch_runs.replications.goyal.cases import (
    ALL,
    ALL_GIVEN,
    ALL_NO_RESERVE,
    ALL_RISE,
    CAPPED,
    CAPPED_EXCHANGED,
    DEFAULTS,
    HEADLINE,
    MOST,
    NO_RESERVE,
    ORDER_EXCHANGED,
)
from batch_runs.replications.goyal.measures import (
    all_sold,
    fault_free,
    more,
    much_unsold,
    often,
    one_round,
    same_with_activity_rules,
)
from batch_runs.replications.goyal.runs import FAULTS

OWN = "own question"
OFTEN = "above 0.90 (ours)"

PROMISES = (
    *(
        Statement(
            f"P{k + 1}",
            f"no CMRA closes with {fault}",
            fault_free(k),
            "auctions, 0; exact over all played in any case",
            "auctions",
        )
        for k, fault in enumerate(FAULTS)
    ),
    Statement(
        "P7",
        "activity rules admit all that straightforward farms bid",
        same_with_activity_rules,
        "auctions that end otherwise with activity rules, 0; exact",
        "auctions",
        source=OWN,
    ),
)

TRAPS = (
    Statement(
        "T1",
        "bids of value or price, whichever is less, for every package end the auction in round 1",
        often(one_round(CAPPED)),
        f"share of auctions, {OFTEN}",
        source=OWN,
    ),
    Statement(
        "T2",
        "bids of value or price, whichever is less, cost efficiency",
        more("efficiency", DEFAULTS, CAPPED),
        "efficiency, smaller packages at constant surplus - value or price",
        source=OWN,
    ),
    Statement(
        "T3",
        "they do with the two farms in the other order, too",
        more("efficiency", ORDER_EXCHANGED, CAPPED_EXCHANGED),
        "the same",
        source=OWN,
    ),
    Statement(
        "T4",
        "with ties to most lots the CMRA sells all GHG permits",
        often(all_sold(MOST)),
        f"share of auctions, {OFTEN}",
        source=OWN,
        reason="Smaller packages only are bid for beside the headline demand: no bid takes the worthless lots.",
    ),
    Statement(
        "T5",
        "with all packages bid for and no reserve, ties to most lots sell all GHG permits",
        often(all_sold(ALL_GIVEN)),
        f"share of auctions, {OFTEN}",
        source=OWN,
    ),
    Statement(
        "T6",
        "the tie rule alone decides that: ties to fewest lots leave 30 % of them unsold",
        often(much_unsold(ALL_NO_RESERVE)),
        f"share of auctions, {OFTEN}",
        source=OWN,
    ),
    Statement(
        "T7",
        "without a reserve the CMRA still leaves 30 % of the GHG permits unsold",
        often(much_unsold(NO_RESERVE)),
        f"share of auctions, {OFTEN}",
        source=OWN,
    ),
    Statement(
        "T8",
        "raising all prices in every round costs efficiency",
        more("efficiency", DEFAULTS, ALL_RISE),
        "efficiency, prices of over-demanded pollutants rise - all rise",
        source=OWN,
    ),
    Statement(
        "T9",
        "additional bids raise efficiency",
        more("efficiency", DEFAULTS, HEADLINE),
        "efficiency, smaller packages - headline demand only",
        source=OWN,
    ),
    Statement(
        "T10",
        "those for all packages raise it further",
        more("efficiency", ALL, DEFAULTS),
        "efficiency, all packages - smaller ones",
        source=OWN,
    ),
)
