"""Take the picture of the dashboard that README.md shows.

``uv run --group dev python -m tests.browser.picture [FILE.png]``

A run of the learning bidders with a seed, at the end of 10,000 periods. Needs a chromium, as the browser tests do.
"""

import io
import sys
import tempfile
from pathlib import Path

from tests.browser.conftest import BROWSER_FLAGS, ROOT, WAIT_SECONDS, Server, environment, find_browser
from tests.browser.lab import ALL_CHARTS_READY, PATH, jump

PICTURE = ROOT / "model" / "views" / "dashboard.png"
MOST_BYTES = 150_000
WIDTH, CARDS, MARGIN = 1400, 3, 8
"""Width of the page; charts to show, from the first; room below the last of them; pixels."""
PERIODS = 10_000
ASKED = "seed=7&phi=0.85&auction=discriminatory"


def take_picture(server, browser, file=PICTURE):
    """Write a picture of the page to ``file``, once all its charts are drawn."""
    page = browser.new_page(viewport={"width": WIDTH, "height": 1000})
    page.set_default_timeout(WAIT_SECONDS * 1000)
    try:
        page.goto(f"{server.url}{PATH}?{ASKED}", wait_until="domcontentloaded")
        page.get_by_text("period 0", exact=True).wait_for()
        jump(page, PERIODS)
        page.locator("#choice-last").select_option(label="last 100 collected")
        bottom = page.locator(".card").nth(CARDS - 1).bounding_box()
        page.set_viewport_size({"width": WIDTH, "height": round(bottom["y"] + bottom["height"]) + MARGIN})
        page.mouse.move(0, 0)
        page.wait_for_function(ALL_CHARTS_READY)
        Path(file).write_bytes(shrink(page.screenshot(animations="disabled")))
    finally:
        page.close()


def shrink(picture):
    """Return a PNG with 128 colours instead of millions, a quarter of the bytes."""
    from PIL import Image

    small = io.BytesIO()
    Image.open(io.BytesIO(picture)).convert("RGB").quantize(128).save(small, "png", optimize=True)
    return small.getvalue()


def main():
    """Serve the dashboard, take its picture, and end the server."""
    from playwright.sync_api import sync_playwright

    file = Path(sys.argv[1]) if len(sys.argv) > 1 else PICTURE
    with tempfile.TemporaryDirectory() as folder:
        server = Server(ROOT / "app.py", Path(folder) / "server.log", environment())
        try:
            with sync_playwright() as driver:
                browser = driver.chromium.launch(executable_path=find_browser(), args=BROWSER_FLAGS)
                take_picture(server, browser, file)
                browser.close()
        finally:
            server.stop()
    print(f"{file}: {file.stat().st_size / 1000:.0f} kB")


if __name__ == "__main__":
    main()
