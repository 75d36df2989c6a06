"""The contract of every registered package auction; a format added to the registry is tested without touching this
file.
"""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from agents.farms.packages import packages_up_to
from model.mechanisms.combinatorial.base import PACKAGE_AUCTIONS, PackageAuction
from model.systems.escape_permits.auction import best_value, value_of
from model.systems.escape_permits.comparison import compare, draw_instance
from model.systems.escape_permits.params import EscapePermitsParams
from tests.package_instances import any_values, instance_of, played, surplus_of


def allowed_settings(part):
    """A format's defaults, and each of its knobs in turn at every other choice or end."""
    found = [{}]
    for name, knob in part.Settings.knobs().items():
        others = list(knob.choices) if knob.choices is not None else [knob.low, knob.high]
        others = [not knob.default] if isinstance(knob.default, bool) else others
        found += [{name: value} for value in others if value != knob.default]
    return found


CASES = [
    pytest.param(name, {f"{name}.{key}": value for key, value in chosen.items()}, id=f"{name}-{chosen}")
    for name, part in PACKAGE_AUCTIONS.items()
    for chosen in allowed_settings(part)
]
of_every_format = pytest.mark.parametrize(("name", "chosen"), CASES)


def exposes(case):
    """Whether the format declares for these settings that truthful bidders may lose."""
    name, chosen = case.values
    params = EscapePermitsParams().replace(chosen)
    return PACKAGE_AUCTIONS[name].exposes(params.parts[name])


EXPOSED = [case for case in CASES if exposes(case)]
SAFE = [case for case in CASES if not exposes(case)]

markets = {
    "seed": st.integers(0, 10_000),
    "n": st.integers(1, 4),
    "most": st.lists(st.integers(1, 2), min_size=1, max_size=3),
    "reserve": st.sampled_from([0.0, 0.3]),
}
settings_of_all = settings(max_examples=15)


def complements(seed, n=3):
    """An instance of farms with joint abatement, of small size, two pollutants."""
    params = EscapePermitsParams().replace({"n_farms": n, "baseline_ghg": 5, "baseline_nutrient": 3})
    return draw_instance(params, seed)


@of_every_format
def test_is_a_documented_auction(name, chosen):
    part = PACKAGE_AUCTIONS[name]
    assert issubclass(part, PackageAuction)
    assert part.__doc__
    assert part.asks in ("packages", "demand", "sealed")


@of_every_format
@settings_of_all
@given(**markets)
def test_sells_no_more_than_there_is(name, chosen, seed, n, most, reserve):
    instance = any_values(seed, n, most, reserve=reserve)
    outcome = played(instance, name, **chosen).outcome
    assert (outcome.award(instance.terms.packages).sum(0) <= instance.terms.supply).all()
    assert outcome.rounds >= 1


@of_every_format
@settings_of_all
@given(**markets)
def test_losers_pay_nothing_and_nobody_is_paid(name, chosen, seed, n, most, reserve):
    outcome = played(any_values(seed, n, most, reserve=reserve), name, **chosen).outcome
    assert (outcome.payment[outcome.package == 0] == 0).all()
    assert (outcome.payment >= 0).all()


@of_every_format
@settings_of_all
@given(**markets)
def test_nobody_pays_for_a_pollutant_it_gets_no_permits_of(name, chosen, seed, n, most, reserve):
    instance = any_values(seed, n, most, reserve=reserve, grid=1.0)
    outcome = played(instance, name, **chosen).outcome
    assert (outcome.payment[outcome.award(instance.terms.packages) == 0] == 0).all()


@of_every_format
@settings_of_all
@given(**markets)
def test_everybody_pays_at_least_the_reserve_price(name, chosen, seed, n, most, reserve):
    instance = any_values(seed, n, most, reserve=reserve)
    outcome, terms = played(instance, name, **chosen).outcome, instance.terms
    assert (outcome.payment.sum(1) >= outcome.award(terms.packages) @ terms.reserve).all()


@pytest.mark.parametrize(("name", "chosen"), SAFE)
@settings_of_all
@given(**markets)
def test_nobody_who_bids_no_more_than_the_truth_loses(name, chosen, seed, n, most, reserve):
    instance = any_values(seed, n, most, reserve=reserve)
    assert (surplus_of(instance, played(instance, name, **chosen)) >= 0).all()


@pytest.mark.parametrize(("name", "chosen"), EXPOSED)
def test_somebody_loses_where_the_format_declares_it(name, chosen):
    instances = [any_values(seed, 3, [2, 2]) for seed in range(100)]
    assert min(surplus_of(each, played(each, name, **chosen)).min() for each in instances) < 0


@of_every_format
@settings_of_all
@given(**markets)
def test_the_efficiency_is_at_most_one(name, chosen, seed, n, most, reserve):
    instance = any_values(seed, n, most, reserve=reserve)
    outcome = played(instance, name, **chosen).outcome
    assert 0 <= value_of(instance, outcome.package).sum() <= best_value(instance)


def in_other_order(instance, order):
    """The instance with farms in another order."""
    terms = instance.terms._replace(expected=instance.terms.expected[order])
    return instance._replace(value=np.ascontiguousarray(instance.value[order]), terms=terms)


@of_every_format
@settings_of_all
@given(seed=st.integers(0, 10_000), n=st.integers(1, 4))
def test_the_order_of_farms_does_not_matter(name, chosen, seed, n):
    """It holds if no two choices tie, as with the drawn costs of farms, up to the unit of rounding."""
    instance, order = complements(seed, n), np.random.default_rng(seed).permutation(n)
    one, other = (
        played(each, name, **chosen).outcome for each in (instance, in_other_order(instance, order))
    )
    assert other.rounds == one.rounds
    assert other.payment.sum() == pytest.approx(one.payment.sum(), abs=n)
    if name == "cmra" and (other.package != one.package[order]).any():
        return  # bids at clock prices are in whole steps of it and do tie; revenue and rounds do not change
    assert other.package.tolist() == one.package[order].tolist()
    assert (abs(other.payment - one.payment[order]) <= 1).all()


@of_every_format
@settings_of_all
@given(**markets)
def test_same_bids_same_outcome(name, chosen, seed, n, most, reserve, same_bits):
    one, other = (
        played(any_values(seed, n, most, reserve=reserve), name, **chosen).outcome for _ in range(2)
    )
    assert same_bits(one.package, other.package)
    assert same_bits(one.payment, other.payment)
    assert one.rounds == other.rounds


@of_every_format
def test_nothing_for_sale_and_nobody_who_wants_anything(name, chosen):
    packages = packages_up_to((2, 1))
    for supply, most in (([0, 0], 5), ([2, 1], 0)):
        value = np.tile(packages.units * most, (2, 1)) * 1_000_000
        outcome = played(instance_of(packages, value, supply, 0.25, [100_000] * 2), name, **chosen).outcome
        assert outcome.package.tolist() == [0, 0]
        assert (outcome.payment == 0).all()


@of_every_format
def test_is_compared_with_all_others(name, chosen):
    """On one instance, with the same best value, by the name under which it is registered."""
    results = compare(EscapePermitsParams().replace(chosen), complements(3), [name, "vcg"])
    assert list(results) == list(dict.fromkeys([name, "vcg"]))
    result = results[name]
    assert result.mechanism == name
    assert 0 <= result.efficiency <= 1
    assert result.revenue == pytest.approx(result.payment.sum())
    assert result.surplus == pytest.approx(result.value - result.payment.sum(1))
