"""Sealed-bid auctions by hand."""

import numpy as np
import pytest

from learning.registry import UnknownNameError
from model.mechanisms.auctions.base import AUCTIONS, Auction, AuctionSettings, clear, scratch_for
from model.mechanisms.auctions.discriminatory import DiscriminatorySettings
from model.mechanisms.auctions.merit_order import highest_rejected, serve
from model.mechanisms.auctions.rising_clock import AscendingClockSettings
from model.mechanisms.auctions.uniform import UniformSettings

BOTH = pytest.mark.parametrize("auction", ["uniform", "discriminatory"])
AT_LOWEST_BID = {
    "uniform": UniformSettings(undersubscribed="lowest_bid"),
    "discriminatory": DiscriminatorySettings(undersubscribed="lowest_bid"),
}


def test_uniform_by_hand():
    """Eight permits for 5 at 30 and 5 at 20: the second gets 3 and sets the price; all pay 20."""
    result = clear("uniform", [30, 20, 10], [5, 5, 5], supply=8, reserve=1)
    assert result.award.tolist() == [5, 3, 0]
    assert result.payment.tolist() == [100, 60, 0]
    assert (result.clearing_price, result.equilibrium_price) == (20, 20)


def test_discriminatory_by_hand():
    """The same bids: 5 x 30 = 150 and 3 x 20 = 60; mean of winning bids by volume bid: (5 x 30 + 5 x 20) /
    10 = 25.
    """
    result = clear("discriminatory", [30, 20, 10], [5, 5, 5], supply=8, reserve=1)
    assert result.award.tolist() == [5, 3, 0]
    assert result.payment.tolist() == [150, 60, 0]
    assert (result.clearing_price, result.equilibrium_price) == (25, 20)


def test_ascending_clock_by_hand():
    """From 1 by steps of 4: demand is 15 up to 9, 11 at 13 and 17, 5 at 21, so eight permits go at 17.

    Bids of 30 stay in at 21 and get their 5; those who leave there, 20 and 18.5, share the other 3 as 4 to 2.
    """
    chosen = AscendingClockSettings(increment=4)
    result = clear("ascending_clock", [30, 20, 18.5, 10], [5, 4, 2, 4], supply=8, reserve=1, settings=chosen)
    assert result.award.tolist() == [5, 2, 1, 0]
    assert result.payment.tolist() == [85, 34, 17, 0]
    assert (result.clearing_price, result.equilibrium_price) == (17, 17)


def test_a_clock_that_nobody_follows_stays_at_the_reserve_price():
    """Demand of 9 for ten permits at the start: all are served at 1, and a bid below it gets nothing."""
    result = clear("ascending_clock", [30, 20, 0.5], [5, 4, 4], supply=10, reserve=1)
    assert result.award.tolist() == [5, 4, 0]
    assert result.clearing_price == 1


def test_a_clock_of_small_steps_ends_at_the_uniform_price():
    bids = np.random.default_rng(5).uniform(1, 40, (30, 3)), np.random.default_rng(6).uniform(0, 9, (30, 3))
    chosen = AscendingClockSettings(increment=0.001)
    clock = clear("ascending_clock", *bids, supply=150, reserve=2, settings=chosen)
    uniform = clear("uniform", *bids, supply=150, reserve=2)
    assert clock.award == pytest.approx(uniform.award, abs=1e-9)
    assert 0 <= uniform.clearing_price - clock.clearing_price < 0.001


@pytest.mark.parametrize("auction", list(AUCTIONS))
def test_largest_remainder_by_hand(auction):
    """10 of 17 permits asked for: shares 4.71, 3.53, 1.76 are 4, 3, 1, and the two left go to .76 and .71."""
    chosen = AUCTIONS[auction].Settings(tie_rule="largest_remainder")
    result = clear(auction, [7, 7, 7, 5], [8, 6, 3, 9], supply=10, settings=chosen)
    assert result.award.tolist() == [5, 3, 2, 0]


