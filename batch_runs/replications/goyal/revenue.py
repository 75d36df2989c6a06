"""Revenue of the CMRA and of the first price beside VCG, and whether bids at the first price are an equilibrium (R)."""

from batch_runs.replications.common.claims import Statement
from batch_runs.replications.goyal.cases import (
    SHARE_KEPT,
    SHARE_KEPT_TEN,
    TEN,
    UNCORRELATED,
    UNCORRELATED_ALL,
)
from batch_runs.replications.goyal.measures import (
    beyond_vcg,
    no_less_than_vcg,
    nobody_gains,
    often,
    pays_vcg_prices,
    somebody_gains,
)
from batch_runs.replications.goyal.traps import OFTEN, OWN

SAME = f"share of auctions, same instances, {OFTEN}"
CLOSES_EARLY = (
    "Only packages within the headline demand are bid for. As that shrinks, bids for larger packages stay those of "
    "earlier rounds, serving everybody soon brings as much as these, and the auction closes long before the English "
    "clock does. Revenue below that of VCG is outside the core of these values."
)

REVENUE = (
    Statement(
        "R1",
        "the CMRA brings at least the revenue of VCG",
        often(no_less_than_vcg()),
        SAME,
        source=OWN,
    ),
    Statement("R2", "R1 holds for ten farms", often(no_less_than_vcg(TEN)), SAME, source=OWN),
    Statement(
        "R3",
        "R1 holds where pollutants are uncorrelated",
        often(no_less_than_vcg(UNCORRELATED)),
        SAME,
        source=OWN,
        reason=CLOSES_EARLY,
    ),
    Statement(
        "R4",
        "R1 holds where pollutants are uncorrelated and all packages are bid for",
        often(no_less_than_vcg(UNCORRELATED_ALL, UNCORRELATED)),
        SAME,
        source=OWN,
        reason="More revenue on average (R5), but not in every instance.",
    ),
    Statement(
        "R5",
        "there it brings more than VCG on average",
        beyond_vcg(UNCORRELATED_ALL, UNCORRELATED),
        "revenue, CMRA - VCG, same instances",
        "€",
        source=OWN,
    ),
    Statement(
        "R6",
        "first price, values less profit targets: no farm can gain by any other bids, the others' given",
        nobody_gains,
        "largest gain in any instance of any case compared, below 0.0001; exact",
        "€",
        source=OWN,
    ),
    Statement(
        "R7",
        "every farm then pays what it pays under VCG",
        pays_vcg_prices,
        "largest difference in any instance of any case compared, below 0.0001; exact",
        "€",
        source=OWN,
    ),
    *(
        Statement(
            f"R{8 + k}",
            f"first price, a share 1 / n of all values kept, is no equilibrium: of {farms} farms some can gain",
            somebody_gains(case),
            "what the farm that could gain most would",
            "€",
            source=OWN,
        )
        for k, (case, farms) in enumerate(((SHARE_KEPT, "two"), (SHARE_KEPT_TEN, "ten")))
    ),
)
