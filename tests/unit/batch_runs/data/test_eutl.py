"""Registered emissions become firms: sums, years, names, and rows that mean nothing are counted."""

import io
import re

import pandas as pd
import pytest

from batch_runs.data.eutl import join_small, read_eutl
from batch_runs.usage import UsageError

EUETS = """installation_id,year,compliance_id,allocatedFree,allocatedNewEntrance,verified,verifiedCum,account_holder
XX_1,2019,A,1045620,,2231450,1,Northern Steel
XX_2,2019,A,12011,100,9877,1,Northern Steel
XX_3,2019,A,431,,0,1,Paper
XX_4,2019,-,,,,,Paper
XX_5,2019,C,20030,,-1,1,Paper
XX_6,2019,A,7,,300,1,
XX_1,2018,A,9,,2000000,1,Northern Steel
"""
REGISTRY = """REGISTRY_CODE;INSTALLATION_IDENTIFIER;YEAR;ALLOCATION;ALLOCATION_RESERVE;VERIFIED_EMISSIONS
XA;69;2013;0;;30.112.876
XB;69;2013;12011;5;9877
XB;72;2013;Excluded;;Excluded
XB;71;2026;;;
"""
WIDE = """REGISTRY_CODE,IDENTIFIER_IN_REG,INSTALLATION_NAME,ALLOCATION_2020,ALLOCATION_2021,\
VERIFIED_EMISSIONS_2020,VERIFIED_EMISSIONS_2021
AT,5,Hütte,10,20,100,200
AT,6,Werk,10,20,50,Excluded
"""
WITHOUT = "installation_id,year,allocatedFree,verified\nXX_1,2019,0,100\nXX_2,2019,,200\n"


def read_csv_of(text):
    """Table printed by a command."""
    return pd.read_csv(io.StringIO(text))


@pytest.fixture
def table(tmp_path):
    def write(text, encoding="utf-8"):
        (tmp_path / "eutl.csv").write_bytes(text.encode(encoding))
        return tmp_path / "eutl.csv"

    return write


def test_firms_of_euets_info_are_installations_with_all_their_free_permits(table):
    found = read_eutl(table(EUETS))
    assert found.year == 2019
    assert found.firms == {
        "XX_1": (2231450.0, 1045620.0, 1), "XX_2": (9877.0, 12111.0, 1), "XX_6": (300.0, 7.0, 1)
    }  # fmt: skip
    assert found.left_out == {"0": 1, "empty": 1, "−1: not reported": 1, "of years other than 2019": 1}


def test_holders_sum_their_installations(table):
    found = read_eutl(table(EUETS), by="holder")
    assert found.firms == {"Northern Steel": (2241327.0, 1057731.0, 2), "XX_6": (300.0, 7.0, 1)}
    assert read_eutl(table(EUETS), 2018).firms == {"XX_1": (2000000.0, 9.0, 1)}


def test_identifiers_of_a_registry_get_its_code(table):
    found = read_eutl(table(REGISTRY))
    assert found.firms == {"XA_69": (30112876.0, 0.0, 1), "XB_69": (9877.0, 12016.0, 1)}
    assert found.left_out["excluded"] == 1


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "cp1252"])
def test_years_may_be_columns_and_names_are_kept(table, encoding):
    found = read_eutl(table(WIDE, encoding), 2020)
    assert found.firms == {"Hütte (AT_5)": (100.0, 10.0, 1)} and found.left_out["excluded"] == 1


def test_the_smallest_are_joined_and_nothing_is_lost(table):
    firms = read_eutl(table(EUETS)).firms
    joined = join_small(firms, 2)
    assert list(joined) == ["XX_1", "others"] and joined["others"] == (10177.0, 12118.0, 2)
    assert join_small(firms, 3) == firms


def test_free_permits_of_each_firm_arrive_in_the_run(table, tmp_path, carbon):
    text = EUETS + "XX_7,2019,A,0,,900000,1,Power\n"
    firms = tmp_path / "firms.csv"
    done = carbon("firms", "from-eutl", table(text), "--out", firms)
    share = re.search(r"free_share=(\S+) gives every firm", done.out)[1]
    run = [
        "run",
        "emissions_trading",
        f"emitters={firms}",
        f"free_share={share}",
        "--seed",
        "1",
        "--periods",
        "8",
    ]
    assert carbon(*run, "--firms-out", tmp_path / "played.csv").code == 0
    played = pd.read_csv(tmp_path / "played.csv")
    given = played[played["Step"] == 1].set_index("name")["free_permits"]
    registered = {name: each[1] for name, each in read_eutl(table(text)).firms.items()}
    assert given.to_dict() == pytest.approx(registered, rel=1e-12)
    assert given["XX_7"] == 0.0 and given.sum() == pytest.approx(1057738.0, rel=1e-12)
    assert "free_permits" not in read_csv_of(carbon("firms", "from-eutl", table(WITHOUT)).out)


@pytest.mark.parametrize(
    ("text", "more", "message"),
    [
        ("a,b\n1,2\n", {}, "no row with headings of an installation and its verified emissions"),
        (EUETS.replace("300", "many"), {}, r"row 7, column verified: 'many' is not a number"),
        (
            EUETS + "XX_1,2019,A,0,,5,1,\n",
            {},
            "row 9, column installation id: XX_1 in 2019 stands in row 2, too",
        ),
        (EUETS.replace("300", "-7"), {}, "row 7, column verified: -7 t: must be at least 0"),
        (EUETS, {"year": 2001}, "--year 2001: .* has emissions of 2018, 2019"),
        (REGISTRY, {"by": "holder"}, "has no column of account holders"),
    ],
)
def test_what_cannot_be_read_is_named(table, text, more, message):
    with pytest.raises(UsageError, match=message):
        read_eutl(table(text), **more)


def test_the_table_is_read_by_both_systems(carbon, tmp_path, table):
    firms = tmp_path / "firms.csv"
    done = carbon("firms", "from-eutl", table(EUETS), "--by", "holder", "--out", firms)
    assert (
        done.code == 0
        and "2 firms of 3 installations in 2019" in done.out
        and "1 row left out: 0" in done.out
    )
    for system, knob in (("emissions_trading", "emitters"), ("learning_bidders", "firms")):
        rows = tmp_path / f"{system}.csv"
        assert carbon("run", system, f"{knob}={firms}", "--periods", "4", "--firms-out", rows).code == 0
        assert set(pd.read_csv(rows)["name"]) == {"Northern Steel", "XX_6"}
