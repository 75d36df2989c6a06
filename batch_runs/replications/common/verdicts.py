"""Claims with their verdicts as the tables of a report, and numbers with intervals as text."""

import numpy as np

from batch_runs.replications.common.claims import NOT_REPRODUCED, REPRODUCED, WEAK, score
from batch_runs.replications.common.report import Table, short
from batch_runs.replications.common.statistics import mean


def counted(found):
    """How many claims got which verdict, in a sentence."""
    count = {v: sum(r.verdict == v for r in found) for v in (REPRODUCED, WEAK, NOT_REPRODUCED)}
    return (
        f"Of {len(found)} claims {count[REPRODUCED]} are reproduced, {count[WEAK]} weakly, "
        f"{count[NOT_REPRODUCED]} not: a score of {score(found):g}."
    )


def claims_table(caption, found, over):
    """All claims with verdict, number and interval; over : what the last column counts."""
    rows = [
        (r.id, r.claim, r.verdict, float(r.value), interval_of(r), r.unit, r.measured, r.n) for r in found
    ]
    columns = ("id", "claim", "verdict", "value", "95 % interval", "unit", "what is measured", over)
    return Table(caption, columns, rows)


def failures(found):
    """Parts of a section: the claims not reproduced, and why."""
    rows = [(r.id, r.claim, r.why) for r in found if r.verdict == NOT_REPRODUCED]
    return [Table("Claims not reproduced", ("id", "claim", "why"), rows)] if rows else ["Nothing."]


def interval_of(result):
    """A claim's interval as text; a point is an exact number."""
    low, high = result.interval
    return "exact" if low == high == result.value else f"[{short(low)}, {short(high)}]"


def told(sample):
    """Mean of a sample with its interval as text; – if no number of it exists."""
    sample = np.asarray(sample, float)
    if not np.isfinite(sample).any():
        return "–"
    e = mean(sample[np.isfinite(sample)])
    return short(e.value) if e.n == 1 else f"{digits(e.value)} [{digits(e.low)}, {digits(e.high)}]"


def digits(number):
    """A number as text; near 1 it needs a fourth digit."""
    return f"{number:.4f}" if 0.9 < abs(number) < 1.0 else short(number)
