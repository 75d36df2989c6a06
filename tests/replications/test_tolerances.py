"""Where a source gives words without a number, the tolerance that judges them is printed as ours."""

import re

import pytest

from batch_runs.replications.esmaeili2021.claims import STATEMENTS as ESMAEILI2021
from batch_runs.replications.esmaeili2022.claims import STATEMENTS as ESMAEILI2022
from batch_runs.replications.goyal.claims import STATEMENTS as GOYAL
from batch_runs.replications.two_tier.claims import LARGE, SMALL
from batch_runs.replications.two_tier.theorems import THEOREMS

ALL = {
    "esmaeili2021": ESMAEILI2021,
    "esmaeili2022": ESMAEILI2022,
    "goyal": GOYAL,
    "two_tier": (*THEOREMS, *SMALL, *LARGE),
}
TOLERANCE = re.compile(r"\bwithin ±?\d|\b(above|below) 0\.\d")
IN_THE_CLAIM_ITSELF = re.compile(r"below 0\.50$|below 0\.0001; exact$")
"""Less than half, and equal up to rounding."""


@pytest.mark.parametrize("name", ALL)
def test_a_tolerance_is_printed_as_ours(name):
    judged_by = {
        one.id: one.measured
        for one in ALL[name]
        if TOLERANCE.search(one.measured) and not IN_THE_CLAIM_ITSELF.search(one.measured)
    }
    assert judged_by
    assert [id for id, measured in judged_by.items() if "(ours)" not in measured] == []


@pytest.mark.parametrize(
    ("name", "ids"),
    [
        ("esmaeili2021", ("3", "9", "17c", "17e", "18e")),
        ("esmaeili2022", ("2a", "6b", "9", "13")),
        ("goyal", ("A1", "B1")),
        ("two_tier", ("L4b", "T8a", "T8b")),
    ],
)
def test_claims_in_words_alone_have_one(name, ids):
    measured = {one.id: one.measured for one in ALL[name]}
    assert all("(ours)" in measured[id] for id in ids)
