"""The address bar follows the run, and a reload and a walk to another page and back find it again."""

from urllib.parse import urlsplit

import pytest

from tests.browser.lab import button, group, jump, set_number, tab, until_period, upload, visiting

FIRMS = "selling_price,unit_cost,emission_intensity,full_output\n13,8,1.8,120\n12,7,1.6,110\n14,9,2,150\n"

pytestmark = pytest.mark.browser


@pytest.fixture
def lab(new_page, server, problems):
    with visiting(new_page, server, problems) as page:
        yield page


def until_address(page, query):
    page.wait_for_url(lambda url: urlsplit(url).query == query)


def test_the_run_outlives_its_page_and_the_address_follows_it(lab):
    jump(lab, 100)
    entries = lab.evaluate("history.length")
    set_number(lab, "phi", 0.8)
    until_address(lab, "seed=1&phi@100=0.8")
    lab.reload()
    until_period(lab, 100)
    lab.get_by_text("0.9 → 0.8").wait_for()
    lab.get_by_text("Home", exact=True).click()
    lab.get_by_text("Markets for the right to emit").wait_for()
    until_address(lab, "")
    lab.go_back()
    until_period(lab, 100)
    until_address(lab, "seed=1&phi@100=0.8")
    assert lab.evaluate("history.length") == entries + 1  # the change and the reload made none
    group(lab, "population")
    upload(lab, "firms.csv", FIRMS)
    lab.wait_for_function("location.search.startsWith('?seed=1&phi=0.8&firms=own')")
    lab.reload()
    group(lab, "population")
    lab.get_by_text("firms.csv: 3 firms").wait_for()
    tab(lab, "Data")
    lab.get_by_text("Your own files (firms.csv) are in it on this server only").wait_for()
    button(lab, "Step").click()
    until_period(lab, 1)
