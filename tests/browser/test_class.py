"""Three browsers play a whole game of ``carbon class``: a teacher and two pupils on phones, without internet."""

import os
import re
import signal
import subprocess
import sys

import pytest

from model.views.spreadsheets import harmless
from tests.browser.conftest import ROOT, free_port
from tests.browser.formulas import TEXTS, column

pytestmark = pytest.mark.browser
PHONE = {"width": 390, "height": 844}
ROUNDS = 2
SHOCK = re.compile(r"Shock: \d+ permits for sale in this auction, no longer \d+\.")


@pytest.fixture
def room(chromium, tmp_path):
    """A server as the command starts it: (address, teacher's link)."""
    port = free_port()
    command = [
        sys.executable,
        "-m",
        "batch_runs",
        "class",
        "sealed_bid",
        "--rounds",
        str(ROUNDS),
        "--seats",
        "5",
    ]
    command += ["--code", "room", "--seed", "3", "--port", str(port), "--folder", str(tmp_path), "--no-open"]
    environment = os.environ | {"PYTHONUNBUFFERED": "1"}
    process = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, text=True)
    printed = ""
    while "Ctrl-C" not in printed:
        line = process.stdout.readline()
        assert line, printed
        printed += line
    secret = re.search(r"Teacher: +\S+(/room/teacher/\S+)", printed)[1]
    assert "on purpose" in printed and "█" in printed
    address = f"http://127.0.0.1:{port}"
    yield address, address + secret
    process.send_signal(signal.SIGTERM)
    try:
        assert process.wait(20) == 0
    finally:
        process.kill()
        process.stdout.close()


def bid(page, price, permits):
    page.get_by_label("Price").fill(price)
    page.get_by_label("Permits").fill(permits)
    page.get_by_role("button", name=re.compile("Submit|Change")).click()


def strike(teacher, wrong, percent, *pages):
    """Let the teacher press the shock, first with what is no number; all pages say what has changed."""
    shock = teacher.get_by_label("Permits for sale in this auction")
    for text in (wrong, percent):
        shock.fill(text)
        teacher.get_by_role("button", name="Shock", exact=True).click()
        if text == wrong:
            teacher.get_by_text("is not a number").wait_for()
    for page in (teacher, *pages):
        page.get_by_text(SHOCK).wait_for()


def fits(page):
    """Whether nothing is cut at the right edge."""
    return page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")


def check_keyboard(teacher, name):
    """Whoever leads with the keyboard stays at the buttons: the first one has the focus when the others have gone."""
    at = teacher.evaluate("document.activeElement.innerText")
    assert at == name, at


def check_narrow(screen):
    """The big screen fits a phone, too, and no number leaves its tile."""
    wide = screen.viewport_size
    screen.set_viewport_size(PHONE)
    assert fits(screen)
    assert screen.evaluate(
        "[...document.querySelectorAll('.keys dd')].every(each => each.scrollWidth <= each.clientWidth)"
    )
    screen.set_viewport_size(wide)


def save_pictures(teacher):
    """Save the last picture in all ways; the drawing says what it is of."""
    picture = teacher.locator("figure", has_text="Bids and permits for sale").first
    picture.get_by_text("Save this picture").click()
    found = {}
    for kind in ("PNG", "SVG", "CSV"):
        with teacher.expect_download() as download:
            picture.get_by_role("button", name=f"{kind}: Bids and permits for sale").click()
        assert download.value.suggested_filename == f"Sealed bids Bids and permits for sale.{kind.lower()}"
        found[kind] = download.value.path().read_bytes()
    assert found["PNG"].startswith(b"\x89PNG") and found["CSV"].startswith(b"series,permits")
    assert b"Room room" in found["SVG"] and b"permits for sale</text>" in found["SVG"]
    with teacher.expect_download() as download:  # people may have any name
        teacher.evaluate(
            """texts => import("/static/save.js").then(({ SAVED }) => SAVED.CSV(null, {
              title: "Names", x: "x", y: "y", series: texts.map((name) => ({ name, points: [[-1, 2]] })),
            }))""",
            list(TEXTS),
        )
    assert column(download.value.path(), 0) == [harmless(text) for text in TEXTS]
    assert set(column(download.value.path(), 1)) == {"-1"}


