"""A quick replication run twice into one folder, and what its written claims must keep."""

import json
from types import SimpleNamespace

from batch_runs.replications import REPLICATIONS

VERDICTS = {"reproduced", "weak", "not reproduced", "used to infer"}


def times(out):
    """Time of writing of each stored run, by file name."""
    return {file.name: file.stat().st_mtime_ns for file in (out / "runs").iterdir()}


def run_twice(name, out):
    """Run it, note the times of its files and its progress, and run it again; return all that in a namespace."""
    told = []
    found = REPLICATIONS[name].run(out, quick=True, progress=lambda *now: told.append(now))
    before = times(out)
    again = REPLICATIONS[name].run(out, quick=True)
    claims = json.loads((out / "claims.json").read_text())
    return SimpleNamespace(out=out, found=found, again=again, before=before, claims=claims, told=told)


def check_claims(claims, statements):
    """Every statement has its claim, with verdict, a reason where it is not reproduced, and value within interval."""
    assert [c["id"] for c in claims] == [s.id for s in statements]
    for claim in claims:
        assert claim["verdict"] in VERDICTS
        assert bool(claim["why"]) == (claim["verdict"] in ("not reproduced", "used to infer"))
        low, high = claim["interval"]
        assert low <= claim["value"] <= high


def check_report(run, *tables):
    """The report names every claim, and every figure has its data beside the ``tables``; return the figures' names."""
    text = (run.out / "report.md").read_text()
    for claim in run.claims:
        assert f"| {claim['id']} | {claim['claim']} |" in text
    drawn = {f.stem for f in (run.out / "figures").glob("*.svg")}
    assert drawn | {"claims", *tables} == {f.stem for f in (run.out / "data").glob("*.csv")}
    return drawn


def check_second_start(run):
    """The second run has played nothing, and says the same."""
    assert times(run.out) == run.before
    assert run.again == run.found
