"""Firms of one's own: what a file must hold, and how a mistake in it is named."""

import numpy as np
import pytest

from agents.firm_table import COLUMNS, firms_as_csv, read_firms
from learning.knobs import ParameterError
from model.systems.learning_bidders import LearningBidders
from model.views.charts.base import firm_choices, firm_rows

HEAD = "selling_price,unit_cost,emission_intensity,full_output"


@pytest.fixture
def file(tmp_path):
    """Function: write lines to a file and return its path."""

    def write(*lines, encoding="utf-8"):
        path = tmp_path / "firms.csv"
        path.write_text("\n".join(lines) + "\n", encoding=encoding)
        return str(path)

    return write


def test_reads_the_columns_whatever_their_order_and_ignores_others(file):
    path = file(
        "name, unit_cost, selling_price, full_output, emission_intensity",
        "A, 8, 13, 120, 1.5",
        "B,7,12,100,2",
    )
    firms = read_firms(path)
    assert list(firms) == list(COLUMNS)
    assert firms["selling_price"].tolist() == [13.0, 12.0]
    assert firms["emission_intensity"].tolist() == [1.5, 2.0]


def test_a_model_uses_them_instead_of_drawn_ones(file):
    """Private value (13 - 8) / 1.5 = 3.333 €/t, required permits 1.5 x 120 = 180 t."""
    model = LearningBidders(firms=file(HEAD, "13,8,1.5,120", "12,7,2,100"), rng=1)
    assert len(model.firms) == 2
    assert model.firms[0].private_value == pytest.approx(10 / 3)
    assert model.firms[0].required_permits == 180.0
    model.advance(10)


def test_what_a_file_replaces_cannot_be_chosen_beside_it(file):
    path = file(HEAD, "13,8,1.5,120", "12,7,2,100")
    for name, value in {"n_firms": 7, "unit_cost_min": 6.0}.items():
        with pytest.raises(ParameterError, match=f"{name} = {value}: of no effect"):
            LearningBidders(firms=path, **{name: value})
    LearningBidders(firms=path, output_max=200.0, volume_rule="output_range")  # this one has an effect


def test_a_file_saved_by_a_spreadsheet_is_read(file):
    assert read_firms(file(HEAD, "13,8,1.5,120", encoding="utf-8-sig"))["full_output"].tolist() == [120.0]


def test_blank_lines_are_no_firms(file):
    assert read_firms(file(HEAD, "13,8,1.5,120", "", "12,7,2,100", "", ""))["full_output"].tolist() == [
        120.0,
        100.0,
    ]


@pytest.mark.parametrize(
    ("lines", "message"),
    [
        (["13,8,1.5,120", "12,,2,100"], "row 2, column unit_cost is missing"),
        (["13,8,-1.5,120"], r"row 1, column emission_intensity = -1.5: must be a number above 0 t/unit"),
        (["13,8,1.5,0"], r"row 1, column full_output = 0: must be a number above 0 units"),
        (["13,8,1.5,many"], r"row 1, column full_output = many: must be a number above 0 units"),
        (["13,8,1.5,inf"], r"row 1, column full_output = inf: must be a number above 0 units"),
        (
            ["13,8,1.5,120", "8,8,1.5,120"],
            r"row 2, column selling_price.* must be above unit_cost 8.0 €/unit",
        ),
        ([], "there is no row below the heading"),
    ],
)
def test_a_bad_value_is_named_with_file_row_and_column(file, lines, message):
    path = file(HEAD, *lines)
    with pytest.raises(ParameterError, match=message) as error:
        read_firms(path)
    assert path in str(error.value)


def test_rows_are_counted_with_the_blank_ones(file):
    with pytest.raises(ParameterError, match="row 3, column unit_cost"):
        read_firms(file(HEAD, "13,8,1.5,120", "", "12,-7,2,100"))


def test_rows_with_too_many_values_are_an_error(file):
    """Not a table shifted by one column, which pandas would make of it."""
    for lines in (["13,8,1.5,120", "12,7,2,100,5,6"], ["13,8,1.5,120,9", "12,7,2,100,5"], ["13,8,1.5,120,9"]):
        with pytest.raises(
            ParameterError, match=r"row [12]: has [56] values, separated by commas, below 4 head"
        ):
            read_firms(file(HEAD, *lines))


def test_a_comma_at_the_end_of_lines_shifts_nothing(file):
    firms = read_firms(file(HEAD, "13,8,1.5,120,", "12,7,2,100,"))
    assert firms["selling_price"].tolist() == [13.0, 12.0]
    assert firms["full_output"].tolist() == [120.0, 100.0]


def test_a_missing_column_is_named(file):
    with pytest.raises(
        ParameterError, match="column 'full_output' is missing; needed: selling_price, unit_cost"
    ):
        read_firms(file("selling_price,unit_cost,emission_intensity", "13,8,1.5"))


@pytest.mark.parametrize("name", ["nowhere.csv", "."])
def test_a_file_that_cannot_be_read_is_named(tmp_path, name):
    with pytest.raises(ParameterError, match="firms = "):
        LearningBidders(firms=str(tmp_path / name))


def test_a_file_that_is_no_text_is_named(tmp_path):
    path = tmp_path / "firms.csv"
    path.write_bytes(b"\xff\xfe\x00\x9d" * 20)
    with pytest.raises(ParameterError, match="firms = "):
        read_firms(path)


def test_an_empty_file_is_named(tmp_path):
    path = tmp_path / "firms.csv"
    path.write_text("")
    with pytest.raises(ParameterError, match="is empty"):
        read_firms(path)


def test_names_of_a_file_are_the_firms_names(file):
    """In the table of all firms and periods, in choices of a firm, and in the file written from the model."""
    path = file(f"name,{HEAD}", "Steel,13,8,1.5,120", "Cement,12,7,2,100")
    model = LearningBidders(firms=path, rng=1)
    model.advance(3)
    assert model.firm_names == ["Steel", "Cement"]
    assert model.datacollector.get_agent_vars_dataframe()["name"].tolist() == ["Steel", "Cement"] * 3
    assert firm_choices(model)["firm"] == {"Steel": 1, "Cement": 2}
    assert firm_rows(model, np.arange(3), ("profit",))[1]["name"] == "Cement"
    assert firms_as_csv(model).splitlines()[1].startswith("Steel,13.0,8.0")


def test_firms_without_names_are_counted(file):
    model = LearningBidders(firms=file(HEAD, "13,8,1.5,120", "12,7,2,100"), rng=1)
    model.advance(1)
    assert model.firm_names == ["firm 1", "firm 2"]
    assert "name" not in model.datacollector.get_agent_vars_dataframe()
    assert "name" not in firm_rows(model, np.arange(1), ("profit",))[0]


def test_a_name_used_twice_is_refused(file):
    path = file(f"name,{HEAD}", "A,13,8,1.5,120", "A,12,7,2,100")
    with pytest.raises(ParameterError, match="row 2, column name = A: is used twice"):
        read_firms(path)
