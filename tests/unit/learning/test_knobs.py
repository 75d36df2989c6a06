"""A parameter declared once: values are converted, limits are kept, and messages say what would be right."""

import math
import pickle

import pytest

from learning.knobs import Knob, ParameterError, Settings, knob, settings
from learning.registry import Registry

COLOURS = Registry("colour")
COLOURS.register("red")(object())
COLOURS.register("green")(object())


@settings
class Example(Settings):
    share: float = knob(0.5, low=0.0, high=1.0, unit="share")
    price: float = knob(1.0, low=0.5, unit="€/t")
    count: int = knob(3, low=1, high=10, unit="firms")
    mode: str = knob("slow", choices=("slow", "quick"))
    colour: str = knob("red", choices=COLOURS)
    note: str = knob("")
    on: bool = knob(False)


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"share": 1.3}, "share = 1.3 share: above its maximum 1.0 share"),
        ({"price": 0.25}, "price = 0.25 €/t: below its minimum 0.5 €/t"),
        ({"count": 11}, "count = 11 firms: above its maximum 10 firms"),
        ({"count": 2.5}, "count = 2.5: must be a whole number"),
        ({"count": math.inf}, "count = inf: must be a whole number"),
        ({"share": math.nan}, "share = nan: must be a finite number"),
        ({"price": math.inf}, "price = inf: must be a finite number"),
        ({"share": "many"}, "share = 'many': not a number"),
        ({"share": None}, "share = None: not a number"),
        ({"share": [1]}, r"share = \[1\]: not a number"),
        ({"count": 10**400}, "count = .*: not a number"),
        ({"mode": "quik"}, "mode = quik: unknown choice 'quik'; did you mean 'quick'"),
        ({"colour": "blue"}, "colour = blue: unknown choice 'blue'; known: red, green"),
        ({"on": "perhaps"}, "on = 'perhaps': must be true or false"),
    ],
)
def test_a_value_that_is_not_allowed_is_named_with_unit_and_limit(values, message):
    with pytest.raises(ParameterError, match=message):
        Example(**values)


@pytest.mark.parametrize(
    ("name", "value", "kept"),
    [
        ("share", "0.25", 0.25),
        ("share", 1, 1.0),
        ("count", "7", 7),
        ("count", 7.0, 7),
        ("count", "7.0", 7),
        ("on", "yes", True),
        ("on", 0, False),
        ("on", "False", False),
        ("note", 12, "12"),
    ],
)
def test_text_and_numbers_are_converted(name, value, kept):
    got = getattr(Example(**{name: value}), name)
    assert got == kept
    assert type(got) is type(kept)


def test_limits_themselves_are_allowed():
    assert Example(share=0.0, price=0.5, count=10).values()["count"] == 10


def test_values_and_vector_follow_the_declaration():
    chosen = Example(mode="quick", colour="green", count=4, on=True)
    assert list(chosen.values()) == ["share", "price", "count", "mode", "colour", "note", "on"]
    assert Example.knobs()["price"] == Knob(1.0, low=0.5, unit="€/t")
    numbers = {k: v for k, v in chosen.values().items() if k != "note"}
    assert len(numbers) == 6

    @settings
    class Numbers(Settings):
        share: float = knob(0.5)
        mode: str = knob("slow", choices=("slow", "quick"))
        colour: str = knob("red", choices=COLOURS)
        on: bool = knob(True)

    assert Numbers(mode="quick", colour="green").vector() == [0.5, 1.0, 1.0, 1.0]


def test_settings_are_frozen_equal_by_value_and_pickle():
    chosen = Example(count=4)
    with pytest.raises(AttributeError):
        chosen.count = 5
    assert chosen == Example(count=4) != Example()
    assert pickle.loads(pickle.dumps(chosen)) == chosen


def test_inherited_knobs_come_first():
    @settings
    class More(Example):
        extra: int = knob(1)

    assert list(More.knobs()) == [*Example.knobs(), "extra"]
    assert "extra" not in Example.knobs()


def test_a_parameter_error_is_a_value_error():
    assert issubclass(ParameterError, ValueError)


@settings
class Base(Settings):
    first: float = knob(0.5)
    mode: str = knob("slow", choices=("slow", "quick"))


@settings
class Extended(Base):
    last: float = knob(0.25)


def test_positions_lead_to_the_numbers_of_a_vector():
    chosen = Extended(first=1.0, mode="quick", last=3.0)
    at = Extended.positions()
    assert [chosen.vector()[k] for k in (at.first, at.mode, at.last)] == [1.0, 1.0, 3.0]
    assert at._fields == ("first", "mode", "last")


def test_positions_of_a_base_hold_in_its_subclasses():
    numbers = Extended(first=7.0, mode="quick").vector()
    assert (numbers[Base.positions().first], numbers[Base.positions().mode]) == (7.0, 1.0)


@pytest.mark.parametrize("mode", ["slow", "quick"])
def test_numbers_of_choices_are_those_of_the_vector(mode):
    chosen = Extended(mode=mode)
    assert chosen.vector()[Extended.positions().mode] == getattr(Extended.numbers_of("mode"), mode)


def test_knobs_before_those_of_a_base_are_refused():
    @settings
    class Other(Settings):
        other: float = knob(0.5)

    with pytest.raises(TypeError, match="Mixed has the knob other where Base has first"):

        @settings
        class Mixed(Base, Other):
            pass


def test_choices_in_another_order_are_refused_in_a_subclass():
    """A subclass that declares a knob of its base once more keeps its position, and must keep its choices."""
    with pytest.raises(TypeError, match=r"Turned\.mode: its choices must begin with slow, quick"):

        @settings
        class Turned(Base):
            mode: str = knob("slow", choices=("quick", "slow"))
