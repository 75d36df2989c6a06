"""The pages of the systems, by what one does there; that of the learning bidders, if none is named."""

import re
from contextlib import contextmanager

PATH = "/learning-bidders"
ALL_CHARTS_READY = """
    () => [...document.querySelectorAll("[data-testid=live-chart]")].every((c) => c.dataset.state === "ready")
"""


@contextmanager
def visiting(new_page, server, problems, path=PATH, period="period"):
    """Open a system's page in a session of its own; what its server prints as an error is a problem.

    period : what the page calls one.
    """
    before = len(server.text())
    yield open_lab(new_page, server, path, period)
    printed = server.text()[before:]
    if "Traceback" in printed:
        problems.append(f"server: {printed[-2000:]}")


def open_lab(new_page, server, path=PATH, period="period", asked="seed=1"):
    """Open a system's page; asked : parameters in the address. Each test sees the same run every time."""
    page = new_page(accept_downloads=True)
    page.goto(f"{server.url}{path}?{asked}", wait_until="domcontentloaded")
    page.get_by_text(re.compile(rf"^{period} 0( of \d+)?$")).wait_for()
    return page


def period(page):
    return int(page.locator(".controls__period").inner_text().removeprefix("period ").replace(",", ""))


def until_period(page, number):
    page.get_by_text(f"period {number:,}", exact=True).wait_for()


def button(page, name):
    return page.get_by_role("button", name=name, exact=True)


def jump(page, periods):
    before = period(page)
    button(page, f"{periods:,}").click()
    until_period(page, before + periods)
    button(page, "Play").wait_for()


def knob(page, name):
    return page.locator(f'[data-knob="{name}"]')


def set_number(page, name, value):
    field = knob(page, name).locator("input[type=number]")
    field.fill(str(value))
    field.blur()


def metric(page, name):
    """Text of a key number, once the numbers are of the period shown."""
    page.locator(f'.numbers[data-period="{period(page)}"]').wait_for()
    return page.locator(f'[data-metric="{name}"] .number__value').inner_text()


def metric_text(page, name):
    """Everything on a key number's card."""
    return page.locator(f'[data-metric="{name}"]').inner_text()


def set_seed(page, seed):
    page.locator("#knob-seed").fill(str(seed))
    page.locator("#knob-seed").blur()
    page.get_by_role("button", name="Apply and restart").click()
    page.get_by_role("button", name="Apply and restart").wait_for(state="detached")


def tab(page, name):
    chosen = page.get_by_role("tab", name=name, exact=True)
    chosen.click()
    page.locator('[role=tab][aria-selected="true"]').and_(chosen).wait_for()


def upload(page, name, text):
    page.get_by_label("Use firms from a CSV file").set_input_files(
        {"name": name, "mimeType": "text/csv", "buffer": text.encode()}
    )


def show_all(page):
    """Show all parameters, not only those for beginners."""
    page.locator('[data-choice="show"] select').select_option("all")
    page.locator(".group__title").first.wait_for()


def group(page, name):
    show_all(page)
    page.locator(".group__title", has_text=re.compile(name, re.I)).click()
