"""Each movement of permits and money, by hand; both identities hold after every one of them."""

import numpy as np
import pytest

from agents.enterprises.enterprise import Enterprise
from agents.firm import Firm
from agents.government import CapGovernment, Government
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


def test_sales_of_all_firms_are_those_of_each(books):
    firms, government = books
    government.product_market, firms.cash[0], firms.value = -0.1, 0.1, [0.2, 0.3]
    one_by_one = firms.copy(), government.copy()
    for firm in one_by_one[0]:
        accounts.sell_products(firm, one_by_one[1], firm.value)
    accounts.settle_sales(firms, government)
    assert government.product_market[0] == -((0.1 + 0.2) + 0.3)
    assert (firms.tobytes(), government.tobytes()) == tuple(part.tobytes() for part in one_by_one)


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


def test_compliance_of_all_firms_is_that_of_each(books):
    """0.1 + 0.2 + 0.3 is another number than 0.1 + (0.2 + 0.3)."""
    firms, government = books
    accounts.issue(government, 1.0)
    firms.award = [0.4, 0.6]
    accounts.settle_auction(firms, government)
    government.surrendered, government.cash, firms.cash[0] = 0.1, 0.1, -0.1
    government.issued += 0.1
    firms.emissions, firms.shortfall, firms.penalty_payment = [0.2, 0.5], [0.0, 0.2], [0.2, 0.3]
    one_by_one = firms.copy(), government.copy()
    for firm in one_by_one[0]:
        accounts.surrender(firm, one_by_one[1])
    accounts.settle_compliance(firms, government)
    assert government.surrendered[0] == government.cash[0] == (0.1 + 0.2) + 0.3
    assert (firms.tobytes(), government.tobytes()) == tuple(part.tobytes() for part in one_by_one)


def test_unused_permits_expire_everywhere(books):
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


@pytest.fixture
def grid_books():
    """Two enterprises with 20 coins and 3 permits each, and their government; both identities hold at the end."""
    firms, government = rows(Enterprise, 2), rows(CapGovernment, 1)
    firms.cash[:], government.endowed[:] = 20.0, 40.0
    for firm in firms:
        accounts.renew_permits(firm, government, 3.0)
    yield firms, government
    assert accounts.permits_missing(firms, government) == pytest.approx(0, abs=1e-12)
    assert accounts.cash_missing(firms, government) == pytest.approx(0, abs=1e-12)


def test_coins_and_permits_to_begin_with_are_named(grid_books):
    firms, government = grid_books
    assert firms.cash.tolist() == [20.0, 20.0]
    assert (government.endowed[0], government.issued[0]) == (40.0, 6.0)


def test_a_new_period_lets_permits_expire_and_forgives_what_is_missing(grid_books):
    firms, government = grid_books
    accounts.hand_in(firms[0], government, 5.5)
    accounts.reserve_permits(firms[1], 1.0)
    for firm in firms:
        accounts.renew_permits(firm, government, 2.0)
    assert firms.permits.tolist() == [2.0, 2.0]
    assert firms.permits_escrow.tolist() == [0.0, 0.0]
    assert (government.written_off[0], government.expired[0], government.surrendered[0]) == (2.5, 3.0, 5.5)
    assert government.issued[0] == 10.0


def test_an_order_is_backed_and_given_back(grid_books):
    firms, _ = grid_books
    accounts.reserve_cash(firms[0], 7.0)
    accounts.reserve_permits(firms[1], 1.0)
    assert (firms.cash_escrow[0], firms.permits_escrow[1]) == (7.0, 1.0)
    accounts.reserve_cash(firms[0], -7.0)
    accounts.reserve_permits(firms[1], -1.0)
    assert firms.cash.tolist() == [20.0, 20.0]
    assert firms.permits.tolist() == [3.0, 3.0]


def test_a_trade_moves_one_permit_and_its_price(grid_books):
    firms, _ = grid_books
    accounts.reserve_cash(firms[0], 9.0)
    accounts.reserve_permits(firms[1], 1.0)
    accounts.deliver(firms[0], firms[1], 9.0, 6.0)
    assert (firms.cash.tolist(), firms.permits.tolist()) == ([14.0, 26.0], [4.0, 2.0])
    assert not firms.cash_escrow.any() and not firms.permits_escrow.any()


def test_projects_create_a_permit_and_coins_go_to_the_product_market_or_the_government(grid_books):
    firms, government = grid_books
    accounts.certify(firms[0], government, 1.0)
    accounts.buy_goods(firms[0], government, 10.0)
    accounts.pay_government(firms[1], government, 4.0)
    assert (firms.cash.tolist(), firms.permits[0]) == ([10.0, 16.0], 4.0)
    assert (government.product_market[0], government.cash[0], government.issued[0]) == (10.0, 4.0, 7.0)
