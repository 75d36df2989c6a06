"""Judged claims as ``claims.json``, as a data frame and as tables and sentences of a report."""

from dataclasses import asdict

import numpy as np
import pandas as pd

from batch_runs.replications.common.claims import (
    NOT_REPRODUCED,
    USED_TO_INFER,
    VERDICTS,
    counted,
    score,
)
from batch_runs.replications.common.report import Section, Table, short
from batch_runs.replications.common.statistics import mean


def rule_for(cases, intervals=""):
    """Describe the rule of `claims`; cases : what means are taken over; intervals : method of the intervals."""
    return (
        "One rule for every claim: it expects a number in a range, above zero unless stated otherwise. Reproduced: "
        f"the 95 % interval of its mean over {cases}{intervals} lies in the range. Weak: the mean lies in the range, "
        "part of the interval does not. Not reproduced: the mean lies outside the range. The score counts 1 for a "
        "claim reproduced and 1/2 for a weak one."
    )


# -- for programs --------------------------------------------------------------------------------------------


def claims_as_objects(judged, group=""):
    """Return the claims, each once, as plain objects for ``claims.json``.

    judged : dict group -> list of `Result`, the one that counts first. group : word for a group, such as
    "reading"; then each claim also has its verdict in every group that judges it.
    """
    objects = [asdict(claim) for claim in counted(judged)]
    if group:
        verdicts = {name: {r.id: r.verdict for r in found} for name, found in judged.items()}
        for claim in objects:
            claim[f"{group}s"] = {
                n: known[claim["id"]] for n, known in verdicts.items() if claim["id"] in known
            }
    return objects


def claims_as_rows(judged, group=""):
    """Return a data frame with one row per group and claim."""
    return pd.DataFrame(
        [
            ({group: name} if group else {}) | asdict(one) | {"low": one.interval[0], "high": one.interval[1]}
            for name, found in judged.items()
            for one in found
        ]
    ).drop(columns="interval")


# -- for readers ---------------------------------------------------------------------------------------------


def tally(found):
    """Sentence with the number of claims of each verdict; those used to infer are counted apart."""
    reproduced, weak, failed = (sum(r.verdict == v for r in found) for v in VERDICTS)
    used = sum(r.verdict == USED_TO_INFER for r in found)
    apart = (
        f" {used} more were used to infer what the source does not give, and count for nothing."
        if used
        else ""
    )
    return (
        f"Of {len(found) - used} claims {reproduced} are reproduced, {weak} weakly, {failed} not: a score of "
        f"{score(found):g}.{apart}"
    )


def claims_table(caption, found, cases):
    """Table of all claims with verdict, number and interval; cases : head of the last column, which counts them."""
    rows = [
        (r.id, r.claim, r.verdict, float(r.value), interval_of(r), r.unit, r.measured, r.n) for r in found
    ]
    columns = ("id", "claim", "verdict", "value", "95 % interval", "unit", "what is measured", cases)
    return Table(caption, columns, rows)


def failures(found, *more):
    """Section of the claims not reproduced, with reasons; ``more`` : further parts of it."""
    rows = [(r.id, r.claim, r.why) for r in found if r.verdict == NOT_REPRODUCED]
    parts = [Table("Claims not reproduced", ("id", "claim", "why"), rows)] if rows else ["Nothing."]
    return Section("What is not reproduced, and what happens instead", [*parts, *more])


def verdicts_by_group(caption, judged, heads, values=True):
    """Table of claim x group with verdicts, scores and, if wanted, ``values``; heads : group -> its title."""
    wide = ("value",) if values else ()
    by_id = {name: {r.id: r for r in found} for name, found in judged.items()}
    rows = []
    for claim in counted(judged):
        known = [of_group.get(claim.id) for of_group in by_id.values()]
        cells = ((r.verdict, float(r.value)) if r else ("", "") for r in known)
        rows.append((claim.id, claim.claim, *(cell for pair in cells for cell in pair[: 1 + len(wide)])))
    scores = (cell for found in judged.values() for cell in (float(score(found)), *("" for _ in wide)))
    columns = (head for name in judged for head in (heads[name], *wide))
    return Table(caption, ("id", "claim", *columns), [*rows, ("", "score", *scores)])


def interval_of(result):
    """Format the interval of a claim; a point is an exact number."""
    low, high = result.interval
    return "exact" if low == high == result.value else f"[{short(low)}, {short(high)}]"


def estimate_text(estimate, percent=False, form=short):
    """Format a number with its interval; for a single case the number alone."""
    value, low, high = (form(100 * x) + " %" if percent else form(x) for x in estimate[:3])
    return value if estimate.n == 1 else f"{value} [{low}, {high}]"


def mean_text(sample):
    """Format the mean of a sample with its interval; – if no number is finite."""
    sample = np.asarray(sample, float)
    if not np.isfinite(sample).any():
        return "–"
    return estimate_text(mean(sample[np.isfinite(sample)]), form=digits)


def digits(number):
    """Format a number; near 1 it gets a fourth digit."""
    return f"{number:.4f}" if 0.9 < abs(number) < 1.0 else short(number)
