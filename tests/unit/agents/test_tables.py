"""Tables as spreadsheets and registries write them: read alike, or refused with what is wrong and where."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from agents.tables import SEPARATORS, read_table
from learning.knobs import ParameterError

COLUMNS = ("name", "price", "volume")
PLAIN = "name,price,volume\nAcierie,14.5,120\nZementwerk,13,2231450\n"


@pytest.fixture
def read(tmp_path):
    """Function: write text or bytes to a file and read it as a table."""

    def write_and_read(contents, encoding="utf-8"):
        path = tmp_path / "own.csv"
        path.write_bytes(contents if isinstance(contents, bytes) else contents.encode(encoding))
        return read_table("firms", path, COLUMNS)

    return write_and_read


def german(text, separator=";"):
    """The table as a spreadsheet in German saves it."""
    return text.replace(",", separator).replace(".", ",")


SAME = {
    "line ends of Windows": PLAIN.replace("\n", "\r\n"),
    "line ends of old Macs": PLAIN.replace("\n", "\r"),
    "byte order mark": "\ufeff" + PLAIN,
    "quoted headings": PLAIN.replace("name,", '"name",'),
    "semicolons and decimal commas": german(PLAIN),
    "semicolons and decimal points": PLAIN.replace(",", ";"),
    "tabs": PLAIN.replace(",", "\t"),
    "tabs and decimal commas": german(PLAIN, "\t"),
    "blanks around values": PLAIN.replace(",", " , "),
    "capital headings": PLAIN.replace("price", "Price").replace("volume", "VOLUME"),
    "empty columns and rows at the end": PLAIN.replace("\n", ",,\n") + ",,,,\n\n",
}


@pytest.mark.parametrize("way", SAME)
def test_tables_written_in_another_way_are_read_alike(read, way):
    table = read(SAME[way])
    assert table.texts("name") == ["Acierie", "Zementwerk"]
    assert table.numbers("price").tolist() == [14.5, 13.0]
    assert table.numbers("volume").tolist() == [120.0, 2231450.0]
    assert table.row_numbers == (1, 2)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_names_keep_their_letters_in_every_encoding(read, encoding):
    names = read("name,price,volume\nAciérie,14,1\nZementwerk Süd,13,1\n", encoding).texts("name")
    assert names == ["Aciérie", "Zementwerk Süd"]


def test_headings_of_two_words_may_be_written_with_blanks(tmp_path):
    path = tmp_path / "own.csv"
    path.write_text("Selling  price ,x\n3,1\n", encoding="utf-8")
    assert read_table("firms", path, ("selling_price",)).numbers("selling_price").tolist() == [3.0]


REFUSED = {
    "line above the headings": ("# plant survey\n" + PLAIN, "headings are in line 2, below '# plant survey'"),
    "directive of a spreadsheet": ("sep=,\n" + PLAIN, "headings are in line 2, below 'sep=,'"),
    "other columns": ("Date;Price\n1;2\n", "column 'name' is missing.*found, separated by semicolons: date"),
    "column twice": (PLAIN.replace("volume", "price,volume"), "there are two columns 'price'"),
    "decimal commas between commas": (
        german(PLAIN, ","),
        "row 1: has 4 values, separated by commas, below 3 headings; a decimal comma needs semicolons",
    ),
    "thousands in quotes": (
        PLAIN.replace("2231450", '"2,231,450"'),
        "row 2, column volume = 2,231,450: must be written without marks between thousands",
    ),
    "thousands with no-break blanks": (
        PLAIN.replace("2231450", "2\u00a0231\u00a0450"),
        "row 2, column volume = 2.231.450: must be written without marks between thousands",
    ),
    "thousands in German": (
        german(PLAIN).replace("2231450", "2.231.450"),
        "row 2, column volume = 2.231.450: must be written without marks between thousands",
    ),
    "two decimal marks": (
        german(PLAIN).replace("13", "13.25"),
        "row 2, column price = 13.25: must be written with the decimal mark ','",
    ),
    "thousands or fractions": (
        "name\tprice\tvolume\nA\t14\t9,877\nB\t13\t1,250\n",
        "row 1: 9,877 may be a fraction or thousands",
    ),
    "a footer": (PLAIN + "Source: survey,,\n", "row 3, column price is missing"),
    "a sum below": (PLAIN + ",27.5,\n", "row 3, column name is missing"),
    "an underscore": (PLAIN.replace("120", "1_20"), "row 1, column volume = 1_20: must be a number above 0"),
    "too large": (PLAIN.replace("120", "1e300"), "row 1, column volume = 1e300: must be from 1e-09 to 1e.12"),
    "too small": (PLAIN.replace("120", "1e-300"), "row 1, column volume = 1e-300: must be from 1e-09"),
    "a minus of typesetters": (
        PLAIN.replace("120", "−7"),
        "row 1, column volume = −7: must be a number above",
    ),
    "a workbook": (b"PK\x03\x04" + bytes(40), "not a text file, but an Excel workbook"),
    "zeros": (bytes(40), "not a text file in UTF-8"),
    "nothing": ("\n\n", "is empty"),
    "headings only": ("name,price,volume\n", "there is no row below the heading"),
}


@pytest.mark.parametrize("kind", REFUSED)
def test_tables_that_may_be_misread_are_refused_with_the_place(read, kind):
    contents, message = REFUSED[kind]
    with pytest.raises(ParameterError, match=message) as error:
        table = read(contents)
        table.texts("name")
        for column in ("price", "volume"):
            table.numbers(column)
    assert str(error.value).startswith("firms = ")
    assert len(str(error.value).replace("\n", " ")) < 600


def test_one_sure_fraction_settles_the_decimal_mark(read):
    """1,250 alone may be 1250 or 1.25; beside 0,125 it is a fraction."""
    table = read("name;price;volume\nA;1,250;1\nB;0,125;1\n")
    assert table.numbers("price").tolist() == [1.25, 0.125]


def test_a_large_file_is_not_read(tmp_path):
    path = tmp_path / "own.csv"
    path.write_text(PLAIN + "x,1,1\n" * 100, encoding="utf-8")
    with pytest.raises(ParameterError, match=r"larger than 0\.0005 MB"):
        read_table("firms", path, COLUMNS, largest=500)


@given(
    values=st.lists(st.floats(1e-6, 1e9), min_size=1, max_size=5),
    separator=st.sampled_from(sorted(SEPARATORS)),
    data=st.data(),
)
def test_every_number_is_read_as_written_or_refused(tmp_path_factory, values, separator, data):
    """Never another number: a reader that guesses thousands wrongly would be off by a factor of 1,000."""
    comma = separator != "," and data.draw(st.booleans())
    digits = data.draw(st.integers(0, 4))
    written = [f"{value:.{digits}f}" for value in values]
    cells = [each.replace(".", ",") if comma else each for each in written]
    path = tmp_path_factory.mktemp("table") / "own.csv"
    rows = [separator.join(["A", cell, "1"]) for cell in cells]
    path.write_text("\n".join([separator.join(COLUMNS), *rows]), encoding="utf-8")
    try:
        read = read_table("firms", path, COLUMNS).numbers("price", least=0.0)
    except ParameterError as error:
        assert digits == 3 and separator != ",", error
    else:
        assert np.array_equal(read, np.array(written, float))


def test_a_name_with_a_line_break_is_one_line(tmp_path):
    (tmp_path / "own.csv").write_bytes(b'name,size\r\n"Steel\r\n  North",1\r\nB,2\r\n')
    assert read_table("own", tmp_path / "own.csv", ["name", "size"]).texts("name") == ["Steel North", "B"]
