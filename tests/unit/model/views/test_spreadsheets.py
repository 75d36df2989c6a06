"""Names that users have chosen, in files that somebody else opens with a spreadsheet."""

import csv
import io
import re

import pytest

from model.systems.learning_bidders import LearningBidders
from model.views.classroom.tables import csv_text
from model.views.downloads import shared_lines

NAMES = ("=1+1", "+1", "-1", "@SUM(A1)", "anna;=1+1", "anna; @x", "a,=1+1,b", 'x";=HYPERLINK("http://e")')


def cells(text):
    """All cells of a CSV file, as spreadsheets of several countries separate them."""
    return [
        cell for between in ",;\t" for row in csv.reader(io.StringIO(text), delimiter=between) for cell in row
    ]


@pytest.mark.parametrize("name", NAMES)
def test_no_name_is_a_formula_wherever_a_file_is_opened(name):
    of_class = csv_text([{"nickname": name, "profit": 5}])
    of_run = "\n".join(
        f"# {line}" for line in shared_lines(LearningBidders, {"firms": f"/x/{name.replace('/', '')}.csv"})
    )
    for cell in (*cells(of_class), *cells(of_run)):
        assert not re.match(r"\s*[=+\-@]", cell), cell


def test_numbers_and_other_names_stay_as_they_are():
    assert csv_text([{"nickname": "anna-lena; b", "profit": -5}]) == "nickname,profit\nanna-lena; b,-5\n"