@pytest.mark.parametrize("auction", list(AUCTIONS))
@pytest.mark.parametrize(("keys", "award"), [([0.2, 0.1, 0.3], [0, 1, 0]), ([0.3, 0.2, 0.1], [0, 0, 1])])
def test_equal_remainders_go_by_key_and_not_by_number(auction, keys, award):
    chosen = AUCTIONS[auction].Settings(tie_rule="largest_remainder")
    result = clear(auction, [7] * 3, [1] * 3, supply=1, settings=chosen, tie_key=keys)
    assert result.award.tolist() == award


def test_discriminatory_price_weighted_by_awards():
    """Payment per permit: (5 x 30 + 3 x 20) / 8 = 210 / 8 = 26.25."""
    chosen = DiscriminatorySettings(price_weights="awards")
    result = clear("discriminatory", [30, 20, 10], [5, 5, 5], supply=8, reserve=1, settings=chosen)
    assert result.clearing_price == 26.25
    assert result.payment.sum() == 8 * 26.25


@BOTH
def test_ties_at_the_margin_share_what_is_left(auction):
    """10 permits: 4 go to the bid at 9; the 6 left are shared by 8 and 4 bid at 7: 6 x 8/12 = 4 and 6 x
    4/12 = 2.
    """
    result = clear(auction, [7, 9, 7, 5], [8, 4, 4, 6], supply=10)
    assert result.award.tolist() == [4, 4, 2, 0]
    assert result.equilibrium_price == 7


@BOTH
def test_ties_above_the_margin_are_served_fully(auction):
    """Both at 9 get all; of the 3 left at 7 the only bidder gets 3 of its 5."""
    result = clear(auction, [9, 7, 9], [2, 5, 5], supply=10)
    assert result.award.tolist() == [2, 3, 5]
    assert result.equilibrium_price == 7


@BOTH
def test_the_bid_that_exactly_exhausts_supply_is_marginal(auction):
    """3 + 4 = 7 permits: the next bid, at 5, gets nothing and does not set the price."""
    result = clear(auction, [9, 7, 5], [3, 4, 2], supply=7)
    assert result.award.tolist() == [3, 4, 0]
    assert result.equilibrium_price == 7


@BOTH
def test_a_rest_of_rounding_does_not_make_the_next_bid_marginal(auction):
    """0.1 + 0.2 is above 0.3 in floating point, 3 x 0.1 below 0.3 + a bit: nobody is served a millionth."""
    result = clear(auction, [9, 8, 7, 1], [0.1, 0.1, 0.1, 5], supply=0.1 + 0.2)
    assert result.award[3] == 0
    assert result.equilibrium_price == 7


@BOTH
def test_too_little_demand_is_served_fully_at_the_lowest_bid(auction):
    """5 + 3 of 20 permits: all served; the marginal bidder is the last, at 4."""
    result = clear(auction, [9, 4], [5, 3], supply=20, reserve=2, settings=AT_LOWEST_BID[auction])
    assert result.award.tolist() == [5, 3]
    assert result.equilibrium_price == 4
    paid = {"uniform": [20, 12], "discriminatory": [45, 12]}[auction]
    assert result.payment.tolist() == paid


@BOTH
def test_too_little_demand_at_the_reserve_price(auction):
    """The other reading: permits are left, so the price falls to the reserve of 2; who pays its bid still
    does.
    """
    result = clear(auction, [9, 4], [5, 3], supply=20, reserve=2)
    assert result.award.tolist() == [5, 3]
    assert result.equilibrium_price == 2
    paid = {"uniform": [10, 6], "discriminatory": [45, 12]}[auction]
    assert result.payment.tolist() == paid


@BOTH
def test_demand_that_meets_supply_exactly_is_not_too_little(auction):
    result = clear(auction, [9, 4], [5, 3], supply=8, reserve=2)
    assert result.equilibrium_price == 4


