"""A model that fails: the page shows the error in its place, and stays usable."""

from pathlib import Path

import pytest
from playwright.sync_api import expect

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def app_file():
    return Path(__file__).parent / "apps" / "failing_app.py"


def test_an_error_in_a_period_is_shown_and_the_page_stays_usable(page, tolerated):
    tolerated.append("the kiln is cold")
    page.get_by_text("period 0", exact=True).wait_for()
    page.get_by_role("button", name="Play").click()
    page.get_by_text("ZeroDivisionError: the kiln is cold").wait_for()
    page.get_by_text("stopped by an error").wait_for()
    expect(page.get_by_role("button", name="Play")).to_be_disabled()
    page.get_by_role("tab", name="Data").click()
    page.get_by_text("Download metrics").wait_for()
    page.get_by_role("button", name="Reset the run").click()
    page.get_by_text("period 0", exact=True).wait_for()
    page.get_by_role("button", name="Step").click()
    page.get_by_text("period 1", exact=True).wait_for()
    expect(page.get_by_text("the kiln is cold")).to_have_count(0)
