"""The stability reserve: years by hand in Mt, the published figure of 2023, and what it can never do."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from model.mechanisms.stability_reserve import (
    EU_RULE,
    SHARES_OF_CAP,
    Booked,
    book,
    change_of_auctions,
    excess_of_reserve,
    play_years,
    scaled,
)

MANY = 1e9
"""More permits than a limit of this rule."""


def test_four_years_by_hand_with_a_surplus():
    """1150 Mt in circulation, 500 in the reserve. After the first year 1350 are above 1096: 24 % are 324 Mt."""
    course = play_years(
        EU_RULE, 1150.0, 500.0, [1000, 960, 920, 880], [600, 570, 540, 510], [1400, 1350, 1300, 1250]
    )
    assert course.change.tolist() == pytest.approx([0, -324, -289.44, -243.56], abs=0.01)
    assert course.circulation.tolist() == pytest.approx([1350, 1206, 1076.56, 973], abs=0.01)
    assert course.cancelled.tolist() == pytest.approx([100, 324, 289.44, 243.56], abs=0.01)
    assert course.reserve.tolist() == [400, 400, 400, 400]
    assert change_of_auctions(EU_RULE, course.circulation[-1], 400.0, MANY, 2028) == pytest.approx(
        -140, abs=0.01
    )


def test_three_years_by_hand_with_a_shortage():
    """Below 400 Mt in circulation 200 Mt are released, then the 100 Mt that are left."""
    course = play_years(EU_RULE, 500.0, 300.0, [900, 860, 820], [600, 570, 540], [1700, 1600, 1400])
    assert course.change.tolist() == [0, 200, 100]
    assert course.circulation.tolist() == [300, 330, 390]
    assert course.reserve.tolist() == [300, 100, 0]
    assert course.cancelled.tolist() == [0, 0, 0]


def test_the_intake_published_for_2023_and_2024():
    """1,134,794,738 permits in circulation at the end of 2022: 272,350,737 are withheld, 90,783,579 by December."""
    eu = scaled(EU_RULE, 1e6)
    change = change_of_auctions(eu, 1_134_794_738.0, 2e9, MANY, 2023)
    assert change == pytest.approx(-272_350_737, abs=1)
    assert change / 3 == pytest.approx(-90_783_579, abs=1)  # from September to August [EU2015, Article 1(5)]


@pytest.mark.parametrize(
    ("circulation", "change"),
    [
        (2000, -480),
        (1096.01, -263.0424),
        (1096, -263),
        (900, -67),
        (833, 0),
        (400, 0),
        (399.99, 200),
        (0, 200),
    ],
)
def test_the_thresholds(circulation, change):
    assert change_of_auctions(EU_RULE, circulation, 1000.0, MANY, 2025) == pytest.approx(change)


def test_rate_and_release_halve_from_2031():
    assert change_of_auctions(EU_RULE, 2000.0, 500.0, MANY, 2031) == pytest.approx(-240)
    assert change_of_auctions(EU_RULE, 100.0, 500.0, MANY, 2031) == 100.0
    assert change_of_auctions(EU_RULE, 100.0, 500.0, MANY, 2030) == 200.0


def test_no_more_is_withheld_than_is_auctioned_and_none_released_that_is_not_there():
    assert change_of_auctions(EU_RULE, 2000.0, 0.0, 300.0, 2025) == -300.0
    assert change_of_auctions(EU_RULE, 100.0, 30.0, 300.0, 2025) == 30.0


def test_cancellation_begins_with_last_years_auctions_in_2023():
    assert [excess_of_reserve(EU_RULE, 900.0, year, 480.0) for year in (2022, 2023, 2024)] == [0, 420, 500]
    assert excess_of_reserve(EU_RULE._replace(keep=np.inf), 900.0, 2024, 480.0) == 0.0


def test_a_change_is_booked_before_permits_are_cancelled():
    assert book(EU_RULE, -324.0, 960.0, 400.0, 2025, 1000.0) == Booked(636.0, 400.0, 324.0)


def test_the_scaled_rule_is_the_eus_in_proportion_to_its_cap():
    """The EU's cap of 2024, 1,386 Mt: 60 and 79 % of it are 832 and 1,095 Mt."""
    rule = scaled(SHARES_OF_CAP, 1386.0)
    for name in ("upper", "full_rate_from", "lower", "release", "keep"):
        assert getattr(rule, name) == pytest.approx(getattr(EU_RULE, name), rel=0.006)
    assert rule.rate == EU_RULE.rate
    with pytest.raises(ValueError, match="factor = 0"):
        scaled(SHARES_OF_CAP, 0)


def test_years_of_different_number_are_named():
    with pytest.raises(ValueError, match="have 2, 1 and 2 years"):
        play_years(EU_RULE, 0.0, 0.0, [1, 2], [1], [1, 2])


AMOUNT = st.floats(0.0, 2000.0)
YEARS = st.lists(st.tuples(AMOUNT, AMOUNT, AMOUNT), min_size=1, max_size=12)


@given(circulation=AMOUNT, reserve=AMOUNT, years=YEARS)
def test_permits_are_neither_made_nor_lost(circulation, reserve, years):
    """What there was and was planned is in circulation, in the reserve, cancelled or emitted."""
    planned, free, emissions = np.array(years).T
    course = play_years(EU_RULE, circulation, reserve, planned, free, emissions)
    issued = circulation + reserve + np.cumsum(planned + free)
    found = course.circulation + course.reserve + np.cumsum(course.cancelled + emissions)
    assert found == pytest.approx(issued, rel=1e-9)
    assert (course.reserve >= 0).all() and (planned + course.change >= -1e-9).all()