@BOTH
@pytest.mark.parametrize(
    ("price", "volume"),
    [([], []), ([1.0, 1.5], [5, 5]), ([9, 8], [0, 0]), ([[], []], [[], []])],
    ids=["no bidder", "all below the reserve", "zero volume", "no step"],
)
def test_nothing_sold_leaves_the_reserve_price(auction, price, volume):
    result = clear(auction, price, volume, supply=10, reserve=2)
    assert result.award.sum() == result.payment.sum() == 0
    assert (result.clearing_price, result.equilibrium_price) == (2, 2)
    assert len(result.award) == len(price)


@BOTH
def test_a_bid_at_the_reserve_is_served_and_one_below_is_not(auction):
    result = clear(auction, [2.0, 1.999999], [5, 5], supply=10, reserve=2)
    assert result.award.tolist() == [5, 0]


@BOTH
def test_no_supply_sells_nothing(auction):
    result = clear(auction, [9, 4], [5, 3], supply=0, reserve=2)
    assert result.award.tolist() == [0, 0]
    assert (result.clearing_price, result.equilibrium_price) == (2, 2)


@BOTH
def test_a_bid_of_zero_volume_does_not_set_the_price(auction):
    result = clear(auction, [9, 8, 4], [5, 0, 3], supply=6)
    assert result.award.tolist() == [5, 0, 1]
    short = clear(auction, [9, 4], [5, 0], supply=6, settings=AT_LOWEST_BID[auction])
    assert short.equilibrium_price == 9


@BOTH
def test_a_vanishing_bid_does_not_set_the_price(auction):
    """9.9999999 permits at 9 and 1e-7 at 4 exhaust 10: the price is 9; the last bidder pays its own bid."""
    result = clear(auction, [9, 4], [10 - 1e-7, 1e-7], supply=10)
    assert result.equilibrium_price == 9
    assert result.clearing_price == pytest.approx(9, rel=1e-6)
    assert result.award.sum() == pytest.approx(10, rel=1e-12)
    assert result.payment[1] == pytest.approx(4 * result.award[1])


@BOTH
def test_a_vanishing_rest_for_a_large_bid_does_not_set_the_price(auction):
    """Of a bid for 10 at 4 a millionth of a permit is served: the mean of the winning bids stays 9, too."""
    result = clear(auction, [9, 4], [10 - 1e-6, 10], supply=10)
    assert result.equilibrium_price == 9
    assert result.clearing_price == pytest.approx(9, rel=1e-6)


def test_bids_that_vanish_one_by_one_set_the_price_together():
    """2,000,000 permits for bids of one each, half a millionth: every second one lowers the price."""
    price = np.array([9.0, 8.0, 7.0, 6.0])
    result = clear("uniform", price, np.ones(4), supply=2e6, settings=AT_LOWEST_BID["uniform"])
    assert result.clearing_price == 6
    assert (
        clear("uniform", price[:3], np.ones(3), supply=2e6, settings=AT_LOWEST_BID["uniform"]).clearing_price
        == 8
    )


def test_a_vanishing_bid_is_not_the_highest_rejected():
    settings = UniformSettings(price_rule="highest_rejected")
    result = clear("uniform", [9, 8, 5], [10, 1e-9, 2], supply=10, settings=settings)
    assert result.clearing_price == 5


def test_a_demand_schedule_by_hand():
    """Bidder 0 wants 4 at 10 and 4 more at 6, bidder 1 wants 3 at 8 and 3 more at 6. Nine permits:

    4 at 10, 3 at 8, then the 2 left at 6 are shared 4 : 3, which is 8/7 and 6/7.
    """
    result = clear("discriminatory", [[10, 6], [8, 6]], [[4, 4], [3, 3]], supply=9)
    assert result.award == pytest.approx([4 + 8 / 7, 3 + 6 / 7])
    assert result.payment == pytest.approx([40 + 6 * 8 / 7, 24 + 6 * 6 / 7])
    assert result.clearing_price == pytest.approx((40 + 24 + 24 + 18) / 14)
    uniform = clear("uniform", [[10, 6], [8, 6]], [[4, 4], [3, 3]], supply=9)
    assert uniform.payment == pytest.approx(6 * result.award)


