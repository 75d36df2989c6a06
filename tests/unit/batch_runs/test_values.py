import pytest

from batch_runs.usage import UsageError, split_words
from batch_runs.values import axis_values, decimals
from learning.knobs import Knob, ParameterError

KNOBS = {
    "phi": Knob(0.9, low=0.01, high=2.0, unit="share"),
    "n": Knob(5, low=1),
    "auction": Knob("uniform", choices=("uniform", "discriminatory")),
    "free": Knob(True),
    "file": Knob(""),
}


def test_range_includes_its_end_in_clean_decimals():
    values = axis_values("phi", "0.80:1.00:0.02", KNOBS)
    assert values == (0.8, 0.82, 0.84, 0.86, 0.88, 0.9, 0.92, 0.94, 0.96, 0.98, 1.0)


@pytest.mark.parametrize(
    ("written", "values"),
    [
        ("0.5", (0.5,)),
        (0.5, (0.5,)),
        ("1:0.8:-0.1", (1.0, 0.9, 0.8)),
        ("0.5, 0.8:1.0:0.1", (0.5, 0.8, 0.9, 1.0)),
        ("0.5,0.5,0.50", (0.5,)),
        ([0.5, "0.6"], (0.5, 0.6)),
        ("0.9:1:0.03333333333", (0.9, 0.93333333333, 0.96666666666, 0.99999999999)),
        ("0.5:0.5:1", (0.5,)),
        ("0.8:1:0.15", (0.8, 0.95)),
    ],
)
def test_what_is_written_for_numbers(written, values):
    assert axis_values("phi", written, KNOBS) == values


def test_values_have_the_type_of_the_knob():
    assert axis_values("n", "1:7:3", KNOBS) == (1, 4, 7)
    assert axis_values("auction", "uniform,discriminatory", KNOBS) == ("uniform", "discriminatory")
    assert axis_values("free", "yes,no", KNOBS) == (True, False)
    assert axis_values("file", "C:1:2", KNOBS) == ("C:1:2",)
    assert axis_values("file", "", KNOBS) == ("",)


@pytest.mark.parametrize(
    "text",
    ["0.8:1", "0.8:1:0", "0.8:1:-0.1", "a:b:c", "0.8:1:0.1:2", "0:1:nan", "0:inf:1", "0:1:1e-9", "1::2"],
)
def test_malformed_range_is_named(text):
    with pytest.raises(UsageError, match=r"phi="):
        decimals("phi", text)


@pytest.mark.parametrize("text", ["0.8,", ",0.8", "0.8,,0.9"])
def test_gap_in_a_list_is_named(text):
    with pytest.raises(UsageError, match="between two commas"):
        axis_values("phi", text, KNOBS)


def test_unknown_name_and_value_not_allowed():
    with pytest.raises(ParameterError, match="did you mean 'phi'"):
        axis_values("phy", "1", KNOBS)
    with pytest.raises(ParameterError, match=r"phi = 2.5 share: above its maximum 2.0 share"):
        axis_values("phi", "1.5:2.5:0.5", KNOBS)
    with pytest.raises(ParameterError, match="did you mean 'uniform'"):
        axis_values("auction", "unifrom", KNOBS)


def test_words_are_names_and_assignments():
    assert split_words(["system", "a=1", "b=x=y"]) == (["system"], {"a": "1", "b": "x=y"})
    with pytest.raises(UsageError, match="a is given twice"):
        split_words(["a=1", "a=2"])
    with pytest.raises(UsageError, match="expected key=value"):
        split_words(["=2"])
