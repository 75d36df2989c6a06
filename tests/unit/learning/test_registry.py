"""Names for interchangeable parts: no name twice, no unknown name without the nearest known one."""

import pickle

import pytest

from learning.registry import Registry, UnknownNameError, unknown


@pytest.fixture
def fruits():
    registry = Registry("fruit")
    registry.register("apple")("an apple")
    registry.register("pear")("a pear")
    return registry


def test_a_registry_is_a_mapping_in_the_order_of_registration(fruits):
    assert list(fruits) == ["apple", "pear"]
    assert dict(fruits) == {"apple": "an apple", "pear": "a pear"}
    assert len(fruits) == 2
    assert "apple" in fruits
    assert "plum" not in fruits


def test_register_returns_the_part_unchanged(fruits):
    assert fruits.register("plum")("a plum") == "a plum"


def test_a_name_is_registered_once_only(fruits):
    with pytest.raises(ValueError, match="fruit 'apple' is registered already, by 'an apple'"):
        fruits.register("apple")("another")
    assert fruits["apple"] == "an apple"


def test_an_unknown_name_suggests_the_nearest(fruits):
    with pytest.raises(UnknownNameError, match="unknown fruit 'aple'; did you mean 'apple'"):
        fruits["aple"]


def test_an_unknown_name_far_from_all_lists_the_known(fruits):
    with pytest.raises(UnknownNameError, match="unknown fruit 'xyz'; known: apple, pear"):
        fruits["xyz"]


def test_an_unhashable_name_is_unknown(fruits):
    with pytest.raises(UnknownNameError, match="unknown fruit"):
        fruits[["apple"]]


def test_get_is_not_fooled_by_the_error(fruits):
    with pytest.raises(ValueError, match="fruit"):
        fruits["plum"]
    assert isinstance(unknown("fruit", "plum", []), ValueError)


def test_an_unknown_name_error_pickles():
    error = unknown("fruit", "aple", ["apple"])
    assert str(pickle.loads(pickle.dumps(error))) == str(error)


def test_a_part_can_be_registered_for_a_while(fruits):
    with fruits.temporarily("plum", "a plum") as plum:
        assert plum == fruits["plum"] == "a plum"
    assert list(fruits) == ["apple", "pear"]


def test_a_part_for_a_while_goes_after_an_error_too(fruits):
    with pytest.raises(ZeroDivisionError), fruits.temporarily("plum", "a plum"):
        raise ZeroDivisionError
    assert "plum" not in fruits


def test_a_part_for_a_while_takes_no_name_of_another(fruits):
    with pytest.raises(ValueError, match="registered already"), fruits.temporarily("apple", "another"):
        pass
    assert fruits["apple"] == "an apple"


def test_whatever_is_registered_in_between_is_forgotten(fruits):
    with fruits.unchanged():
        fruits.register("plum")("a plum")
        fruits.register("fig")("a fig")
    assert list(fruits) == ["apple", "pear"]