def test_a_schedule_need_not_be_written_from_the_highest_price():
    falling = clear("uniform", [[10, 6], [8, 7]], [[4, 4], [3, 3]], supply=9)
    rising = clear("uniform", [[6, 10], [7, 8]], [[4, 4], [3, 3]], supply=9)
    assert falling.award.tolist() == rising.award.tolist()


def test_every_award_is_written():
    award, price = np.full(3, np.nan), np.array([[1.0], [3.0], [2.0]])
    numbers = np.array(AuctionSettings().vector())
    scratch = scratch_for(3)
    accepted, unserved = serve(price, np.ones((3, 1)), 1.5, 0.0, np.zeros(3), numbers, scratch, award)
    assert (
        accepted == highest_rejected(scratch, unserved, 1.5, 0.0) == 2.0
    )  # accepted in part, and rejected in part
    assert award.tolist() == [0.0, 1.0, 0.5]


@pytest.mark.parametrize(
    ("bids", "message"),
    [
        ({"price": [1, 2], "volume": [1]}, r"price has shape \(2,\), volume \(1,\): they must be equal"),
        ({"price": [[1, 2]], "volume": [1]}, "they must be equal"),
        ({"price": [-1, 2]}, r"price must be finite and at least 0, got \[-1.0, 2.0\]"),
        ({"volume": [1, -2]}, r"volume must be finite and at least 0"),
        ({"price": [float("nan"), 2]}, "price must be finite"),
        ({"volume": [float("inf"), 2]}, "volume must be finite"),
        ({"supply": -1}, "supply must be finite and at least 0, got -1.0"),
        ({"supply": float("nan")}, "supply must be finite"),
        ({"supply": [1, 2]}, r"supply has shape \(2,\): must be one number"),
        ({"reserve": -0.5}, "reserve must be finite and at least 0, got -0.5"),
        ({"price": 5, "volume": 5}, r"price has shape \(\): must be \(bidders,\) or \(bidders, steps\)"),
        ({"price": [[[1]], [[1]]]}, r"price has shape \(2, 1, 1\)"),
        ({"price": [[1, 2], [3]]}, "price = .*: must be numbers, equally many for each bidder"),
        ({"price": ["dear", 2]}, "price = .*: must be numbers"),
        ({"tie_key": [0.5]}, "tie_key has 1 numbers: must have one per bidder, 2"),
        ({"settings": AuctionSettings()}, "settings = .*: discriminatory takes DiscriminatorySettings"),
    ],
)
def test_clear_names_the_fault_of_bids(bids, message):
    good = {"price": [1, 2], "volume": [3, 4], "supply": 5}
    with pytest.raises(ValueError, match=message):
        clear("discriminatory", **(good | bids))


def test_clear_leaves_the_bids_alone():
    price, volume = np.array([3.0, 2.0]), np.array([5.0, 5.0])
    clear("uniform", price, volume, supply=7)
    assert (price.tolist(), volume.tolist()) == ([3.0, 2.0], [5.0, 5.0])


def test_an_unknown_format_suggests_the_nearest():
    with pytest.raises(UnknownNameError, match="unknown auction format 'unifrom'; did you mean 'uniform'"):
        clear("unifrom", [1], [1], supply=1)


def test_every_format_has_the_common_knobs_first():
    """The compiled rules read them by position."""
    common = list(Auction.Settings.knobs())
    for part in AUCTIONS.values():
        assert list(part.Settings.knobs())[: len(common)] == common
