"""Judged claims as ``claims.json``, as a data frame and as tables and sentences of a report."""

from dataclasses import asdict
from statistics import median

import numpy as np
import pandas as pd

from batch_runs.replications.common.claims import (
    NOT_REPRODUCED,
    USED_TO_INFER,
    VERDICTS,
    counted,
    score,
    share_held,
)
from batch_runs.replications.common.report import Section, Table, short
from batch_runs.replications.common.statistics import LEVEL, mean

ERROR = 1.0 - LEVEL
"""Probability of error up to which a claim counts as reproduced."""


def rule_for(cases, intervals=""):
    """Describe the rule of `claims`; cases : what means are taken over; intervals : method of the intervals."""
    return (
        "One rule for every claim: it expects a number in a range, above zero unless stated otherwise. Reproduced: "
        f"the 95 % interval of its mean over {cases}{intervals} lies in the range. Weak: the mean lies in the range, "
        "part of the interval does not. Not reproduced: the mean lies outside the range; undecided while part of the "
        "interval lies inside, as more of them would tell. A claim that a number is near another is reproduced if the "
        "interval contains that one, else not. The score counts 1 for a claim reproduced "
        f"and 1/2 for a weak one. Single: share of the {cases} taken one by one in which the claim holds; a source "
        "often shows a single run. Holm: the probability of error adjusted for the number of independent claims; below "
        "0.05 a claim is reproduced even if all are judged at once. Evidence: whether a claim follows from another one "
        "or by construction, so that it is no further evidence."
    )


# -- for programs --------------------------------------------------------------------------------------------


def claims_as_objects(judged, group=""):
    """Return the claims, each once, as plain objects for ``claims.json``.

    judged : dict group -> list of `Result`, the one that counts first. group : word for a group, such as
    "reading"; then each claim also has its verdict in every group that judges it.
    """
    objects = [_plain(claim) for claim in counted(judged)]
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
            ({group: name} if group else {})
            | _plain(one)
            | {"low": one.interval[0], "high": one.interval[1], "holds_under": ", ".join(one.holds_under)}
            for name, found in judged.items()
            for one in found
        ]
    ).drop(columns="interval")


def _plain(result):
    """Fields of a result and whether it is independent, without the list of single populations."""
    fields = asdict(result) | {"independent": result.independent}
    del fields["held"]
    return fields


# -- for readers ---------------------------------------------------------------------------------------------


def tally(found):
    """Sentences with the number of claims of each verdict, in all and among the independent ones."""
    used = [r for r in found if r.verdict == USED_TO_INFER]
    kept = [r for r in found if r.verdict != USED_TO_INFER]
    parts = [f"Of {len(kept)} claims {_counts(kept)}: a score of {score(kept):g}."]
    if used:
        parts.append(
            f"{len(used)} more were used to infer what the source does not give, and count for nothing."
        )
    alone = [r for r in kept if r.independent]
    if len(alone) < len(kept):
        certain = sum(r.by_construction for r in kept)
        parts.append(
            f"{len(kept)} claims, {len(alone)} of them independent: {certain} hold by construction, "
            f"{len(kept) - len(alone) - certain} follow from others. Of the independent ones {_counts(alone)}."
        )
    tested = [r for r in alone if r.p_holm is not None]
    if tested:
        held = sum(r.p_holm < ERROR for r in tested)
        parts.append(
            f"Judged all at once (Holm), {held} of {len(tested)} independent claims with an interval hold."
        )
    return " ".join(parts)


def _counts(found):
    reproduced, weak, failed = (sum(r.verdict == v for r in found) for v in VERDICTS)
    return f"{reproduced} are reproduced, {weak} weakly, {failed} not"


def claims_table(caption, found, cases):
    """Table of all claims with verdict, number and interval; cases : head of the last column, which counts them."""
    rows = [
        (
            r.id,
            r.claim,
            r.verdict,
            float(r.value),
            interval_of(r),
            r.unit,
            _percent(r.share),
            "" if r.p_holm is None else float(r.p_holm),
            evidence_of(r),
            r.measured,
            r.n,
        )
        for r in found
    ]
    columns = (
        *("id", "claim", "verdict", "value", "95 % interval", "unit", "single", "Holm", "evidence"),
        *("what is measured", cases),
    )
    return Table(caption, columns, rows)


def sources_of(found):
    """Sentence with the claims of each source."""
    by_source = {}
    for one in found:
        by_source.setdefault(one.source, []).append(one.id)
    return "Sources. " + "; ".join(f"{source}: {', '.join(ids)}" for source, ids in by_source.items()) + "."


def evidence_of(result):
    """Describe whether the verdict on a claim is evidence of its own."""
    if result.by_construction:
        return "by construction"
    return f"follows from {result.follows_from}" if result.follows_from else ""


def failures(found, *more):
    """Section of the claims not reproduced, with kinds and reasons; ``more`` : further parts of it."""
    rows = [
        (r.id, r.claim, failure_of(r), _percent(r.share), r.why) for r in found if r.verdict == NOT_REPRODUCED
    ]
    columns = ("id", "claim", "kind", "single", "why")
    parts = [Table("Claims not reproduced", columns, rows)] if rows else ["Nothing."]
    return Section("What is not reproduced, and what happens instead", [*parts, *more])


def failure_of(result):
    """Kind of a failure, with the readings that reproduce the claim."""
    names = ", ".join(result.holds_under)
    return f"{result.failure}: {names}" if names else result.failure


def agreements(found):
    """Table of the claims that follow from others: in which share of single populations both hold or both fail."""
    by_id = {r.id: r for r in found}
    rows = [
        (r.id, r.claim, r.follows_from, r.verdict, _percent(_agreement(r, by_id.get(r.follows_from))))
        for r in found
        if r.follows_from
    ]
    caption = "Claims that follow from others, and the share of single populations in which both agree"
    return Table(caption, ("id", "claim", "follows from", "verdict", "agree"), rows)


def _agreement(one, other):
    """Share of populations in which two claims both hold or both fail; None if either has no single populations."""
    if other is None or not one.held or len(one.held) != len(other.held):
        return None
    return share_held(
        tuple(None if None in pair else pair[0] == pair[1] for pair in zip(one.held, other.held))
    )


def score_distribution(judged, labels, chosen):
    """Sentence with the scores of all readings, best first; labels : group -> its short name; chosen : the main one."""
    if len(judged) == 1:
        return "The distribution of scores needs several readings, which --full plays."
    scores = sorted(((score(found), name) for name, found in judged.items()), reverse=True)
    place = [name for _, name in scores].index(chosen) + 1
    values = [value for value, _ in scores]
    listed = ", ".join(f"{labels[name]} {value:g}" for value, name in scores)
    return (
        f"Scores of all {len(scores)} readings: {listed}; lowest {min(values):g}, median {median(values):g}, highest "
        f"{max(values):g}. The main reading is number {place}."
    )


def _percent(share):
    return "" if share is None else f"{100 * share:.0f} %"


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
