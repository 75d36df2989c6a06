"""The auction played twice, by the compiled rules and by a plain reading of the specification: equal to the unit of
money in every round.
"""

from hypothesis import assume, given, settings
from hypothesis import strategies as st

from agents.farms.bids import ADDITIONAL_BIDS
from agents.farms.curves import VALUES
from model.mechanisms.combinatorial.cmra import INCREMENTS
from model.mechanisms.combinatorial.winners.determination import TIES
from model.systems.escape_permits.auction import bid_all, bidding_from, open_auction
from model.systems.escape_permits.comparison import draw_instance
from model.systems.escape_permits.params import EscapePermitsParams
from tests.package_instances import any_values
from tests.plain_cmra import PlainCmra, PlainFarm

ROUNDS = 300
POINTS = 1, 2, 3

markets = st.fixed_dictionaries(
    {
        "n_farms": st.integers(1, 3),
        "n_pollutants": st.integers(1, 3),
        "baseline_ghg": st.integers(1, 4),
        "baseline_nutrient": st.integers(1, 3),
        "baseline_ammonia": st.integers(1, 2),
        "phi": st.sampled_from([0.0, 0.3, 0.6, 0.9, 1.3]),
        "phi_nutrient": st.sampled_from([0.3, 0.5, 1.0]),
        "phi_ammonia": st.sampled_from([0.5, 1.0]),
        "reserve_price": st.sampled_from([0.0, 0.25, 1.0, 9.0]),
        "increment_ghg": st.sampled_from([0.1, 0.25, 0.5]),
        "increment_nutrient": st.sampled_from([0.5, 1.0, 2.75]),
        "increment_ammonia": st.sampled_from([0.5, 3.0]),
        "additional_bids": st.sampled_from(ADDITIONAL_BIDS),
        "value": st.sampled_from(VALUES),
        "kind_even": st.sampled_from(["crop", "dairy"]),
        "correlation_odd": st.sampled_from([0.0, 0.5, 1.0]),
        "correlation_even": st.sampled_from([0.0, 0.1, 0.5]),
        "cost_spread": st.sampled_from([0.0, 0.2]),
        "farm": st.sampled_from(["farm", "sniper"]),
        "sniper.waits": st.integers(0, 4),
        "sniper.every": st.integers(1, 3),
        "cmra.increments": st.sampled_from(INCREMENTS),
        "cmra.ties": st.sampled_from(TIES),
        "cmra.activity": st.booleans(),
        "cmra.points_nutrient": st.sampled_from([1, 2, 5]),
    }
)


def plain_farms(instance, params, waits):
    """The same farms: values of the packages that each has use for, by tuple."""
    lots = [tuple(x) for x in instance.terms.packages.lots.tolist()]
    return [
        PlainFarm({x: v for x, v in zip(lots, row, strict=True) if v >= 0}, params.additional_bids, wait)
        for row, wait in zip(instance.value.tolist(), waits, strict=True)
    ]


def plain_auction(instance, params, waits):
    terms, m = instance.terms, len(instance.terms.supply)
    rules = params.parts["cmra"]
    points = (rules.points_ghg, rules.points_nutrient, rules.points_ammonia)[:m]
    return PlainCmra(
        plain_farms(instance, params, waits),
        [tuple(x) for x in terms.packages.lots.tolist()],
        tuple(terms.supply.tolist()),
        tuple(terms.reserve.tolist()),
        tuple(terms.increment.tolist()),
        increments=rules.increments,
        ties=rules.ties,
        points=points if rules.activity else None,
    )


def play_both(instance, params):
    """Play both and compare round by round; the closed auctions."""
    auction = open_auction(params, instance)
    bidding = bidding_from(params, auction, instance.value)
    plain = plain_auction(instance, params, bidding.waits.tolist())
    number = instance.terms.packages.number
    while not auction.closed:
        assert auction.price.tolist() == list(plain.price)
        assert auction.round == plain.number <= ROUNDS
        bid_all(instance, auction, bidding)
        auction.end_round()
        plain.play_round()
        assert auction.headline.tolist() == [number(x) for x in plain.headlines]
        assert [{k: b for k, b in enumerate(book) if b >= 0} for book in auction.book.tolist()] == [
            {number(x): b for x, b in book.items()} for book in plain.books
        ]
        assert auction.provisional_revenue == plain.revenue
        assert auction.closed == (plain.won is not None)
    assert auction.outcome.package.tolist() == [number(x) for x in plain.won]
    assert auction.outcome.payment.sum(1).tolist() == plain.paid
    assert auction.outcome.rounds == plain.number
    return auction, plain


@settings(max_examples=60)
@given(values=markets, seed=st.integers(0, 10_000))
def test_every_round_is_that_of_the_plain_reading(values, seed):
    params = EscapePermitsParams().replace(values)
    if params.additional_bids == "all" and params.n_pollutants == 3:
        assume(params.n_farms < 3)  # the plain search takes seconds
    play_both(draw_instance(params, seed), params)


@settings(max_examples=80)
@given(
    seed=st.integers(0, 10_000),
    n=st.integers(1, 3),
    most=st.lists(st.integers(1, 3), min_size=2, max_size=3),
    additional_bids=st.sampled_from(ADDITIONAL_BIDS),
    activity=st.booleans(),
    points=st.sampled_from([1, 3]),
    reserve=st.sampled_from([0.0, 0.25]),
)
def test_every_round_is_that_of_the_plain_reading_whatever_packages_are_worth(
    seed, n, most, additional_bids, activity, points, reserve
):
    """Here demand goes back and forth between pollutants, as it never does where they are complements."""
    values = {"additional_bids": additional_bids, "reserve_price": reserve, "increment_ghg": 0.2}
    rules = {"cmra.activity": activity, "cmra.points_nutrient": points}
    params = EscapePermitsParams().replace(values | rules)
    play_both(any_values(seed, n, most, reserve=reserve), params)


@given(seed=st.integers(0, 10_000))
@settings(max_examples=10)
def test_payments_are_divided_by_what_packages_cost_at_the_last_prices(seed):
    """R9, to the unit of money that rounding leaves."""
    params = EscapePermitsParams().replace(
        {"baseline_ghg": 4, "baseline_nutrient": 3, "increment_nutrient": 1.0, "increment_ghg": 0.5}
    )
    auction, plain = play_both(draw_instance(params, seed), params)
    for x, paid, parts in zip(plain.won, plain.paid, auction.outcome.payment.tolist(), strict=True):
        whole = sum(p * k for p, k in zip(plain.price, x, strict=True))
        assert sum(parts) == paid
        for p, k, part in zip(plain.price, x, parts, strict=True):
            assert abs(part * whole - paid * p * k) <= 2 * whole
