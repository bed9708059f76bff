"""A headless Chromium, and the README's picture: ``python -m tools.browser docs/book.png``."""

import shutil
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

from tools.book import OUTPUT

# --no-sandbox: Chromium refuses to start as root otherwise; only our own pages are opened
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-sync",
]


def find_chromium() -> str | None:
    """The path of an installed Chromium or Chrome, or None."""
    names = ("chromium", "chromium-browser", "google-chrome")
    return next((path for path in map(shutil.which, names) if path), None)


@contextmanager
def open_browser(
    width: int = 1280, height: int = 800, dark: bool = False
) -> Iterator[Page]:
    """An empty page of a fresh browser.

    Raises:
        RuntimeError: no Chromium is installed.
    """
    program = find_chromium()
    if program is None:
        raise RuntimeError("no Chromium found; on Debian: apt-get install chromium")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=FLAGS)
        page = browser.new_page(
            viewport={"width": width, "height": height},
            color_scheme="dark" if dark else "light",
        )
        yield page
        browser.close()


def main(arguments: list[str]) -> int:
    """Save a picture of the last figure of the chapter on the vanilla RNN."""
    chapter = OUTPUT / "_build" / "html" / "01-vanilla-rnn.html"
    if not chapter.exists():
        print(f"{chapter} is not there: run `make course` first", file=sys.stderr)
        return 1
    with open_browser() as page:
        page.goto(chapter.as_uri())
        page.wait_for_selector("mjx-container")
        page.locator("img[src*='_images/']").last.evaluate(
            "image => image.scrollIntoView({block: 'end'})"
        )
        page.screenshot(path=Path(arguments[0]))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
