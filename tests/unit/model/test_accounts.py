"""Each movement of permits and money, by hand; both identities hold after every one of them."""

import numpy as np
import pytest

from agents.firm import Firm
from agents.government import Government
from agents.population import as_rows
from model import accounts


def rows(kind, n):
    names = list(kind.column_declarations())
    return as_rows(np.zeros((n, len(names))), names)


@pytest.fixture
def books():
    firms, government = rows(Firm, 2), rows(Government, 1)
    yield firms, government
    assert accounts.permits_missing(firms, government) == pytest.approx(0, abs=1e-12)
    assert accounts.cash_missing(firms, government) == pytest.approx(0, abs=1e-12)


def test_issue_creates_permits_in_the_governments_hands(books):
    _, government = books
    accounts.issue(government, 100.0)
    assert (government.issued[0], government.permits[0]) == (100.0, 100.0)


def test_an_auction_moves_awards_one_way_and_payments_the_other(books):
    firms, government = books
    accounts.issue(government, 100.0)
    firms.award, firms.auction_payment = [60.0, 30.0], [120.0, 90.0]
    accounts.settle_auction(firms, government)
    assert firms.permits.tolist() == [60.0, 30.0]
    assert firms.cash.tolist() == [-120.0, -90.0]
    assert (government.permits[0], government.cash[0]) == (10.0, 210.0)


def test_trades_move_permits_and_money_between_firms(books):
    firms, _government = books
    firms.bought, firms.trade_payment = [5.0, -5.0], [10.0, -10.0]
    accounts.settle_trades(firms)
    assert firms.permits.tolist() == [5.0, -5.0]
    assert firms.cash.tolist() == [-10.0, 10.0]


def test_products_are_paid_by_the_product_market(books):
    firms, government = books
    accounts.sell_products(firms[1], government, 300.0)
    assert firms.cash.tolist() == [0.0, 300.0]
    assert government.product_market[0] == -300.0


def test_surrender_takes_permits_for_what_is_covered_and_a_fine_for_the_rest(books):
    firms, government = books
    accounts.issue(government, 50.0)
    firms.award = [50.0, 0.0]
    accounts.settle_auction(firms, government)
    firms.emissions, firms.shortfall, firms.penalty_payment = [70.0, 0.0], [20.0, 0.0], [80.0, 0.0]
    accounts.surrender(firms[0], government)
    assert firms.permits[0] == 0.0
    assert government.surrendered[0] == 50.0
    assert (firms.cash[0], government.cash[0]) == (-80.0, 80.0)


def test_what_is_left_expires_everywhere(books):
    firms, government = books
    accounts.issue(government, 50.0)
    firms.award = [20.0, 10.0]
    accounts.settle_auction(firms, government)
    accounts.expire(firms, government)
    assert firms.permits.sum() == government.permits[0] == 0.0
    assert government.expired[0] == 50.0


def test_the_identities_notice_what_is_missing():
    firms, government = rows(Firm, 2), rows(Government, 1)
    accounts.issue(government, 50.0)
    government.permits -= 3.0
    firms.cash[1] += 7.0
    assert accounts.permits_missing(firms, government) == 3.0
    assert accounts.cash_missing(firms, government) == 7.0
