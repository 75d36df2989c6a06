"""Which claims are evidence of their own, and what only the results of all claims and readings show together."""

from dataclasses import replace

from batch_runs.replications.common.claims import (
    CONTRADICTED,
    NOT_REPRODUCED,
    ONLY_UNDER,
    REPRODUCED,
    UNDECIDED,
    WEAK,
)
from batch_runs.replications.common.statistics import holm


def mark(statements, follows=None, certain=()):
    """Return the statements marked: follows : id -> that of the statement it follows from; certain : ids of those by
    construction.

    ValueError for an id that is not one of the statements.
    """
    follows = follows or {}
    known = {one.id for one in statements}
    strange = {*follows, *follows.values(), *certain} - known
    if strange:
        raise ValueError(f"no statement {min(strange)}; there are {', '.join(sorted(known))}")
    return tuple(
        replace(
            one,
            follows_from=follows.get(one.id, one.follows_from),
            by_construction=one.by_construction or one.id in certain,
        )
        for one in statements
    )


def settle(judged):
    """Add to the results of every group what only all of them show; judged : dict group -> list of `Result`.

    Within a group: a consequence that holds though the claim it follows from does not is evidence of its own;
    probabilities of error adjusted by `holm` for the number of independent claims. Between groups: a
    claim that fails in one and is reproduced in others holds under those readings only.
    """
    return {name: [_placed(r, name, judged) for r in _adjusted(found)] for name, found in judged.items()}


def _adjusted(found):
    found = _standing(found)
    tested = [r for r in found if r.independent and r.p is not None]
    adjusted = dict(zip((r.id for r in tested), holm([r.p for r in tested])))
    return [replace(r, p_holm=adjusted.get(r.id)) for r in found]


def _standing(found):
    """Release claims that are reproduced though the one they follow from is not."""
    failing = {r.id for r in found if r.verdict in (WEAK, NOT_REPRODUCED)}
    return [
        replace(r, follows_from="") if r.verdict == REPRODUCED and r.follows_from in failing else r
        for r in found
    ]


def _placed(result, group, judged):
    if result.verdict != NOT_REPRODUCED:
        return result
    others = (name for name in judged if name != group)
    holding = tuple(
        n for n in others if any(r.id == result.id and r.verdict == REPRODUCED for r in judged[n])
    )
    open_to_others = result.failure in (CONTRADICTED, UNDECIDED)
    kind = ONLY_UNDER if holding and open_to_others else result.failure
    return replace(result, failure=kind, holds_under=(*result.holds_under, *holding))
