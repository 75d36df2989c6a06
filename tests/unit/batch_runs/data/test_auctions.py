"""Tables of auctions with the quirks of the originals: EEX, RGGI, California with Quebec."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from batch_runs.data.auctions import SHORT_TON, iso_date, read_auctions
from batch_runs.data.sheet import read_amount
from batch_runs.usage import UsageError

EEX = """\ufeffEEX Primary Auctions 2023;;;;;;;;;
;;;;;;;;;
Date;Auction Name;Contract;Status;"Auction Price
€/tCO2";Maximum Bid €/tCO2;Auction Volume tCO2;Total Amount of Bids;Cover Ratio;Total Number of Bidders
13.11.2023;Auction 4. Period CAP3 EU;T3PA;successful;77.01;120.00;3,035,500;4,521,500;1.49;19
45240;Auction 4. Period DE;T3PA;successful;76.46;120.00;2,147,000;3,955,500;;24
09.11.2023;Auction EUAA;T3AA;successful;70.00;120.00;500,000;600,000;1.20;9
08.11.2023;Auction 4. Period CAP3 PL;T3PA;cancelled;;;;;;
07.11.2023;Auction 4. Period DE;T3PA;successful;;;;;;
"""
RGGI = (
    "Auction,Month,Quantity Offered,CCR Sold,Clearing Price\n"
    'A54,2021-12,"23,121,518","3,919,482",$13.00\nA55,2022-03,,,$13.50\n'
)
CALIFORNIA = (
    "Joint Auction,Quarter Year,Current Auction Settlement Price,Auction Reserve Price\n"
    "Joint Auction 6,Q1 2016,$12.73 ,$12.73 \n"
)


@pytest.fixture
def table(tmp_path):
    def write(text, encoding="utf-8"):
        path = tmp_path / "auctions.csv"
        path.write_bytes(text.encode(encoding))
        return path

    return write


@pytest.mark.parametrize("ends", ["\n", "\r\n"])
def test_a_table_of_eex_is_read_with_its_quirks(table, ends):
    read = read_auctions(table(EEX.replace("\n", ends)))
    first, second = read.auctions
    assert (first.date, first.price, first.volume, first.cover, first.bidders) == (
        "2023-11-13", 77.01, 3_035_500.0, 1.49, 19.0
    )  # fmt: skip
    assert second.date == "2023-11-10" and second.cover == pytest.approx(3_955_500 / 2_147_000)
    assert read.currency == "€" and first.high is None
    notes = " ".join(read.notes)
    for said in ("120, a limit", "1 rows left out: permits for aviation", "cancelled", "no price"):
        assert said in notes


def test_short_tons_and_dollars_are_converted_or_named(table):
    named, converted = read_auctions(table(RGGI)), read_auctions(table(RGGI), dollar=0.9)
    first = named.auctions[0]
    assert first.volume == pytest.approx(23_121_518 * SHORT_TON) and first.extra == pytest.approx(
        3_919_482 * SHORT_TON
    )
    assert first.price == pytest.approx(13.0 / SHORT_TON) and named.currency == "$"
    assert converted.auctions[0].price == pytest.approx(0.9 * first.price) and converted.currency == "€"
    assert any("short ton" in note for note in named.notes) and any(
        "0.9 €" in note for note in converted.notes
    )


def test_california_has_tonnes_and_its_reserve_price(table):
    read = read_auctions(table(CALIFORNIA))
    assert (read.auctions[0].price, read.auctions[0].reserve, read.currency) == (12.73, 12.73, "$")


def test_auctions_are_chosen_by_date_name_or_row_and_by_what_they_say(table):
    read = read_auctions(table(EEX))
    assert read.choose("13.11.2023").row == read.choose("2023-11-13").row == read.choose("4").row == 4
    assert read.choose(None, ["cover", "bidders"]).row == 4
    with pytest.raises(UsageError, match=r"no such auction; .* has 2 auctions"):
        read.choose("1.1.2020")
    with pytest.raises(UsageError, match=r"row 2 of .* says nothing of cover; it has price, volume, extra"):
        read_auctions(table(RGGI)).choose("A54", ["price", "cover"])


def test_what_cannot_be_read_is_named(table):
    with pytest.raises(UsageError, match="row 2, column clearing price: 'thirteen'"):
        read_auctions(table("Auction,Clearing Price\nA1,thirteen\n"))
    with pytest.raises(UsageError, match=r"no row with headings of auction results.*begins with 'a,b'"):
        read_auctions(table("a,b\n1,2\n"))
    with pytest.raises(UsageError, match=r"prices in .* and in "):
        read_auctions(table("Auction,Clearing Price\nA1,$3.00\nA2,€3.00\n"))


@pytest.mark.parametrize(
    ("text", "whole", "separator", "number"),
    [
        ("3.035.500", True, ";", 3_035_500.0),
        ("77,01", False, ";", 77.01),
        ("1.234,56", False, ";", 1234.56),
        ("1,234.56", False, ",", 1234.56),
        ("54,476", True, ";", 54_476.0),
        ("54,476", False, ";", None),
        ("54.476", True, ",", 54.476),
        ("1,23,456", True, ",", None),
        ("0.125", False, ";", 0.125),
        ("1e400", False, ",", None),
        ("inf", False, ",", None),
    ],
)
def test_amounts_are_read_in_one_way_or_not_at_all(text, whole, separator, number):
    assert read_amount(text, whole, separator) == number


@given(st.integers(0, 10**12), st.sampled_from([",", ".", ""]))
def test_tonnes_survive_marks_between_thousands(tonnes, mark):
    assert read_amount(f"{tonnes:,}".replace(",", mark), True, ";") == tonnes


def test_a_price_below_zero_is_named(table):
    with pytest.raises(UsageError, match="row 2, column clearing price: −3: must be at least 0"):
        read_auctions(table("Auction,Clearing Price\nA1,−3\n"))


def test_dates_of_a_spreadsheet_are_dates():
    assert iso_date("45243") == iso_date("13.11.2023") == "2023-11-13" and iso_date("Q1 2016") == "Q1 2016"