def test_three_browsers_play_a_whole_game(room, new_page, tmp_path, tolerated):
    address, link = room
    tolerated.append("409")  # the nickname that is taken
    teacher, screen = new_page(), new_page()
    teacher.on("dialog", lambda dialog: dialog.accept())
    teacher.goto(link)
    screen.goto(f"{address}/room/screen")
    assert "/teacher" in teacher.url and link not in teacher.url  # a beamer shows the address bar
    ada, bo = new_page(), new_page()
    for pupil in (ada, bo):
        pupil.set_viewport_size(PHONE)
        pupil.goto(f"{address}/room")
        pupil.get_by_label("Nickname").fill("Ada <b>")
        pupil.get_by_role("button", name="Join").click()
        if pupil is bo:
            pupil.get_by_text("Somebody has this nickname already").wait_for()
            pupil.get_by_label("Nickname").fill("Bo")
            pupil.keyboard.press("Enter")
        pupil.get_by_text("You have a seat").wait_for()
    screen.get_by_text("Ada <b>").wait_for()
    teacher.get_by_role("heading", name="2 people, 3 bots").wait_for()
    for number in range(1, ROUNDS + 1):
        teacher.get_by_role("button", name=re.compile("Start|Next round")).click()
        ada.get_by_text(f"round {number} of {ROUNDS}").wait_for()
        ada.get_by_label("Price").wait_for()
        if number == ROUNDS:
            strike(teacher, "20 %", "-40", screen, ada, bo)
        bid(ada, "1,000", "1")
        ada.locator("#field-price-wrong", has_text="not a number").wait_for()
        assert ada.get_by_label("Price").get_attribute("aria-invalid") == "true"
        bid(ada, "12,5", "2")
        ada.get_by_text("You bid for 2 permits").wait_for()
        screen.get_by_text("1 of 2 have decided").wait_for()
        bid(ada, "45", "3")
        ada.get_by_text("You bid for 3 permits at 45").wait_for()
        bo.get_by_label("Price").wait_for()
        bid(bo, "44", "1")
        teacher.get_by_role("button", name="Reveal").wait_for()  # closed by itself
        teacher.get_by_role("button", name="Reveal").press("Enter")
        ada.get_by_role("heading", name="What happened").wait_for()
        ada.get_by_role("img", name=re.compile("Bids and permits for sale")).wait_for()
        assert fits(ada) and fits(teacher) and fits(screen)
        check_keyboard(teacher, "Next round" if number < ROUNDS else "End the game")
    check_narrow(screen)
    screen.get_by_role("img", name=re.compile("Price over the rounds")).wait_for()
    save_pictures(teacher)
    bo.reload()
    bo.get_by_role("heading", name="What happened").wait_for()
    assert "Bo" in bo.inner_text("header")
    with teacher.expect_download() as download:
        teacher.get_by_role("link", name="CSV").click()
    rows = download.value.path().read_text(encoding="utf-8")
    assert len(rows.splitlines()) == 1 + ROUNDS * 5 and "Ada" not in rows
    report = teacher.context.new_page()
    report.goto(f"{address}/room/teacher/report")
    report.get_by_text("The class beside theory").wait_for()
    assert report.get_by_text(SHOCK).count() == 2  # at its round, and as a treatment beside the other round
    teacher.get_by_role("button", name="End the game").click()
    ada.get_by_text("Thank you for playing").wait_for()
    teacher.get_by_role("button", name="Delete this session").click()
    ada.get_by_text("The teacher has deleted it").wait_for()
    assert not list(tmp_path.glob("*.sqlite*"))


def at_door(page, address, name):
    """Open the room's page and say who one is."""
    page.goto(f"{address}/room")
    page.get_by_label("Nickname").fill(name)
    return page


def join(page):
    """Take a seat."""
    page.get_by_role("button", name="Join").click()
    page.get_by_text("You have a seat").wait_for()


def test_what_is_pressed_or_has_the_focus_stays_while_others_come(room, new_page):
    address, link = room
    teacher, asked = new_page(), []
    teacher.on("dialog", lambda dialog: (asked.append(dialog.message), dialog.accept()))
    teacher.goto(link)
    for name in ("Ada", "Bo"):
        join(at_door(new_page(), address, name))
    cy, di = (at_door(new_page(), address, name) for name in ("Cy", "Di"))
    row = teacher.locator("tr", has_text="Bo")
    row.get_by_role("button", name="Remove").hover()
    teacher.mouse.down()
    join(cy)
    teacher.mouse.up()
    row.wait_for(state="detached")
    assert asked == ["Take the seat of Bo?"]
    teacher.locator("tr", has_text="Cy").get_by_role("button", name="Remove").focus()
    join(di)
    teacher.get_by_text("Di", exact=True).wait_for()
    assert "Cy" in teacher.evaluate("document.activeElement.closest('tr').innerText")
